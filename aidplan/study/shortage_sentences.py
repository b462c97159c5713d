"""Shortages in sentences that a minister's staff would take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aidplan_models.data import PlanData

from aidplan.figures.answers import CAUSES, known_causes, periods_of
from aidplan.figures.format import formatted, listed, period_name, plural, spans_name
from aidplan.figures.naming import Names

NAMED = 2
"""Limits named of one cause."""

Entry = Mapping[str, Any]
"""A shortage, or a single limit, of ``answer.json``."""


class Sentences:
    """Sentences about the shortages of one plan; ``names`` are the workbook's."""

    def __init__(self, data: PlanData, names: Names) -> None:
        self.data, self.names = data, names

    def shortage(self, entry: Entry) -> str:
        """``Kharkiv is short of 193 interceptors, 54 %: 89 because the PAC-3 line is full until June 2025, …``."""
        unmet, demand, periods = entry["unmet"], entry["demand"], periods_of(self.data, entry)
        least = "" if entry["exact"] else "at least "
        reasons = ", ".join(
            f"{least}{formatted(part / periods, 'quantity')} because {self._reason(entry, cause)}"
            for cause, part in known_causes(entry)
        )
        share = "" if demand <= 0 else f", {100 * unmet / demand:.0f} %"
        if not entry["exact"]:
            reasons = (
                f"{reasons}; time ran out before the rest was known"
                if reasons
                else "time ran out before any cause was certain"
            )
            reasons += " (give more with --seconds)"
        short = f"{formatted(unmet / periods, 'quantity')} {unit_of(self.data, entry)}"
        return f"{self._who(entry)} short of {short}{share}: {reasons}.{self._later(entry)}"

    def _who(self, entry: Entry) -> str:
        places = entry["places"]
        kinds = {self.data.places[x].kind for x in places}
        what = self.names.capability(entry["capability"])
        if len(places) == 1:
            return f"{what}: {self.names.place(places[0])} is"
        together = (
            "the fronts" if kinds == {"front"} else "the home places" if kinds == {"home"} else f"{len(places)} places"
        )
        return f"{what}: {together} are"

    def _reason(self, entry: Entry, cause: str) -> str:
        limits = [limit for limit in entry["limits"] if limit["cause"] == cause]
        if cause == "lead_time":
            arrives = entry["order_arrives"]
            if arrives is None:
                return "no order placed now arrives within the plan"
            return f"an order placed now arrives in {period_name(arrives)} at the soonest"
        if cause not in _LEAVES or not limits:
            return CAUSES[cause]
        named = [_LEAVES[cause](self.names, limit) for limit in limits[:NAMED]]
        more = len(limits) - len(named)
        return " and ".join(named) + (f" (and {more} more)" if more > 0 else "")

    def _later(self, entry: Entry) -> str:
        """What comes later anyway."""
        later = entry["will_be_met_by"]
        if not later:
            return ""
        parts = [
            f"{formatted(one['amount'], 'quantity')} of {self.names.item(one['item'])} in {period_name(one['period'])}"
            for one in later
        ]
        return f" On the way in any case: {listed(parts, 2)}."


def unit_of(data: PlanData, entry: Entry) -> str:
    """``rounds``; of equipment in service ``tanks on average``: in what the figures of a shortage are told."""
    unit = plural(entry["unit"] or "unit")
    return f"{unit} on average" if data.capabilities[entry["capability"]].kind == "level" else unit


def _when(periods: Sequence[str]) -> str:
    return f" in {spans_name(periods)}" if periods else ""


def _plant(names: Names, limit: Entry) -> str:
    return f"{names.plant(limit['plant'])} is full{_when(limit['periods'])}"


def _fund(names: Names, limit: Entry) -> str:
    last = f" by {period_name(limit['periods'][-1])}" if limit["periods"] else ""
    return f"the money of {limit['fund']} is spent{last}"


def _menu(names: Names, limit: Entry) -> str:
    where = "" if limit["country"] == "*" else f" in {', '.join(map(names.place, limit['country'].split(', ')[:3]))}"
    share = "at least" if limit["limit"] == "share_min" else "at most"
    return f"{limit['fund']} must spend {share} its share{where}"


def _component(names: Names, limit: Entry) -> str:
    return f"{names.item(limit['component'])} is scarce{_when(limit['periods'])}"


def _reserve(names: Names, limit: Entry) -> str:
    place = names.place(limit["place"])
    whose = f"{place}'" if place.endswith("s") else f"{place}'s"
    what = f"{whose} reserve of {names.item(limit['item'])}"
    return f"{what} is {'at its floor' if limit['limit'] == 'reserve_floor' else 'drawn as fast as is allowed'}{_when(limit['periods'])}"


def _lane(names: Names, limit: Entry) -> str:
    if limit["limit"] == "lane":
        lane = names.lane(limit["origin"], limit["destination"], limit["mode"])
        return f"{lane} is full or closed{_when(limit['periods'])}"
    return f"{names.place(limit['place'])} {'passes' if limit['limit'] == 'throughput' else 'holds'} no more{_when(limit['periods'])}"


def _platform(names: Names, limit: Entry) -> str:
    item = limit.get("platform") or limit["item"]
    if limit["limit"] == "firing":
        return f"nothing at {names.place(limit['place'])} fires {names.item(item)}{_when(limit['periods'])}"
    return f"{names.place(limit['place'])} has no more {names.item(item)}{_when(limit['periods'])}"


_LEAVES: Mapping[str, Callable[[Names, Any], str]] = {
    "money": _fund,
    "menu": _menu,
    "plants": _plant,
    "components": _component,
    "reserves": _reserve,
    "lanes": _lane,
    "platforms": _platform,
}
