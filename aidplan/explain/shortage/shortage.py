"""Why a capability is short: its causes, each with its Shapley value, proved on the published plan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from aidplan_models.data import PlanData

from aidplan.explain.shortage.bounds import bounds, filled
from aidplan.explain.shortage.causes import EVERYTHING, GOALS, NOTHING, TIME, Cause, Combination
from aidplan.explain.shortage.combinations import Values as LeastValues
from aidplan.explain.shortage.goods import Question
from aidplan.explain.shortage.lifts import CAUSES, Values
from aidplan.explain.shortage.limits import BindingLimit, binding_limits
from aidplan.explain.shortage.programme import lifted_programme
from aidplan.explain.shortage.shapley import shapley_values
from aidplan.solve.highs import SolverError
from aidplan.solve.resource_limits import UNLIMITED, Limits, SolverStopped
from aidplan.solve.verified import NotVerified

SAME = 1e-7
"""Of a shortage: values this close are one value, found on two ways."""


@dataclass(frozen=True)
class Shortage:
    """A shortage and what holds it back, all in capability units.

    ``parts`` has one entry for each of `PARTS` and adds up to ``unmet``; ``alone`` is the shortage left with one
    cause's limits lifted, ``without`` with those of all others. Where ``exact`` is False time ran out: ``bounds``
    then holds the least and most that each part can be, and ``parts`` lie between them.
    """

    question: Question
    demand: float
    unmet: float
    parts: Mapping[str, float]
    alone: Mapping[str, float]
    without: Mapping[str, float]
    exact: bool
    bounds: Mapping[str, tuple[float, float]]
    limits: Sequence[BindingLimit]
    combinations: int
    """How many combinations needed a solve; all ``solves`` count single limits too."""
    solves: int
    seconds: float
    will_be_met_by: Sequence[Mapping[str, Any]] = field(default=())


def explain_shortage(data: PlanData, plan: Values, question: Question, limits: Limits = UNLIMITED) -> Shortage:
    """The causes of one shortage of a plan; cut short at a limit, which then gives bounds.

    Raises SolverStopped where not even the two ends were found, NotVerified where a solve could not be proved.
    """
    with closing(Search(data, plan, question)) as search:
        return search.run(limits)


class Search:
    """The causes of one ``question`` about a plan, looked for until a limit, and on from there; close it at the end."""

    def __init__(self, data: PlanData, plan: Values, question: Question) -> None:
        self.data, self.question = data, question
        self.demand, self.unmet = asked(data, plan, question)
        self.values = LeastValues(lambda lead_time: lifted_programme(data, plan, question, lead_time=lead_time))
        self.seconds = 0.0

    def run(self, limits: Limits) -> Shortage:
        """What is known at the limits. Raises as `explain_shortage` does."""
        began = time.monotonic()
        values, unmet = self.values, self.unmet
        values.within(limits)
        found: Sequence[BindingLimit] = ()
        exact = True
        values.of(NOTHING).least(NOTHING)
        try:
            values.all()
        except SolverStopped:
            exact = False
        combinations = values.solves
        known = settled(values.known, unmet)
        parts = shares(known if exact else filled(known, unmet), unmet)
        if exact:
            found = _limits(values, self.data, parts)
        self.seconds += time.monotonic() - began
        return Shortage(
            self.question,
            self.demand,
            unmet,
            parts,
            {cause: known[frozenset({cause})] for cause in Cause if frozenset({cause}) in known},
            {cause: known[EVERYTHING - {cause}] for cause in Cause if EVERYTHING - {cause} in known},
            exact,
            {} if exact else bounds(known, unmet),
            found,
            combinations,
            values.solves,
            self.seconds,
        )

    def close(self) -> None:
        """Give the memory back."""
        self.values.close()


def _limits(values: LeastValues, data: PlanData, parts: Mapping[str, float]) -> Sequence[BindingLimit]:
    """The single limits within the causes; none where time is up or a solve is not proved: the causes stand."""
    try:
        return binding_limits(values, data, parts)
    except (SolverStopped, NotVerified, SolverError):
        return ()


def asked(data: PlanData, plan: Values, question: Question) -> tuple[float, float]:
    """The demand that a question is about, and how much of it the plan leaves unmet [capability units]."""
    rows = ((x, data.demands.get((x, question.capability))) for x in question.places)
    periods = range(question.first, question.last + 1)
    demand = sum(row.demand[t - 1] for _, row in rows if row is not None for t in periods)
    unmet = sum(value for index, value in plan.get("unmet", {}).items() if question.covers(*index))
    return demand, unmet


def shares(value: Mapping[Combination, float], unmet: float) -> dict[str, float]:
    """The parts of a shortage, which add up to it."""
    parts = shapley_values(CAUSES, value)
    return {
        GOALS: unmet - value[NOTHING],
        **{str(cause): parts[cause] for cause in CAUSES},
        TIME: value[EVERYTHING],
    }


def settled(known: Mapping[Combination, float], unmet: float) -> dict[Combination, float]:
    """Values that differ by rounding alone as one; those next to the whole shortage, or to nothing, as these."""
    room = SAME * max(unmet, 1e-9)
    anchors: list[float] = [unmet, 0.0]
    for value in sorted(set(known.values()), reverse=True):
        if all(abs(value - anchor) > room for anchor in anchors):
            anchors.append(value)
    return {
        lifted: min(anchors, key=lambda anchor, value=value: abs(anchor - value))  # type: ignore[misc]
        for lifted, value in known.items()
    }
