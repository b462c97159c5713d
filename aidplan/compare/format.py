"""How figures and differences are shown, and the summary on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aidplan.figures.format import cut, formatted
from aidplan.runs.errors import shown

if TYPE_CHECKING:
    from aidplan.compare.comparing import Comparison, Pair
    from aidplan.compare.lines import Line

MOST_CELLS = 10
_MOST_LINES = 3
_LONGEST = 100
ABSENT = "not in it"
UNCHANGED = "="
NOISE, SHOWN = 1e-7, 5e-5
"""Shares below the first are a solver's last digits; those below the second do not show in two decimals."""


def formatted_figure(value: float | None, kind: str) -> str:
    """A figure; a share in percent with two decimals, as small changes of goals matter."""
    if value is None:
        return ABSENT
    if kind == "share":  # what is not quite nothing or not quite all is never shown as nothing or all
        if NOISE < value < SHOWN:
            return "<0.01 %"
        return ">99.99 %" if NOISE < 1 - value < SHOWN else f"{100 * value:.2f} %"
    return f"{value:,.2f}" if kind == "money" and abs(value) < 9999.5 else formatted(value, kind).replace("–", "0")


def formatted_delta(value: float | None, kind: str) -> str:
    """A difference with its sign; of shares in percentage points; ``=`` for none."""
    if value is None:
        return ""
    size = 100 * value if kind == "share" else value
    if abs(size) < 1e-9:
        return UNCHANGED
    unit = " pt" if kind == "share" else ""
    if abs(size) < 0.01:
        return f"{size:+.1g}{unit}"
    whole = abs(size) >= (99.95 if kind == "quantity" else 9999.5)
    return f"{size:+,.0f}{unit}" if whole else f"{size:+,.2f}{unit}"


def formatted_figures(figures: Sequence[float | None], kind: str) -> list[str]:
    """Figures beside each other, all to the same digits: where any is in the tens of thousands, none has cents."""
    if not _is_whole(figures, kind):
        return [formatted_figure(one, kind) for one in figures]
    return [ABSENT if one is None else f"{one:,.0f}" for one in figures]


def formatted_line(line: Line) -> tuple[list[str], list[str]]:
    """A line's figures and its differences, to the same digits."""
    whole = _is_whole(line.figures, line.kind)
    deltas = [
        f"{one:+,.0f}" if whole and one is not None and abs(one) >= 99.5 else formatted_delta(one, line.kind)
        for one in line.deltas
    ]
    return formatted_figures(line.figures, line.kind), deltas


def _is_whole(figures: Sequence[float | None], kind: str) -> bool:
    return kind != "share" and any(abs(one or 0.0) >= 9999.5 for one in figures)


def formatted_error(value: float | None, kind: str) -> str:
    """A standard error, after its figure; "" where nothing was sampled."""
    if value is None:
        return ""
    return "± not known" if math.isinf(value) else f"± {formatted_delta(value, kind).lstrip('+')}"


def goal_kind(goal: str) -> str:
    """How a goal's value is shown."""
    return "money" if goal in ("cost", "liability") else "share"


def terminal(comparison: Comparison) -> str:
    """The summary, plain text without control characters."""
    lines = list(comparison.sentences)
    for pair in comparison.pairs:
        lines += [pair.title, *_inputs(pair), *_plans(comparison, pair), *_why(pair)]
    if comparison.matrix is not None:
        lines += _matrix(comparison)
    lines += [f"Note: {remark}" for remark in comparison.remarks]
    return "\n".join(shown(line) for line in lines)


def counted(pair: Pair) -> str:
    """``12 cells changed, 1 row added, 0 rows removed``."""
    cells, added, removed = (pair.count(what) for what in ("changed", "added", "removed"))
    plural = {1: ""}
    return (
        f"{cells} cell{plural.get(cells, 's')} changed, {added} row{plural.get(added, 's')} added, "
        f"{removed} row{plural.get(removed, 's')} removed"
    )


def _inputs(pair: Pair) -> list[str]:
    lines = [f"  Inputs: {counted(pair)}"]
    found = pair.groups[:MOST_CELLS]
    lines += [f"    {cut(group.text, _LONGEST)}" for group in found]
    rest = len(pair.changes) - sum(len(group.changes) for group in found)
    if rest:
        lines.append(f"    and {rest} more cells, all in the workbook of the comparison")
    return lines


def _plans(comparison: Comparison, pair: Pair) -> list[str]:
    if pair.before not in comparison.planned:
        return []
    if pair.after not in comparison.planned:
        return []
    at = comparison.planned.index(pair.after)
    lines = [f"  Objectives, smaller is better; cost and liability in {comparison.money}"]
    view = comparison.view("Goals")
    assert view is not None
    for line in view.lines:
        lines.append(f"    {_formatted_line(line, at)}")
    for name in ("Coverage", "Coverage by place", "Orders", "Capacity built", "Money"):
        view = comparison.view(name)
        changed = [] if view is None else [one for one in view.lines if is_shown(one, at)]
        changed.sort(key=lambda one: (is_alike(one, at), -one.weights[at - 1]))
        if view is None or not changed:
            continue
        unit = f" [{comparison.money}]" if name in ("Orders", "Money") else ""
        alike = sum(is_alike(one, at) for one in changed)
        apart = f", {alike:,} of them as equally good alternatives do, which no objective asked for" if alike else ""
        lines.append(f"  {view.title}{unit}: {len(changed):,} of {len(view.lines):,} differ{apart}")
        lines += [f"    {_formatted_line(line, at)}" for line in changed[:_MOST_LINES]]
    return lines


def is_shown(line: Line, at: int) -> bool:
    """Whether the line of run ``at`` differs from the first run's as it is shown."""
    delta = line.deltas[at - 1]
    if delta is None:
        return line.figures[0] is not None or line.figures[at] is not None
    return line.differs and formatted_delta(delta, line.kind) != UNCHANGED


def is_alike(line: Line, at: int) -> bool:
    """Whether run ``at`` differs in the line only as equally good alternatives do."""
    return bool(line.alike) and line.alike[at - 1]


def _formatted_line(line: Line, at: int) -> str:
    labels = cut(" / ".join(line.labels), _LONGEST)
    figures, deltas = formatted_line(line)
    return f"{labels}: {figures[0]} → {figures[at]}" + (f" ({deltas[at - 1]})" if deltas[at - 1] else "")


def _why(pair: Pair) -> list[str]:
    if pair.why is None:
        return []
    lines = [
        "  Why, by block of inputs; the rows add up to the whole change"
        if pair.why.parts
        else f"  Why: {pair.why.method}"
    ]
    for part in pair.why.parts:
        moved = [
            (
                f"{goal} {formatted_delta(value, goal_kind(goal))} "
                f"{formatted_error(part.error.get(goal), goal_kind(goal))}"
            ).rstrip()
            for goal, value in part.change.items()
        ]
        lines.append(f"    {part.name}: {', '.join(moved)}" + (f" ({part.note})" if part.note else ""))
    return lines


def _matrix(comparison: Comparison) -> list[str]:
    found = comparison.matrix
    assert found is not None
    lines = [f"All runs ({', '.join(cut(run) for run in found.runs)}): the best of each goal is marked *"]
    for row in found.rows:
        if row.group.startswith("goal"):
            figures = formatted_figures(row.figures, row.kind)
            figures = [f"{one}{'*' if best else ''}" for one, best in zip(figures, row.best, strict=True)]
            lines.append(f"    {row.label}: {'  '.join(figures)}")
    regrets = ", ".join(f"{cut(run)} {100 * one:.2f} pt" for run, one in zip(found.runs, found.largest, strict=True))
    return [*lines, f"  Largest shortfall against the best run, in any share: {regrets}"]


def machine(comparison: Comparison) -> dict[str, Any]:
    """The comparison for programs: every change, every figure, every part."""
    return {
        "runs": [dict(zip(("run", "workbook", "scenario", "state"), about, strict=True)) for about in comparison.about],
        "remarks": list(comparison.remarks),
        "pairs": [_pair(pair) for pair in comparison.pairs],
        "plans": {
            view.name: {
                "columns": [*view.headings, *comparison.planned],
                "rows": [[*line.labels, *line.figures] for line in view.lines],
            }
            for view in comparison.views
        },
        "matrix": None
        if comparison.matrix is None
        else {
            "runs": list(comparison.matrix.runs),
            "rows": [
                {"row": row.label, "group": row.group, "figures": row.figures, "best": row.best, "regret": row.regret}
                for row in comparison.matrix.rows
            ],
            "largest_regret": list(comparison.matrix.largest),
        },
    }


def _pair(pair: Pair) -> dict[str, Any]:
    fields = ("sheet", "key", "what", "column", "before", "after", "address", "block")
    found: dict[str, Any] = {
        "before": pair.before,
        "after": pair.after,
        "inputs": [{name: getattr(change, name) for name in fields} for change in pair.changes],
        "why": None,
    }
    if pair.why is not None:
        found["why"] = {
            "method": pair.why.method,
            "solves": pair.why.solves,
            "exact": pair.why.exact,
            "total": dict(pair.why.total),
            "parts": [
                {
                    "blocks": list(part.blocks),
                    "change": dict(part.change),
                    "error": {goal: None if math.isinf(one) else one for goal, one in part.error.items()},
                    "note": part.note,
                }
                for part in pair.why.parts
            ],
        }
    return found
