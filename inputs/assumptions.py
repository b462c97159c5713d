"""The ten assumptions that matter, each at both ends of a published or argued range.

python -m inputs.assumptions [--jobs N] [--only CODE]   solves what is missing in outputs/, writes the record and the page
python -m inputs.assumptions --from-record               writes docs/assumptions.md again from inputs/assumptions.json

`assumptions.json` is the record of the runs, with a fingerprint of the numbers that they are of. It and the page are
written after each pair of ends, so that what was solved is never lost; an end without a run is said to have none.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inputs import build, questions
from inputs.fingerprint import fingerprint, refuse_if_stale
from inputs.questions import BILLION, Answer, Question, change, percent

PAGE = Path(__file__).parents[1] / "docs" / "assumptions.md"
RECORD = build.HERE / "assumptions.json"
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

    def ends(self) -> tuple[str, str]:
        """The scenarios of both ends; `base` where an end is the base itself."""
        return (f"{self.code}_low" if self.rows_low else "base", f"{self.code}_high" if self.rows_high else "base")

    def questions(self) -> tuple[Question, ...]:
        """Both ends as scenarios, without one that is the base itself."""
        both = zip(self.ends(), (self.rows_low, self.rows_high), strict=True)
        return tuple(Question(name, rows) for name, rows in both if rows)  # type: ignore[arg-type]


def _scaled(sheet: str, where: str, column: str, factor: float) -> dict[str, object]:
    return change(sheet, where, column, "scale", factor)  # type: ignore[return-value]


def _set(sheet: str, where: str, column: str, value: float | str) -> dict[str, object]:
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
        "offensive", "tanks, vehicles and guns for one offensive", "none", "none, as the base", "300, 650, 500 from 2025",
        "the request of December 2022 (D026 to D028)",
        (), _offensive(),
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
        "re_ad", "least share of their PAC-3 that other buyers get", "none", "none, as the base", "75%",
        "Ukraine was put ahead of the queue (R43); 75% from 2024-10 is what 0.1.0 kept for the others",
        (), (_set("demand", "capability=re_ad", "floor", 0.75), _set("demand", "capability=re_ad", "floor_from", "2024-10")),
    ),
)  # fmt: skip


Figures = Mapping[str, float]


def figures(answer: Answer) -> dict[str, float]:
    """What the page tells of a run: demand met and the ballistic need met [share], cost [billions]."""
    return {
        "met": _round(answer.met()),
        "ballistic": _round(answer.met_of("ad_ballistic")),
        "cost": _round(answer.goal("cost") / BILLION),
    }


def _round(figure: float) -> float:
    return float(f"{figure:.8g}")


def row(assumption: Assumption, runs: Mapping[str, Figures]) -> str:
    """A line of the table: what both ends move; an end without a run says so."""
    base = runs["base"]
    cells = [assumption.name, assumption.base]
    for words, end in zip((assumption.low, assumption.high), assumption.ends(), strict=True):
        cells.append(words)
        if end not in runs:
            cells += ["not solved", "", ""]
            continue
        moved = {name: runs[end][name] - base[name] for name in base}
        cells += [f"{100 * moved['met']:+.2f}", f"{100 * moved['ballistic']:+.1f}", f"{moved['cost']:+.1f}"]
    return f"| {' | '.join(cells)} | {assumption.range_from} |"


def spread(assumption: Assumption, runs: Mapping[str, Figures]) -> float | None:
    """How far demand met lies apart between both ends and the base; None unless both ends were solved."""
    if not all(end in runs for end in assumption.ends()):
        return None
    met = [runs["base"]["met"], *(runs[end]["met"] for end in assumption.ends())]
    return max(met) - min(met)


def page(told: Mapping[str, Any]) -> str:
    """The page of the docs."""
    runs = told["runs"]
    base = runs["base"]
    lines = [
        "# The ten assumptions that matter",
        "",
        "Written by `python -m inputs.assumptions` from runs of the coalition workbook. Each assumption is a pair of scenarios",
        "at both ends of its range; the plan is made anew for each. The base meets "
        f"{percent(base['met'], 2)}% of demand and {percent(base['ballistic'])}% of the need for interceptors",
        f"against ballistic missiles, at {base['cost']:.1f} bn USD. Columns: percentage points of demand met,",
        "percentage points of the ballistic need met, billions of USD of cost, all against the base. Where the need itself is",
        "what changes, a plan can meet a larger share of less.",
        "",
        _solved(runs),
        "",
        "| assumption | base | low end | met | ballistic | cost | high end | met | ballistic | cost | range from |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *(row(each, runs) for each in ASSUMPTIONS),
    ]
    return "\n".join(lines) + "\n"


def _solved(runs: Mapping[str, Figures]) -> str:
    """How many pairs were solved, and those that move demand met most."""
    apart = {each.name: apart for each in ASSUMPTIONS if (apart := spread(each, runs)) is not None}
    most = sorted(apart, key=lambda name: -apart[name])
    told = [f"{name} ({100 * apart[name]:.2f} points)" for name in most]
    missing = [each.name for each in ASSUMPTIONS if each.name not in apart]
    sentence = f"How far apart demand met lies between the ends and the base, the farthest first: {'; '.join(told)}."
    return sentence + (f" Not solved for this page at both ends: {'; '.join(missing)}." if missing else "")


def ask(out: Path, jobs: int, wanted: Sequence[Assumption] = ASSUMPTIONS) -> None:
    """Solve what is missing of both ends of every wanted assumption; write record and page after each.

    The base is the run of the scenario table: the questions add scenarios to its workbook and change no number of it.
    """
    asked = [question for each in ASSUMPTIONS for question in each.questions()]
    workbook = out / "assumptions.xlsx"
    questions.write_workbook(asked, workbook)
    of = fingerprint()
    base = questions.solve(build.WORKBOOK, out, "told", ["base"], jobs)
    lost = []
    for each in wanted:
        ends = [end for end in each.ends() if end != "base"]
        try:
            folders = base | questions.solve(workbook, out, "assumptions", ends, jobs)
        except RuntimeError as problem:
            lost.append(str(problem))
            continue
        remember(of, {name: figures(Answer.read(folder)) for name, folder in folders.items()})
    if lost:
        raise SystemExit("\n".join(lost))


def remember(of: str, found: Mapping[str, Figures]) -> None:
    """Add runs to the record, or begin it anew where it is of another workbook than ``of``; write the page."""
    old = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}
    kept = old["runs"] if old.get("workbook") == of else {}
    told = {"workbook": of, "runs": {**kept, **found}}
    RECORD.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(told), encoding="utf-8")


def main() -> None:
    """Solve what is missing and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=questions.RUNS, help="where runs go (%(default)s)")
    parser.add_argument("--jobs", type=int, default=0, help="scenarios at a time (0: one a core)")
    codes = [each.code for each in ASSUMPTIONS]
    parser.add_argument("--only", action="append", choices=codes, metavar="CODE", help=f"one of {', '.join(codes)}")
    parser.add_argument("--from-record", action="store_true", help="write the page from inputs/assumptions.json alone")
    chosen = parser.parse_args()
    if chosen.from_record:
        told = json.loads(RECORD.read_text(encoding="utf-8"))
        refuse_if_stale(told, RECORD, "python -m inputs.assumptions")
        PAGE.write_text(page(told), encoding="utf-8")
    else:
        ask(chosen.out, chosen.jobs, [each for each in ASSUMPTIONS if each.code in (chosen.only or codes)])
    print(PAGE)


if __name__ == "__main__":
    main()
