"""The answer to why demand is unmet: what ``answer.json`` and a run's ``why.json`` bear."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aidplan.explain.bottlenecks import bottlenecks
from aidplan.explain.extra import best_use
from aidplan.explain.first_level import FirstLevel
from aidplan.explain.frontier import frontier
from aidplan.explain.later import order_arrives, will_be_met_by
from aidplan.explain.means import means
from aidplan.explain.plan_values import values_of
from aidplan.explain.prices import AskedLimit, prices, told
from aidplan.explain.questions import Asked, questions
from aidplan.explain.shortage.causes import PARTS, Cause
from aidplan.explain.shortage.shortage import Shortage, explain_shortage
from aidplan.explain.target import repairs
from aidplan.explain.worth import decisions
from aidplan.solve.highs import BridgeError
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.verified import NotVerified

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

SHORTAGES_SHARE = 0.6
"""Of the time: what shortages may take, where no single one is asked about."""

ONE_SHARE, LEAST_SECONDS = 0.4, 5.0
"""Of what is left for shortages: what one of several may take, and seconds that it may always take."""

LEVEL_SHARE = 0.6
"""Of what is left after the shortages: what bottlenecks, decisions and prices may take."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What is to be explained: the shortages ``asked`` about, at most so many of them, and with ``more`` what the last points
    of coverage cost and what each donor's means are worth.
    """

    asked: Asked = field(default_factory=Asked)
    shortages: int = 8
    more: bool = False
    limits: Sequence[str] = ()
    """Limits whose prices are asked for, as typed."""
    extra: float | None = None
    """Money that may be spent besides [money]."""
    target: float | None = None
    """The share of demand that is to be met in the worst of the shortages asked about."""


def explain_run(
    run: PlanRun, seconds: float, wanted: Wanted | None = None, *, progress: Progress = lambda _: None
) -> dict[str, Any]:
    """Explain a verified plan within so many ``seconds``; what time did not suffice for is named in ``not_done``.

    Entries: ``shortages``, ``not_done``, ``solves``, ``seconds``; shapes as in the page on explanations.
    Raises `aidplan.explain.questions.UnknownError` where what is asked about is not in the run.
    """
    began = time.monotonic()
    wanted = wanted or Wanted()
    limits = Limits.from_now(seconds)
    asked_limits = [AskedLimit.typed(text) for text in wanted.limits]
    only = bool(asked_limits) or wanted.extra is not None or wanted.target is not None
    found, not_done = (
        ([], []) if only else _shortages(run, wanted, _part(limits, wanted.more, SHORTAGES_SHARE), progress)
    )
    more: dict[str, Any] = {}
    solves = 0
    if wanted.target is not None:
        more["repairs"] = _repairs(run, wanted, limits, not_done, progress)
    if wanted.more or asked_limits or wanted.extra is not None:
        part = _part(limits, wanted.more, LEVEL_SHARE)
        solves = _first_level(run, wanted, asked_limits, part, more, not_done, progress)
    if wanted.more:
        more |= _more(run, limits, not_done, progress)
    return {
        "shortages": [shortage_as_dict(run, shortage) for shortage in found],
        **more,
        "not_done": not_done,
        "solves": solves + sum(shortage.solves for shortage in found),
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


def _first_level(
    run: PlanRun, wanted: Wanted, asked: Sequence[AskedLimit], limits: Limits, answer: dict[str, Any],
    not_done: list[str], progress: Progress,
) -> int:  # fmt: skip
    """Add ``bottlenecks``, ``decisions``, ``prices`` and ``extra``; how many solves they took. Raises LimitError."""
    progress("solving the plan again, to see what each limit and decision is worth")
    level = FirstLevel.of(run.data, limits)
    if level is None:
        not_done.append("bottlenecks, decisions and prices: time ran out, or promises come first")
        return 0
    try:
        if wanted.extra is not None:
            answer["extra"], lacking = best_use(level, wanted.extra, progress)
            _lack(not_done, lacking, "sums of extra money")
        if wanted.more:
            progress("bottlenecks")
            tight, lacking = bottlenecks(level)
            answer["bottlenecks"] = [one.as_dict() for one in tight]
            _lack(not_done, lacking, "bottlenecks")
            progress("what decisions are worth")
            answer["decisions"], lacking = decisions(level)
            _lack(not_done, lacking, "decisions")
        if wanted.more or asked:
            progress("prices of limits")
            answer["price_rows"], lacking = prices(level, asked)
            answer["prices"] = told(answer["price_rows"])
            _lack(not_done, lacking, "prices of limits")
    finally:
        level.close()
    return level.solves


def _lack(not_done: list[str], count: int, what: str) -> None:
    if count:
        not_done.append(f"{count} {what}: time ran out")


def _shortages(run: PlanRun, wanted: Wanted, limits: Limits, progress: Progress) -> tuple[list[Shortage], list[str]]:
    """The shortages explained, and those that time did not suffice for."""
    plan = values_of(run)
    found: list[Shortage] = []
    not_done: list[str] = []
    for question in questions(run.data, plan, wanted.asked)[: wanted.shortages]:
        name = _named(run, question.capability, "name") or question.capability
        progress(f"explaining the shortage of {name}")
        try:
            limits.check()
            found.append(explain_shortage(run.data, plan, question, _one(limits, wanted)))
        except SolverStopped:
            not_done.append(f"the shortage of {name}: time ran out")
        except (NotVerified, BridgeError):
            not_done.append(f"the shortage of {name}: a solve could not be verified")
    return found, not_done


def _one(limits: Limits, wanted: Wanted) -> Limits:
    """What one shortage may take: one of many leaves time for the next."""
    left = limits.seconds_left()
    if wanted.asked.capability or left == float("inf"):
        return limits
    return Limits.from_now(min(max(ONE_SHARE * left, LEAST_SECONDS), left))


def _more(run: PlanRun, limits: Limits, not_done: list[str], progress: Progress) -> dict[str, Any]:
    """``means`` and ``frontier``; what time does not suffice for is added to ``not_done``."""
    answer: dict[str, Any] = {}
    left = limits.seconds_left()
    if left > 0:
        progress("what each donor's means are worth")
        owners, _ = means(run.data, left if left < float("inf") else None)
        answer["means"] = [{"owner": one.owner, "amount": one.amount} for one in owners]
    if not answer.get("means"):
        not_done.append("what each donor's means are worth: time ran out")
    points, lacking = frontier(run.data, limits, progress)
    answer["frontier"] = [
        {"give": one.give, "coverage": one.coverage, "cost": one.cost, "liability": one.liability} for one in points
    ]
    if lacking:
        gives = ", ".join(f"{give:.1%}" for give in lacking)
        not_done.append(f"the cost of the last points of coverage with {gives} given up: time ran out")
    return answer


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
