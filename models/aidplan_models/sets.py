"""The sets of the programme, and the one index order.

Index letters, the same in every rule: f fund, p plant, i item, o owner, x place, a lane, c capability,
e expansion, k component, j platform, r menu row; the period t comes last. A lane is one index, written
``origin,destination,mode`` (codes hold no comma). A set in the plural and capitals is sparse where the
thing is sparse; ``Y_OF[key]`` lists the parts of a sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pyomo.environ import RangeSet, Set

from aidplan_models import derived
from aidplan_models.data import Lane, PlanData


def lane_label(lane: Lane) -> str:
    """The index of a lane; `lane_of` reads it back."""
    return ",".join(lane)


def lane_of(label: str) -> Lane:
    """The lane that `lane_label` wrote."""
    return Lane(*label.split(","))


class Implied(NamedTuple):
    """What follows from the numbers and several ideas' sets read (`aidplan_models.derived`)."""

    offers: list[tuple[str, str, str]]
    releases: list[tuple[str, str, str]]
    builds: list[tuple[str, str]]
    made: Mapping[tuple[str, str, str], int]
    arrives: Mapping[tuple[str, str], int]
    issued: list[tuple[str, str]]
    price_of_backing: Mapping[str, float]


def declare(m: Any, data: PlanData) -> None:
    """The sets that belong to no idea: time, and what the workbook names; and what the numbers imply."""
    _time(m, data)
    m.FUNDS = Set(initialize=sorted(data.funds), doc="Budget lines of donors")
    m.ITEMS = Set(initialize=sorted(data.items), doc="Munitions, equipment and components")
    m.PLACES = Set(initialize=sorted(data.places), doc="Countries, hubs, fronts and homes")
    offers, releases, builds = derived.rights(data)
    made = derived.first_made(data, offers)
    arrives = derived.first_at(data, made, releases)
    issued = sorted(pair for pair in derived.may_be_issued(data) if pair in arrives)
    m.implied = Implied(offers, releases, builds, made, arrives, issued, derived.price_of_backing(data, offers))


def grouped(m: Any, name: str, keys: Any, parts: Iterable[tuple[Any, Any]], dimen: int, doc: str) -> None:
    """Declare ``m.name[key]``, the parts of a sum for each key of ``keys``, in sorted order."""
    members: dict[Any, list[Any]] = {key: [] for key in keys}
    for key, part in parts:
        if key in members:
            members[key].append(part)
    setattr(m, name, Set(keys, initialize={key: sorted(part) for key, part in members.items()}, dimen=dimen, doc=doc))


def _time(m: Any, data: PlanData) -> None:
    lags = [product.lead_time for product in data.products.values()]
    lags += [terms.transit for terms in data.lanes.values()]
    lags += [e.build_time + max(e.guarantee_periods - 1, 0) for e in data.expansions.values()]
    longest = max(lags, default=0)
    m.PERIODS = RangeSet(
        data.first, data.planned, doc="Periods that are decided: 1..T and the tail, or the rest of a kept plan"
    )
    m.HORIZON = RangeSet(data.first, data.horizon, doc="Periods that are decided of the horizon, ..T")
    m.LAST = Set(initialize=[data.planned], doc="The last period that is planned")
    m.END = Set(initialize=[data.horizon], doc="The last period of the horizon, T")
    m.STATES = RangeSet(data.first - 1, data.planned, doc="Ends of periods; the first is the opening")
    m.HISTORY = RangeSet(
        data.first - longest, data.planned, doc="Periods of flows, with those before the start that a lag reaches"
    )
