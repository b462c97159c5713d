"""An interrupt ends a solve with code 130, a sentence, and nothing half-written."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[2] / "inputs" / "small.xlsx"


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.parametrize("word", ["building the model", "rank 1", "choosing one plan", "looking for the true ranges"])
def test_an_interrupt_ends_with_130_and_leaves_no_run(word: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "aidplan.cli",
        "solve",
        str(SMALL),
        "--out",
        str(tmp_path / "runs"),
        "--name",
        "run",
        "--ties",
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if word in line:
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err + out
    assert not (tmp_path / "runs" / "run").exists()


def test_a_time_limit_before_any_rank_ends_with_5_and_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aidplan.cli", "solve", str(SMALL), "--out", str(tmp_path), "--name", "run"]
    told = subprocess.run(
        [*command, "--time-limit", "0.000001"], capture_output=True, text=True, check=False, timeout=60
    )
    assert told.returncode == 5
    assert "--time-limit" in told.stdout
    assert not (tmp_path / "run" / "tables").exists()
