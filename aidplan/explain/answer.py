"""The answer to why demand is unmet: what ``answer.json`` and a run's ``why.json`` bear."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aidplan.explain.around import Around
from aidplan.explain.first_level import Solved
from aidplan.explain.later import order_arrives, will_be_met_by
from aidplan.explain.plan_values import values_of
from aidplan.explain.prices import AskedLimit
from aidplan.explain.questions import questions
from aidplan.explain.shortage.causes import PARTS, Cause
from aidplan.explain.shortage.goods import Question
from aidplan.explain.shortage.shortage import Search, Shortage
from aidplan.explain.target import repairs
from aidplan.explain.wanted import Wanted
from aidplan.solve.highs import SolverError
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.verified import NotVerified

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

SHORTAGES_SHARE = 0.6
"""Of the time: what shortages may take, where no single one is asked about."""

ONE_SHARE, LEAST_SECONDS = 0.4, 5.0
"""Of what is left for shortages: what one of several may take, and seconds that it may always take."""

MOST_OPEN = 2
"""Unfinished searches that are kept to go on; each holds two programmes in memory."""

Progress = Callable[[str], None]


def explain_run(
    run: PlanRun,
    seconds: float,
    wanted: Wanted | None = None,
    *,
    solved: Solved | None = None,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Explain a verified plan within so many ``seconds``; what time did not suffice for is named in ``not_done``.

    ``solved`` is the plan as it was solved, or where its first objective stood. Entries: ``shortages``, ``not_done``,
    ``solves``, ``seconds``; shapes as in the page on explanations.
    Raises `aidplan.explain.questions.UnknownError` where what is asked about is not in the run.
    """
    began = time.monotonic()
    wanted = wanted or Wanted()
    limits = Limits.from_now(seconds)
    around = Around(run, wanted, [AskedLimit.typed(text) for text in wanted.limits], limits, progress)
    found = [] if wanted.only else _shortages(run, wanted, _part(limits, wanted.more, SHORTAGES_SHARE), around)
    if wanted.target is not None:
        around.answer["repairs"] = _repairs(run, wanted, limits, around.not_done, progress)
    if wanted.more or wanted.limits or wanted.extra is not None:
        around.find(solved)
    return {
        "shortages": [shortage_as_dict(run, shortage) for shortage in found],
        **around.answer,
        "not_done": around.not_done,
        "solves": around.solves + sum(shortage.solves for shortage in found),
        "seconds": round(time.monotonic() - began, 3),
    }


def _repairs(
    run: PlanRun, wanted: Wanted, limits: Limits, not_done: list[str], progress: Progress
) -> list[dict[str, Any]]:
    """``repairs``: what would let the target be met where it is furthest from it."""
    assert wanted.target is not None
    if run.data.kept is not None:
        not_done.append("what would let a target be met: the plan keeps another, whose past no cell changes")
        return []
    worst = questions(run.data, values_of(run), wanted.asked)[:1]
    found: list[dict[str, Any]] = []
    for question in worst:
        ways, notes = repairs(run, question, wanted.target, max(limits.seconds_left(), 1.0), progress)
        found += ways
        not_done += notes
    return found


def _part(limits: Limits, more: bool, share: float) -> Limits:
    """All of the time that is left, or a share of it where there is more to explain."""
    left = limits.seconds_left()
    return Limits.from_now(share * left) if more and left < float("inf") else limits


def _shortages(run: PlanRun, wanted: Wanted, limits: Limits, around: Around) -> list[Shortage]:
    """The shortages explained; those that time did not suffice for are named.

    Each has its share of the time first. Those that it did not suffice for go on with what the others left.
    """
    plan, found = values_of(run), dict[Question, Shortage]()
    unfinished: list[Search] = []
    try:
        for question in questions(run.data, plan, wanted.asked)[: wanted.shortages]:
            search = Search(run.data, plan, question)
            shortage = _looked_for(search, _one(limits, wanted), limits, around, _name(run, question))
            if shortage is not None:
                found[question] = shortage
            if shortage is not None and not shortage.exact and len(unfinished) < MOST_OPEN:
                unfinished.append(search)
            else:
                search.close()
        for search in unfinished:
            if limits.seconds_left() > LEAST_SECONDS:
                shortage = _looked_for(search, limits, limits, around, _name(run, search.question))
                found[search.question] = shortage or found[search.question]
    finally:
        for search in unfinished:
            search.close()
    return list(found.values())


def _looked_for(search: Search, own: Limits, limits: Limits, around: Around, name: str) -> Shortage | None:
    """What is found of a shortage within its ``own`` limits; None where it is nothing, and then it is said."""
    around.progress(f"explaining the shortage of {name}")
    try:
        limits.check()
        return search.run(own)
    except SolverStopped:
        around.not_done.append(f"the shortage of {name}: time ran out")
    except (NotVerified, SolverError):
        around.not_done.append(f"the shortage of {name}: a solve could not be verified")
    return None


def _name(run: PlanRun, question: Question) -> str:
    return _named(run, question.capability, "name") or question.capability


def _one(limits: Limits, wanted: Wanted) -> Limits:
    """What one shortage may take: one of many leaves time for the next."""
    left = limits.seconds_left()
    if wanted.asked.capability or left == float("inf"):
        return limits
    return Limits.from_now(min(max(ONE_SHARE * left, LEAST_SECONDS), left))


def shortage_as_dict(run: PlanRun, shortage: Shortage) -> dict[str, Any]:
    """One entry of ``shortages``."""
    question, labels = shortage.question, run.data.period_labels
    return {
        "capability": question.capability,
        "places": list(question.places),
        "from": labels[question.first - 1],
        "to": labels[question.last - 1],
        "unit": _named(run, question.capability, "unit"),
        "demand": shortage.demand,
        "unmet": shortage.unmet,
        "causes": {part: shortage.parts[part] for part in PARTS},
        "alone": {cause: shortage.alone.get(cause) for cause in Cause},
        "without": {cause: shortage.without.get(cause) for cause in Cause},
        "exact": shortage.exact,
        "bounds": {part: list(ends) for part, ends in shortage.bounds.items()},
        "limits": [limit.as_dict() for limit in shortage.limits],
        "order_arrives": order_arrives(run.data, question),
        "will_be_met_by": will_be_met_by(run.data, question, _since(run, question)),
        "solves": shortage.solves,
        "seconds": round(shortage.seconds, 3),
    }


def _since(run: PlanRun, question: Any) -> int:
    """The first period in which something is short."""
    unmet = values_of(run).get("unmet", {})
    return min(
        (index[2] for index, value in unmet.items() if value > 0 and question.covers(*index)), default=question.first
    )


def _named(run: PlanRun, capability: str, column: str) -> str:
    row = run.book.row("capabilities", (capability,))
    return str(row[column] or "") if row is not None else ""
