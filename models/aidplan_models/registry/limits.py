"""Every limit of the model: what it says, how it is indexed, and which cells feed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aidplan_models.registry.records import PERIOD, LimitKind, LimitRecord, Source

if TYPE_CHECKING:
    from aidplan_models.data import MenuRow

MOVABLE, BOOKKEEPING, DEFINING = LimitKind.MOVABLE, LimitKind.BOOKKEEPING, LimitKind.DEFINING

LANE = ("origin", "destination", "mode")
MENU = ("fund", "item", "class", "country", "channel")

_PRICE = Source("products", ("plant", "item"), "unit_cost")
_USE = Source("products", ("plant", "item"), "capacity_use")
_COMPONENT_USE = Source("products", ("plant", "component"), "capacity_use")
_BILL = Source("bills", ("item", "component", "plant"), "quantity")
_BILL_OF_COMPONENT = Source("bills", ("backed.component", "component", "plant"), "quantity")
_WEIGHT = Source("items", ("item",), "weight_t")
_EFFECT = Source("effects", ("item", "capability"), "effect")
_DEMAND = Source("demand", ("place", "capability"), PERIOD)

LIMITS: dict[str, LimitRecord] = {
    # --- funds ---
    "spent": LimitRecord(
        ("fund_spending",), "==", ("fund", PERIOD), "money", DEFINING, "what is bought is paid", "funds"
    ),
    "balance": LimitRecord(
        ("fund_balance",), "==", ("fund", PERIOD), "money", MOVABLE, "the fund cannot spend more than has arrived",
        "funds", "money of a fund", (Source("funding", ("fund",), PERIOD), Source("funds", ("fund",), "opening")),
    ),
    "share_max": LimitRecord(
        ("menu_share_ceiling",), "<=", MENU, "money", MOVABLE, "no more than this share of the fund's money may go there",
        "funds", "largest share on a menu", (Source("menu", MENU, "share_max"),),
    ),
    "share_min": LimitRecord(
        ("menu_share_floor",), ">=", MENU, "money", MOVABLE, "at least this share of the fund's spending must go there",
        "funds", "least share on a menu", (Source("menu", MENU, "share_min"),),
    ),
    # --- industry ---
    "backlog": LimitRecord(
        ("backlog_carried",), "==", ("plant", "item", "owner", PERIOD), "items", BOOKKEEPING,
        "goods are made after their lead time", "industry",
        sources=(
            Source("orderbook", ("plant", "item", "owner"), "quantity"),
            Source("orderbook", ("plant", "item", "owner"), PERIOD),
            Source("products", ("plant", "item"), "lead_time"),
        ),
    ),
    "closing_backlog": LimitRecord(
        ("backlog_not_grown",), "<=", ("plant", "item", "owner"), "items", MOVABLE,
        "what is ordered must be made within the horizon, but for the opening order book", "industry", "what may stay unmade",
        (Source("orderbook", ("plant", "item", "owner"), "closing"), Source("orderbook", ("plant", "item", "owner"), "quantity")),
    ),
    "capacity": LimitRecord(
        ("plant_capacity",), "<=", ("plant", PERIOD), "capacity units", MOVABLE, "the plant makes no more than its capacity",
        "industry", "capacity of a plant", (Source("capacity", ("plant",), PERIOD),), {"made": _USE},
    ),
    "standing": LimitRecord(
        ("public_growth", "private_growth"), "==", ("expansion", PERIOD), "capacity units", DEFINING,
        "added capacity stands after its build time", "industry",
    ),
    "step_limit": LimitRecord(
        ("public_step", "private_step"), "<=", ("expansion", PERIOD), "capacity units", MOVABLE, "capacity grows no faster",
        "industry", "pace of an expansion", (Source("expansions", ("expansion",), PERIOD, "step_limit"),),
    ),
    "expansion_limit": LimitRecord(
        ("public_total", "private_total"), "<=", ("expansion",), "capacity units", MOVABLE, "capacity grows no further",
        "industry", "room to expand", (Source("expansions", ("expansion",), "limit"),),
    ),
    "guarantee": LimitRecord(
        ("orders_back_pledges",), ">=", ("plant", PERIOD), "capacity units", MOVABLE,
        "long-term orders must stand behind private capacity", "guarantees", "guarantee",
        (Source("guarantees", ("plant",), PERIOD),),
        coefficients={"ordered": _USE, "backed": _COMPONENT_USE},
    ),
    "backing": LimitRecord(
        ("orders_pass_down",), "<=", ("component", PERIOD), "items", BOOKKEEPING,
        "orders back the components that they will need", "guarantees", coefficients={"ordered": _BILL, "backed": _BILL_OF_COMPONENT},
    ),
    "outyear": LimitRecord(
        ("outyear_bounded",), "<=", (), "money", MOVABLE, "no more may be guaranteed past the horizon", "guarantees",
        "liability allowed", (Source("settings", (), "outyear_limit"), Source("settings", (), "liability_before")),
    ),
    # --- redirects ---
    "owed": LimitRecord(
        ("redirect_owed",), "==", ("owner", "item", "plant", PERIOD), "items", BOOKKEEPING, "what is redirected is owed",
        "redirects", sources=(Source("redirects", ("owner", "item", "plant"), "owed_before"),),
    ),
    "redirect_limit": LimitRecord(
        ("redirect_paced",), "<=", ("owner", "item", "plant", PERIOD), "items", MOVABLE, "a queue lends no more places",
        "redirects", "places in a queue", (Source("redirects", ("owner", "item", "plant"), PERIOD),),
    ),
    "repay": LimitRecord(
        ("redirect_repaid",), "<=", ("owner", "item", "plant"), "items", MOVABLE, "what was redirected is given back",
        "redirects", "what may stay owed", (Source("redirects", ("owner", "item", "plant"), "owed_end"),),
    ),
    # --- components ---
    "components": LimitRecord(
        ("components_conserved",), "==", ("component", PERIOD), "items", MOVABLE,
        "components are used only as they come in", "components", "components on hand",
        (Source("supply", ("component",), PERIOD), Source("supply", ("component",), "initial")), {"made": _BILL},
    ),
    # --- reserves ---
    "reserve": LimitRecord(
        ("reserve_conserved",), "==", ("place", "item", PERIOD), "items", BOOKKEEPING, "a reserve falls by what is drawn",
        "reserves", sources=(Source("stocks", ("place", "item"), "initial"),),
    ),
    "reserve_floor": LimitRecord(
        ("reserve_kept",), ">=", ("place", "item", PERIOD), "items", MOVABLE, "the donor keeps its floor", "reserves",
        "floor of a reserve", (Source("stocks", ("place", "item"), "floor"),),
    ),
    "release_limit": LimitRecord(
        ("release_paced",), "<=", ("place", "item", PERIOD), "items", MOVABLE, "the reserve is drawn no faster", "reserves",
        "release from a reserve", (Source("stocks", ("place", "item"), PERIOD, "release_limit"),),
    ),
    # --- movement ---
    "stock": LimitRecord(
        ("stock_conserved",), "==", ("place", "item", PERIOD), "items", BOOKKEEPING, "goods move only as they are there",
        "movement", sources=(Source("arrivals", ("place", "item"), PERIOD), Source("stocks", ("place", "item"), "initial")),
        coefficients={"shipped": Source("lanes", LANE, "loss")},
    ),
    "lane": LimitRecord(
        ("lane_capacity",), "<=", (*LANE, PERIOD), "tonnes", MOVABLE, "the lane carries no more", "movement",
        "capacity of a lane", (Source("lanes", LANE, PERIOD, "capacity_t"),), {"shipped": _WEIGHT},
    ),
    "throughput": LimitRecord(
        ("place_throughput",), "<=", ("place", PERIOD), "tonnes", MOVABLE, "no more passes through the place", "movement",
        "throughput of a place", (Source("places", ("place",), PERIOD, "throughput_t"),), {"shipped": _WEIGHT},
    ),
    "storage": LimitRecord(
        ("place_storage",), "<=", ("place", PERIOD), "tonnes", MOVABLE, "the place holds no more", "movement",
        "storage", (Source("places", ("place",), "storage_t"),), {"stock": _WEIGHT},
    ),
    # --- front ---
    "munition": LimitRecord(
        ("munition_served",), "==", ("place", "item", PERIOD), "items", BOOKKEEPING, "munitions issued are fired", "front"
    ),
    "fleet": LimitRecord(
        ("fleet_conserved",), "==", ("place", "item", PERIOD), "items", BOOKKEEPING,
        "the fleet wears down and grows by what is issued", "front",
        sources=(Source("fleets", ("place", "item"), "initial"), Source("fleets", ("place", "item"), "attrition")),
        coefficients={"fleet": Source("fleets", ("place", "item"), "attrition")},
    ),
    "in_service": LimitRecord(
        ("fleet_engaged",), "<=", ("place", "item", PERIOD), "items", BOOKKEEPING, "only equipment in service serves", "front"
    ),
    "demand": LimitRecord(
        ("demand_met",), ">=", ("place", "capability", PERIOD), "capability units", MOVABLE,
        "demand that is not served is unmet", "front", "demand (one unit less)", (_DEMAND,), {"served": _EFFECT},
    ),
    "floor": LimitRecord(
        ("floor_kept",), "<=", ("place", "capability", PERIOD), "capability units", MOVABLE,
        "this share of demand must be met", "front", "promised floor",
        (Source("demand", ("place", "capability"), "floor"), _DEMAND),
    ),
    "firing": LimitRecord(
        ("munition_fired",), "==", ("place", "item", PERIOD), "items", BOOKKEEPING, "munitions are fired from platforms",
        "front",
    ),
    "platforms": LimitRecord(
        ("platforms_fire",), "<=", ("place", "platform", PERIOD), "items", MOVABLE, "platforms fire no faster than their rate",
        "front", "guns and launchers", coefficients={"fired": Source("platforms", ("item", "platform"), "rate")},
    ),
    # --- parity and goals ---
    "parity": LimitRecord(
        ("parity_counted",), ">=", ("capability", PERIOD), "capability units", MOVABLE,
        "output counts against the adversary's", "parity", "parity target (one unit less)",
        (Source("adversary", ("capability",), PERIOD), Source("adversary", ("capability",), "target_ratio")), {"made": _EFFECT},
    ),
    "worst": LimitRecord(
        ("worst_front",), ">=", ("place", "capability"), "capability units", DEFINING, "no front is worse than the worst",
        "goals", coefficients={"worst": _DEMAND},
    ),
    # --- stability ---
    "ordered_less": LimitRecord(
        ("orders_short_of_before",), ">=", ("fund", "plant", "item", PERIOD), "items", DEFINING,
        "what is ordered, or falls short of an earlier plan", "stability",
    ),
    "released_less": LimitRecord(
        ("releases_short_of_before",), ">=", ("fund", "place", "item", PERIOD), "items", DEFINING,
        "what is drawn, or falls short of an earlier plan", "stability",
    ),
    "built_less": LimitRecord(
        ("builds_short_of_before",), ">=", ("fund", "expansion", PERIOD), "capacity units", DEFINING,
        "what is built, or falls short of an earlier plan", "stability",
    ),
}  # fmt: skip
"""The limit's name, as in ``prices.csv`` -> its record."""

LIMIT_OF_CONSTRAINT: dict[str, str] = {
    constraint: name for name, limit in LIMITS.items() for constraint in limit.constraints
}
"""Constraint of the programme -> the limit that it is, or is a part of."""

KEY_COLUMNS = (
    "fund", "plant", "item", "class", "country", "channel", "owner", "place", "origin", "destination",
    "mode", "component", "capability", "expansion", "period",
)  # fmt: skip
"""The index columns of ``prices.csv``, in order."""

PRICE_COLUMN = {"platform": "item"}
"""Index column -> the column of ``prices.csv`` that it stands in, where that has another name."""


def limit_key(
    limit: str, index: Sequence[Any], menu_rows: Mapping[str, MenuRow], labels: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """The codes of a limit's row by index column, in order; the period as its label.

    ``index`` is the row's in the programme, where a lane is one label and a menu row one name of ``menu_rows``.

    Raises
    ------
    KeyError
        If the registry has no such limit.
    """
    record = LIMITS[limit]
    parts = list(index)
    if record.index[:3] == LANE:
        parts[:1] = parts[0].split(",")
    elif record.index == MENU:
        parts[:1] = menu_rows[parts[0]].key
    for column, part in zip(record.index, parts, strict=False):
        yield column, labels[part - 1] if column == PERIOD else str(part)
