"""Is it the same plan? The real workbook with its rows, columns and sheets in another order, value by value.

    python -m benchmarks.permuted [WORKBOOK] [SEED...]

Writes a copy for each seed, the header of every sheet staying in row 1 and the rows of ``scenarios`` in their order,
since they apply in that order; reads it as any planner's workbook, solves the base, and prints the largest difference
of any value of any table of the run, as a share of the larger of the two. More than 1e-6 ends with exit code 1.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from aidplan.extract import plan_tables, price_table, ties_table
from aidplan.solve.solving import solve_plan
from aidplan.workbook import open_workbook, plan_data
from benchmarks.same_plan import REAL, Values, largest_difference

ALLOWED = 1e-6
IN_ORDER = ("scenarios",)


def shuffled(sheet: Worksheet, chance: random.Random) -> None:
    """Put a sheet's columns, and its rows below the header, in another order, with their comments."""
    header, *rows = [[(cell.value, cell.comment) for cell in row] for row in sheet.iter_rows()]
    columns = list(range(len(header)))
    chance.shuffle(columns)
    if sheet.title.strip().lower() not in IN_ORDER:
        chance.shuffle(rows)
    sheet.delete_rows(1, sheet.max_row)
    for n, row in enumerate([header, *rows], 1):
        for k, column in enumerate(columns, 1):
            value, comment = row[column]
            cell = sheet.cell(n, k, value)
            if comment is not None:
                cell.comment = Comment(comment.text, comment.author)


def permuted(source: Path, path: Path, seed: int) -> Path:
    """A copy of a workbook with everything in another order that says the same in any."""
    chance = random.Random(seed)
    book = openpyxl.load_workbook(source)
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation = []
        sheet.conditional_formatting = type(sheet.conditional_formatting)()
        sheet.auto_filter.ref = None
        for cells in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(cells))
        shuffled(sheet, chance)
    order = book.worksheets
    chance.shuffle(order)
    book._sheets = order
    book.save(path)
    return path


def tables_of(path: Path) -> tuple[dict[str, float], Values]:
    """The base's goals, and (table, index) -> value of every table that its run would have."""
    book = open_workbook(path)
    if book.refused:
        raise SystemExit("\n".join([f"{path.name} is refused:", *map(str, book.findings)]))
    data = plan_data(book.tables)
    planned = solve_plan(data)
    tables = plan_tables(planned.programme, data, planned.x)
    tables["prices"] = price_table(planned.model, planned.programme, planned.solved.ranks, data)
    tables["ties"] = ties_table(planned.programme, data, planned.ties)
    values: Values = {}
    for name, table in tables.items():
        told = [column for column in table.columns if table[column].dtype.kind == "f"]
        index = [column for column in table.columns if column not in told]
        for row in table.to_dict("records"):
            for column in told:
                values[name, column, *(str(row[part]) for part in index)] = float(row[column])
    return dict(planned.goals), values


def main(arguments: list[str]) -> None:
    """Permute, solve, compare, print."""
    words = list(arguments)
    workbook = Path(words.pop(0)) if words and words[0].endswith(".xlsx") else REAL
    goals, first = tables_of(workbook)
    print("as it is", goals, f"{len(first):,} values", flush=True)
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for seed in [int(word) for word in words] or [1, 2]:
            goals, values = tables_of(permuted(workbook, Path(folder) / f"{workbook.stem}-{seed}.xlsx", seed))
            difference, where = largest_difference(first, values)
            worst = max(worst, difference)
            print(f"order {seed}", goals, f"largest difference {difference:.2e} at {where}", flush=True)
    sys.exit(1 if worst > ALLOWED else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
