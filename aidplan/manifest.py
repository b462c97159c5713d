"""The manifest of a run: what ``run.json`` says of a solve."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aidplan.version import __version__

if TYPE_CHECKING:
    from aidplan.workbook import Workbook


def versions() -> dict[str, str]:
    """The versions that a plan may depend on."""
    import highspy
    import pyomo

    return {
        "aidplan": __version__,
        "python": platform.python_version(),
        "pyomo": pyomo.__version__,
        "highspy": highspy.Highs().version(),
    }


def manifest_of(
    book: Workbook, scenario: str, started: datetime, options: Mapping[str, Any], planned: Any
) -> dict[str, Any]:
    """``run.json`` of a solve that began at ``started`` (UTC), but for ``run``, ``seconds`` and ``files``."""
    from aidplan.solve.resource_limits import peak_mb

    return {
        "scenario": scenario,
        "status": str(planned.solved.status),
        "verified": planned.solved.verified,
        "goals": dict(planned.goals),
        "ranks": [
            {
                "rank": result.rank.rank,
                "goals": list(result.rank.goals),
                "value": result.value,
                "seconds": round(result.seconds, 3),
                "method": result.method,
            }
            for result in planned.solved.ranks
        ],
        "model": dict(planned.size),
        "peak_memory_mb": round(peak_mb(), 1),
        "workbook": {"file": book.file, "sha256": book.sha256},
        **_rolled(book),
        "versions": versions(),
        "options": dict(options),
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
    }


def stage_of(run: str, number: int, count: int, donor: str) -> dict[str, Any]:
    """``stage`` of ``run.json``: the ``number``-th of ``count`` plans in which ``donor`` decides, on the way to the run
    ``of``.

    A stage meets the workbook's first rank, and those before it, alone, and has no reports.
    """
    return {"of": run, "number": number, "count": count, "donor": donor}


def _rolled(book: Workbook) -> dict[str, Any]:
    """The run that the workbook was rolled from, and to which period, where it was."""
    from aidplan.workbook.origin import rolled_from

    origin = rolled_from(book.tables)
    return {} if origin is None else {"rolled": origin._asdict()}


def seconds_of(read: float, check: float, spent: Mapping[str, float]) -> dict[str, float]:
    """Seconds by stage, and their total."""
    seconds = {"read": read, "check": check, **spent}
    seconds["total"] = sum(seconds.values())
    return {stage: round(value, 3) for stage, value in seconds.items()}
