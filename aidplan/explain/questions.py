"""Which shortages are explained: those that weigh most in the goal ``coverage``, or those asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aidplan_models.data import PlanData
from aidplan_models.derived import coverage_weights

from aidplan.explain.shortage.goods import Question
from aidplan.explain.shortage.lifts import Values

MATTERS = 1e-9
"""Of a demand: what is short by less is not short."""


class UnknownError(ValueError):
    """What is asked about is not in the run; one sentence says what is."""


@dataclass(frozen=True)
class Asked:
    """What a planner asks about, as typed: codes and period labels; nothing of it for the shortages that matter."""

    capability: str | None = None
    places: Sequence[str] = ()
    first: str | None = None
    last: str | None = None


def questions(data: PlanData, plan: Values, asked: Asked | None = None) -> list[Question]:
    """The shortages to explain, those that weigh most in coverage first.

    Without a question one a capability: its fronts together or its homes together, whichever weighs more.
    Raises `UnknownError` for a code or a period that the run does not have.
    """
    asked = asked or Asked()
    first, last = _periods(data, asked)
    _check(data, asked)
    groups: dict[tuple[str, str], list[str]] = {}
    for x, c in data.demands:
        if asked.capability in (None, c) and (not asked.places or x in asked.places):
            together = "all" if asked.places or asked.capability else data.places[x].kind
            groups.setdefault((c, together), []).append(x)
    found = [Question(c, tuple(places), first, last) for (c, _), places in groups.items()]
    weight = _weights(data, plan, found)
    short = sorted((question for question in found if weight[question] > 0), key=lambda question: -weight[question])
    if asked.places or asked.capability:
        return short
    return list({question.capability: question for question in reversed(short)}.values())[::-1]


def _weights(data: PlanData, plan: Values, found: Sequence[Question]) -> Mapping[Question, float]:
    """What each shortage adds to the goal ``coverage``; 0 where nothing is short."""
    of_unit = coverage_weights(data)
    weights = dict.fromkeys(found, 0.0)
    for index, unmet in plan.get("unmet", {}).items():
        demand = data.demands[index[0], index[1]].demand[index[2] - 1]
        if unmet > MATTERS * demand:
            for question in found:
                if question.covers(*index):
                    weights[question] += max(of_unit.get(index, 0.0) * unmet, 1e-300)
    return weights


def _periods(data: PlanData, asked: Asked) -> tuple[int, int]:
    labels = data.period_labels[: data.horizon]
    for name, label in (("--from", asked.first), ("--to", asked.last)):
        if label is not None and label not in labels:
            raise UnknownError(f"{name} {label}: is not in the run, which has {labels[0]} to {labels[-1]}")
    first = 1 if asked.first is None else labels.index(asked.first) + 1
    last = data.horizon if asked.last is None else labels.index(asked.last) + 1
    if first > last:
        raise UnknownError(f"--from {asked.first}: is after --to {asked.last}; give the earlier period first")
    return first, last


def _check(data: PlanData, asked: Asked) -> None:
    known = {c for _, c in data.demands}
    if asked.capability is not None and asked.capability not in known:
        raise UnknownError(_unknown("--capability", asked.capability, known))
    places = {x for x, _ in data.demands}
    for place in asked.places:
        if place not in places:
            raise UnknownError(_unknown("--place", place, places))


def _unknown(flag: str, code: str, known: set[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(code, known, 1)
    meant = f"; did you mean `{near[0]}`?" if near else f"; it has {', '.join(sorted(known)[:12])}"
    return f"{flag} {code}: the run has no such demand{meant}"
