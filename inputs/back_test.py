"""A back-test: plan with what was known in June 2024, roll every quarter with what then became known, and compare.

python -m inputs.back_test [--jobs N]      solves what is missing in outputs/ and writes docs/back-test.md

Every quarter the plan's own state is rolled on (`aidplan roll`), and the months to come are given what was known by
then (`inputs.knowledge`). What a plan decided for a quarter before the next one was made counts as done. It is held
against what was delivered, and against the plan that knew everything.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inputs import build, knowledge, questions
from inputs.assembly import months
from inputs.assembly.figures import Published, read_rows
from inputs.assembly.rows import tidy
from inputs.assembly.sheets import arrange, write
from inputs.questions import Answer, percent

if TYPE_CHECKING:
    import pandas as pd

PAGE = Path(__file__).parents[1] / "docs" / "back-test.md"
EVERY = 3
"""Months from one plan to the next, unless asked otherwise."""
LAST = "2026-04"
"""The last month that is compared: what came later is not published whole."""
TIMED = ("funding", "capacity", "demand", "adversary", "arrivals")
"""Sheets whose months are moved by what became known."""
SHOT_DOWN = {
    "ad_ballistic": ("ballistic", "ballistic missiles"),
    "ad_cruise": ("cruise", "cruise missiles"),
    "ad_drone": ("shahed", "drones"),
}
PATRIOT_WINTER = months.between("2025-11", "2026-02")


def starts(every: int) -> list[str]:
    """The months in which a plan is made: the first, and one every so many months up to the last compared."""
    return months.between(months.FIRST, LAST)[::every]


def before(month: str) -> str:
    """The month before."""
    return months.label(months.ordinal(month) - 1)


def write_known(published: Published, known: str, target: Path) -> None:
    """The workbook as it would have stood at the end of a month."""
    made = knowledge.known_tables(published, known)
    target.parent.mkdir(parents=True, exist_ok=True)
    write([arrange(name, made[name]) for name in build.ORDER], target)


def update(rolled: Path, target: Path, old: knowledge.Tables, new: knowledge.Tables, start: str, last: str) -> None:
    """A rolled workbook with what became known: `old` was known when the rolled plan was made, `new` is known now.

    Months from `start` on move by the difference; what a fund got more or less than expected from the last quarter's
    first month, `last`, up to `start` moves what it has in hand.
    """
    import openpyxl

    book = openpyxl.load_workbook(rolled)
    for name in TIMED:
        _move_months(book[name], _keyed(name, old[name]), _keyed(name, new[name]), start)
    _move_limits(book["expansions"], _keyed("expansions", old["expansions"]), _keyed("expansions", new["expansions"]))
    _set_months(book["stocks"], _keyed("stocks", new["stocks"]), start)
    _move_openings(book, _keyed("funding", old["funding"]), _keyed("funding", new["funding"]), last, start)
    book.save(target)


def _keys(name: str) -> list[str]:
    from aidplan.workbook.schema import SHEETS

    return [column.name for column in SHEETS[name].keys]


def _keyed(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    return {tuple(str(row.get(key) or "") for key in _keys(name)): row for row in rows}


def _rows(sheet: Any, keys: Sequence[str]) -> Iterable[tuple[tuple[str, ...], int]]:
    header = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    for number in range(2, sheet.max_row + 1):
        yield tuple(str(sheet.cell(number, header[key]).value or "") for key in keys), number


def _columns(sheet: Any, start: str) -> dict[str, int]:
    """The columns of months from ``start`` on."""
    found = {}
    for number, cell in enumerate(sheet[1], start=1):
        name = str(cell.value or "")[:7]
        if name[:4].isdigit() and name >= start:
            found[name] = number
    return found


def _move_months(sheet: Any, old: Mapping, new: Mapping, start: str) -> None:
    columns = _columns(sheet, start)
    for key, number in _rows(sheet, _keys(sheet.title)):
        if key not in new:
            continue
        for month, column in columns.items():
            change = _number(new[key].get(month)) - _number(old[key].get(month))
            if change:
                cell = sheet.cell(number, column)
                cell.value = tidy(max(0.0, _number(cell.value) + change))


def _move_limits(sheet: Any, old: Mapping, new: Mapping) -> None:
    """What is offered now may be built."""
    column = next(number for number, cell in enumerate(sheet[1], start=1) if cell.value == "limit")
    for key, number in _rows(sheet, _keys("expansions")):
        change = _number(new[key].get("limit")) - _number(old[key].get("limit")) if key in new else 0.0
        if change:
            sheet.cell(number, column).value = tidy(_number(sheet.cell(number, column).value) + change)


def _set_months(sheet: Any, new: Mapping, start: str) -> None:
    """The single months of a sheet whose months are optional, as they stand now."""
    columns = _columns(sheet, start)
    for key, number in _rows(sheet, _keys(sheet.title)):
        for month, column in columns.items():
            if key in new:
                value = new[key].get(month, "")
                sheet.cell(number, column).value = None if value == "" else value


def _move_openings(book: Any, old: Mapping, new: Mapping, last: str, start: str) -> None:
    """What a fund got more or less than expected: more is in hand, less is taken from there, then from what comes."""
    sheet, money = book["funds"], book["funding"]
    header = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    lines = dict(_rows(money, _keys("funding")))
    for key, number in _rows(sheet, _keys("funds")):
        if key not in new:
            continue
        passed = months.between(last, before(start))
        change = sum(_number(new[key].get(month)) - _number(old[key].get(month)) for month in passed)
        opening = sheet.cell(number, header["opening"])
        have = _number(opening.value) + change
        opening.value = tidy(max(0.0, have))
        for column in _columns(money, start).values():
            if have >= 0:
                break
            cell = money.cell(lines[key], column)
            there = _number(cell.value)
            cell.value, have = tidy(max(0.0, there + have)), min(0.0, there + have)


def _number(cell: Any) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def stages(out: Path, jobs: int, when: Sequence[str]) -> list[Answer]:
    """The plan of every quarter, each from the state of the one before and with what was known by then."""
    from aidplan.cli import main_group

    published = build.load_published()
    answers: list[Answer] = []
    folder, known = Path(), knowledge.known_tables(published, before(when[0]))
    for number, start in enumerate(when):
        book = out / f"back-test-{len(when)}-{start}.xlsx"
        if number == 0:
            write_known(published, before(start), book)
        else:
            rolled = out / f"back-test-{len(when)}-{start}-rolled.xlsx"
            rolled.unlink(missing_ok=True)
            main_group.main(["roll", str(folder), "--to", start, str(rolled)], standalone_mode=False)
            now = knowledge.known_tables(published, before(start))
            update(rolled, book, known, now, start, when[number - 1])
            known = now
        folder = questions.solve(book, out, f"back-test-{len(when)}-{start}", ["base"], jobs)["base"]
        answers.append(Answer.read(folder))
    return answers


@dataclass(frozen=True, eq=False)
class Path24:
    """A plan as it was carried out: for each month, the run whose decisions stood then, and the needs as they came."""

    runs: Mapping[str, Answer]
    true: Answer
    """The run of the workbook that knows everything: needs, effects, weights and weights of freight."""

    def table(self, name: str) -> pd.DataFrame:
        """A quantity's rows, each month's from the run that stood then."""
        import pandas as pd

        parts = []
        for answer in dict.fromkeys(self.runs.values()):
            mine = [month for month, each in self.runs.items() if each is answer]
            table = answer.run.tables.get(name)
            if table is not None:
                parts.append(table[table["period"].isin(mine)])
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def served(self) -> pd.DataFrame:
        """What served each capability at each place and month [capability units], up to the need as it came."""
        table = self.table("served")
        data = self.true.run.data
        effects = [data.effects.get(key, 0.0) for key in zip(table["item"], table["capability"], strict=True)]
        table = table.assign(value=table["value"] * effects)
        served = table.groupby(["place", "capability", "period"])["value"].sum()
        need = self.true.coverage.set_index(["place", "capability", "period"])
        need = need[need.index.get_level_values("period").isin(list(self.runs))]
        found = need.assign(served=served.reindex(need.index).fillna(0.0)).reset_index()
        found["met"] = found[["served", "demand"]].min(axis=1)
        return found

    def met_of(self, capability: str, wanted: Sequence[str] | None = None) -> float:
        """The share of a capability's need, as it came, that was met."""
        table = self.served[self.served["capability"] == capability]
        if wanted is not None:
            table = table[table["period"].isin(list(wanted))]
        return float(table["met"].sum() / table["demand"].sum())

    def met(self, kind: str) -> float:
        """The share of all needs as they came that was met at places of a kind, weighted as in the goal coverage."""
        table = self.served[self.served["kind"] == kind].copy()
        table["weighted_met"] = table["weighted"] * table["met"] / table["demand"]
        sums = table.groupby("capability")[["weighted", "weighted_met"]].sum()
        weight = {name: self.true.run.data.capabilities[name].weight for name in sums.index}
        met = sum(weight[name] * row["weighted_met"] / row["weighted"] for name, row in sums.iterrows())
        return float(met / sum(weight.values()))

    def at_fronts(self, name: str, items: Sequence[str], wanted: Sequence[str]) -> float:
        """The sum of a quantity of some items at the fronts over some months [items]."""
        table = self.table(name)
        fronts = {place for place, terms in self.true.run.data.places.items() if terms.kind == "front"}
        chosen = table["place"].isin(fronts) & table["item"].isin(list(items)) & table["period"].isin(list(wanted))
        return float(table[chosen]["value"].sum())

    def tonnes_into_ukraine(self, wanted: Sequence[str]) -> float:
        """What crosses into Ukraine from outside it [t]."""
        table = self.table("shipped")
        chosen = (table["destination"] == "ua_rear") & (table["origin"] != "UA") & table["period"].isin(list(wanted))
        items = self.true.run.data.items
        return float(sum(row["value"] * items[row["item"]].weight_t for row in table[chosen].to_dict("records")))

    def by_origin(self) -> dict[str, float]:
        """Spending of the funds that Kiel counts, by where the goods come from [bn EUR]."""
        euros = build.load_published().rates["EUR"].value * 1000
        counted = _kiel_funds()
        spent = self.table("spent")
        spent = spent[spent["fund"].isin(counted)]
        purl = spent["fund"].str.contains("PURL")
        released = self.table("released")
        released = released[released["fund"].isin(counted) & ~released["fund"].str.contains("PURL")]
        reserves = self.true.run.data.reserves
        unit = self.true.run.data.money_unit
        drawn = sum(
            row["value"] * reserves[row["place"], row["item"]].release_cost / unit
            for row in released.to_dict("records")
        )
        paid = float(spent[~purl]["value"].sum())
        return {
            "stock": drawn / euros,
            "industry": (paid - drawn) / euros,
            "PURL": float(spent[purl]["value"].sum()) / euros,
        }


def _kiel_funds() -> set[str]:
    funds = build.tables(build.load_published())["funds"]
    return {str(fund["fund"]) for fund in funds if fund["#in_kiel"] in ("yes", "purl")}


def carried_out(answers: Sequence[Answer], true: Answer, when: Sequence[str]) -> Path24:
    """The rolled plan: each month from the run that was made last before it."""
    compared = months.between(months.FIRST, LAST)
    at = {month: max(number for number, start in enumerate(when) if start <= month) for month in compared}
    return Path24({month: answers[number] for month, number in at.items()}, true)


def one_plan(answer: Answer, true: Answer) -> Path24:
    """A plan that was never made again."""
    return Path24(dict.fromkeys(months.between(months.FIRST, LAST), answer), true)


def delivered() -> dict[str, float]:
    """What was delivered or reported, from the published figures."""
    published = build.load_published()

    def figure(code: str) -> float:
        return float(published.figures[code].values[""])

    origin = [
        row
        for row in read_rows(build.PUBLISHED / "military_source_monthly.csv")
        if months.FIRST <= row["month"] <= LAST
    ]
    threat = [row for row in read_rows(build.PUBLISHED / "threat_monthly.csv") if months.FIRST <= row["month"] <= LAST]
    found = {
        "stock": sum(float(row["stockpile_eur_bn"]) for row in origin),
        "industry": sum(float(row["procurement_eur_bn"]) + float(row["unspecified_eur_bn"]) for row in origin),
        "PURL": sum(float(row["nato_purl_eur_bn"]) for row in origin),
        "tonnes": figure("L03"),
        "patriot_winter": figure("D019") * 4,
        "caesar_2025-01": figure("S78"),
        "caesar_2025-11": figure("S67"),
        "bradley": figure("S13"),
    }
    for capability, (column, _) in SHOT_DOWN.items():
        launched = sum(float(row[f"launched_{column}"]) for row in threat)
        found[capability] = sum(float(row[f"destroyed_{column}"]) for row in threat) / launched
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of every plan and what was delivered: ``digits`` and ``unit`` to show it, ``alike`` where comparable."""

    words: str
    plans: tuple[float, ...]
    real: float
    note: str
    digits: int = 0
    unit: str = ""
    alike: bool = False

    def shown(self, figure: float) -> str:
        """A figure of this line."""
        return f"{figure:,.{self.digits}f}{self.unit}"

    def row(self) -> str:
        """The line of the first table."""
        cells = [self.words, *map(self.shown, self.plans), self.shown(self.real), self.note]
        return f"| {' | '.join(cells)} |"

    def losses(self) -> str:
        """The line of the table of losses: what not knowing cost, and what deciding otherwise cost."""
        knew, rolled = self.plans[0], self.plans[1]
        cells = [self.words, f"{knew - rolled:+,.{self.digits}f}", f"{rolled - self.real:+,.{self.digits}f}"]
        return f"| {' | '.join(cells)} |"


def lines(hindsight: Path24, rolled: Path24, frozen: Path24) -> list[Line]:
    """The table: the plan that knew everything, the rolled plan, the plan never made again, and what was delivered."""
    real, paths = delivered(), (hindsight, rolled, frozen)
    year, so_far = months.between("2025-01", "2025-12"), months.between(months.FIRST, LAST)
    booked = "no: Kiel books what was promised, the plan what is spent"
    shot = "no: the plan counts interceptors on hand for the need, the reports what was shot down by all means"
    table = [
        Line(f"aid {words}, bn EUR", tuple(path.by_origin()[name] for path in paths), real[name], booked, digits=1)
        for name, words in (("stock", "from stocks"), ("industry", "from industry"), ("PURL", "through PURL"))
    ]
    tonnes = tuple(path.tonnes_into_ukraine(year) for path in paths)
    table.append(
        Line("tonnes into Ukraine in 2025", tonnes, real["tonnes"], "nearly: no fuel, food or stores here", alike=True)
    )
    for capability, (_, words) in SHOT_DOWN.items():
        shares = tuple(100 * path.met_of(capability) for path in paths)
        table.append(Line(f"met against {words}", shares, 100 * real[capability], shot, digits=1, unit="%"))
    patriot = tuple(path.at_fronts("issued", ("pac3", "gemt"), PATRIOT_WINTER) for path in paths)
    words = "Patriot missiles used, 2025-11 to 2026-02"
    table.append(Line(words, patriot, real["patriot_winter"], "yes", alike=True))
    for month in ("2025-01", "2025-11"):
        guns = tuple(path.at_fronts("fleet", ("caesar",), [month]) for path in paths)
        table.append(
            Line(f"Caesars in service, {month}", guns, real[f"caesar_{month}"], "yes, but for losses", alike=True)
        )
    at_start = _bradleys_at_start()
    bradleys = tuple(at_start + path.at_fronts("issued", ("bradley",), so_far) for path in paths)
    table.append(Line("Bradleys given by 2026-04", bradleys, real["bradley"], "yes", alike=True))
    return table


def _bradleys_at_start() -> float:
    fleets = build.tables(build.load_published())["fleets"]
    return sum(float(row["initial"]) for row in fleets if row["item"] == "bradley" and row["place"] not in ("home_us",))


def page(hindsight: Path24, rolled: Path24, frozen: Path24, every: int = EVERY) -> str:
    """The page of the docs."""
    shares = {kind: [100 * path.met(kind) for path in (hindsight, rolled, frozen)] for kind in ("front", "home")}
    table = lines(hindsight, rolled, frozen)
    losses = [_loss(hindsight, rolled, capability) for capability in _capabilities(rolled)]
    parts = [
        *_opening(every),
        *(line.row() for line in table),
        "",
        *_forecast_part(shares, losses),
        *_allocation_part(table),
    ]
    return "\n".join([*parts, *_closing()]) + "\n"


def _opening(every: int) -> list[str]:
    return [
        "# Back-test: June 2024 to April 2026",
        "",
        f"Written by `python -m inputs.back_test --every {every}`. A first plan is made with what was known at the end of June",
        "2024: donors go on at the rate of the first half of 2024, lines make what they made then, launches come as in the six",
        "months before, needs stay as stated; appropriations, contracts and order books were known.",
        f"Every {every} months the plan is rolled (`aidplan roll`), what became known takes the place of what was expected,",
        "and the rest is planned anew. What a plan",
        "decided up to the next one counts as done (goals: coverage, equity, cost). Beside it: the plan of the workbook as it is,",
        "which knew everything, and the plan of June 2024 had it never been made again. Needs are those that came.",
        "",
        "| | plan that knew everything | rolled | plan of June 2024 alone | delivered or reported | like for like |",
        "|---|---|---|---|---|---|",
    ]


def _capabilities(path: Path24) -> list[str]:
    kinds = path.served[path.served["kind"] == "front"]
    return list(dict.fromkeys(kinds["capability"]))


def _loss(hindsight: Path24, rolled: Path24, capability: str) -> tuple[str, float, float]:
    return capability, hindsight.met_of(capability), rolled.met_of(capability)


def _forecast_part(shares: Mapping[str, Sequence[float]], losses: Sequence[tuple[str, float, float]]) -> list[str]:
    known, rolled, frozen = shares["front"]
    worst = sorted(losses, key=lambda each: each[2] - each[1])[:8]
    return [
        "## Forecast loss",
        "",
        "What not knowing cost: the same money, lines and rules, the same needs, planned without hindsight. At the fronts the",
        f"plan that knew everything meets {known:.1f}% of the needs as they came, the rolled one {rolled:.1f}%, the plan of June",
        f"2024 alone {frozen:.1f}%: a forecast loss of {known - rolled:.1f} points; rolling is worth {rolled - frozen:+.1f} points.",
        "Most of it:",
        "",
        "| capability | knew everything | rolled |",
        "|---|---|---|",
        *(f"| `{name}` | {percent(full)}% | {percent(part)}% |" for name, full, part in worst),
        "",
    ]


def _allocation_part(table: Sequence[Line]) -> list[str]:
    return [
        "## Forecast loss and allocation loss, item by item",
        "",
        "Where both can be held together: forecast loss is the plan that knew everything less the rolled one, allocation loss is",
        "the rolled plan less what was delivered. Above zero the plan found more with the same knowledge, or the workbook",
        "allows what could not be done; below zero others were served first, or more was there than the workbook holds.",
        "",
        "| | forecast loss | allocation loss |",
        "|---|---|---|",
        *(line.losses() for line in table if line.alike),
        "",
    ]


def _closing() -> list[str]:
    return [
        "## What would be needed to say more",
        "",
        "* Deliveries by item and month (Kiel's item sheet stops in early 2023): then every item's path could be compared.",
        "* Interceptors fired by type and month: shot-down shares mix all means, legacy systems, aircraft and jamming.",
        "* Outlays by fund and month: Kiel books a promise in the month in which it is made.",
        "* A dated list of contracts with quantities: order books at the start rest on one source each.",
        "* Output of lines by month: most are a figure a year.",
    ]


def main() -> None:
    """Solve what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=questions.RUNS, help="where runs go (%(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="scenarios at a time (0: one a core)")
    parser.add_argument("--every", type=int, default=EVERY, help="months from one plan to the next (%(default)s)")
    chosen = parser.parse_args()
    true = Answer.read(questions.solve(build.WORKBOOK, chosen.out, "told", ["base"], chosen.jobs)["base"])
    when = starts(chosen.every)
    answers = stages(chosen.out, chosen.jobs, when)
    paths = one_plan(true, true), carried_out(answers, true, when), one_plan(answers[0], true)
    PAGE.write_text(page(*paths, chosen.every), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
