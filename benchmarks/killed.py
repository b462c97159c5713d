"""What does a kill leave? The real solve, killed at random moments, and the folder of runs afterwards.

    python -m benchmarks.killed [WORKBOOK] [--times N] [--seed N]

An older run is written first. Then the command is started again and again and killed (SIGKILL), every other time
in the writing of the run. After each kill: every run that is listed must pass the audit, the older run must be the
same byte for byte, and a next command must take away what the dead one left. Prints a row for each kill.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from itertools import count
from pathlib import Path

AIDPLAN = [sys.executable, "-m", "aidplan.cli"]
WRITING = "writing the run"
SECONDS_OF_WRITING = 3.5
ENDED = "ended by itself"


def told(*arguments: str) -> tuple[int, str]:
    """A command's exit code and what it said on stdout."""
    ended = subprocess.run([*AIDPLAN, *arguments], capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout


def prints(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def solve_and_kill(workbook: Path, out: Path, name: str, seconds: float, *, in_writing: bool) -> tuple[str, float]:
    """Start a solve and kill it ``seconds`` after its start, or after it began to write; where it was, and when."""
    began = time.monotonic()
    solve = subprocess.Popen(
        [*AIDPLAN, "solve", str(workbook), "--out", str(out), "--name", name],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    writing = threading.Event()
    said: list[str] = []

    def read() -> None:
        assert solve.stderr is not None
        for line in solve.stderr:
            said.append(line.strip())
            if WRITING in line:
                writing.set()
        writing.set()

    reader = threading.Thread(target=read)
    reader.start()
    if in_writing:
        writing.wait()
    time.sleep(seconds)
    ended = solve.poll()
    solve.kill()
    solve.wait()
    reader.join()
    last = ENDED if ended is not None else said[-1] if said else "starting"
    return last, time.monotonic() - began


def judge(out: Path, older: dict[str, str], name: str) -> list[str]:
    """What is wrong with a folder of runs after a kill; empty where nothing is."""
    wrong: list[str] = []
    _, listed = told("runs", str(out), "--json")
    for run in json.loads(listed)["runs"]:
        code, _ = told("audit", str(out / run["run"]))
        if code:
            wrong.append(f"the audit of {run['run']} ends with {code}")
    if prints(out / "older") != older:
        wrong.append("the older run has changed")
    if (out / name).exists() and not (out / name / "run.json").is_file():
        wrong.append(f"{name} is a folder without run.json")
    return wrong


def main() -> None:
    """Solve, kill, judge, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workbook", nargs="?", type=Path, default=Path("inputs/coalition-2024.xlsx"))
    parser.add_argument("--times", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    random_ = random.Random(chosen.seed)
    small = Path(__file__).parents[1] / "inputs" / "small.xlsx"
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        began = time.monotonic()
        code, _ = told("solve", str(chosen.workbook), "--out", str(out), "--name", "older", "--quiet")
        whole = time.monotonic() - began
        assert code == 0, f"the workbook has no plan: {code}"
        older = prints(out / "older")
        print(f"one solve takes {whole:.1f} s, and leaves {len(older)} files", flush=True)
        print(f"{'kill':>4} {'after s':>8} {'left':>5} {'cleaned':>8} {'sound':>6}  killed at", flush=True)
        for n in range(chosen.times):
            in_writing = n % 2 == 0
            seconds = random_.uniform(0, SECONDS_OF_WRITING if in_writing else whole)
            for again in count(1):
                name = f"killed{n}-{again}"
                at, after = solve_and_kill(chosen.workbook, out, name, seconds, in_writing=in_writing)
                if at != ENDED:
                    break
                seconds /= 2  # it was quicker than the first one: that was no kill
            wrong = judge(out, older, name)
            left = [path.name for path in out.iterdir() if path.name.startswith(".")]
            told("solve", str(small), "--out", str(out), "--name", f"next{n}", "--quiet")
            remains = [path.name for path in out.iterdir() if path.name.startswith(".")]
            wrong += [f"{name} remains" for name in remains]
            failed = failed or bool(wrong)
            print(
                f"{n + 1:4} {after:8.1f} {len(left):5} {'no' if remains else 'yes':>8} {'no' if wrong else 'yes':>6}"
                f"  {at}{'; '.join(['', *wrong])}",
                flush=True,
            )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
