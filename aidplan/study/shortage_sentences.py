"""Shortages in sentences that a minister's staff would take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aidplan_models.data import PlanData

from aidplan.figures.format import formatted, listed, period_name, plural, span_name
from aidplan.figures.naming import Names

SMALL = 0.02
"""Of a shortage: a cause of less is left to the table."""

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
        unmet, demand = entry["unmet"], entry["demand"]
        large = sorted(entry["causes"].items(), key=lambda part: -part[1])
        reasons = ", ".join(
            f"{formatted(part, 'quantity')} because {self._reason(entry, cause)}"
            for cause, part in large
            if part > SMALL * unmet
        )
        share = "" if demand <= 0 else f", {100 * unmet / demand:.0f} %"
        uncertain = "" if entry["exact"] else " (time ran out, so these parts are estimates)"
        return f"{self._who(entry)} short of {formatted(unmet, 'quantity')} {self._unit(entry)}{share}: {reasons}{uncertain}.{self._later(entry)}"

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

    def _unit(self, entry: Entry) -> str:
        unit = entry["unit"] or "unit"
        level = self.data.capabilities[entry["capability"]].kind == "level"
        periods = "months" if self.data.period_months == 1 else "quarters"
        return f"{unit}-{periods}" if level else plural(unit)

    def _reason(self, entry: Entry, cause: str) -> str:
        limits = [limit for limit in entry["limits"] if limit["cause"] == cause]
        if cause == "lead_time":
            arrives = entry["order_arrives"]
            if arrives is None:
                return "no order placed now arrives within the plan"
            return f"an order placed now arrives in {period_name(arrives)} at the soonest"
        if cause not in _LEAVES or not limits:
            return _WORDS[cause]
        named = [_LEAVES[cause](self.names, limit) for limit in limits[:NAMED]]
        more = len(limits) - len(named)
        return " and ".join(named) + (f" (and {more} more)" if more > 0 else "")

    def _later(self, entry: Entry) -> str:
        """What comes later anyway."""
        later = entry["will_be_met_by"]
        if not later:
            return ""
        parts = [
            f"{formatted(one['amount'], 'quantity')} {self.names.item(one['item'])} in {period_name(one['period'])}"
            for one in later
        ]
        return f" On the way in any case: {listed(parts, 2)}."


_WORDS: Mapping[str, str] = {
    "goals": "goals of higher priority come first",
    "others": "other places and needs are served first",
    "money": "the funds have no more money",
    "menu": "the donors' rules do not allow more",
    "plants": "plants are full",
    "components": "components are scarce",
    "reserves": "donors keep their reserves",
    "lanes": "lanes and ports are full or closed",
    "platforms": "there are too few guns and launchers",
    "time": "nothing could mend it in time",
}


def _when(periods: Sequence[str]) -> str:
    return f" in {span_name(periods)}" if periods else ""


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
    what = f"{names.place(limit['place'])}'s reserve of {names.item(limit['item'])}"
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
