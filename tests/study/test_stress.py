"""Plans that are kept until a period meet futures: a future's own plan has no regret, and nobody's is below nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.study.stress_jobs import CellJob, OwnJob
from tests.study.donors import MONTHS, at_random, two_donors, with_promises
from tests.workbook.books import written

PRESETS = ["donor_leaves", "late", "dear", "surge", "hub_closed", "expansions_late", "adversary_up"]


def invoke(path: Path, *options: str) -> Any:
    arguments = [
        "stress",
        str(path),
        "--out",
        str(path.parent / "answer"),
        "--jobs",
        "1",
        "--json",
        "--quiet",
        *options,
    ]
    return CliRunner().invoke(main_group, arguments, standalone_mode=False)


def stress(folder: Path, sheets: dict[str, Any], *options: str) -> dict[str, Any]:
    path = folder / "plan.xlsx"
    if not path.exists():
        path.write_bytes(written(sheets))
    told = invoke(path, *options)
    if told.exception is not None:
        raise told.exception
    assert told.return_value == 0, told.stderr
    return json.loads(told.stdout)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_futures_own_plan_has_no_regret_and_no_plan_less(seed: int, tmp_path: Path) -> None:
    said = stress(tmp_path, at_random(seed), "--until", "2025-03")
    assert [future["name"] for future in said["futures"]] == PRESETS
    assert said["plans"] == ["base", *PRESETS]
    for plan, row in said["regret"].items():
        for future, regret in row.items():
            assert regret is not None
            assert regret >= -1e-7, (plan, future)
            if plan == future:
                assert regret == pytest.approx(0, abs=1e-7), (plan, future)
    base = list(said["regret"]["base"].values())
    assert said["commit_base"] == pytest.approx(sum(base) / len(base))
    assert said["best_plan"]["regret"] <= said["commit_base"] + 1e-12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_futures_own_plan_has_no_regret_where_promises_come_first(seed: int, tmp_path: Path) -> None:
    futures = [PRESETS[seed - 1], PRESETS[-seed], "surge"]  # all of them over the seeds
    only = [part for name in futures for part in ("--only", name)]
    said = stress(tmp_path, with_promises(seed), "--until", "2025-03", *only)
    assert {future["name"]: future["status"] for future in said["futures"]} == dict.fromkeys(futures, "optimal")
    own = {future: said["regret"][future][future] for future in futures}
    assert own == pytest.approx(dict.fromkeys(futures, 0.0), abs=1e-7)


def hindsight() -> dict[str, list[list[object]]]:
    """Donor A alone: 60 of money, shells at 1 in January and February, capacity 40 each; in February demand may rise."""
    found = two_donors()
    found["settings"] = [["key", "value"], ["start", "2025-01"], ["periods", 2], ["money_unit", 1]]
    found["capacity"] = [["plant", *MONTHS[:2]], ["works_a", 40, 40], ["works_b", 0, 0]]
    found["funding"] = [["fund", *MONTHS[:2]], ["aid_a", 60, 0], ["aid_b", 0, 0]]
    found["menu"] = [["fund", "country"], ["aid_a", "A"], ["aid_b", "A"]]
    found["lanes"] = [["origin", "destination", *MONTHS[:2]], ["A", "east", 900, 900], ["A", "south", 900, 900]]
    found["places"] += [["south", "front"]]
    # South's shell counts twice an eastern one. As given, 40 go east in January and 20 south in February.
    found["demand"] = [
        ["place", "capability", "priority", *MONTHS[:2]],
        ["east", "fires", 1, 40, 0],
        ["south", "fires", 2, 0, 20],
    ]
    found["scenarios"] = [
        ["scenario", "sheet", "where", "column", "change", "value"],
        ["south_surges", "demand", "place=south", "2025-02", "set", 40],
        ["january", "demand", "place=east", "2025-01", "set", 30],
    ]  # fmt: skip
    return found


def test_what_following_the_base_costs_is_worked_out_by_hand(tmp_path: Path) -> None:
    said = stress(tmp_path, hindsight(), "--until", "2025-02", "--only", "south_surges", "--only", "january")
    # South needs 40: who knows it fires 20 in January and 40 in February, 1 - 20/(40+80). The base has fired 40, and 20 are left.
    assert [future["name"] for future in said["futures"]] == ["south_surges"]
    assert said["futures"][0]["own_met"] == pytest.approx(1 - 20 / 120)
    assert said["met"]["base"]["south_surges"] == pytest.approx(1 - 40 / 120)
    assert said["regret"]["base"]["south_surges"] == pytest.approx(20 / 120)
    assert said["commit_base"] == pytest.approx(20 / 120)
    assert said["best_plan"] == {"plan": "south_surges", "regret": pytest.approx(0, abs=1e-9)}
    robust = {tuple(each["codes"]): each["least"] for each in said["robust"] if each["quantity"] == "ordered"}
    assert sum(robust.values()) <= 60 + 1e-9
    assert [each["name"] for each in said["refused"]] == ["january"]  # it changes what came before


def test_resume_solves_what_is_missing_or_no_longer_whole_and_tells_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for kind in (OwnJob, CellJob):
        solved = kind.solved
        monkeypatch.setattr(
            kind, "solved", lambda job, context, solved=solved: done.append(job.name) or solved(job, context)
        )
    options = ("--until", "2025-03", "--only", "surge", "--only", "late")
    first = stress(tmp_path, at_random(5), *options)
    assert len(done) == 2 + 3 * 2
    kept = {json.loads(path.read_text())["result"]["name"]: path for path in (tmp_path / "answer" / "solved").iterdir()}
    assert sorted(kept) == sorted(done)
    kept["own plan: late"].unlink()
    text = kept["base in surge"].read_text()
    kept["base in surge"].write_text(text.replace('"share_met": 0.', '"share_met": 1.'))
    kept["late in late"].write_text(text[: len(text) // 2])
    done.clear()
    again = stress(tmp_path, at_random(5), *options, "--resume")
    assert sorted(done) == ["base in surge", "late in late", "own plan: late"]
    for entry in ("met", "regret", "robust", "best_plan", "futures"):
        assert again[entry] == first[entry]
    done.clear()
    other = stress(tmp_path, at_random(5), "--until", "2025-04", *options[2:], "--resume")
    assert len(done) == 2 + 3 * 2
    assert other["until"] == "2025-04"


def test_a_period_outside_the_plan_and_an_unknown_future_are_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(at_random(1)))
    for options, said in (
        (("--until", "2025-01"), "before which something is decided"),
        (("--until", "2026-01"), "before which something is decided"),
        (("--until", "2025-03", "--only", "surge_"), "did you mean `surge`?"),
    ):
        told = invoke(path, *options)
        assert (told.return_value, said in told.stderr) == (2, True)
        assert not (tmp_path / "answer").exists()
