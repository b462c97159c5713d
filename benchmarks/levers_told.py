"""What levers, stress and pressure say of the coalition workbook, written into the docs from the answers of the commands.

python -m benchmarks.levers_told FOLDER         reads FOLDER/levers, FOLDER/stress and FOLDER/pressure, as far as they are there
python -m benchmarks.levers_told --from-record  writes the page again from benchmarks/levers.json

The three are what `aidplan levers WORKBOOK --out FOLDER/levers` and the like leave. Where `FOLDER/NAME*.time` lie beside them
(`/usr/bin/time -v -o FOLDER/levers.time aidplan levers …`), their processor time and memory are told too. The sum in docs/many-machines.md is of the solve
that `python -m benchmarks.speed real` measured, and of the size of the base's run.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from aidplan.batch.cluster import packed
from aidplan.workbook import open_workbook, plan_data
from benchmarks.levers_page import blocks
from inputs.told import fill

ROOT = Path(__file__).resolve().parents[1]
PAGE, MANY = ROOT / "docs" / "levers.md", ROOT / "docs" / "many-machines.md"
RECORD, SPEED = ROOT / "benchmarks" / "levers.json", ROOT / "benchmarks" / "results.json"
SCENARIOS, OWN = (
    ROOT / "inputs" / "told.json",
    {"financing": "tranches", "guarantees": "no_guarantees", "pressure": "pressure"},
)
"""The record of the workbook's own scenarios, and which of them speaks of a lever."""
KINDS = ("levers", "stress", "pressure")
LEFT_OUT = ("options", "versions", "seconds", "sentences", "answer")


def record(folder: Path) -> dict[str, Any]:
    """What the page repeats of the answers in ``folder``, each with what it took; an answer that is not there is None."""
    run = folder / "levers" / "as_given"
    return {**{kind: _answer(folder, kind) for kind in KINDS}, "one": one(run), "given": given(run), "own": own()}


def own() -> dict[str, Any]:
    """What the READMEs' record says of the workbook's own scenarios that pull the same levers, and of its base."""
    found = json.loads(SCENARIOS.read_bytes())["scenarios"]
    told = {lever: name for lever, name in {"base": "base", **OWN}.items() if name in found}
    return {
        lever: {"scenario": name, "met": found[name]["met"], "goals": found[name]["goals"]}
        for lever, name in told.items()
    }


def given(run: Path) -> dict[str, Any] | None:
    """What of the levers the workbook has already: of its funds how many wait for approval; its private expansions and limit."""
    if not (run / "workbook.xlsx").is_file():
        return None
    data = plan_data(open_workbook(run / "workbook.xlsx").tables)
    return {
        "funds": len(data.funds),
        "tranches": sum(fund.mode == "tranche" for fund in data.funds.values()),
        "delayed": sum(fund.delay > 0 for fund in data.funds.values()),
        "private": sum(each.financing == "private" for each in data.expansions.values()),
        "outyear_limit": data.outyear_limit,
    }


def one(run: Path) -> dict[str, Any]:
    """What one solve of the coalition workbook took on a machine of its own, and MB of a run, as it is and packed."""
    speed = json.loads(SPEED.read_bytes())["real"]
    took = [each["ours"] for each in speed["rounds"]]
    files = [path.stat().st_size for path in run.rglob("*") if path.is_file()]
    return {
        "seconds": round(median(each["wall"] for each in took), 1),
        "mb": round(max(each["peak_mb"] for each in took)),
        "worker_mb": max(
            (json.loads(file.read_bytes())["peak_memory_mb"] for file in run.parent.glob("*/run.json")), default=0
        ),
        "columns": speed["programme"]["columns"],
        "measured": speed["measured"],
        "run_mb": round(sum(files) / 1e6, 2),
        "packed_mb": round(len(packed(run)) / 1e6, 2) if files else 0.0,
    }


def _answer(folder: Path, kind: str) -> dict[str, Any] | None:
    file = folder / kind / "answer.json"
    if not file.is_file():
        return None
    said = json.loads(file.read_bytes())
    kept = {name: _rounded(entry) for name, entry in said.items() if name not in LEFT_OUT}
    if kind == "levers":
        found = {(row["lever"], row["setting"]) for row in kept["levers"]}
        kept["unsolved"] = [
            f"{lever}: {setting}" for lever, setting in every_setting() if (lever, setting) not in found
        ]
    if kind == "stress":
        kept["robust"] = len(kept["robust"])
    if kind == "pressure":
        kept["pressure"] = [{**row, "cut": max_cut(row["cut"])} for row in kept["pressure"]]
    return {**kept, "took": took(folder, kind)}


def every_setting() -> list[tuple[str, str]]:
    """Every lever and setting that ships, but those that are the workbook as it is."""
    text = (files("aidplan.study") / "levers.toml").read_text("utf-8")
    return [
        (entry["lever"], entry["name"] if repeat == 1 else f"{entry['name']}_{n}")
        for entry in tomllib.loads(text)["setting"]
        if entry["name"] != "as_given"
        for repeat in [entry.get("repeat", 1)]
        for n in range(1, repeat + 1)
    ]


def max_cut(cut: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Capability -> the largest share that is cut in any period."""
    return {capability: max(by_period.values(), default=0.0) for capability, by_period in cut.items()}


def took(folder: Path, kind: str) -> dict[str, Any]:
    """Runs of a study, the seconds of all by the clock, MB of the largest; processor seconds and MB of the commands where measured."""
    runs = [json.loads(file.read_bytes()) for file in sorted((folder / kind).glob("*/run.json"))]
    found: dict[str, Any] = {
        "runs": len(runs),
        "seconds": round(sum(run["seconds"]["total"] for run in runs)),
        "run_mb": round(max((run["peak_memory_mb"] for run in runs), default=0)),
    }
    measured = [file.read_text() for file in sorted(folder.glob(f"{kind}*.time"))]
    cpu = [sum(_figures(text, "User time", "System time")) for text in measured]
    if any(cpu):
        found["cpu_seconds"] = round(sum(cpu))
        found["peak_mb"] = round(max(max(_figures(text, "Maximum resident"), default=0.0) for text in measured) / 1024)
    return found


def _figures(text: str, *names: str) -> list[float]:
    """What GNU time says under those names."""
    return [float(told) for name in names for told in re.findall(rf"^\s*{name}[^:\n]*: ([\d.]+)$", text, re.MULTILINE)]


def _rounded(entry: Any) -> Any:
    """Figures to eight digits."""
    if isinstance(entry, float):
        return float(f"{entry:.8g}")
    if isinstance(entry, dict):
        return {name: _rounded(each) for name, each in entry.items()}
    return [_rounded(each) for each in entry] if isinstance(entry, list) else entry


def write_pages(told: Mapping[str, Any]) -> None:
    """Both pages with their passages from a record."""
    for page in (PAGE, MANY):
        page.write_text(fill(page.read_text(encoding="utf-8"), blocks(told)), encoding="utf-8")


def main() -> None:
    """Record what the answers say, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="where the answers of the three commands lie")
    parser.add_argument("--from-record", action="store_true", help="write the page from benchmarks/levers.json alone")
    chosen = parser.parse_args()
    if not chosen.from_record:
        if chosen.folder is None:
            parser.error("name the folder of the answers, or give --from-record")
        RECORD.write_text(json.dumps(record(chosen.folder), indent=1) + "\n", encoding="utf-8")
    write_pages(json.loads(RECORD.read_text(encoding="utf-8")))
    print(PAGE)


if __name__ == "__main__":
    main()
