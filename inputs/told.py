"""What the READMEs say about the plan, written from runs so that it cannot go stale.

python -m inputs.told [--jobs N]      solves what is missing in outputs/, writes inputs/told.json and both READMEs
python -m inputs.told --from-record   writes the READMEs again from inputs/told.json

`told.json` is the record of the runs: every figure, and a fingerprint of the numbers that they are of.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inputs import build, doubt, questions
from inputs.questions import BILLION, Answer, percent

RECORD = build.HERE / "told.json"
README, INPUTS_README = build.HERE.parent / "README.md", build.HERE / "README.md"
BINDING_PLANTS, BINDING_OTHERS, SHORTEST = 12, 6, 4
A_TENTH = 0.1
HUNDRED_MILLION = 100.0

Record = Mapping[str, Any]


def record(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Every figure that the READMEs repeat, from the runs of the base and of all scenarios."""
    return {
        "workbook": fingerprint(),
        "scenarios": {name: _scenario(answer) for name, answer in answers.items()},
        "base": _base(answers["base"]),
    }


def fingerprint() -> str:
    """A hash of everything that is planned with: every sheet's cells but sources, notes and the planners' own columns."""
    made = build.tables(build.load_published())
    told_apart = ("source", "confidence", "note")
    cells = [
        [name, sorted((column, cell) for column, cell in row.items() if cell != "" and _is_planned(column, told_apart))]
        for name in build.ORDER
        for row in made[name]
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _is_planned(column: str, told_apart: tuple[str, ...]) -> bool:
    return column not in told_apart and not column.startswith("#")


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


def blocks(told: Record) -> dict[str, str]:
    """The passages of the READMEs by name."""
    return {
        "scenarios": _scenario_table(told),
        "results": _result_table(told),
        "base": _base_passage(told),
        "no money": _no_money(told),
        "rows": _rows(),
    }


def _scenario_table(told: Record) -> str:
    lines = [
        "| scenario | demand met % | worst fronts short % | parity short % | cost, bn USD | liability, bn USD |",
        "|---|---|---|---|---|---|",
    ]
    for name, each in told["scenarios"].items():
        goals = each["goals"]
        cells = [percent(each["met"], 2), percent(goals["equity"], 2), percent(goals["parity"], 2)]
        cells += [f"{goals[goal] / BILLION:.1f}" for goal in ("cost", "liability")]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _result_table(told: Record) -> str:
    lines = [
        "| scenario | met % | fronts met % | homes met % | worst front short % | parity short % | cost | liability "
        "| most short at the fronts, % unmet |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, each in told["scenarios"].items():
        goals = each["goals"]
        cells = [percent(each["met"], 2), percent(each["fronts_met"]), percent(each["homes_met"])]
        cells += [percent(goals["equity"]), percent(goals["parity"])]
        cells += [f"{goals[goal] / BILLION:.1f}" for goal in ("cost", "liability")]
        short = ", ".join(f"{capability} {percent(share, 0)}" for capability, share in each["short"].items())
        lines.append(f"| {name} | {' | '.join(cells)} | {short} |")
    missing = unrecorded(told)
    if missing:
        lines += ["", f"Not in this record, since they were not solved for it: {', '.join(missing)}."]
    return "\n".join(lines)


def unrecorded(told: Record) -> list[str]:
    """The workbook's scenarios that a record has no run of."""
    made = build.tables(build.load_published())
    names = dict.fromkeys(str(row["scenario"]) for row in made["scenarios"])
    return [name for name in names if name not in told["scenarios"]]


def _base_passage(told: Record) -> str:
    base = told["base"]
    short = ", ".join(f"{name} {percent(share)}%" for name, share in base["short"].items())
    money = base["money"]
    left = ", ".join(f"{fund} {amount:.1f}" for fund, amount in money["most_left"])
    plants = [f"{name} ({months} months, {points:.2f})" for name, months, points in base["capacity"]]
    reserves = [f"{name} ({months}, {points:.2f})" for name, months, points in base["release_limit"]]
    ways = [f"{name} ({months}, {points:.2f})" for name, months, points in (*base["lane"], *base["throughput"])]
    bound = [f"{name} in {months} months" for name, months in base["components"] if months]
    free = [name for name, months in base["components"] if not months]
    worth = [f"{fund} ({months}, {points:.2f})" for fund, months, points in money["worth"]]
    return "\n".join(
        [
            f"* **Short at the fronts**: {short or 'nothing'}.",
            "* **Plants that hold coverage back** (months in which one more would raise it; points of demand met for a "
            f"tenth more in all of them): {', '.join(plants) or 'none'}.",
            f"* **Components**: a price in {', '.join(bound) or 'no month'}; none for {', '.join(free) or 'no component'}.",
            f"* **Reserves**: {', '.join(reserves) or 'none'}.",
            f"* **Ways**: {', '.join(ways) or 'none'}.",
            f"* **Money**: {money['spent']:.1f} bn USD are spent up to the end of the horizon and {money['left']:.1f} are "
            f"in hand then ({left}). Points of demand met for a hundred million more in its best month: "
            f"{', '.join(worth) or 'none'}.",
        ]
    )


def _no_money(told: Record) -> str:
    base, without = told["scenarios"]["base"], told["scenarios"]["no_money"]
    return (
        f"The base meets {percent(base['met'])}% of demand. With no money at all, from stocks in Ukraine, order books and "
        f"what was given before, {percent(without['met'])}% would be met ({percent(without['fronts_met'])}% at the fronts, "
        f"where the base meets {percent(base['fronts_met'])}%)."
    )


def _rows() -> str:
    made = build.tables(build.load_published())
    counts = doubt.tally(made)
    whole = sum(counts.values(), Counter())
    rows = sum(len(made[name]) for name in build.ORDER)
    return (
        f"Of {rows:,} rows {whole.total():,} state a quantity: {whole['reported']} reported, {whole['derived']} derived, "
        f"{whole['assumed']} assumed ({doubt.assumed_share(counts):.0%}). By sheet, with the weightiest quantities: "
        "[docs/assumed-rows.md](../docs/assumed-rows.md)."
    )


def fill(text: str, passages: Mapping[str, str]) -> str:
    """A text with every passage between `<!-- told: NAME -->` and `<!-- /told -->` written anew."""

    def passage(found: re.Match[str]) -> str:
        return f"<!-- told: {found.group(1)} -->\n{passages[found.group(1)]}\n<!-- /told -->"

    return re.sub(r"<!-- told: ([a-z ]+) -->\n.*?<!-- /told -->", passage, text, flags=re.DOTALL)


def write_readmes(told: Record) -> None:
    """Both READMEs with every passage written anew."""
    passages = blocks(told)
    for path in (README, INPUTS_README):
        path.write_text(fill(path.read_text(encoding="utf-8"), passages), encoding="utf-8")


def main() -> None:
    """Solve what is missing, record it and write the READMEs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=questions.RUNS, help="where runs go (%(default)s)")
    parser.add_argument("--jobs", type=int, default=0, help="scenarios at a time (0: one a core)")
    parser.add_argument("--from-record", action="store_true", help="write the READMEs from inputs/told.json alone")
    chosen = parser.parse_args()
    if not chosen.from_record:
        made = build.tables(build.load_published())
        names = list(dict.fromkeys(["base", *(str(row["scenario"]) for row in made["scenarios"])]))
        folders = questions.solve(build.WORKBOOK, chosen.out, "told", names, chosen.jobs)
        told = record({name: Answer.read(folder) for name, folder in folders.items()})
        RECORD.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    write_readmes(json.loads(RECORD.read_text(encoding="utf-8")))
    print(f"{README}, {INPUTS_README}")


if __name__ == "__main__":
    main()
