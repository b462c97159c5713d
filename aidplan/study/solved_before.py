"""Results of jobs that write no run, kept beside the answer so that an interrupted study can go on: ``solved/DIGEST.json``.

The name is a digest of all that the result depends on. A file that is not whole is as none: the job is done again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.manifest import versions

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "solved"


def digest_of(data: bytes, tables: Mapping[str, pd.DataFrame], told: Mapping[str, Any]) -> str:
    """A digest of a workbook's bytes, a plan's tables, what else is ``told`` of a job, and our versions."""
    digest = hashlib.sha256(hashlib.sha256(data).digest())
    digest.update(_bytes({"told": told, "versions": versions(), "tables": _plain(tables)}))
    return digest.hexdigest()


def kept(out: Path, digest: str) -> dict[str, Any] | None:
    """What was kept under a digest, its ``tables`` as data frames; None where nothing whole is."""
    try:
        found = json.loads((out / FOLDER / f"{digest}.json").read_bytes())
        body = found["result"]
        if found["sha256"] != hashlib.sha256(_bytes(body)).hexdigest():
            return None
        return {**body, "tables": {name: _frame(table) for name, table in body["tables"].items()}}
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(out: Path, digest: str, result: Mapping[str, Any]) -> None:
    """Keep a result with its ``tables``, whole or not at all. A disk that refuses costs the next command time alone."""
    body = {**result, "tables": _plain(result["tables"])}
    folder = out / FOLDER
    beside = folder / f".{os.getpid()}.{digest}.json"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(_bytes({"result": body, "sha256": hashlib.sha256(_bytes(body)).hexdigest()}))
            beside.replace(folder / f"{digest}.json")
        finally:
            beside.unlink(missing_ok=True)


def _plain(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, list[Any]]]:
    """Table -> column -> its cells as text and numbers, which JSON gives back exactly."""
    return {name: {str(c): table[c].tolist() for c in table.columns} for name, table in tables.items()}


def _frame(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    import pandas as pd

    from aidplan.runs.tables import NUMBERS

    return pd.DataFrame(
        {name: pd.Series(cells, dtype="float64" if name in NUMBERS else "str") for name, cells in columns.items()}
    )


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
