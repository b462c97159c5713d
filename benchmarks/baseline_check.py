"""A run of 0.1.0's coalition workbook held against the tables that 0.1.0 wrote.

    aidplan solve benchmarks/baseline/coalition-0.1.0.xlsx --name check
    python -m benchmarks.baseline_check outputs/check

Prints the tables that differ, each with its largest difference, relative to the larger of 1 and the value, and ends with 1
where a quantity differs by more than 1e-6.
"""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pandas as pd

BASELINE = Path(__file__).parent / "baseline" / "tables-0.1.0.zip"
ALLOWED = 1e-6


def difference(before: pd.DataFrame, now: pd.DataFrame) -> float:
    """The largest difference of two tables' last columns of numbers; a row that one lacks counts as 0 there."""
    numbers = [name for name in before.columns if before[name].dtype.kind == "f"]
    keys = [name for name in before.columns if name not in numbers]
    both = before.merge(now, on=keys, how="outer", suffixes=("", " now"))
    worst = 0.0
    for name in numbers:
        old, new = both[name].fillna(0.0), both[f"{name} now"].fillna(0.0)
        worst = max(worst, float(((old - new).abs() / old.abs().clip(lower=1.0)).max()))
    return worst


def main(run: Path) -> int:
    """Compare, print, and give the exit code."""
    same, failed = 0, False
    with zipfile.ZipFile(BASELINE) as held:
        for name in sorted(held.namelist()):
            before = held.read(name)
            now = (run / name).read_bytes()
            if before == now:
                same += 1
                continue
            tables = [pd.read_csv(io.BytesIO(data), keep_default_na=False, low_memory=False) for data in (before, now)]
            worst = difference(*tables)
            failed |= worst > ALLOWED
            print(f"{name}: {worst:.2g}")
    print(f"{same} tables are the same byte for byte")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
