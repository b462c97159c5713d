"""Explanations that a run carries (``why.json``), in words for the rows of a report: causes, worth, bottlenecks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aidplan_models.data import PlanData

from aidplan.figures.coverage import Shortage
from aidplan.figures.decisions import Decision
from aidplan.figures.format import formatted, span_name, spans_name
from aidplan.figures.quantities import Plan

CAUSES = {
    "goals": "objectives of higher priority come first",
    "others": "other places and capabilities are served first",
    "money": "the funds have no more money in time",
    "menu": "the donors' rules on what a fund may buy do not allow more",
    "plants": "plants are full",
    "components": "components are short",
    "lead_time": "an order placed now arrives too late",
    "reserves": "donors keep their agreed reserves",
    "lanes": "lanes and hubs are full or closed",
    "platforms": "there are too few guns and launchers",
    "time": "nothing could arrive in time",
}
"""Cause of a shortage -> how it follows on "because", in every report and answer."""

SMALL = 0.03
"""Of a shortage: a cause of less is left to the table."""

_MOST = 3
Answer = Mapping[str, Any]


def answer_for(plan: Plan, shortage: Shortage) -> Answer | None:
    """The explanation of a shortage; None where the run does not explain it."""
    for one in plan.run.why.get("shortages", ()):
        kinds = {plan.data.places[x].kind for x in one.get("places", ()) if x in plan.data.places}
        if one.get("capability") == shortage.capability and kinds == {shortage.kind}:
            return dict(one)
    return None


def periods_of(data: PlanData, answer: Answer) -> int:
    """What the figures of an explanation are divided by to be told: of a level (equipment in service), whose shortage is
    told as a mean, the periods in which it is demanded; 1 of all else. In the answer itself they are sums over the periods.
    """
    if data.capabilities[answer["capability"]].kind != "level":
        return 1
    labels = data.period_labels
    first, last = labels.index(answer["from"]), labels.index(answer["to"])
    wanted = [data.demands[x, answer["capability"]].demand for x in answer["places"]]
    return max(sum(any(demand[t] > 0 for demand in wanted) for t in range(first, last + 1)), 1)


def known_causes(answer: Answer) -> list[tuple[str, float]]:
    """The causes that matter with what is certain of each, largest first: its part, or the least that it can be where
    time ran out before every cause was tried.
    """
    if answer.get("exact", True):
        found = [(str(cause), float(part)) for cause, part in (answer.get("causes") or {}).items()]
    else:
        found = [(str(cause), float(ends[0])) for cause, ends in (answer.get("bounds") or {}).items()]
    least = SMALL * float(answer.get("unmet") or 0.0)
    return sorted((one for one in found if one[1] > least), key=lambda one: -one[1])


def because(plan: Plan, answer: Answer) -> str:
    """``89 because plants are full (Camden, Jul 2024–Jun 2025), 61 because …; 43 for other causes``: the causes that matter,
    largest first, and what is left, in the unit of the shortage's row. Where time ran out only what is certain is told.
    """
    exact, periods = answer.get("exact", True), periods_of(plan.data, answer)
    limits = list(answer.get("limits") or ())
    told = known_causes(answer)[:_MOST]
    text = ", ".join(
        f"{'' if exact else 'at least '}{formatted(value / periods, 'quantity')} because {_cause(plan, cause, limits)}"
        for cause, value in told
    )
    rest = float(answer.get("unmet") or 0.0) - sum(value for _, value in told)
    if exact and text and rest > SMALL * float(answer["unmet"]):
        text += f"; {formatted(rest / periods, 'quantity')} for other causes"
    if not exact:
        text = f"{text}; the rest {NOT_EXPLAINED}" if text else NOT_EXPLAINED
    met = _later(plan, answer.get("will_be_met_by") or ())
    return f"{text}; {met}" if text and met else text or met


NOT_EXPLAINED = "not explained in the time of this solve"


def _cause(plan: Plan, cause: str, limits: Sequence[Answer]) -> str:
    words = CAUSES.get(cause, cause.replace("_", " "))
    named = [limit_name(plan, one) for one in limits if one.get("cause") == cause]
    return f"{words} ({'; '.join(named[:2])})" if named else words


def limit_name(plan: Plan, one: Answer) -> str:
    """``Lockheed Martin, PAC-3, Jul 2024–Jun 2025``: a single limit by the names of its keys and its periods."""
    names = plan.names
    calls: dict[str, Callable[[str], str]] = {
        "fund": str, "plant": names.plant, "item": names.item, "component": names.item, "place": names.place,
        "owner": names.place, "capability": names.capability, "expansion": str,
    }  # fmt: skip
    parts = [call(str(one[key])) for key, call in calls.items() if one.get(key)]
    if one.get("origin") and one.get("destination"):
        parts.append(names.lane(str(one["origin"]), str(one["destination"]), str(one.get("mode") or "any")))
    periods = one.get("periods") or one.get("period") or ()
    labels = [periods] if isinstance(periods, str) else [str(label) for label in periods]
    return ", ".join([*parts, *([spans_name(labels)] if labels else [])])


def _later(plan: Plan, arrivals: Iterable[Answer]) -> str:
    texts = []
    for one in arrivals:
        item = f"of {plan.names.item(str(one['item']))}" if one.get("item") else "more"
        when = span_name([str(one["period"])]) if one.get("period") else "later"
        texts.append(f"{formatted(one.get('amount'), 'quantity')} {item} in {when}".strip())
    return f"on order: {', '.join(texts[:2])}" if texts else ""


def worth_of(plan: Plan, decision: Decision) -> Answer | None:
    """What the run knows of a decision: its ``firm`` part and its ``worth``; None where nothing."""
    for one in plan.run.why.get("decisions", ()):
        where = one.get("plant") or one.get("place") or one.get("expansion") or ""
        same = one.get("kind") == decision.kind and (one.get("item") or decision.item) == decision.item
        if same and where in (decision.place, decision.item):
            return dict(one)
    return None


def points_gained(plan: Plan, bottleneck: Answer) -> float | None:
    """Percentage points by which the goal coverage rises where one limit is lifted; None where it is not known."""
    coverage, now = bottleneck.get("coverage"), plan.run.manifest["goals"].get("coverage")
    return None if coverage is None or now is None else 100.0 * max(float(now) - float(coverage), 0.0)


def points(share: object) -> float | None:
    """A difference of shares in percentage points; None where it is not known."""
    return 100.0 * float(share) if isinstance(share, int | float) else None
