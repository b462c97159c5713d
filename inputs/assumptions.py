"""The ten assumptions that matter, each at both ends of a published or argued range.

python -m inputs.assumptions [--jobs N]     solves what is missing in outputs/ and writes docs/assumptions.md
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inputs import questions
from inputs.questions import BILLION, Answer, Question, change, percent

PAGE = Path(__file__).parents[1] / "docs" / "assumptions.md"
LEVELS = "armour, ifv, apc, tubes"
OFFENSIVE = {"armour": (853, 300), "ifv": (1203, 650), "tubes": (1385, 500)}
"""What is held and what the request of December 2022 asked for beside it, for one offensive."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure of the workbook that nobody publishes: its ``base``, both ends, and where the range comes from."""

    code: str
    name: str
    base: str
    low: str
    high: str
    range_from: str
    rows_low: tuple[dict[str, object], ...]
    rows_high: tuple[dict[str, object], ...]

    def questions(self) -> tuple[Question, Question]:
        """Both ends as scenarios."""
        return Question(f"{self.code}_low", self.rows_low), Question(f"{self.code}_high", self.rows_high)  # type: ignore[arg-type]


def _scaled(sheet: str, where: str, column: str, factor: float) -> dict[str, object]:
    return change(sheet, where, column, "scale", factor)  # type: ignore[return-value]


def _set(sheet: str, where: str, column: str, value: float) -> dict[str, object]:
    return change(sheet, where, column, "set", value)  # type: ignore[return-value]


def _interceptors(each: float) -> tuple[dict[str, object], ...]:
    both = "ad_ballistic, ad_cruise"
    return (
        _scaled("demand", f"capability={both}", "*", each / 1.5),
        _scaled("adversary", f"capability={both}", "target_ratio", each / 1.5),
    )


def _offensive() -> tuple[dict[str, object], ...]:
    return tuple(
        _scaled("demand", f"capability={capability}", "2025-01..", (held + more) / held)
        for capability, (held, more) in OFFENSIVE.items()
    )


def _effect(item: str, capability: str, value: float) -> tuple[dict[str, object], ...]:
    return (_set("effects", f"item={item}; capability={capability}", "effect", value),)


ASSUMPTIONS = (
    Assumption(
        "interceptors", "interceptors a launch", "1.5", "1", "2",
        "two are ideal, one is often used (D020)",
        _interceptors(1), _interceptors(2),
    ),
    Assumption(
        "support", "support, share of Kiel's military aid", "30%", "20%", "42%",
        "Kiel's categories of training, repair, spares, fuel and medicine",
        (_scaled("demand", "capability=sustain", "*", 20 / 30),), (_scaled("demand", "capability=sustain", "*", 42 / 30),),
    ),
    Assumption(
        "losses", "losses for one that is seen (Oryx)", "1.2", "1", "1.5",
        "a picture of every loss, or of two in three",
        (_scaled("fleets", "", "attrition", 1 / 1.2),), (_scaled("fleets", "", "attrition", 1.5 / 1.2),),
    ),
    Assumption(
        "held", "levels to be held of tanks, vehicles and guns", "as at the start", "a tenth less", "a tenth more",
        "counts of the same fleets differ by as much",
        (_scaled("demand", f"capability={LEVELS}", "*", 0.9),), (_scaled("demand", f"capability={LEVELS}", "*", 1.1),),
    ),
    Assumption(
        "offensive", "tanks, vehicles and guns for one offensive", "none", "none", "300, 650, 500 from 2025",
        "the request of December 2022 (D026 to D028)",
        (_scaled("demand", "capability=armour", "*", 1.0),), _offensive(),
    ),
    Assumption(
        "soviet", "a 152mm or 122mm round in 155mm rounds", "0.7", "0.5", "0.85",
        "weights of the shells: 22 and 44 kg beside 43",
        _effect("shell152", "artillery", 0.5), _effect("shell152", "artillery", 0.85),
    ),
    Assumption(
        "ua_mod", "Ukraine's own money for what is planned here, share of USD 25 bn a year", "25%", "15%", "40%",
        "no budget line by item is published",
        (_scaled("funding", "fund=UA_MOD", "*", 15 / 25),), (_scaled("funding", "fund=UA_MOD", "*", 40 / 25),),
    ),
    Assumption(
        "gemt", "a GEM-T against ballistic missiles, in PAC-3", "0.7", "0.5", "0.9",
        "fragments against a body to hit; hit rates are not published",
        _effect("gemt", "ad_ballistic", 0.5), _effect("gemt", "ad_ballistic", 0.9),
    ),
    Assumption(
        "us_floors", "what the US keeps of its stock", "floors as given", "a fifth less kept", "nothing more given",
        "stocks by item are not published; deliveries stopped in 2025-07",
        (_scaled("stocks", "place=US", "floor", 0.8),),
        (_set("stocks", "place=US", "release_limit", 0.0), _set("stocks", "place=US", "*", 0.0)),
    ),
    Assumption(
        "re_ad", "least share of their PAC-3 that other buyers get", "as given", "0", "75%",
        "Ukraine was put ahead of the queue; 75% leaves it some 300 new missiles",
        (_set("demand", "capability=re_ad", "floor", 0.0),), (_set("demand", "capability=re_ad", "floor", 0.75),),
    ),
)  # fmt: skip


def row(assumption: Assumption, base: Answer, low: Answer | None, high: Answer | None) -> str:
    """A line of the table: what both ends move; an end without a run says so."""

    def moved(figure: float, of: float, digits: int = 2) -> str:
        return f"{figure - of:+.{digits}f}"

    cells = [assumption.name, assumption.base]
    for words, answer in ((assumption.low, low), (assumption.high, high)):
        if answer is None:
            cells += [words, "not solved", "", ""]
            continue
        cells += [
            words,
            moved(100 * answer.met(), 100 * base.met()),
            moved(100 * answer.met_of("ad_ballistic"), 100 * base.met_of("ad_ballistic"), 1),
            moved(answer.goal("cost") / BILLION, base.goal("cost") / BILLION, 1),
        ]
    return f"| {' | '.join(cells)} | {assumption.range_from} |"


def page(answers: dict[str, Answer], name: str) -> str:
    """The page of the docs."""
    base = answers["base"]
    lines = [
        "# The ten assumptions that matter",
        "",
        f"Written by `python -m inputs.assumptions` from runs of {name}. Each assumption is a pair of scenarios at both",
        "ends of its range; the plan is made anew for each. The base meets "
        f"{percent(base.met(), 2)}% of demand and {percent(base.met_of('ad_ballistic'))}% of the need for interceptors",
        f"against ballistic missiles, at {base.goal('cost') / BILLION:.1f} bn USD. Columns: percentage points of demand met,",
        "percentage points of the ballistic need met, billions of USD of cost, all against the base. Where the need itself is",
        "what changes, a plan can meet a larger share of less.",
        "",
        "| assumption | base | low end | met | ballistic | cost | high end | met | ballistic | cost | range from |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each in ASSUMPTIONS:
        lines.append(row(each, base, answers.get(f"{each.code}_low"), answers.get(f"{each.code}_high")))
    return "\n".join(lines) + "\n"


def ask(out: Path, jobs: int, wanted: Sequence[Assumption] = ASSUMPTIONS) -> dict[str, Answer]:
    """The answers of the base and of both ends of every assumption, solved where they are missing."""
    asked = [question for each in wanted for question in each.questions()]
    workbook = out / "assumptions.xlsx"
    questions.write_workbook(asked, workbook)
    names = ["base", *(question.name for question in asked)]
    folders = questions.solve(workbook, out, "assumptions", names, jobs)
    return {name: Answer.read(folder) for name, folder in folders.items()}


def main() -> None:
    """Solve what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=questions.RUNS, help="where runs go (%(default)s)")
    parser.add_argument("--jobs", type=int, default=0, help="scenarios at a time (0: one a core)")
    chosen = parser.parse_args()
    PAGE.write_text(page(ask(chosen.out, chosen.jobs), "the coalition workbook"), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
