"""The sheet that works out again, by its own formulas over the other sheets, whether all totals reconcile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aidplan.figures.cost import after_horizon
from aidplan.figures.figures import Figures
from aidplan.figures.guarantees import other_liability
from aidplan.figures.reconciliation import reconciles
from aidplan.figures.shortfalls import goal_part_after
from aidplan.figures.table import Table, column_sum
from aidplan.report.xlsx.sheets import BAD, GOOD, HEAD, Placed, Sheets, absolute, cell_name

NAME = "Reconciliation"
RECONCILED, OPEN = "TOTALS RECONCILE", "TOTALS DO NOT RECONCILE"
MASTER = (2, 1)
"""Row and column of the master check cell."""

_YES_COLUMN = 1
_WIDEST = 11

GOODS_HEADS = (
    "Item",
    "Made",
    "Released",
    "Arrived from outside",
    "Opening",
    "Issued",
    "In stock",
    "Under way",
    "Lost",
    "All that came",
    "All that went",
)
"""Columns of the reconciliation of goods."""


class ReconciliationSheet:
    """Writes the sheet section by section; every line ends in a check, and the master cell counts them."""

    def __init__(
        self, sheets: Sheets, sheet: Any, figures: Figures, placed: Mapping[str, Placed], tables: Mapping[str, Table]
    ) -> None:
        self._sheets, self._sheet = sheets, sheet
        self._figures, self._placed, self._tables = figures, placed, tables
        self._row = 4
        self._checks: list[bool] = []

    def write(self, goal_cells: Mapping[str, str], data: list[tuple[str, int]]) -> bool:
        """All sections; ``goal_cells`` are addresses of the goals' numbers. Whether all totals reconcile."""
        sheets, sheet = self._sheets, self._sheet
        sheets.text(sheet, 0, 0, "Reconciliation", sheets.style(bold=True, font_size=14, font_color=HEAD))
        sheets.text(
            sheet, 1, 0,
            "Worked out here by formulas from the other sheets: change a figure there and the check fails. A line reconciles to one part in a million.",
            sheets.style(),
        )  # fmt: skip
        self._funds()
        self._goods()
        self._goals(goal_cells)
        self._data(data)
        self._master()
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 20)
        sheet.set_column(2, _WIDEST, 14)
        sheet.freeze_panes(4, 1)
        return all(self._checks)

    def _master(self) -> None:
        sheets, sheet = self._sheets, self._sheet
        column = f"{cell_name(4, _YES_COLUMN)}:{cell_name(self._row, _YES_COLUMN)}"
        formula = f'=IF(COUNTIF({column},"yes")={len(self._checks)},"{RECONCILED}","{OPEN}")'
        good = all(self._checks)
        style = sheets.style(bold=True, font_size=12, bg_color=GOOD if good else BAD, border=1)
        sheets.text(sheet, MASTER[0], 0, "Master check", sheets.style(bold=True, font_size=12))
        sheet.write_formula(*MASTER, formula, style, RECONCILED if good else OPEN)
        wrong = sheets.book.add_format({"bg_color": BAD, "bold": True})
        sheet.conditional_format(
            *MASTER, *MASTER, {"type": "cell", "criteria": "!=", "value": f'"{RECONCILED}"', "format": wrong}
        )
        sheet.conditional_format(
            4, _YES_COLUMN, self._row, _YES_COLUMN, {"type": "cell", "criteria": "==", "value": '"NO"', "format": wrong}
        )

    def _heading(self, title: str, headings: list[str]) -> None:
        sheets, sheet = self._sheets, self._sheet
        sheets.text(sheet, self._row, 0, title, sheets.style(bold=True, font_size=11, font_color=HEAD))
        self._row += 1
        for at, heading in enumerate([headings[0], "Reconciles", *headings[1:]]):
            sheets.text(sheet, self._row, at, heading, sheets.heading_style())
        sheet.set_row(self._row, 32)
        self._row += 1

    def _figure(self, n: int) -> str:
        """The cell of this line's n-th figure, from 1."""
        return cell_name(self._row, _YES_COLUMN + n)

    def _line(self, name: str, figures: list[tuple[str, float]], sides: list[tuple[int, list[int]]], kind: str) -> None:
        """One line: figures as (formula, value), and for each check the column of the whole and of its parts."""
        sheets, sheet, row = self._sheets, self._sheet, self._row
        sheets.text(sheet, row, 0, name, sheets.style())
        for at, (formula, value) in enumerate(figures, start=_YES_COLUMN + 1):
            sheet.write_formula(row, at, f"={formula}", sheets.number_style(kind, value), value)
        tests, good = [], True
        for whole, parts in sides:
            left, right = self._figure(whole), "+".join(self._figure(part) for part in parts)
            tests.append(f"ABS({left}-({right}))<=1E-6*MAX(1,ABS({left}))")
            good = good and reconciles(figures[whole - 1][1], *(figures[part - 1][1] for part in parts))
        sheet.write_formula(
            row,
            _YES_COLUMN,
            f'=IF(AND({",".join(tests)}),"yes","NO")',
            sheets.style(bold=True),
            "yes" if good else "NO",
        )
        self._checks.append(good)
        self._row += 1

    def _sum_where(self, table: str, figure: str, value: float, **equals: tuple[str, bool]) -> tuple[str, float]:
        """A sum over another sheet's rows where columns equal a text, or this line's cell A (``True``)."""
        placed = self._placed[table]
        if placed.is_empty:
            return "0", value
        factors = []
        for column, (text, in_cell) in equals.items():
            factors.append(
                f"EXACT({placed.range(column)},{cell_name(self._row, 0) if in_cell else chr(34) + text + chr(34)})"
            )
        return f"SUMPRODUCT({'*'.join(factors)}*{placed.range(figure)})", value

    def _funds(self) -> None:
        money = self._figures.plan.money
        self._heading(
            f"Money: available = spent + left + lapsed; spent = orders + releases + plants [{money}]",
            ["Fund", "Available", "Spent", "Left at the end", "Lapsed", "Orders", "Releases", "Plants"],
        )
        for fund in self._figures.funds:
            name = (fund.fund, True)
            figures = [
                self._sum_where("Money", "total", value, fund=name, measure=(measure, False))
                for measure, value in (
                    ("available", float(fund.available.sum())), ("spent", float(fund.spent.sum())),
                    ("left", fund.left), ("lapsed", float(fund.lapsed.sum())),
                )
            ]  # fmt: skip
            figures += [
                self._sum_where("Orders", "money", float(fund.orders.sum()), fund=name),
                self._sum_where("Reserves", "money", float(fund.releases.sum()), fund=name, measure=("drawn", False)),
                self._sum_where("Expansions", "money", float(fund.plants.sum()), fund=name),
            ]
            self._line(fund.fund, figures, [(1, [2, 3, 4]), (2, [5, 6, 7])], "money")
        self._row += 1

    def _goods(self) -> None:
        self._heading(
            "Goods: made + released + arrived + opening = issued + in stock + under way + lost [items]",
            [*GOODS_HEADS],
        )
        for one in self._figures.goods:
            name = (one.item, True)
            figures = [
                self._sum_where("Production", "total", one.made, item=name),
                self._sum_where("Reserves", "total", one.released, item=name, measure=("drawn", False)),
                self._sum_where("Stocks", "outside", one.arrived, item=name),
                self._sum_where("Stocks", "opening", one.opening, item=name),
                self._sum_where("Issued", "total", one.issued, item=name),
                self._sum_where("Stocks", "end", one.in_stock, item=name),
                self._sum_where("Shipments", "under_way", one.under_way, item=name),
                self._sum_where("Shipments", "lost", one.lost, item=name),
            ]
            figures.append(
                (
                    f"SUM({self._figure(1)}:{self._figure(4)})",
                    one.made + one.released + one.arrived + one.opening,
                )
            )
            figures.append(
                (
                    f"SUM({self._figure(5)}:{self._figure(8)})",
                    one.issued + one.in_stock + one.under_way + one.lost,
                )
            )
            self._line(one.item, figures, [(9, [10])], "quantity")
        self._row += 1

    def _goals(self, goal_cells: Mapping[str, str]) -> None:
        figures, goals = self._figures, self._figures.run.manifest["goals"]
        bridge = figures.bridge
        self._heading(
            "Objectives: each is the sum of the report's rows, and of what lies outside of them",
            ["Objective", "Index number", "Sum", "of it: rows", "of it: transport", "of it: elsewhere"],
        )
        elsewhere = bridge.measures + bridge.after
        rows = [
            self._sum_where("Money", "total", bridge.spent, measure=("spent", False)),
            self._column("Shipments", "cost"),
        ]
        self._objective("cost", goal_cells, float(goals["cost"]), [*rows, (f"{elsewhere:.17g}", elsewhere)], "money")
        for goal, table, column, kind, elsewhere in (
            ("coverage", "Coverage by place", "part", "goal", goal_part_after(figures.plan)),
            ("liability", "Expansions", "liability", "money", other_liability(figures.plan)),
        ):
            rows = [self._column(table, column), ("0", 0.0), (f"{elsewhere:.17g}", elsewhere)]
            self._objective(goal, goal_cells, float(goals[goal]), rows, kind)
        self._row += 1

    def _objective(
        self, goal: str, goal_cells: Mapping[str, str], value: float, parts: list[tuple[str, float]], kind: str
    ) -> None:
        """An objective's index number against the sum of its three parts."""
        whole = (f"SUM({self._figure(3)}:{self._figure(5)})", sum(part for _, part in parts))
        self._line(goal, [(goal_cells[goal], value), whole, *parts], [(1, [2])], kind)

    def _column(self, table: str, column: str) -> tuple[str, float]:
        """The sum of a column of another sheet."""
        placed, source = self._placed[table], self._tables[table]
        if placed.is_empty:
            return "0", 0.0
        return f"SUM({placed.range(column)})", column_sum(source.rows, source.index(column))

    def _data(self, data: list[tuple[str, int]]) -> None:
        """The long sheet against the reading sheets."""
        plan = self._figures.plan
        self._heading(
            "Long sheet: it holds what the reading sheets show",
            ["Quantity", "In the long sheet", "In its reading sheet, and after", "of it: after the horizon"],
        )
        sheets_of = {
            "ordered": ("Orders", {}), "made": ("Production", {}), "released": ("Reserves", {"measure": ("drawn", False)}),
            "shipped": ("Shipments", {}), "issued": ("Issued", {}), "spent": ("Money", {"measure": ("spent", False)}),
        }  # fmt: skip
        for name, (table, equals) in sheets_of.items():
            value = float(sum(values.sum() for values in plan[name].values()))
            long = "+".join(
                f'SUMIFS({quoted_range(sheet, 14, rows)},{quoted_range(sheet, 0, rows)},"{name}")'
                for sheet, rows in data
            )
            shown = (
                self._sum_where(table, "total", value, **equals) if equals else (self._column(table, "total")[0], value)
            )
            after = float(after_horizon(plan, name)["value"].sum()) if name in plan.run.tables else 0.0
            both = (f"{shown[0]}+{self._figure(3)}", value + after)
            self._line(name, [(long, value + after), both, (f"{after:.17g}", after)], [(1, [2])], "quantity")


def quoted_range(sheet: str, column: int, rows: int) -> str:
    """A column of a long sheet under its heading."""
    first, last = absolute(sheet, 1, column), absolute(sheet, max(rows, 1), column).split("!")[1]
    return f"{first}:{last}"
