"""The command line is light until a command needs more, and says what it can do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aidplan.cli", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )


def test_help_imports_neither_pandas_nor_pyomo_nor_a_solver():
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aidplan.cli", "--help"],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in said.stderr.splitlines() if "|" in line}
    assert "click" in imported
    assert not imported & {"pandas", "pyomo", "highspy", "numpy", "plotly", "openpyxl", "xlsxwriter"}


def test_every_command_stands_in_the_readme():
    commands = [line.split()[0] for line in run("--help").stdout.split("Commands:")[1].splitlines() if line.strip()]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert commands
    assert [command for command in commands if f"aidplan {command}" not in readme] == []


def test_an_unknown_scenario_is_wrong_usage_and_names_the_nearest(tmp_path: Path):
    said = run("solve", "inputs/small.xlsx", "--scenario", "sruge", "--out", str(tmp_path), "--quiet")
    assert said.returncode == 2
    assert "did you mean `surge`" in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_missing_workbook_is_refused_with_a_sentence(tmp_path: Path):
    said = run("solve", str(tmp_path / "no such plan.xlsx"), "--out", str(tmp_path / "out"))
    assert said.returncode == 3
    assert "there is no file" in said.stdout
    assert "Traceback" not in said.stderr


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    out = tmp_path_factory.mktemp("runs")
    said = run(
        "solve",
        "inputs/small.xlsx",
        "--scenario",
        "base",
        "--scenario",
        "surge",
        "--out",
        str(out),
        "--name",
        "first",
        "--json",
        "--quiet",
    )
    assert said.returncode == 0, said.stderr
    return out, json.loads(said.stdout)


def test_a_solve_leaves_one_whole_run_a_scenario(solved: tuple[Path, dict]):
    out, said = solved
    assert [each["scenario"] for each in said["runs"]] == ["base", "surge"]
    for name in ("first-base", "first-surge"):
        manifest = json.loads((out / name / "run.json").read_text(encoding="utf-8"))
        assert manifest["verified"] is True
        assert set(manifest["goals"]) == {"coverage", "equity", "parity", "cost", "liability"}
        assert set(manifest["seconds"]) == {"read", "check", "build", "handover", "solve", "verify", "write", "total"}
        assert {"plan.xlsx", "workbook.xlsx", "findings.json", "tables/ordered.csv", "tables/prices.csv"} <= set(
            manifest["files"]
        )
        assert (out / name / "workbook.xlsx").read_bytes() == (ROOT / "inputs" / "small.xlsx").read_bytes()


def test_more_demand_is_worse_covered(solved: tuple[Path, dict]):
    base, surge = (each["goals"]["coverage"] for each in solved[1]["runs"])
    assert surge > base > 0


def test_a_taken_name_is_an_error_and_the_run_stays(solved: tuple[Path, dict]):
    out, _ = solved
    before = (out / "first-base" / "run.json").read_bytes()
    said = run("solve", "inputs/small.xlsx", "--out", str(out), "--name", "first-base", "--quiet")
    assert said.returncode == 2
    assert (out / "first-base" / "run.json").read_bytes() == before


def test_the_audit_says_that_the_run_holds(solved: tuple[Path, dict]):
    assert run("audit", str(solved[0] / "first-base")).returncode == 0
