"""A run keeps where its first rank stood, and the next command begins there: the same tables, found sooner."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from aidplan.cli import main_group
from aidplan.solve.warm import Start, packed, unpacked

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"


def solve(out, name, *more):
    arguments = ["solve", str(SMALL), "--out", str(out), "--name", name, *more]
    told = CliRunner().invoke(main_group, arguments, standalone_mode=False)
    assert told.return_value == 0, told.output
    return told.stderr


def tables(run):
    return {path.name: pd.read_csv(path) for path in sorted((run / "tables").glob("*.csv"))}


def test_a_basis_comes_back_from_its_bytes_with_its_title_and_names():
    start = Start(np.array([0, 1, 2, 3, 4], dtype=np.int8), np.array([1, 1, 0], dtype=np.int8))
    title, names, again = unpacked(packed("Plan ü", "digest", start))
    assert (title, names) == ("Plan ü", "digest")
    assert again.columns.tolist() == [0, 1, 2, 3, 4]
    assert again.rows.tolist() == [1, 1, 0]
    assert again.later == {}


def test_the_stages_after_the_first_come_back_too():
    later = {"2 equity": Start(np.ones(5, dtype=np.int8), np.zeros(4, dtype=np.int8))}
    start = Start(np.array([0, 1, 2, 3, 4], dtype=np.int8), np.array([1, 1, 0], dtype=np.int8), later)
    _, _, again = unpacked(packed("Plan", "digest", start))
    assert list(again.later) == ["2 equity"]
    assert again.later["2 equity"].columns.tolist() == [1] * 5
    assert again.later["2 equity"].rows.tolist() == [0] * 4
    assert again.columns.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 18, b"no zip at all"])
def test_what_is_no_basis_is_refused(data):
    with pytest.raises(ValueError, match="warm start"):
        unpacked(data)


def test_the_next_command_begins_where_the_last_one_stood_and_finds_the_same_tables(tmp_path):
    solve(tmp_path, "first")
    assert "from another plan's basis" in solve(tmp_path, "second", "--scenario", "surge")
    assert "from another plan's basis" not in solve(tmp_path / "elsewhere", "alone", "--scenario", "surge")
    warm, cold = tables(tmp_path / "second"), tables(tmp_path / "elsewhere" / "alone")
    assert warm.keys() == cold.keys()
    for name, table in warm.items():
        pd.testing.assert_frame_equal(table, cold[name], rtol=1e-9 if name == "prices.csv" else 1e-12)


def test_a_broken_or_strange_basis_beside_the_runs_does_no_harm(tmp_path):
    solve(tmp_path, "first")
    (tmp_path / "first" / "warm.npz").write_bytes(b"broken")
    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    assert "from another plan's basis" not in solve(tmp_path, "second")
