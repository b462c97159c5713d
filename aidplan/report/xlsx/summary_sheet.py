"""The first sheet: what a minister's staff needs, on one screen."""

from __future__ import annotations

from typing import Any

from aidplan.figures.decisions import foremost
from aidplan.figures.figures import Figures
from aidplan.figures.format import cut, formatted
from aidplan.figures.shortfalls import by_capability, grouped, overall, span_label
from aidplan.report.views.donors import decision_cells
from aidplan.report.xlsx import reconciliation_sheet
from aidplan.report.xlsx.sheets import BAD, GOOD, HEAD, HIGH, LOW, MIDDLE, Sheets, absolute

NAME = "Summary"
LEFT, RIGHT = 1, 12
CAPABILITIES, DONORS = 27, 9
PRINT_SCALE = 65
"""In percent: on A4 across, the goals and coverage are one page and the rest another, each to be read without a glass."""
HELPS_UNTIL = "Helps until: the last date on which it still reaches unmet demand; in brackets, where all that it serves is met, any demand."
_GOALS_AT = 4


class SummarySheet:
    """Left: goals and coverage over time. Right: shortfalls, money by donor, what to decide."""

    def __init__(self, sheets: Sheets, sheet: Any, figures: Figures) -> None:
        self._sheets, self._sheet, self._figures = sheets, sheet, figures
        self._plan = figures.plan

    def write(self, totals_reconcile: bool) -> None:
        """The whole sheet."""
        self._columns()
        self._title(totals_reconcile)
        self._goals()
        self._coverage(_GOALS_AT + 7)
        row = self._shortfalls(3)
        row = self._money(row + 1)
        row = self._decisions(row + 1)
        self._sheet.print_area(0, 0, max(row, _GOALS_AT + 9 + CAPABILITIES), RIGHT + 6)
        self._sheet.set_print_scale(PRINT_SCALE)
        self._sheet.set_v_pagebreaks([RIGHT])
        self._sheet.set_zoom(85)
        self._sheet.set_first_sheet()
        self._sheet.activate()

    def _columns(self) -> None:
        sheet = self._sheet
        sheet.set_column(0, 0, 1.5)
        sheet.set_column(LEFT, LEFT, 40)
        sheet.set_column(LEFT + 1, LEFT + 1, 9)
        sheet.set_column(LEFT + 2, LEFT + 9, 11)
        sheet.set_column(RIGHT - 1, RIGHT - 1, 2)
        for at, width in enumerate((34, 38, 11, 11, 11, 13, 48)):
            sheet.set_column(RIGHT + at, RIGHT + at, width)

    def _title(self, totals_reconcile: bool) -> None:
        sheets, sheet, plan = self._sheets, self._sheet, self._plan
        title = str(plan.run.book.setting("title") or plan.run.manifest["workbook"].get("file", ""))
        sheets.text(sheet, 0, LEFT, cut(title, 110), sheets.style(bold=True, font_size=16, font_color=HEAD))
        run = f"run {plan.run.manifest['run']}, scenario {plan.run.scenario}, {plan.labels[0]} to {plan.labels[-1]}, money in {plan.money}"
        sheets.text(sheet, 0, RIGHT, cut(run, 160), sheets.style(font_color="#555555"))
        good, sentence = self._figures.verdict
        banner = sheets.style(bold=True, font_size=12, bg_color=GOOD if good else BAD, valign="vcenter")
        for column in range(LEFT, RIGHT + 7):
            sheet.write_blank(1, column, None, banner)
        sheets.text(sheet, 1, LEFT, sentence, banner)
        sheet.set_row(1, 22)
        master = absolute(reconciliation_sheet.NAME, *reconciliation_sheet.MASTER)
        sheet.write_formula(
            1,
            RIGHT + 6,
            f"={master}",
            banner,
            reconciliation_sheet.RECONCILED if totals_reconcile else reconciliation_sheet.OPEN,
        )
        end = self._figures.late_from
        if end <= plan.horizon:
            note = (
                f"† From {plan.label(end)} on nothing that is ordered can arrive within the horizon; where this comes sooner, "
                "figures are in italics, with † or hatched, on every sheet."
            )
        else:
            note = "Where what is ordered can no longer arrive within the horizon, figures are in italics, with † or hatched, on every sheet."
        sheets.text(sheet, 2, LEFT, note, sheets.style(italic=True))

    def _heading(self, row: int, column: int, texts: list[str], numbers: range, ends: tuple[bool, ...] = ()) -> None:
        """Column headings, those over ``numbers`` to the right like their figures."""
        self._sheet.set_row(row, 17 if not ends or max(map(len, texts)) <= 12 else 30)
        for at, text in enumerate(texts):
            more = {"align": "right"} if at in numbers else {"indent": 1} if at >= numbers.stop else {}
            style = self._sheets.heading_style(at < len(ends) and ends[at], **more)
            self._sheets.text(self._sheet, row, column + at, text, style)

    def _section(self, row: int, column: int, text: str) -> None:
        self._sheets.text(self._sheet, row, column, text, self._sheets.style(bold=True, font_size=12, font_color=HEAD))

    def _goals(self) -> None:
        sheets, sheet = self._sheets, self._sheet
        self._section(_GOALS_AT - 1, LEFT, "Goals, best rank first")
        sheets.text(sheet, _GOALS_AT - 1, LEFT + 8, "goal's number", sheets.style(italic=True, align="right"))
        sheets.text(sheet, _GOALS_AT - 1, LEFT + 9, "rank", sheets.style(italic=True, align="right"))
        for at, goal in enumerate(self._figures.goals):
            row = _GOALS_AT + at
            sheets.text(sheet, row, LEFT, f"{goal.goal.capitalize()}: {goal.text}", sheets.style())
            sheet.write_number(row, LEFT + 8, goal.value, sheets.number_style(goal.kind, goal.value))
            sheets.text(
                sheet, row, LEFT + 9, "not ranked" if goal.rank is None else str(goal.rank), sheets.style(align="right")
            )
            sheets.book.define_name(f"goal_{goal.goal}", f"={absolute(NAME, row, LEFT + 8)}")

    def goal_cells(self) -> dict[str, str]:
        """Goal -> the address of its number."""
        return {goal.goal: absolute(NAME, _GOALS_AT + at, LEFT + 8) for at, goal in enumerate(self._figures.goals)}

    def _coverage(self, top: int) -> None:
        sheets, sheet, plan = self._sheets, self._sheet, self._plan
        self._section(top - 1, LEFT, "Demand met, by capability, worst first")
        spans = grouped(plan)
        ends = tuple(span.start + 1 >= self._figures.late_from for _, span in spans)
        marked = [f"{label} †" if end else label for (label, _), end in zip(spans, ends, strict=True)]
        self._heading(top, LEFT, ["Capability", "All", *marked], range(1, 2 + len(marked)), (False, False, *ends))
        met, demand = by_capability(plan, "met"), by_capability(plan, "demand")
        keys = sorted(demand, key=lambda key: (overall(met[key], demand[key]), key))
        for at, key in enumerate(keys[:CAPABILITIES], start=1):
            sheets.text(sheet, top + at, LEFT, cut(plan.names.capability(key[0]), 46), sheets.style())
            end = self._figures.end.capability(key[0])
            shares = [slice(0, plan.horizon), *(span for _, span in spans)]
            for column, span in enumerate(shares, start=1):
                value = overall(met[key][span], demand[key][span])
                hatch: dict[str, Any] = sheets.late("share") if column > 1 and span.start + 1 >= end else {}
                sheets.cell(
                    sheet, top + at, LEFT + column, value, sheets.number_style("share", None, align="right", **hatch)
                )
        last = top + min(len(keys), CAPABILITIES)
        if keys:
            heat = {
                "type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num", "min_value": 0, "mid_value": 0.7,
                "max_value": 1, "min_color": LOW, "mid_color": MIDDLE, "max_color": HIGH,
            }  # fmt: skip
            sheet.conditional_format(top + 1, LEFT + 1, last, LEFT + 1 + len(spans), heat)
        more = (
            f"{len(keys) - CAPABILITIES} more, met better, on sheet Coverage."
            if len(keys) > CAPABILITIES
            else "By period on sheet Coverage; by place on sheet Coverage by place."
        )
        sheets.text(sheet, last + 1, LEFT, more, sheets.style(italic=True))

    def _shortfalls(self, top: int) -> int:
        sheets, sheet, plan = self._sheets, self._sheet, self._plan
        self._section(top, RIGHT, "The five worst shortfalls (those that weigh most in the coverage goal)")
        headings = ["Where", "What", "Met", "Unmet", "Of demand", "Worst in", "When, and counted in"]
        self._heading(top + 1, RIGHT, headings, range(2, 5))
        for at, one in enumerate(self._figures.worst, start=top + 2):
            names = plan.names
            sheets.text(sheet, at, RIGHT, cut(names.place(one.place), 46), sheets.style())
            sheets.text(sheet, at, RIGHT + 1, cut(names.capability(one.capability), 46), sheets.style())
            sheet.write_number(at, RIGHT + 2, 1 - one.unmet / one.demand, sheets.number_style("share"))
            sheet.write_number(at, RIGHT + 3, one.unmet, sheets.number_style("quantity"))
            sheet.write_number(at, RIGHT + 4, one.demand, sheets.number_style("quantity"))
            sheets.text(sheet, at, RIGHT + 5, plan.label(one.worst), sheets.style(indent=1))
            when = span_label(plan.labels[one.since - 1 : one.until])
            sheets.text(
                sheet,
                at,
                RIGHT + 6,
                f"{when}; {names.capability_unit(one.capability) or 'units'}",
                sheets.style(indent=1),
            )
        if not self._figures.worst:
            sheets.text(sheet, top + 2, RIGHT, "All demand is met.", sheets.style(italic=True))
        return top + 2 + max(len(self._figures.worst), 1)

    def _money(self, top: int) -> int:
        sheets, sheet = self._sheets, self._sheet
        donors = self._figures.donors
        self._section(top, RIGHT, f"Money by donor [{self._plan.money}]")
        headings = ["Donor", "Funds", "Available", "Spent", "Lapsed", "Left", "Why it lapsed or was left"]
        self._heading(top + 1, RIGHT, headings, range(2, 6))
        shown, rest = donors[:DONORS], donors[DONORS:]
        lines = [
            (
                one.donor,
                ", ".join(one.funds),
                (one.available, one.spent, one.lapsed, one.left),
                self._figures.why_unspent(one),
            )
            for one in shown
        ]
        for name, some in ((f"{len(rest)} other donors", rest), ("All donors", donors)):
            if some:
                sums = tuple(
                    sum(getattr(one, part) for one in some) for part in ("available", "spent", "lapsed", "left")
                )
                lines.append((name, "", sums, "each on sheet Donors" if some is rest else ""))
        for at, (donor, funds, figures, why) in enumerate(lines, start=top + 2):
            bold = {"bold": True, "top": 1} if donor == "All donors" and at == top + 1 + len(lines) else {}
            sheets.text(sheet, at, RIGHT, cut(donor, 46), sheets.style(**bold))
            sheets.text(sheet, at, RIGHT + 1, cut(funds, 40), sheets.style(**bold))
            for column, figure in enumerate(figures, start=2):
                sheet.write_number(at, RIGHT + column, figure, sheets.number_style("money", **bold))
            sheets.text(sheet, at, RIGHT + 6, why, sheets.style(indent=1, **bold))
        return top + 2 + len(lines)

    def _decisions(self, top: int) -> int:
        sheets, sheet, plan = self._sheets, self._sheet, self._plan
        found = self._figures.decisions
        shown = foremost(found)
        self._section(
            top,
            RIGHT,
            f"To be decided in the next three months [* {plan.money}; of a guarantee: what may fall due later]",
        )
        headings = ["Decision", "What", "How many", "Money *", "When", "Helps until", "Counted in; fund: where"]
        self._heading(top + 1, RIGHT, headings, range(2, 4))
        for at, one in enumerate(shown, start=top + 2):
            kind, fund, _, where, what, quantity, unit, money, when, until, _ = decision_cells(plan, one)
            until = until if one.helps_until else f"({until})"
            cells = (
                (0, kind), (1, cut(str(what), 48)), (4, when), (5, until), (6, cut(f"{unit}; {fund}: {where}", 70)),
            )  # fmt: skip
            for column, text in cells:
                style = sheets.style(num_format="@", align="left", indent=1 if column > 3 else 0)
                sheets.text(sheet, at, RIGHT + column, str(text), style)
            sheets.cell(sheet, at, RIGHT + 2, quantity, sheets.number_style("quantity"))
            sheets.cell(sheet, at, RIGHT + 3, money, sheets.number_style("money"))
        if not found:
            text = "The plan decides nothing in the next three months."
        else:
            kinds = ("order", "release", "expansion", "guarantee")
            counts = [(sum(one.kind == kind for one in found), kind) for kind in kinds]
            text = "In all " + ", ".join(
                f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in counts if count
            )
            text += f" for {formatted(sum(one.money for one in found if one.kind != 'guarantee'), 'money')} {plan.money}; all on sheet Decisions."
        at = top + 2 + len(shown)
        sheets.text(sheet, at, RIGHT, text, sheets.style(italic=True))
        if shown:
            sheets.text(sheet, at + 1, RIGHT, HELPS_UNTIL, sheets.style(italic=True))
        return at + 2
