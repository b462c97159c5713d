"""The measured figures as tables: ``benchmarks/RESULTS.md`` from ``benchmarks/results.json``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path("benchmarks/results.json")

STAGES = {
    "read": "reading and checking",
    "check": "numbers of the scenario",
    "build": "building the model",
    "handover": "hand-over: expansion, scaling, passing",
    "solve": "all inside HiGHS",
    "verify": "verification and what surrounds it",
    "write": "tables and both reports",
}

Round = Mapping[str, Any]


def rest(one: Round) -> float:
    """Seconds of the whole command that are not HiGHS's own."""
    return float(one["ours"]["wall"] - one["ours"]["seconds"]["solve"])


def first(one: Round) -> float:
    """Seconds of HiGHS alone on the first rank: hand-over of arrays, and solve."""
    return float(one["highs ipx"]["handover"] + one["highs ipx"]["solve"])


def made(one: Round) -> float:
    """Seconds of building and hand-over."""
    return float(one["ours"]["seconds"]["build"] + one["ours"]["seconds"]["handover"])


RATIOS: dict[str, tuple[Callable[[Round], float], str]] = {
    "everything but the solver's own time / HiGHS alone, first rank": (
        lambda one: rest(one) / first(one),
        "≤ 0.5 at M, ≤ 0.25 at L",
    ),
    "all ranks / HiGHS alone, first rank": (
        lambda one: sum(rank[1] for rank in one["ours"]["ranks"]) / first(one),
        "≤ 1.6",
    ),
    "all ranks, the one plan and ties / HiGHS alone, first rank": (
        lambda one: one["ours"]["seconds"]["solve"] / first(one),
        "",
    ),
    "build and hand-over / HiGHS alone, first rank": (lambda one: made(one) / first(one), "≤ 0.15 at M and L"),
    "build and hand-over / linopy's": (
        lambda one: made(one) / (one["linopy"]["build"] + one["linopy"]["handover"]),
        "≤ 5 at M and L",
    ),
    "build and hand-over / Pyomo's own": (
        lambda one: made(one) / (one["pyomo"]["build"] + one["pyomo"]["handover"]),
        "",
    ),
    "the whole command / HiGHS alone, first rank": (lambda one: one["ours"]["wall"] / first(one), ""),
    "peak memory, kB a column": (
        lambda one: one["ours"]["peak_mb"] * 1024 / one["ours"]["model"]["columns"],
        "≤ 3 at L",
    ),
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---", *["---:" for _ in head[1:]]], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def of_rounds(found: Mapping[str, Any], value: Callable[[Round], float]) -> float:
    """The median over the rounds."""
    return median(value(one) for one in found["rounds"])


def number(value: float) -> str:
    """Three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def stages(results: Mapping[str, Any]) -> str:
    """Seconds of the command by stage."""
    sizes = list(results)
    rows = [
        [told, *(number(of_rounds(results[s], lambda one, k=key: one["ours"]["seconds"][k])) for s in sizes)]  # type: ignore[misc]
        for key, told in STAGES.items()
    ]
    ranks = max(len(results[s]["rounds"][0]["ours"]["ranks"]) for s in sizes)
    for n in range(ranks):
        rows.append(
            [
                f"of it rank {n + 1}",
                *(number(of_rounds(results[s], lambda one, n=n: one["ours"]["ranks"][n][1])) for s in sizes),
            ]  # type: ignore[misc]
        )
    choice = lambda one: one["ours"]["seconds"]["solve"] - sum(rank[1] for rank in one["ours"]["ranks"])  # noqa: E731
    rows.append(["of it the one plan and ties", *(number(of_rounds(results[s], choice)) for s in sizes)])
    rows.append(["the whole command", *(number(of_rounds(results[s], lambda one: one["ours"]["wall"])) for s in sizes)])
    rows.append(
        ["peak memory, MB", *(number(of_rounds(results[s], lambda one: one["ours"]["peak_mb"])) for s in sizes)]
    )
    return table(["seconds", *sizes], rows)


def peers(results: Mapping[str, Any]) -> str:
    """Seconds of the peers."""
    sizes = list(results)
    rows = [["HiGHS alone, `ipx`, first rank", *(number(of_rounds(results[s], first)) for s in sizes)]]
    for method in ("simplex", "pdlp", "hipo"):
        rows.append([f"HiGHS alone, `{method}`", *(cut_off(results[s].get(f"highs {method}")) for s in sizes)])
    for peer in ("linopy", "pyomo"):
        for what in ("build", "handover"):
            told = f"{peer}, {'hand-over' if what == 'handover' else what}"
            rows.append([told, *(number(of_rounds(results[s], lambda one, p=peer, w=what: one[p][w])) for s in sizes)])  # type: ignore[misc]
    return table(["seconds", *sizes], rows)


def cut_off(found: Mapping[str, Any] | None) -> str:
    """How a method that may be cut off ended."""
    if found is None:
        return ""
    if "solve" not in found:
        return "not in this build"
    if found["status"] != "Optimal":
        return f"> {number(found['limit'])}"
    return number(found["solve"])


def ratios(results: Mapping[str, Any]) -> str:
    """The ratios that count, with the bounds that are asked of them."""
    sizes = list(results)
    rows = [
        [told, *(number(of_rounds(results[s], value)) for s in sizes), bound] for told, (value, bound) in RATIOS.items()
    ]
    tolerant = []
    for s in sizes:
        found = results[s].get("tolerant")
        tolerant.append(number(found["ranks"][1][1] / found["ranks"][0][1]) if found else "")
    rows.append(["the rank after one with a tolerance / the first rank, same run", *tolerant, "≤ 0.5 at M"])
    return table(["medians of ratios within a round", *sizes, "asked"], rows)


def write_results(results: Mapping[str, Any]) -> None:
    """Keep the figures, and write their tables."""
    ordered = {size: results[size] for size in ("S", "M", "L", "real") if size in results}
    RESULTS.write_text(json.dumps(ordered, indent=1) + "\n")
    sizes = [
        [
            size,
            *(f"{found['programme'][what]:,}" for what in ("columns", "rows", "nonzeros")),
            str(len(found["rounds"])),
            found["measured"],
        ]
        for size, found in ordered.items()
    ]
    machines = dict.fromkeys(found["machine"] for found in ordered.values())
    parts = [
        "# Measured speed and memory",
        "Written by `python -m benchmarks.speed S M L real`; each round runs the command and its peers one after the "
        "other on the same programme. " + " ".join(f"Machine: {each}." for each in machines),
        table(["size", "columns", "rows", "non-zeros", "rounds", "measured"], sizes),
        "## Ratios",
        ratios(ordered),
        "## The command by stage",
        stages(ordered),
        "## Peers",
        peers(ordered),
    ]
    batch = RESULTS.with_name("batch.json")
    if batch.exists():
        from benchmarks.batch import section

        parts.append(section(json.loads(batch.read_text())))
    explained = RESULTS.with_name("explain.json")
    if explained.exists():
        from benchmarks.explain import section as explanations

        parts.append(explanations(json.loads(explained.read_text())))
    notes = RESULTS.with_name("NOTES.md")
    if notes.exists():
        parts.append(notes.read_text().strip())
    RESULTS.with_name("RESULTS.md").write_text("\n\n".join(parts) + "\n")
