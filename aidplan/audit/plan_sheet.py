"""The numbers of ``plan.xlsx`` against the tables and the goals.

Its sheet ``data`` holds every value of every table (columns ``quantity``, the index columns, ``value``), and
the names ``goal_coverage``, ``goal_equity`` … stand for the cells that give the goals; the sheets that planners
read are compared in `aidplan.audit.views`. A spreadsheet keeps 15 to 17 digits, so numbers are the same if they
differ by no more than 1e-12 of themselves.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

from aidplan_models.registry import QUANTITIES

from aidplan.audit.exact import Key, exact, shown
from aidplan.audit.goals import GOALS
from aidplan.audit.ledger import REPAIR, Ledger
from aidplan.audit.plan import AuditedPlan
from aidplan.audit.report import AuditReport
from aidplan.audit.views import VIEWS, audit_views

_FILE = "plan.xlsx"
_SAME = Decimal("1e-12")
_LARGEST = 2**30
_FAR = re.compile(rb"""\br=["'][A-Za-z]{3,}\d|\br=["'][A-Za-z]+\d{7,}""")
_WIDE = re.compile(rb"""\br=["'][A-Za-z]{2}\d""")
_LONG = re.compile(rb"""\br=["'][A-Za-z]+\d{6,}""")
_CELL = re.compile(r"^'?(?P<sheet>.*?)'?!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)$")


def audit_plan_sheet(plan: AuditedPlan, path: Path, goals: object) -> None:
    """Finds every number of ``plan.xlsx`` that is not the tables' or the manifest's."""
    report = plan.report
    try:
        sheets, names = _read(path / _FILE)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine panics with an exception that is no Exception
        report.add("plan.xlsx", _FILE, f"cannot be read as a workbook ({error})", REPAIR)
        return
    if "data" not in sheets:
        report.add("plan.xlsx", _FILE, "has no sheet `data`", REPAIR)
    else:
        _audit_data(sheets["data"], plan.ledgers, report)
    reported = goals if isinstance(goals, dict) else {}
    for goal in GOALS:
        _audit_goal(goal, reported.get(goal), sheets, names, report)
    audit_views(plan, _FILE, sheets)


def _audit_data(rows: Sequence[Sequence[object]], ledgers: Mapping[str, Ledger], report: AuditReport) -> None:
    header = [str(cell) for cell in rows[0]] if rows else []
    columns = {name: number for number, name in enumerate(header)}
    used = (quantity for name, quantity in QUANTITIES.items() if ledgers[name].rows)
    lacking = {"quantity", "value", *(name for quantity in used for name in quantity.index)} - columns.keys()
    if lacking:
        report.add("plan.xlsx", f"{_FILE} data!A1", f"has no column {', '.join(sorted(lacking))}", REPAIR)
        return
    unseen = {(name, key) for name in QUANTITIES for key in ledgers[name].rows}
    for number, cells in enumerate(rows[1:], start=2):
        report.recomputed["plan.xlsx"] += 1
        name = str(cells[columns["quantity"]])
        if name not in QUANTITIES:
            if name in ledgers or any(cell not in ("", None) for cell in cells):
                _audit_other(name, number, report)
            continue
        ledger, codes = ledgers[name], [str(cells[columns[column]]) for column in QUANTITIES[name].index]
        key = _key(ledger, QUANTITIES[name].index, codes)
        value = cells[columns["value"]]
        place = f"{_FILE} data!{_letters(columns['value'])}{number}"
        if key not in ledger.rows:
            report.add("plan.xlsx", place, f"gives {name} of {', '.join(codes)}, which the table does not have", REPAIR)
        elif not _same(value, ledger[key]):
            says = f"says {value}, {ledger.place(key)} says {shown(ledger[key])}"
            report.add("plan.xlsx", place, says, REPAIR)
        unseen.discard((name, key))
    for name, key in sorted(unseen, key=str):
        report.add("plan.xlsx", f"{_FILE} data", f"lacks {ledgers[name].place(key)}", REPAIR)


def _audit_other(name: str, number: int, report: AuditReport) -> None:
    """Rows of derived tables (spent, coverage) may stand in the sheet too; anything else may not."""
    if name not in ("spent", "coverage", "ties", "prices"):
        report.add("plan.xlsx", f"{_FILE} data!A{number}", f"the plan has no quantity `{name}`", REPAIR)


def _audit_goal(
    goal: str,
    reported: object,
    sheets: Mapping[str, Sequence[Sequence[object]]],
    names: Mapping[str, str],
    report: AuditReport,
) -> None:
    report.recomputed["plan.xlsx"] += 1
    where = _CELL.match(names.get(f"goal_{goal}", ""))
    rows = sheets.get(where["sheet"].replace("''", "'"), ()) if where else ()
    if where is None or not rows:
        report.add("plan.xlsx", _FILE, f"has no cell named goal_{goal}", REPAIR)
        return
    row, column = int(where["row"]) - 1, _number(where["column"])
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else ""
    if isinstance(reported, int | float) and not _same(value, exact(reported)):
        place = f"{_FILE} {where['sheet']}!{where['column']}{where['row']}"
        report.add("plan.xlsx", place, f"says {goal} {value}, run.json says {reported}", REPAIR)


def _read(file: Path) -> tuple[dict[str, Sequence[Sequence[object]]], dict[str, str]]:
    """Sheet -> its rows from A1 on, and defined name -> the cell that it stands for."""
    from python_calamine import CalamineWorkbook

    with zipfile.ZipFile(file) as package:
        _refuse_what_bursts(package)
        book = package.read("xl/workbook.xml")
    if b"<!DOCTYPE" in book:
        raise ValueError("it holds a document type")
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    defined = ElementTree.fromstring(book).iter(f"{space}definedName")  # noqa: S314  no document type, no entities
    names = {str(name.get("name")): name.text or "" for name in defined}
    with CalamineWorkbook.from_path(str(file)) as workbook:
        wanted = {
            "data",
            *(view.sheet for view in VIEWS),
            *(match["sheet"] for name in names.values() if (match := _CELL.match(name))),
        }
        sheets: dict[str, Sequence[Sequence[object]]] = {
            name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in workbook.sheet_names
            if name in {sheet.replace("''", "'") for sheet in wanted}
        }
    return sheets, names


def _refuse_what_bursts(package: zipfile.ZipFile) -> None:
    """The reader lays a sheet out from A1 to its last cell: one cell far out, or a bomb, would end the process."""
    room = _LARGEST
    for name in package.namelist():
        if not name.startswith("xl/") or not name.lower().endswith(".xml"):
            continue
        with package.open(name) as part:
            content = part.read(room + 1)
        room -= len(content)
        if room < 0:
            raise ValueError("it inflates to more than 1 GiB")
        if "/worksheets/" in name and (_FAR.search(content) or (_WIDE.search(content) and _LONG.search(content))):
            raise ValueError(f"{name} has a cell far outside of what a report holds")


def _key(ledger: Ledger, index: Sequence[str], codes: Sequence[str]) -> Key:
    labels = {label: t for t, label in enumerate(ledger.labels, start=1)}
    return tuple(labels.get(code, 0) if name == "period" else code for name, code in zip(index, codes, strict=True))


def _same(cell: object, number: Decimal) -> bool:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return abs(exact(cell) - number) <= _SAME * abs(number)


def _letters(column: int) -> str:
    return chr(65 + column)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
