"""The annotated copy: the planner's workbook with every finding on its cell.

It is made from the file's own bytes and written elsewhere; the planner's file is never written to.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from aidplan.workbook.file.files import read_file
from aidplan.workbook.file.guard import UnreadableFileError, guarded, refuse_unsafe
from aidplan.workbook.file.plain_copy import under_given_names
from aidplan.workbook.findings import ERROR, WARNING, Finding
from aidplan.workbook.tables import Tables
from aidplan.workbook.write.saving import PLACE_IS_WRONG, write_over

FINDINGS_SHEET = "#findings"
AUTHOR = "aidplan"
COLOURS = {ERROR: "FFC7CE", WARNING: "FFEB9C"}
_INK = {ERROR: "9C0006", WARNING: "7F6000"}
_HEADINGS = (
    ("severity", 11),
    ("place", 22),
    ("scenario", 18),
    ("what is wrong", 80),
    ("what would be right", 60),
    ("code", 20),
)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_COMMENT = 2_000


class AnnotationError(ValueError):
    """The annotated copy cannot be written; one sentence says why and what to do. ``failed``: the disk is to blame."""

    def __init__(self, message: str, failed: bool = False) -> None:
        super().__init__(message)
        self.failed = failed


def write_annotated(
    source: Path, data: bytes, findings: Sequence[Finding], tables: Tables, target: Path, replace: bool = False
) -> Path:
    """Writes a copy of the workbook `source`, whose bytes are `data`, to `target` with findings as comments, colours
    and a list with links; never over a file, unless it may `replace` an earlier copy. Gives its path; raises
    `AnnotationError`.
    """
    if target.exists() and target.resolve() == source.resolve():
        raise AnnotationError(f"{target} is the workbook itself, which is never written to; name another file")
    if target.suffix.lower() != ".xlsx":
        raise AnnotationError(f"{target} must end in .xlsx")
    if target.exists() and not replace:
        raise AnnotationError(f"{target} is there already and is not overwritten; name another file")
    try:
        book = _loaded(data)
    except UnreadableFileError as problem:
        raise AnnotationError(f"no annotated copy: {problem}") from None
    titles = {name: tables[name].title for name in tables if tables[name].present}
    placed = [(finding, titles.get(finding.sheet, finding.sheet)) for finding in findings]
    _mark_cells(book, placed)
    _list_findings(book, placed)
    return _saved(book, target)


def write_findings(findings: Sequence[Finding], target: Path) -> Path:
    """Writes the list of findings alone, for a workbook that cannot be copied. Gives its path; raises
    `AnnotationError`.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _list_findings(book, [(finding, finding.sheet) for finding in findings])
    return _saved(book, target)


def is_annotated(path: Path) -> bool:
    """Whether a file was written here: it has a sheet of findings."""
    try:
        return any(listed.title == FINDINGS_SHEET for listed, _ in guarded(read_file(path)).sheets)
    except UnreadableFileError:
        return False


def _loaded(data: bytes) -> Any:
    refuse_unsafe(data)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that it does not copy; the planner's file keeps them
            return load_workbook(io.BytesIO(under_given_names(data)))
    except Exception as problem:  # openpyxl raises whatever a part of the file makes it raise
        raise AnnotationError(
            f"no annotated copy: parts of the workbook that hold no plan cannot be copied ({problem}); "
            "save it anew in Excel"
        ) from None


def _mark_cells(book: Any, placed: Iterable[tuple[Finding, str]]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding, title in placed:
        if title in book.sheetnames:
            by_cell.setdefault((title, finding.first_cell or "A1"), []).append(finding)
    for (title, address), found in by_cell.items():
        cell = _first_of_merged(book[title], address)
        worst = ERROR if any(finding.severity == ERROR for finding in found) else WARNING
        text = "\n\n".join(_clean(f"{_severity(finding)}: {_said(finding)}") for finding in found)
        before = f"{cell.comment.text}\n\n" if cell.comment is not None else ""
        comment = Comment((before + text)[:_LONGEST_COMMENT], AUTHOR)
        comment.width, comment.height = 380, 40 + 18 * (len(text) // 55 + 1 + 2 * len(found))
        cell.comment = comment
        cell.fill = PatternFill("solid", fgColor=COLOURS[worst])


def _first_of_merged(sheet: Any, address: str) -> Any:
    """The cell of that address; of merged ones the first, which alone can be written to."""
    cell = sheet[address]
    for merged in sheet.merged_cells.ranges:
        if address in merged:
            return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _severity(finding: Finding) -> str:
    return finding.severity.upper() + (f" in scenario {finding.scenario}" if finding.scenario else "")


def _said(finding: Finding) -> str:
    return f"{finding.message}; {finding.remedy}" if finding.remedy else finding.message


def _list_findings(book: Any, placed: Sequence[tuple[Finding, str]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    def font(**more: object) -> Any:
        return Font(name="Calibri", size=10, **more)

    if FINDINGS_SHEET in book.sheetnames:
        del book[FINDINGS_SHEET]
    sheet = book.create_sheet(FINDINGS_SHEET, 0)
    for column, (heading, width) in enumerate(_HEADINGS, 1):
        cell = sheet.cell(1, column, heading)
        cell.font, cell.fill = font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3864")
        sheet.column_dimensions[cell.column_letter].width = width
    for number, (finding, title) in enumerate(placed, 2):
        for column, text in enumerate(
            (finding.severity, finding.place, finding.scenario, finding.message, finding.remedy, finding.code), 1
        ):
            cell = sheet.cell(number, column)
            cell.value = _clean(text)
            cell.data_type = "s"
            cell.alignment, cell.font = Alignment(vertical="top", wrap_text=True), font()
        sheet.row_dimensions[number].height = 14 * max(len(finding.message) // 90 + 1, len(finding.remedy) // 68 + 1)
        sheet.cell(number, 1).fill = PatternFill("solid", fgColor=COLOURS[finding.severity])
        sheet.cell(number, 1).font = font(bold=True, color=_INK[finding.severity])
        if title in book.sheetnames:
            place = sheet.cell(number, 2)
            quoted = title.replace("'", "''")
            place.hyperlink = f"#'{quoted}'!{finding.cell or 'A1'}"
            place.font = font(color="0563C1", underline="single")
    if not placed:
        sheet.cell(2, 1, "0 findings")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:F{max(2, len(placed) + 1)}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_properties.tabColor = "C00000"
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet


def _clean(text: str) -> str:
    """Text as a workbook may hold it: without control characters."""
    return _ILLEGAL.sub("?", text)


def _saved(book: Any, target: Path) -> Path:
    """Made in memory, then written whole or not at all."""
    made = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book.save(made)  # openpyxl keeps sheets in temporary files on the way
        return write_over(target, made.getvalue())
    except OSError as problem:
        raise AnnotationError(
            (
                f"{target} cannot be written ({problem.strerror or problem}); close it in other programs, or "
                "name another place"
            ),
            failed=problem.errno not in PLACE_IS_WRONG,
        ) from None
