"""Coefficients far apart: verified, or refused with the cells; never silently wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.sparse import csr_array

from aidplan.audit import audit_run
from aidplan.cli import main_group
from aidplan.solve.coefficient_range import refuse_what_is_too_far_apart, spread
from aidplan.solve.highs import SolverError
from aidplan.solve.solving import lost_by_later_ranks, solve_plan
from aidplan.workbook import open_workbook, plan_data
from tests.explain.planted import SMALL, overwrite

EXTREME = {
    "a shell for a dollar's millionth": (("products", "C2", 1e-6),),
    "a vehicle for a billion": (("products", "C3", 1e9),),
    "both": (("products", "C2", 1e-6), ("products", "C3", 1e9)),
    "a shell that takes the capacity of a billion": (("products", "E2", 1e9),),
    "a vehicle that takes next to none, a shell that takes a billion": (("products", "E2", 1e9), ("products", "E3", 1e-6)),
    "a shell without weight beside a heavy vehicle": (("items", "F2", 1e-6), ("items", "F3", 1e3)),
    "a vehicle of a million tonnes": (("items", "F3", 1e6), ("places", "E4", None), ("demand", "D2", None), ("demand", "D3", None)),
    "effects fifteen orders apart": (("effects", "C2", 1e9), ("effects", "C3", 1e-6)),
    "replenishing for nothing, buying for a billion": (("stocks", "F2", 1e-6), ("products", "C2", 1e9)),
    "demand of a billion": (("demand", "F2", 1e9),),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTREME)
def test_numbers_from_a_millionth_to_a_billion_are_verified_or_refused(name: str, tmp_path: Path) -> None:
    """Verified: by the solve's own proof and, apart from it, by the audit in exact decimals."""
    path = overwrite(SMALL, tmp_path / "far.xlsx", EXTREME[name])
    told = CliRunner().invoke(
        main_group,
        ["solve", str(path), "--out", str(tmp_path), "--name", "run", "--json", "--quiet"],
        standalone_mode=False,
    )
    assert told.return_value in (0, 3, 4, 6), told.stdout
    if told.return_value == 0:
        assert json.loads(told.stdout)["runs"][0]["verified"] is True
        report = audit_run(tmp_path / "run")
        assert report.passed, report.as_text()
    else:
        assert not (tmp_path / "run" / "tables").exists()


def test_a_plan_that_gives_up_some_of_a_better_rank_is_no_plan(tmp_path: Path) -> None:
    data = plan_data(open_workbook(SMALL).tables)
    planned = solve_plan(data)
    assert lost_by_later_ranks(planned.programme, planned.solved) == ""
    unmet = planned.programme.columns["unmet"]
    worse = planned.solved.x.copy()
    worse[unmet.start] += 100.0
    told = lost_by_later_ranks(planned.programme, replace(planned.solved, x=worse))
    assert "give up some of coverage" in told


def test_past_six_orders_a_warning_names_the_cells(tmp_path: Path) -> None:
    path = overwrite(SMALL, tmp_path / "far.xlsx", (("menu", "G5", 1e-13),))
    told = CliRunner().invoke(
        main_group, ["solve", str(path), "--out", str(tmp_path), "--name", "run"], standalone_mode=False
    )
    assert told.return_value == 0
    found = json.loads((tmp_path / "run" / "findings.json").read_text())
    wide = next(finding for finding in found if finding["code"] == "wide-range")
    assert wide["severity"] == "warning"
    assert "menu!G5" in wide["message"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["verified"] is True


def test_past_nine_orders_it_is_refused_with_the_cells(tmp_path: Path) -> None:
    path = overwrite(SMALL, tmp_path / "far.xlsx", (("menu", "G5", 1e-25),))
    told = CliRunner().invoke(
        main_group, ["solve", str(path), "--out", str(tmp_path), "--name", "run", "--quiet"], standalone_mode=False
    )
    assert told.return_value == 3
    assert "menu!G5" in told.stdout
    assert not (tmp_path / "run" / "plan.xlsx").exists()


def test_the_spread_is_of_what_is_not_zero() -> None:
    assert spread(csr_array(np.array([[1e-3, 0.0], [0.0, -1e3]]))) == pytest.approx(1e6)
    assert spread(csr_array((2, 2))) == 1.0
    refuse_what_is_too_far_apart(csr_array(np.array([[1.0, 1e9]])))
    with pytest.raises(SolverError, match="apart"):
        refuse_what_is_too_far_apart(csr_array(np.array([[1.0, 1.1e9]])))


@pytest.mark.parametrize("name", ["both", "replenishing for nothing, buying for a billion"])
def test_where_small_duals_matter_the_ranks_are_met_again_and_none_is_lost(name: str, tmp_path: Path) -> None:
    data = plan_data(open_workbook(overwrite(SMALL, tmp_path / "far.xlsx", EXTREME[name])).tables)
    told: list[str] = []
    planned = solve_plan(data, progress=told.append)
    assert any("again by smaller duals" in line for line in told)
    assert planned.solved.status == "optimal"
    best = planned.solved.ranks[0].value
    assert planned.goals["coverage"] == pytest.approx(best, rel=1e-6)
