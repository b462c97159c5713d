"""`aidplan explain`: why demand is unmet in a run, and what would help."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.options import FILE, console_options
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.explain.first_level import Solved
    from aidplan.explain.wanted import Wanted
    from aidplan.extract import PlanRun


@click.command("explain")
@click.argument("run", type=FILE)
@click.option("--capability", metavar="NAME", help="The capability that is short; by default those that weigh most.")
@click.option("--place", "places", multiple=True, metavar="NAME", help="A place that is short; may be repeated.")
@click.option("--from", "first", metavar="PERIOD", help="The first period of the shortage.")
@click.option("--to", "last", metavar="PERIOD", help="The last period of the shortage.")
@click.option(
    "--extra",
    type=click.FloatRange(min=0.0, min_open=True),
    metavar="MILLIONS",
    help="The best use of so many millions more.",
)
@click.option(
    "--target",
    type=click.FloatRange(min=0.0, max=1.0, min_open=True),
    metavar="SHARE",
    help="Which cells would let this share of the demand be met.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar='"KIND key=value …"',
    help="What one more of a limit is worth; may be repeated.",
)
@click.option("--seconds", type=click.FloatRange(min=1.0), default=120.0, show_default=True, help="Time to take.")
@click.option("--out", type=FILE, help="Folder for the answer; by default RUN-explain beside the run.")
@console_options
def command(
    run: Path,
    capability: str | None,
    places: tuple[str, ...],
    first: str | None,
    last: str | None,
    extra: float | None,
    target: float | None,
    limits: tuple[str, ...],
    seconds: float,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Say why demand is unmet, and what would help."""
    from aidplan.explain.questions import Asked
    from aidplan.explain.wanted import Wanted

    asked = Asked(capability, places, first, last)
    only = asked != Asked(None, (), None, None) or bool(limits) or not (extra is None and target is None)
    wanted = Wanted(asked, more=not only, limits=limits, extra=extra, target=target)
    options = {
        "capability": capability, "places": list(places), "from": first, "to": last, "extra": extra,
        "target": target, "limits": list(limits), "seconds": seconds,
    }  # fmt: skip
    return explain(run, wanted, seconds, options, out, Console(as_json, quiet))


def explain(
    path: Path, wanted: Wanted, seconds: float, options: Mapping[str, Any], out: Path | None, console: Console
) -> ExitCode:
    """Explain the run at ``path`` and write the answer to ``out``; the exit code."""
    from aidplan.explain.answer import explain_run
    from aidplan.explain.prices import LimitError
    from aidplan.explain.questions import UnknownError
    from aidplan.runs.errors import shown
    from aidplan.study.answer import TakenError, claim_folder
    from aidplan.study.explained import answer_of

    clock = time.perf_counter()
    console.progress(f"opening {shown(path.name)}")
    run, code = _opened(path, console)
    if run is None:
        return code
    folder = out if out is not None else path.resolve().with_name(f"{path.resolve().name}-explain")
    try:
        if folder.exists():
            raise TakenError(f"{folder}: is there already, and no answer is written over; name another with --out")
        if wanted.extra is not None:
            wanted = replace(wanted, extra=wanted.extra * 1e6 / run.data.money_unit)
        solved = stood(path)
        found = explain_run(run, seconds, wanted, solved=solved, progress=lambda text: console.progress(shown(text)))
        claim_folder(folder, resume=False)
        found["seconds"] = round(time.perf_counter() - clock, 3)
        price_rows = found.pop("price_rows", [])
        answer = answer_of(run, found, options, hashlib.sha256((path / "run.json").read_bytes()).hexdigest())
        written = [*answer.write(folder), *_written_prices(folder, price_rows)]
    except (UnknownError, LimitError, TakenError) as problem:
        console.warn(shown(problem))
        return ExitCode.USAGE
    except OSError as problem:
        console.warn(f"{shown(folder)}: {problem.strerror or problem}; give a folder of your own with --out")
        return ExitCode.FAILED
    text = "\n".join([*answer.sentences, "", *(f"open {shown(each)}" for each in written)])
    console.result(text, {"exit_code": 0, **answer.as_dict(), "files": [str(each) for each in written]})
    return ExitCode.DONE


def _opened(path: Path, console: Console) -> tuple[PlanRun | None, ExitCode]:
    """The run, if it is one whose plan was verified and is as it was written; else None and the exit code."""
    from aidplan.runs import RunError, open_run
    from aidplan.runs.errors import ChangedRunError, RefusedRunError, shown

    try:
        run = open_run(path)
    except RunError as problem:
        console.warn(str(problem))
        codes = {ChangedRunError: ExitCode.NOT_VERIFIED, RefusedRunError: ExitCode.REFUSED}
        return None, codes.get(type(problem), ExitCode.USAGE)
    if run.manifest.get("verified") is not True:
        console.warn(
            f"{shown(path)}: its plan is not verified, so there is nothing to explain; solve again for a new run"
        )
        return None, ExitCode.NOT_VERIFIED
    if not run.has_plan:
        console.warn(f"{shown(path)}: has no plan; its own page says why none exists")
        return None, ExitCode.USAGE
    return run, ExitCode.DONE


def stood(path: Path) -> Solved:
    """Where the run's first objective stood, so that solving it again begins there; nowhere where that
    cannot be read.
    """
    from aidplan.solve.warm import Starts, unpacked

    starts = Starts()
    try:
        _, names, start = unpacked((path / "warm.npz").read_bytes())
        starts.add(names, start)
    except (OSError, ValueError):
        pass  # the plan is the same, found from nothing
    return starts, None


def _written_prices(folder: Path, rows: Sequence[Mapping[str, Any]]) -> list[Path]:
    """``prices.csv`` beside the answer, where prices were looked at. Raises OSError."""
    import csv

    from aidplan.explain.prices import COLUMNS

    if not rows:
        return []
    path = folder / "prices.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in rows:
            table.writerow(["" if row.get(column) is None else row[column] for column in COLUMNS])
    return [path]
