"""What docs/levers.md tells of the coalition workbook is what its record says, and a record says what the answers say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from benchmarks import levers_told
from benchmarks.levers_page import blocks, points, share
from inputs.told import fill
from tests.study.donors import at_random
from tests.study.test_pressure import sheets as pressed
from tests.workbook.books import written


def answered(folder: Path, kind: str, sheets: dict[str, Any], *options: str) -> dict[str, Any]:
    (folder / f"{kind}.xlsx").write_bytes(written(sheets))
    arguments = [kind, str(folder / f"{kind}.xlsx"), "--out", str(folder / kind), "--jobs", "1", "--json", "--quiet"]
    told = CliRunner().invoke(main_group, [*arguments, *options], standalone_mode=False)
    assert told.return_value == 0, told.stderr
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told")
    only = [part for name in ("guarantees", "one_plan", "in_turn_largest_first") for part in ("--only", name)]
    answered(folder, "levers", at_random(3), *only)
    answered(folder, "stress", at_random(3), "--until", "2025-03", "--only", "surge", "--only", "late")
    answered(folder, "pressure", pressed())
    times = (
        "\tUser time (seconds): 12.50\n\tSystem time (seconds): 0.75\n\tMaximum resident set size (kbytes): 204800\n"
    )
    (folder / "levers-1.time").write_text(times)
    (folder / "levers-2.time").write_text(times)
    return folder


def test_the_pages_say_what_their_record_says() -> None:
    told = json.loads(levers_told.RECORD.read_text(encoding="utf-8"))
    texts = [page.read_text(encoding="utf-8") for page in (levers_told.PAGE, levers_told.MANY)]
    assert sum(text.count("<!-- told: ") for text in texts) == len(blocks(told))
    for text in texts:
        assert text == fill(text, blocks(told)), "run python -m benchmarks.levers_told --from-record"


def test_a_record_holds_the_figures_of_the_answers_and_passages_tell_them(folder: Path) -> None:
    told = levers_told.record(folder)
    assert told == json.loads(json.dumps(told))
    said = blocks(told)
    answer = json.loads((folder / "levers" / "answer.json").read_bytes())
    rows = {row["setting"]: row for row in answer["levers"]}
    base = rows["as_given"]
    none = rows["none"]
    assert (
        f"| guarantees | `none` | {share(none['met'])} | {points(100 * (none['met'] - base['met']))} |"
        in said["settings"]
    )
    coordination = answer["coordination"]
    assert f"with one plan {share(coordination['one_plan'])} of demand is met" in said["claims"]
    assert f"in one order of donors that decide in turn {share(coordination['mean'])}" in said["claims"]
    assert "(`financing`): not solved for this page. As given, " in said["claims"]
    own = {name: told["own"][name]["met"] for name in ("base", "financing")}
    change = points(100 * (own["financing"] - own["base"]))
    assert (
        f"{share(own['financing'])} of demand met where the base has {share(own['base'])}, {change};" in said["claims"]
    )
    assert "As given, 1 expansions need guarantees; what is guaranteed past the horizon is" in said["claims"]
    assert "nothing is said of them: `financing: all_lend_lease`, `financing: all_tranches_3`," in said["settings"]
    assert "`coordination: in_turn_random_5`." in said["settings"]
    assert "`guarantees: none`" not in said["settings"]
    stress = json.loads((folder / "stress" / "answer.json").read_bytes())
    assert f"{100 * stress['regret']['base']['surge']:.2f}" in said["stress"]
    assert f"{len(stress['robust']):,} decisions before 2025-03" in said["stress"]
    pressure = json.loads((folder / "pressure" / "answer.json").read_bytes())
    stated = next(row for row in pressure["pressure"] if (row["setting"], row["effect"]) == ("as_written", "effect"))
    assert (
        f"| as written |  | stated | {share(stated['goals']['parity'])} | {stated['parity_points']:+.2f} |"
        in said["pressure"]
    )
    assert told["pressure"]["pressure"][0]["cut"] == {"fires": 0.0}


def test_what_it_took_is_added_up_over_the_runs_and_the_measured_commands(folder: Path) -> None:
    took = levers_told.record(folder)["levers"]["took"]
    runs = [json.loads(path.read_bytes()) for path in (folder / "levers").glob("*/run.json")]
    assert took["runs"] == len(runs) == 6
    assert took["seconds"] == round(sum(run["seconds"]["total"] for run in runs))
    assert (took["cpu_seconds"], took["peak_mb"]) == (26, 200)  # two commands of 13.25 s each
    assert "cpu_seconds" not in levers_told.record(folder)["stress"]["took"]


def test_the_sum_of_a_large_batch_is_worked_out_from_one_solve() -> None:
    one = {
        "seconds": 36.0,
        "mb": 600,
        "worker_mb": 1200,
        "columns": 1000,
        "measured": "today",
        "run_mb": 26.0,
        "packed_mb": 6.2,
    }
    said = blocks({"levers": None, "stress": None, "pressure": None, "one": one, "given": None, "own": {}})["sum"]
    for cell in ("| 5.0 hours |", "| 6 minutes |", "| 60 GB |", "| 3.1 GB |", "| 13 GB |"):
        assert cell in said


def test_an_answer_that_is_not_there_is_told_as_not_run(tmp_path: Path) -> None:
    said = blocks(levers_told.record(tmp_path))
    assert "was not run for this page" in said["claims"]
    assert said["took"].count("not run") == 3
