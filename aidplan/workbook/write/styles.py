"""How cells of a written planning workbook look, and how its sheets print."""

from __future__ import annotations

from typing import Any

from aidplan.workbook.schema import CODE, CODES, NOTES, PERIOD, Column

HEADER_INK, KEY_FILL, REQUIRED_FILL, OPTIONAL_FILL, PERIOD_FILL, NOTE_FILL = (
    "#FFFFFF",
    "#1F3864",
    "#2F5597",
    "#8497B0",
    "#548235",
    "#7F7F7F",
)
INPUT_INK = "#0000FF"
"""The customary colour of what is typed in, apart from what is computed."""
MISSING_FILL = "#FCE4D6"


class Styles:
    """The few formats that the workbook uses."""

    def __init__(self, book: Any) -> None:
        def header(fill: str) -> Any:
            return book.add_format(
                {
                    "bold": True,
                    "font_color": HEADER_INK,
                    "bg_color": fill,
                    "border": 1,
                    "border_color": "#FFFFFF",
                    "valign": "top",
                    "text_wrap": False,
                }
            )

        self.key, self.required, self.optional = header(KEY_FILL), header(REQUIRED_FILL), header(OPTIONAL_FILL)
        self.period, self.note = header(PERIOD_FILL), header(NOTE_FILL)
        self.input = book.add_format({"font_color": INPUT_INK})
        self.text = book.add_format({"font_color": INPUT_INK, "num_format": "@", "indent": 1})
        self.words = book.add_format({"font_color": INPUT_INK, "indent": 1})
        self.missing = book.add_format({"bg_color": MISSING_FILL})
        self.plain = book.add_format({"valign": "top", "text_wrap": True})
        self.bold = book.add_format({"valign": "top", "bold": True})

    def cells_of(self, column: Column | None) -> Any:
        """The cells' format: codes are kept as text, so that Excel makes no dates of them."""
        if column is None or column.is_number or column.kind == PERIOD or column.name == "value":
            return self.input
        return self.text if column.kind in (CODE, CODES) else self.words

    def of(self, column: Column) -> Any:
        """The header's format."""
        if column in NOTES:
            return self.note
        return self.key if column.key else self.required if column.required or column.required_for else self.optional


def print_setup(page: Any) -> None:
    """A4 across, as wide as one page, row 1 on each."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
