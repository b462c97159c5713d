"""A back-test: plan with what was known in June 2024, roll every quarter with what then became known, and compare.

python -m inputs.back_test [--jobs N]      solves what is missing in outputs/, writes the record and docs/back-test.md
python -m inputs.back_test --from-record   writes docs/back-test.md again from inputs/back-test.json

Every quarter the plan's own state is rolled on (`aidplan roll`), and the months to come are given what was known by
then (`inputs.knowledge`). What a plan decided for a quarter before the next one was made counts as done. It is held
against what was delivered, and against the plan that knew everything. `back-test.json` is the record of the runs, with a
fingerprint of the numbers that they are of.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inputs import build, knowledge, questions
from inputs.assembly import months
from inputs.carried_out import LAST, SHOT_DOWN, Path24, carried_out, delivered, figures, one_plan
from inputs.fingerprint import fingerprint, refuse_if_stale
from inputs.learned import before, update, write_known
from inputs.questions import Answer, percent

PAGE = Path(__file__).parents[1] / "docs" / "back-test.md"
RECORD = build.HERE / "back-test.json"
EVERY = 3
"""Months from one plan to the next, unless asked otherwise."""
PLANS = ("knew", "rolled", "alone")
"""The plan that knew everything, the rolled one, and that of June 2024 had it never been made again."""
MOST_LOST = 8


def starts(every: int) -> list[str]:
    """The months in which a plan is made: the first, and one every so many months up to the last compared."""
    return months.between(months.FIRST, LAST)[::every]


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


def record(out: Path, jobs: int, every: int) -> dict[str, Any]:
    """Every figure of the page, from runs that are solved where they are missing."""
    of = fingerprint()
    true = Answer.read(questions.solve(build.WORKBOOK, out, "told", ["base"], jobs)["base"])
    when = starts(every)
    answers = stages(out, jobs, when)
    paths: tuple[Path24, ...] = one_plan(true, true), carried_out(answers, true, when), one_plan(answers[0], true)
    plans = {plan: figures(path) for plan, path in zip(PLANS, paths, strict=True)}
    return {"workbook": of, "every": every, "plans": plans}


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


def lines(plans: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """The table: the plan that knew everything, the rolled plan, the plan never made again, and what was delivered."""
    real = delivered()

    def line(name: str, words: str, note: str, digits: int = 0, *, alike: bool = False, share: bool = False) -> Line:
        factor = 100 if share else 1
        planned = tuple(factor * float(plans[plan][name]) for plan in PLANS)
        return Line(words, planned, factor * real[name], note, digits, "%" if share else "", alike)

    booked = "no: Kiel books what was promised, the plan what is spent"
    shot = "no: the plan counts interceptors on hand for the need, the reports what was shot down by all means"
    losses = "yes, but for losses"
    return [
        line("stock", "aid from stocks, bn EUR", booked, 1),
        line("industry", "aid from industry, bn EUR", booked, 1),
        line("PURL", "aid through PURL, bn EUR", booked, 1),
        line("tonnes", "tonnes into Ukraine in 2025", "nearly: no fuel, food or stores here", alike=True),
        *(line(name, f"met against {words}", shot, 1, share=True) for name, (_, words) in SHOT_DOWN.items()),
        line("patriot_winter", "Patriot missiles used, 2025-11 to 2026-02", "yes", alike=True),
        line("caesar_2025-01", "Caesars in service, 2025-01", losses, alike=True),
        line("caesar_2025-11", "Caesars in service, 2025-11", losses, alike=True),
        line("bradley", "Bradleys given by 2026-04", "yes", alike=True),
    ]


def page(told: Mapping[str, Any]) -> str:
    """The page of the docs, from a record."""
    table = lines(told["plans"])
    parts = [
        *_opening(told["every"]),
        *(line.row() for line in table),
        "",
        *_forecast_part(told["plans"]),
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


def _forecast_part(plans: Mapping[str, Mapping[str, Any]]) -> list[str]:
    known, rolled, alone = (100 * plans[plan]["front"] for plan in PLANS)
    full, part = plans["knew"]["met"], plans["rolled"]["met"]
    worst = sorted(part, key=lambda name: part[name] - full[name])[:MOST_LOST]
    return [
        "## Forecast loss",
        "",
        "What not knowing cost: the same money, lines and rules, the same needs, planned without hindsight. At the fronts the",
        f"plan that knew everything meets {known:.1f}% of the needs as they came, the rolled one {rolled:.1f}%, the plan of June",
        f"2024 alone {alone:.1f}%: a forecast loss of {known - rolled:.1f} points; rolling is worth {rolled - alone:+.1f} points.",
        "Most of it:",
        "",
        "| capability | knew everything | rolled |",
        "|---|---|---|",
        *(f"| `{name}` | {percent(full[name])}% | {percent(part[name])}% |" for name in worst),
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
    parser.add_argument("--from-record", action="store_true", help="write the page from inputs/back-test.json alone")
    parser.add_argument("--every", type=int, default=EVERY, help="months from one plan to the next (%(default)s)")
    chosen = parser.parse_args()
    if not chosen.from_record:
        told = record(chosen.out, chosen.jobs, chosen.every)
        RECORD.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    told = json.loads(RECORD.read_text(encoding="utf-8"))
    refuse_if_stale(told, RECORD, "python -m inputs.back_test")
    PAGE.write_text(page(told), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
