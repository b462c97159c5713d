"""Two or more runs compared: inputs, plans, and why, against the first of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan.compare.format import formatted_delta
from aidplan.compare.grouping import ChangeGroup, grouped
from aidplan.compare.headline import NAME as HEADLINE
from aidplan.compare.headline import TimeLine, over_time, sentence
from aidplan.compare.inputs import Change, changed_inputs, is_wording
from aidplan.compare.lines import View, is_different
from aidplan.compare.matrix import Matrix, matrix
from aidplan.compare.plans import Plans
from aidplan.compare.sharing import sharing
from aidplan.compare.surprise import surprises
from aidplan.compare.why import Why, affordable, explain_change
from aidplan.figures.format import money_name
from aidplan.figures.quantities import Plan

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


LONGEST_STEM = 180
"""Bytes of runs' names in the name of a file, which most disks bound by 255."""


@dataclass(frozen=True)
class Pair:
    """A later run against the first: ``changes`` of inputs, and ``why`` (None where it was not asked for).

    ``before`` and ``after`` are the runs' names, ``titles`` what readers see of them.
    """

    before: str
    after: str
    changes: tuple[Change, ...]
    why: Why | None
    titles: tuple[str, str]

    @property
    def title(self) -> str:
        """``base → us_leaves``."""
        return " → ".join(self.titles)

    def count(self, what: str) -> int:
        """How many cells changed, or rows were added or removed."""
        return sum(change.what == what for change in self.changes)

    def weightiest(self, most: int) -> list[Change]:
        """The changes to name first: of every changed row its largest, and what plans read before words."""
        largest = sorted(self.changes, key=lambda one: -one.size)
        seen: Counter[tuple[str, ...]] = Counter()
        placed: list[tuple[bool, int, float, Change]] = []
        for change in largest:
            row = (change.sheet, *change.key)
            placed.append((is_wording(change), seen[row], -change.size, change))
            seen[row] += 1
        return [change for *_, change in sorted(placed, key=lambda one: one[:3])][:most]

    @property
    def groups(self) -> list[ChangeGroup]:
        """Changed inputs, those of one rule as one; what plans read before words, the most cells and largest changes
        first.
        """
        return sorted(grouped(self.changes), key=lambda one: (is_wording(one.first), -len(one.changes), -one.size))

    def mattered(self, change: Change) -> str:
        """What the change's block of inputs did to the goals, in a few words."""
        if is_wording(change):
            return "no plan reads it"
        part = next((one for one in self.why.parts if change.block in one.blocks), None) if self.why else None
        if part is None:
            return ""
        moved = [
            f"{goal} {formatted_delta(value, 'money' if goal in ('cost', 'liability') else 'share')}"
            for goal, value in part.change.items()
            if is_different(value, 0.0)
        ]
        return f"{part.name}: {', '.join(moved)}" if moved else f"{part.name}: moved no goal"


@dataclass(frozen=True, repr=False)
class Comparison:
    """``names`` of all runs, ``planned`` those with a plan, which the figures of ``views`` follow in order;
    ``money`` is the unit that money is shown in, ``matrix`` there is for three plans or more.
    """

    names: tuple[str, ...]
    about: tuple[tuple[str, str, str, str], ...]
    """Run, workbook, scenario, state: one a run."""
    planned: tuple[str, ...]
    remarks: tuple[str, ...]
    pairs: tuple[Pair, ...]
    views: tuple[View, ...]
    matrix: Matrix | None
    money: str
    titles: tuple[str, ...] = ()
    """Headings of ``planned``: the scenarios where they tell the runs apart, else the runs' names."""
    times: tuple[TimeLine, ...] = ()
    """Demand met by period, of every run with a plan, at fronts and at home."""

    @property
    def sentences(self) -> list[str]:
        """What to say first of each later run against the first: demand met, and whether that is better."""
        view = self.view(HEADLINE)
        if view is None:
            return []
        found = [(title, sentence(view, at)) for at, title in enumerate(self.titles[1:], start=1)]
        return [f"{self.titles[0]} → {title}: {text}" for title, text in found if text]

    def met_less(self, run: int) -> bool:
        """Whether later run ``run`` (from 0) meets less demand than the first, so that being cheaper is no merit."""
        view = self.view(HEADLINE)
        delta = view.lines[0].deltas[run] if view is not None and view.lines and view.lines[0].kind == "share" else None
        return delta is not None and delta < 0 and is_different(delta, 0.0)

    @property
    def file_stem(self) -> str:
        """``compare-A-B``: the name under which the comparison is written, of the runs' names."""
        names = "-".join(re.sub(r"[^\w.()+-]+", "_", name[:60]) for name in self.names)
        return f"compare-{names.encode()[:LONGEST_STEM].decode(errors='ignore')}"

    def __repr__(self) -> str:
        return f"Comparison of {', '.join(self.names)}: {len(self.views)} tables, {len(self.remarks)} remarks"

    def view(self, name: str) -> View | None:
        """The view of that name; None where fewer than two runs have a plan."""
        return next((view for view in self.views if view.name == name), None)


def compare_runs(
    runs: Sequence[PlanRun],
    *,
    solves: int | None = None,
    with_why: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Compare ``runs`` (two or more) with the first of them.

    ``solves`` bounds what is solved beside the runs, over all pairs together; None aims at about five
    minutes by the first run's own seconds.
    """
    names = _names(runs)
    pairs = len(runs) - 1
    allowed = affordable(runs[0], pairs) if solves is None else solves // pairs
    compared = []
    titles = _titles(runs, names)
    for name, title, run in zip(names[1:], titles[1:], runs[1:], strict=True):
        progress(f"comparing {names[0]} with {name}")
        changes = tuple(changed_inputs(runs[0].book, run.book))
        why = explain_change(runs[0], run, allowed, runs, progress) if with_why else None
        compared.append(Pair(names[0], name, changes, why, (titles[0], title)))
    shared = sharing(runs, names)
    having = [at for at, run in enumerate(runs) if run.has_plan]
    views: list[View] = []
    if len(having) > 1:
        some = [runs[at] for at in having]
        views = Plans(some, sharing(some, [names[at] for at in having])).views()
    return Comparison(
        names=names,
        about=tuple(_about(name, run) for name, run in zip(names, runs, strict=True)),
        planned=tuple(names[at] for at in having),
        remarks=(*_states(runs, names), *surprises(runs, titles), *shared.remarks),
        pairs=tuple(compared),
        views=tuple(views),
        matrix=matrix(views, [titles[at] for at in having]) if len(having) > 2 else None,
        money=money_name(runs[0].data.currency, runs[0].data.money_unit),
        titles=tuple(titles[at] for at in having),
        times=tuple(over_time([Plan(runs[at]) for at in having], [titles[at] for at in having])),
    )


def _names(runs: Sequence[PlanRun]) -> tuple[str, ...]:
    """The runs' names; those that several share are numbered."""
    names = [str(run.manifest["run"]) for run in runs]
    often = Counter(names)
    return tuple(f"{name} ({at})" if often[name] > 1 else name for at, name in enumerate(names, start=1))


def _titles(runs: Sequence[PlanRun], names: Sequence[str]) -> Sequence[str]:
    """Scenarios where these tell all runs apart, else the runs' names."""
    scenarios = [run.scenario for run in runs]
    return scenarios if len(set(scenarios)) == len(runs) else names


def _about(name: str, run: PlanRun) -> tuple[str, str, str, str]:
    state = "verified" if run.manifest.get("verified") else "NOT VERIFIED"
    state = f"{run.manifest['status']}, {state}" if run.has_plan else f"no plan ({run.manifest['status']})"
    return name, str(run.manifest["workbook"].get("file", "")), run.scenario, state


def _states(runs: Sequence[PlanRun], names: Sequence[str]) -> list[str]:
    """What a reader must know of single runs before their figures."""
    found = []
    for name, run in zip(names, runs, strict=True):
        status = run.manifest["status"]
        if not run.has_plan:
            found.append(f"{name} has no plan ({status}), so only its inputs are compared.")
        elif not run.manifest.get("verified"):
            found.append(f"{name} is NOT VERIFIED: do not brief from its figures.")
        elif status != "optimal":
            found.append(
                f"{name} ended early ({str(status).replace('_', ' ')}): its later goals may not be at their best."
            )
    return found
