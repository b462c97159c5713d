"""An answer: ``answer.json``, and the same as a workbook and a page in the style of the reports."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.figures.table import Table
from aidplan.manifest import versions

if TYPE_CHECKING:
    from aidplan.report.html.page import Chart


@dataclass(frozen=True)
class Bar:
    """One bar of a tornado: a lever with what it is set to at the bar's ends, and how far these lie from the base."""

    name: str
    low: float
    high: float
    low_text: str
    high_text: str
    starred: bool = False


@dataclass(frozen=True)
class Answer:
    """What a study found.

    ``kind`` is the command's name, ``body`` its own entries of ``answer.json``; ``sentences`` tell it in words,
    ``tables`` in figures, ``bars`` as a tornado in points of demand met. ``solves`` counts the plans that were solved.
    """

    kind: str
    title: str
    workbook: Mapping[str, str]
    options: Mapping[str, Any]
    seconds: float
    solves: int
    body: Mapping[str, Any]
    sentences: Sequence[str]
    tables: Sequence[Table]
    bars: Sequence[Bar] = ()
    colours: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    charts: Sequence[Chart] = ()

    def as_dict(self) -> dict[str, Any]:
        """``answer.json``."""
        return {
            "answer": self.kind,
            "workbook": dict(self.workbook),
            "options": dict(self.options),
            "versions": versions(),
            "seconds": round(self.seconds, 3),
            "solves": self.solves,
            **self.body,
            "sentences": list(self.sentences),
        }

    def write(self, folder: Path) -> list[Path]:
        """Write the three files into ``folder``, each whole or not at all; their paths. Raises OSError."""
        from aidplan.study.views import write_page, write_workbook

        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        written: list[tuple[Path, Callable[[Path], object]]] = [
            (folder / f"{self.kind}.xlsx", lambda path: write_workbook(self, path)),
            (folder / f"{self.kind}.html", lambda path: write_page(self, path)),
            (folder / "answer.json", lambda path: path.write_text(text, encoding="utf-8")),
        ]
        for path, write in written:
            beside = path.with_name(f".{os.getpid()}.{path.name}")
            try:
                write(beside)
                beside.replace(path)
            finally:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)
        return [path for path, _ in written]


class TakenError(Exception):
    """The folder of an answer is taken; one sentence says what to do."""


def claim_folder(folder: Path, resume: bool) -> None:
    """Make the folder of an answer. Raises `TakenError` where it is there already and nothing is resumed."""
    if folder.exists() and not (resume and folder.is_dir()):
        raise TakenError(
            f"{folder}: is there already, and no answer is written over; name another folder with --out, or go on with "
            "an interrupted one with --resume"
        )
    folder.mkdir(parents=True, exist_ok=True)
