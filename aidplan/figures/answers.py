"""Explanations that a run carries (``why.json``), in words for the rows of a report: causes, worth, bottlenecks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aidplan.figures.coverage import Shortage
from aidplan.figures.decisions import Decision
from aidplan.figures.format import formatted, span_name
from aidplan.figures.quantities import Plan

CAUSES = {
    "goals": "objectives of higher priority come first",
    "others": "other places and capabilities are served first",
    "money": "the funds have no more money in time",
    "menu": "of the rules on what each fund may buy",
    "plants": "plants are full",
    "components": "components are short",
    "lead_time": "an order placed now arrives too late",
    "reserves": "donors keep their agreed reserves",
    "lanes": "lanes and hubs are full",
    "platforms": "guns and launchers already fire at their rate",
    "time": "nothing could arrive in time",
}
"""Cause of a shortage -> how it follows on "because"."""

_SMALL, _MOST = 0.03, 3
Answer = Mapping[str, Any]


def answer_for(plan: Plan, shortage: Shortage) -> Answer | None:
    """The explanation of a shortage; None where the run does not explain it."""
    for one in plan.run.why.get("shortages", ()):
        kinds = {plan.data.places[x].kind for x in one.get("places", ()) if x in plan.data.places}
        if one.get("capability") == shortage.capability and kinds == {shortage.kind}:
            return dict(one)
    return None


def because(plan: Plan, answer: Answer) -> str:
    """``89 because plants are full (Camden, Jul 2024–Jun 2025), 61 because …``: the causes that matter, largest first."""
    unmet = float(answer.get("unmet") or 0.0)
    parts = [(str(cause), float(value)) for cause, value in (answer.get("causes") or {}).items()]
    large = sorted((one for one in parts if one[1] > _SMALL * unmet), key=lambda one: -one[1])[:_MOST]
    limits = list(answer.get("limits") or ())
    text = ", ".join(f"{formatted(value, 'quantity')} because {_cause(plan, cause, limits)}" for cause, value in large)
    if text and not answer.get("exact", True):
        text += " (estimate: time ran out)"
    met = _later(plan, answer.get("will_be_met_by") or ())
    return f"{text}; {met}" if text and met else text or met


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
    return ", ".join([*parts, *([span_name(labels)] if labels else [])])


def _later(plan: Plan, arrivals: Iterable[Answer]) -> str:
    texts = []
    for one in arrivals:
        item = plan.names.item(str(one["item"])) if one.get("item") else "more"
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


def points(share: object) -> float | None:
    """A difference of shares in percentage points; None where it is not known."""
    return 100.0 * float(share) if isinstance(share, int | float) else None
