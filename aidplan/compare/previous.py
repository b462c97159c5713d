"""What changed against the previous run of the same workbook and scenario, in five lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.compare.format import MOST_CELLS, UNCHANGED, counted, formatted_line
from aidplan.figures.format import cut
from aidplan.runs import RunError, RunSummary, list_runs, open_run
from aidplan.runs.errors import shown

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison
    from aidplan.extract import PlanRun

_LONGEST, _NAMED = 70, 3


@dataclass(frozen=True)
class Previous:
    """``run`` is the folder of the previous run; ``lines`` say what changed since, for a terminal."""

    run: Path
    lines: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same for programs."""
        return {"run": str(self.run), "lines": list(self.lines)}


def against_previous(run: Path, plan: PlanRun | None = None) -> Previous | None:
    """What changed from the previous run to the one at ``run``; None where there is no previous run.

    ``plan`` is what stands there, where it is still in memory.

    The previous run is the newest whole one in the same folder of the same workbook's file name and the same
    scenario that started no later. Nothing is solved. Where one of the two cannot be opened, the lines say so.
    """
    from aidplan.compare.comparing import compare_runs

    try:
        earlier = _previous(run)
    except RunError:
        return None
    if earlier is None:
        return None
    try:
        comparison = compare_runs([open_run(earlier.path), plan or open_run(run)], with_why=False)
    except RunError as problem:
        return Previous(earlier.path, (f"not compared with the previous run: {shown(problem)}",))
    except Exception as problem:  # the run is whole and must be shown, whatever comes of this comparison
        fault = shown(f"{type(problem).__name__}: {problem}")
        return Previous(earlier.path, (f"not compared with the previous run, by a fault of aidplan's own ({fault})",))
    return Previous(earlier.path, tuple(shown(line) for line in _lines(comparison, earlier, run)))


def _previous(run: Path) -> RunSummary | None:
    found = list_runs(run.parent)
    own = next((one for one in found if one.path.name == run.name), None)
    if own is None:
        return None
    alike = [
        one
        for one in found[: found.index(own)]
        if (one.workbook, one.scenario) == (own.workbook, own.scenario) and not one.problem
    ]
    return alike[-1] if alike else None


def _lines(comparison: Comparison, earlier: RunSummary, run: Path) -> list[str]:
    """Inputs, goals, coverage, orders, and where to read on."""
    (pair,) = comparison.pairs
    groups = pair.groups
    parts = "; ".join(cut(group.text, _LONGEST) for group in groups[:_NAMED])
    more = " …" if len(groups) > _NAMED else ""
    lines = [f"since {earlier.run} ({earlier.started}): {counted(pair)}" + (f": {parts}{more}" if parts else "")]
    if len(comparison.planned) < 2:
        lines += [remark for remark in comparison.remarks if "no plan" in remark][:2]
    else:
        lines += [
            _goals(comparison),
            _view(comparison, "Coverage by place", "demand met"),
            _view(comparison, "Orders", "orders"),
        ]
    say = "why" if len(comparison.planned) > 1 else "all changed inputs" if len(pair.changes) > MOST_CELLS else "more"
    return [*lines, f"{say}: aidplan compare {_typed([earlier.path, run])}"]


def _typed(paths: Sequence[Path]) -> str:
    import shlex

    return " ".join(shlex.quote(str(path)) for path in paths)


def _goals(comparison: Comparison) -> str:
    view = comparison.view("Goals")
    assert view is not None
    parts = []
    for line in view.lines:
        (before, after), (delta,) = formatted_line(line)
        if delta == UNCHANGED:
            continue
        parts.append(f"{line.labels[0]} {before} → {after} ({delta})")
    return "goals: " + (", ".join(parts) or "none moved")


def _view(comparison: Comparison, name: str, called: str) -> str:
    view = comparison.view(name)
    assert view is not None
    changed = [line for line in view.lines if line.differs]
    parts = "; ".join(
        f"{cut(' / '.join(line.labels), _LONGEST)} {' → '.join(formatted_line(line)[0])}" for line in changed[:_NAMED]
    )
    unit = f" [{comparison.money}]" if name == "Orders" else ""
    return f"{called}{unit}: " + (f"{len(changed)} of {len(view.lines)} differ: {parts}" if changed else "as before")
