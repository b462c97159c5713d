"""Every sheet, column and setting of the planning workbook, declared once.

Reading, checking, the template, its dictionary and the documentation page all come from `SHEETS` and
`SETTINGS`; nothing else in the project repeats what a column is called or may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aidplan_models.registry import GOALS

Scalar = str | float | int | tuple[str, ...]
"""A typed cell: text or a code, a number, a whole number or period number, a list of codes."""

CODE, CODES, TEXT, CHOICE, NUMBER, WHOLE, PERIOD = "code", "codes", "text", "choice", "number", "whole", "period"

FORBIDDEN_IN_CODES = ",;=*"
RESERVED_CODES = ("common", "none")
ALL = "*"
GOODS = ("munition", "equipment")
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Column:
    """One column (or one setting): what its cells hold and what an empty one means.

    ``kind`` is code, codes (a list parted by commas), text, choice, number, whole or period.
    ``refers`` names the sheet that defines the code (``classes``: the classes that items bear), and
    ``of_kind`` the kinds that may be named there. ``words`` may stand in place of a code.
    ``low`` and ``high`` bound a number; with ``above`` it must be greater than ``low``.
    ``required_for`` is (column, values): the cell is required in rows where that column has such a value.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    key: bool = False
    required: bool = False
    required_for: str = ""
    default: Scalar | None = None
    choices: tuple[str, ...] = ()
    refers: str = ""
    of_kind: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    low: float | None = None
    above: bool = False
    high: float | None = None
    fixed: bool = False
    """A setting that no scenario may change."""

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a number that may be scaled and added to."""
        return self.kind in (NUMBER, WHOLE)

    @property
    def when_empty(self) -> str:
        """What an empty cell means, in words."""
        if self.required:
            return "required"
        if self.default is None:
            return {TEXT: "empty"}.get(self.kind, "none")
        if self.kind == PERIOD:
            return "the first period"
        if isinstance(self.default, tuple):
            return ", ".join(self.default)
        return f"{self.default:,.15g}" if isinstance(self.default, float) else str(self.default)


@dataclass(frozen=True, slots=True)
class PeriodCells:
    """The period columns of a sheet: every period of the horizon where ``stands_for`` is empty (a time
    table, an empty cell is 0), else optional ones that stand in place of that column.
    """

    meaning: str
    unit: str
    stands_for: str = ""

    @property
    def is_time_table(self) -> bool:
        """Whether every period of the horizon must have its column."""
        return not self.stands_for


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its columns in the customary order, and its period columns if it has any."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    needed: bool = False
    periods: PeriodCells | None = None

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that together name a row."""
        return tuple(column for column in self.columns if column.key)

    def column(self, name: str) -> Column | None:
        """The column of that name, notes included; None if the sheet has none."""
        return next((column for column in (*self.columns, *NOTES) if column.name == name), None)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


NOTES = (
    Column("source", TEXT, "where the row's figures come from"),
    Column("confidence", TEXT, "how sure they are: official, reported, derived, assumed"),
    Column("note", TEXT, "anything worth saying"),
)
"""Columns that every sheet may bear; they travel into the reports."""


def _key(name: str, meaning: str) -> Column:
    """A code that the sheet itself defines."""
    return Column(name, CODE, meaning, key=True, required=True)


def _ref(name: str, refers: str, meaning: str, *of_kind: str, key: bool = False) -> Column:
    """A required code that another sheet defines."""
    return Column(name, CODE, meaning, key=key, required=True, refers=refers, of_kind=of_kind)


def _amount(name: str, meaning: str, unit: str, default: float | None = None, **more: object) -> Column:
    """A number of at least 0."""
    return Column(name, NUMBER, meaning, unit, default=default, low=0.0, **more)  # type: ignore[arg-type]


def _positive(name: str, meaning: str, unit: str, default: float | None = None, **more: object) -> Column:
    """A number above 0."""
    return Column(name, NUMBER, meaning, unit, default=default, low=0.0, above=True, **more)  # type: ignore[arg-type]


def _share(name: str, meaning: str, unit: str, default: float | None = None) -> Column:
    """A number from 0 to 1."""
    return Column(name, NUMBER, meaning, unit, default=default, low=0.0, high=1.0)


def _time(name: str, meaning: str, default: int | None = None, **more: object) -> Column:
    """A whole number of periods, at least 0."""
    return Column(name, WHOLE, meaning, "periods", default=default, low=0.0, **more)  # type: ignore[arg-type]


def _name(meaning: str) -> Column:
    return Column("name", TEXT, meaning)


def _list(name: str, refers: str, meaning: str, *of_kind: str, key: bool = False) -> Column:
    """A list of codes, or ``*``, which is also what an empty cell means."""
    return Column(name, CODES, meaning, key=key, default=(ALL,), refers=refers, of_kind=of_kind, words=(ALL,))


LONGEST_HORIZON = 600

SETTINGS: tuple[Column, ...] = (
    Column("title", TEXT, "the plan's name, at the head of every report"),
    Column("start", PERIOD, "the first period of the plan", required=True, fixed=True),
    Column(
        "periods", WHOLE, "how many periods the plan has", "periods",
        required=True, low=1.0, high=LONGEST_HORIZON, fixed=True,
    ),
    Column(
        "period_months", WHOLE, "how long a period is: 1 for months, 3 for quarters", "months",
        default=1, choices=("1", "3"), fixed=True,
    ),
    Column("currency", TEXT, "the currency of every price", default="USD", fixed=True),
    _positive("money_unit", "how much currency is one unit of money in budgets and results", "currency", 1e6, fixed=True),
    _amount("urgency_rate", "how much less a unit of demand counts for each period that it falls later", "a period", 0.0),
    _amount("outyear_limit", "the most that may be guaranteed past the horizon", "money"),
)  # fmt: skip

_SHEETS: tuple[Sheet, ...] = (
    Sheet("settings", "The plan as a whole: its horizon and its units.", (
        Column("key", CHOICE, "the setting's name", key=True, required=True, choices=tuple(s.name for s in SETTINGS)),
        Column("value", TEXT, "its value"),
    ), needed=True),
    Sheet("places", "Where things are made, held, moved through and used.", (
        _key("place", "short code of the place"),
        Column("kind", CHOICE, "country (has plants and reserves), hub (passes goods on), front (fights), home (a donor's own forces)",
               required=True, choices=("country", "hub", "front", "home")),
        _name("the place's full name"),
        _amount("throughput_t", "most that may leave the place in a period", "t a period"),
        _amount("storage_t", "most that the place may hold at the end of a period", "t"),
    ), needed=True, periods=PeriodCells("throughput in that period, in place of throughput_t", "t a period", "throughput_t")),
    Sheet("items", "What is made and used.", (
        _key("item", "short code of the item"),
        Column("kind", CHOICE, "munition (fired), equipment (serves until lost), component (goes into others)",
               required=True, choices=("munition", "equipment", "component")),
        _name("the item's full name"),
        Column("class", TEXT, "a word that menus and lanes may name in place of items"),
        Column("unit", TEXT, "what one of it is: round, vehicle, tonne"),
        _amount("weight_t", "what one of it weighs, packed", "t", 0.0),
    ), needed=True),
    Sheet("capabilities", "What the front needs, whichever item gives it.", (
        _key("capability", "short code of the capability"),
        Column("kind", CHOICE, "flow (so much a period, served by munitions) or level (so much in service, served by equipment)",
               required=True, choices=("flow", "level")),
        _name("the capability's full name"),
        Column("unit", TEXT, "what one of it is: 155mm round equivalent, tank equivalent"),
        _amount("weight", "its weight against other capabilities in the goals", "", 1.0),
    ), needed=True),
    Sheet("effects", "Which item serves which capability, and how much.", (
        _ref("item", "items", "the item that serves; a munition serves flows, equipment levels", *GOODS, key=True),
        _ref("capability", "capabilities", "the capability that it serves", key=True),
        _positive("effect", "what one item serves", "capability units an item", 1.0),
    ), needed=True),
    Sheet("plants", "Where things are made.", (
        _key("plant", "short code of the plant"),
        _ref("place", "places", "the country that it stands in", "country"),
        _name("the plant's full name"),
    ), needed=True),
    Sheet("products", "What each plant can make.", (
        _ref("plant", "plants", "the plant", key=True),
        _ref("item", "items", "what it makes there", key=True),
        _amount("unit_cost", "price of one; a component's price is inside the price of what it goes into", "currency an item",
                required_for="goods"),
        _time("lead_time", "from the order to the earliest completion", 0),
        _positive("capacity_use", "capacity that making one takes", "capacity units an item", 1.0),
    ), needed=True),
    Sheet("orderbook", "What plants still owe from before the start.", (
        _ref("plant", "plants", "the plant", key=True),
        _ref("item", "items", "what it owes; a product of that plant", *GOODS, key=True),
        Column("owner", CODE, "whom the goods are bound for: common, or a home place", key=True, default="common",
               refers="places", of_kind=("home",), words=("common",)),
        _amount("quantity", "on order and unmade at the start", "items", required=True),
    )),
    Sheet("capacity", "What each plant can make in each period.", (
        _ref("plant", "plants", "the plant", key=True),
    ), needed=True, periods=PeriodCells("capacity in that period", "capacity units")),
    Sheet("expansions", "Capacity that could be added.", (
        _key("expansion", "short code of the expansion"),
        _ref("plant", "plants", "the plant that grows"),
        Column("financing", CHOICE, "public (a fund pays capex) or private (industry builds against guaranteed orders)",
               required=True, choices=("public", "private")),
        _amount("capex", "price of one unit of capacity", "currency a capacity unit", required_for="public"),
        _time("build_time", "from the decision to the first output", 0),
        _amount("limit", "most that may be added over the horizon", "capacity units", required=True),
        _amount("step_limit", "most that may be added in a period", "capacity units a period"),
        _positive("guarantee_share", "share of the added capacity that long-term orders must back; may pass 1", "share",
                  required_for="private"),
        Column("guarantee_periods", WHOLE, "how long they must back it", "periods", required_for="private", low=0.0, above=True),
    ), periods=PeriodCells("most that may be added in that period, in place of step_limit", "capacity units", "step_limit")),
    Sheet("bills", "What goes into what.", (
        _ref("item", "items", "what is made", key=True),
        _ref("component", "items", "what goes into it", "component", key=True),
        Column("plant", CODE, "where it is made; * for every plant without a bill of its own", key=True, default=ALL,
               refers="plants", words=(ALL,)),
        _amount("quantity", "components in one item made there", "components an item", required=True),
    )),
    Sheet("supply", "Components that come from outside the plan.", (
        _ref("component", "items", "the component", "component", key=True),
        _amount("initial", "on hand at the start", "components", 0.0),
    ), periods=PeriodCells("components that arrive in that period", "components")),
    Sheet("funds", "The donors' budget lines.", (
        _key("fund", "short code of the fund"),
        Column("donor", TEXT, "who gives: a place's code, or any name"),
        Column("mode", CHOICE, "lend_lease (may order as soon as money is voted, and stand behind guarantees) or tranche (money comes after approval)",
               required=True, choices=("lend_lease", "tranche")),
        _amount("opening", "money in hand at the start", "money", 0.0),
        _time("approval_delay", "from a tranche's period in funding to its arrival", 0),
        Column("carry_over", CHOICE, "whether money not spent in a period is kept for the next", default="yes", choices=YES_NO),
        Column("expires", PERIOD, "the last period in which it may spend"),
        Column("delivers_to", CODE, "a home place that alone gets what this fund orders", refers="places", of_kind=("home",)),
    ), needed=True),
    Sheet("funding", "The money of each fund in each period; money before the start counts for tranches.", (
        _ref("fund", "funds", "the fund", key=True),
    ), needed=True, periods=PeriodCells("money voted in that period", "money")),
    Sheet("menu", "What each fund may buy, and shares that it must keep.", (
        _ref("fund", "funds", "the fund", key=True),
        _list("item", "items", "items that it may buy: a list, or * for all", key=True),
        _list("class", "classes", "classes that it may buy: a list, or * for all", key=True),
        _list("country", "places", "countries that it may buy in: a list, or * for all", "country", key=True),
        Column("channel", CODES, "ways to spend: order, release, expand: a list, or * for all", key=True, default=(ALL,),
               choices=("order", "release", "expand"), words=(ALL,)),
        Column("allow", CHOICE, "yes: the row is a right to spend; no: it only bears shares", default="yes", choices=YES_NO),
        _share("share_min", "least share of the fund's spending that goes to what the row matches", "share"),
        _share("share_max", "largest share of the fund's money that may go to what the row matches", "share"),
    ), needed=True),
    Sheet("stocks", "Donors' reserves, at countries, and goods already at hubs, fronts and homes.", (
        _ref("place", "places", "where it is", key=True),
        _ref("item", "items", "what it is", *GOODS, key=True),
        _amount("initial", "held at the start", "items", required=True),
        _amount("floor", "least that the reserve must keep; at most initial", "items", 0.0),
        _amount("release_limit", "most that may be drawn in a period", "items a period"),
        _amount("release_cost", "price of replenishing one, charged to the fund that draws it", "currency an item", 0.0),
    ), periods=PeriodCells("most that may be drawn in that period, in place of release_limit", "items", "release_limit")),
    Sheet("arrivals", "Goods that come from outside the plan, such as deliveries ordered before the start.", (
        _ref("place", "places", "where they arrive", key=True),
        _ref("item", "items", "what arrives", *GOODS, key=True),
    ), periods=PeriodCells("items that arrive in that period", "items")),
    Sheet("lanes", "Ways from place to place.", (
        _ref("origin", "places", "where it begins; not at a home place", "country", "hub", "front", key=True),
        _ref("destination", "places", "where it ends", key=True),
        Column("mode", CODE, "road, rail, sea, air or any other word", key=True, default="any"),
        _list("class", "classes", "classes that may travel: a list, or * for all"),
        _amount("cost_per_t", "price of moving one tonne", "currency a tonne", 0.0),
        _time("transit", "how long it takes", 0),
        _amount("capacity_t", "most that may leave in a period", "t a period"),
        _share("loss", "share lost on the way", "share", 0.0),
    ), needed=True, periods=PeriodCells("capacity in that period, in place of capacity_t", "t a period", "capacity_t")),
    Sheet("demand", "What fronts and homes need.", (
        _ref("place", "places", "who needs it", "front", "home", key=True),
        _ref("capability", "capabilities", "what is needed", key=True),
        _amount("priority", "what a unit counts here against a unit of the same capability elsewhere", "", 1.0),
        _share("floor", "share that must be met, whatever it costs", "share", 0.0),
        Column("floor_from", PERIOD, "the first period in which the floor holds", default=1),
    ), needed=True, periods=PeriodCells("needed in that period", "capability units")),
    Sheet("fleets", "Equipment in service at the start.", (
        _ref("place", "places", "where it serves", "front", "home", key=True),
        _ref("item", "items", "the equipment", "equipment", key=True),
        _amount("initial", "in service at the start", "items", 0.0),
        _share("attrition", "share lost in a period", "share a period", 0.0),
    )),
    Sheet("platforms", "What munitions are fired from; at fronts only.", (
        _ref("item", "items", "the munition", "munition", key=True),
        _ref("platform", "items", "the equipment that fires it", "equipment", key=True),
        _positive("rate", "most that one platform fires in a period", "rounds a platform a period", required=True),
    )),
    Sheet("adversary", "What the adversary makes, which the coalition's output is measured against.", (
        _ref("capability", "capabilities", "the capability", key=True),
        _positive("target_ratio", "share of the adversary's output that is to be matched", "ratio", 1.0),
    ), periods=PeriodCells("the adversary's output in that period", "capability units")),
    Sheet("goals", "What the plan is for, in order. Without rows: coverage, equity, parity, cost, liability.", (
        Column("goal", CHOICE, "the goal's name", key=True, required=True,
               choices=tuple(GOALS)),
        Column("rank", WHOLE, "smaller ranks come first; goals of one rank are added", required=True),
        _amount("weight", "weight against goals of the same rank", "", 1.0),
        _amount("tolerance", "how much of this rank's best value later ranks may give up, relative", "share", 0.0),
    )),
    Sheet("scenarios", "Changes that make other futures; each row changes cells of one sheet.", (
        Column("scenario", TEXT, "the scenario's name; rows of one name belong together", required=True),
        Column("sheet", TEXT, "the sheet to change", required=True),
        Column("where", TEXT, "rows to change: column=value, value; column=value. Empty: all rows"),
        Column("column", TEXT, "cells to change: a column, a period, a range such as 2025-02..2025-06, a list, * for every period",
               required=True),
        Column("change", CHOICE, "set (put the value there), scale (multiply), add", required=True, choices=("set", "scale", "add")),
        Column("value", TEXT, "the value; empty with set: the cell is emptied"),
    )),
)  # fmt: skip

SHEETS: dict[str, Sheet] = {sheet.name: sheet for sheet in _SHEETS}
"""Every sheet by its name, in the customary order."""

SETTING: dict[str, Column] = {setting.name: setting for setting in SETTINGS}
"""Every setting by its name."""
