"""What the READMEs say about the plan, written from runs so that it cannot go stale.

python -m inputs.told [--jobs N]      solves what the record lacks, writes inputs/told.json and both READMEs
python -m inputs.told --from-record   writes the READMEs again from inputs/told.json

`told.json` is the record of the runs: every figure, and a fingerprint of the numbers that they are of. A record of another
workbook than the one that is built now is refused. `passages.py` says how a figure is put into words.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inputs import build, questions
from inputs.fingerprint import fingerprint, refuse_if_stale
from inputs.passages import Record, blocks
from inputs.questions import BILLION, Answer

RECORD = build.HERE / "told.json"
README, INPUTS_README = build.HERE.parent / "README.md", build.HERE / "README.md"
BINDING_PLANTS, BINDING_OTHERS, SHORTEST = 12, 6, 4
A_TENTH = 0.1
HUNDRED_MILLION = 100.0
ROUNDS = ("shell155", "shell152", "shell105")
COMPARED_YEAR = "2025"


def record(out: Path, jobs: int, *, anew: bool = False) -> dict[str, Any]:
    """Every figure that the READMEs repeat, from runs of the base and of all scenarios.

    What the record of the same workbook has of a scenario stays, unless ``anew``; the record is written after each part
    that was solved, so that nothing solved is lost.
    """
    of = fingerprint()
    told: dict[str, Any] = {"workbook": of, "scenarios": {}}
    if RECORD.is_file() and not anew:
        old = json.loads(RECORD.read_text(encoding="utf-8"))
        told = old if old["workbook"] == of else told
    names = scenarios()
    missing = [name for name in names if name == "base" or name not in told["scenarios"]]
    at_once = jobs or os.cpu_count() or 1
    for part in (missing[start : start + at_once] for start in range(0, len(missing), at_once)):
        for name, folder in questions.solve(build.WORKBOOK, out, "told", part, jobs).items():
            answer = Answer.read(folder)
            told["scenarios"][name] = _scenario(answer)
            if name == "base":
                told["base"] = _base(answer)
        told["scenarios"] = {name: told["scenarios"][name] for name in names if name in told["scenarios"]}
        RECORD.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return told


def scenarios() -> list[str]:
    """The base and every scenario of the workbook, in its order."""
    made = build.tables(build.load_published())
    return list(dict.fromkeys(["base", *(str(row["scenario"]) for row in made["scenarios"])]))


def _scenario(answer: Answer) -> dict[str, Any]:
    goals = {name: _round(answer.goal(name)) for name in ("coverage", "equity", "parity", "cost", "liability")}
    shortest = dict(list(answer.short("front").items())[:SHORTEST])
    return {
        "goals": goals,
        "met": _round(answer.met()),
        "fronts_met": _round(answer.met("front")),
        "homes_met": _round(answer.met("home")),
        "short": {name: _round(share) for name, share in shortest.items()},
    }


def _base(answer: Answer) -> dict[str, Any]:
    model = answer.run.manifest["model"]
    return {
        "model": {name: model[name] for name in ("columns", "rows", "nonzeros")},
        "short": {name: _round(share) for name, share in answer.short("front").items() if share > 0.0005},
        "capacity": _binding(answer, "capacity", "plant", BINDING_PLANTS),
        "components": _components(answer),
        "lane": _binding(answer, "lane", "origin destination mode", BINDING_OTHERS),
        "throughput": _binding(answer, "throughput", "place", BINDING_OTHERS),
        "release_limit": _binding(answer, "release_limit", "place item", BINDING_OTHERS),
        "money": _money(answer),
        "rounds": _rounds(answer),
    }


def _round(figure: float) -> float:
    return float(f"{figure:.8g}")


def _priced(answer: Answer, limit: str) -> Any:
    table = answer.run.tables["prices"]
    reported = answer.run.data.period_labels[: answer.run.data.horizon]
    chosen = (table["limit"] == limit) & (table["goal"] == "coverage") & (table["price"] > 0)
    return table[chosen & table["period"].isin(reported)]


def _binding(answer: Answer, limit: str, keys: str, most: int) -> list[list[Any]]:
    """The limits that hold coverage back most: name, months with a price, points of coverage for a tenth more."""
    found: dict[str, list[float]] = {}
    for row in _priced(answer, limit).to_dict("records"):
        name = " ".join(str(row[key]) for key in keys.split())
        found.setdefault(name, []).append(row["price"] * _amount(answer, limit, row))
    worth = [[name, len(each), _round(100 * A_TENTH * sum(each))] for name, each in found.items()]
    return sorted(worth, key=lambda each: (-each[2], each[0]))[:most]


def _amount(answer: Answer, limit: str, row: Mapping[str, Any]) -> float:
    """How much of a limit there is in a period, in the limit's own unit."""
    data = answer.run.data
    t = data.period_labels.index(row["period"])
    if limit == "capacity":
        return float(data.capacity[row["plant"]][t])
    if limit == "release_limit":
        return float(data.reserves[row["place"], row["item"]].release_limit[t])
    if limit == "throughput":
        return float(data.places[row["place"]].throughput_t[t])
    from aidplan_models.data import Lane

    return float(data.lanes[Lane(row["origin"], row["destination"], row["mode"])].capacity_t[t])


def _components(answer: Answer) -> list[list[Any]]:
    """Every component: in how many months one more of it would raise coverage."""
    counts = Counter(str(name) for name in _priced(answer, "components")["component"])
    components = [name for name, item in answer.run.data.items.items() if item.kind == "component"]
    return [[name, counts[name]] for name in components]


def _money(answer: Answer) -> dict[str, Any]:
    """Money over the horizon [billions], what is left by fund, and what another hundred million would bring."""
    data, tables = answer.run.data, answer.run.tables
    reported = data.period_labels[: data.horizon]
    spent = tables["spent"]
    last = tables["balance"][tables["balance"]["period"] == reported[-1]]
    left = dict(zip(last["fund"], last["value"], strict=True))
    priced = _priced(answer, "balance")
    best = {str(fund): float(rows.max()) for fund, rows in priced.groupby("fund")["price"]}
    months = {str(fund): len(rows) for fund, rows in priced.groupby("fund")["price"]}
    worth = sorted(best, key=lambda fund: (-best[fund], fund))[:BINDING_OTHERS]
    most_left = sorted(left, key=lambda fund: (-left[fund], fund))[:BINDING_OTHERS]
    return {
        "spent": _round(float(spent[spent["period"].isin(reported)]["value"].sum()) / BILLION),
        "left": _round(sum(left.values()) / BILLION),
        "most_left": [[fund, _round(left[fund] / BILLION)] for fund in most_left if left[fund] > HUNDRED_MILLION],
        "worth": [[fund, months[fund], _round(100 * HUNDRED_MILLION * best[fund])] for fund in worth],
    }


def _rounds(answer: Answer) -> dict[str, float]:
    """Rounds that reach the fronts in the year that is compared, by kind of round."""
    data, issued = answer.run.data, answer.run.tables["issued"]
    fronts = [name for name, place in data.places.items() if place.kind == "front"]
    there = issued[issued["place"].isin(fronts) & issued["period"].str.startswith(COMPARED_YEAR)]
    return {item: _round(float(there[there["item"] == item]["value"].sum())) for item in ROUNDS}


def fill(text: str, passages: Mapping[str, str]) -> str:
    """A text with every passage between `<!-- told: NAME -->` and `<!-- /told -->` written anew."""

    def passage(found: re.Match[str]) -> str:
        return f"<!-- told: {found.group(1)} -->\n{passages[found.group(1)]}\n<!-- /told -->"

    return re.sub(r"<!-- told: ([a-z ]+) -->\n.*?<!-- /told -->", passage, text, flags=re.DOTALL)


def write_readmes(told: Record) -> None:
    """Both READMEs with every passage written anew."""
    written = blocks(told)
    for path in (README, INPUTS_README):
        path.write_text(fill(path.read_text(encoding="utf-8"), written), encoding="utf-8")


def main() -> None:
    """Solve what is missing, record it and write the READMEs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=questions.RUNS, help="where runs go (%(default)s)")
    parser.add_argument("--jobs", type=int, default=0, help="scenarios at a time (0: one a core)")
    parser.add_argument("--anew", action="store_true", help="solve again what the record of the same workbook has")
    parser.add_argument("--from-record", action="store_true", help="write the READMEs from inputs/told.json alone")
    chosen = parser.parse_args()
    if not chosen.from_record:
        record(chosen.out, chosen.jobs, anew=chosen.anew)
    told = json.loads(RECORD.read_text(encoding="utf-8"))
    refuse_if_stale(told, RECORD, "python -m inputs.told")
    write_readmes(told)
    print(f"{README}, {INPUTS_README}")


if __name__ == "__main__":
    main()
