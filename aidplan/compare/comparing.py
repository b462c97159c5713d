"""Two or more runs compared: inputs, plans, and why, against the first of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidplan.compare.format import formatted_delta
from aidplan.compare.inputs import Change, changed_inputs, is_wording
from aidplan.compare.lines import View, is_different
from aidplan.compare.matrix import Matrix, matrix
from aidplan.compare.plans import Plans
from aidplan.compare.sharing import sharing
from aidplan.compare.why import Why, affordable, explain_change
from aidplan.figures.format import money_name

if TYPE_CHECKING:
    from aidplan.extract import PlanRun


@dataclass(frozen=True)
class Pair:
    """A later run against the first: ``changes`` of inputs, and ``why`` (None where it was not asked for)."""

    before: str
    after: str
    changes: tuple[Change, ...]
    why: Why | None

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
    for name, run in zip(names[1:], runs[1:], strict=True):
        progress(f"comparing {names[0]} with {name}")
        changes = tuple(changed_inputs(runs[0].book, run.book))
        why = explain_change(runs[0], run, allowed, runs, progress) if with_why else None
        compared.append(Pair(names[0], name, changes, why))
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
        remarks=(*_states(runs, names), *shared.remarks),
        pairs=tuple(compared),
        views=tuple(views),
        matrix=matrix(views, [names[at] for at in having]) if len(having) > 2 else None,
        money=money_name(runs[0].data.currency, runs[0].data.money_unit),
    )


def _names(runs: Sequence[PlanRun]) -> tuple[str, ...]:
    """The runs' names; those that several share are numbered."""
    names = [str(run.manifest["run"]) for run in runs]
    often = Counter(names)
    return tuple(f"{name} ({at})" if often[name] > 1 else name for at, name in enumerate(names, start=1))


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
