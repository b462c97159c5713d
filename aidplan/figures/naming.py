"""What planners call the codes of a plan: names, units, lanes, periods."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aidplan_models.data import COMMON

if TYPE_CHECKING:
    from aidplan.workbook import Tables

_NAMED = ("places", "items", "capabilities", "plants")


class Names:
    """Names by sheet and code. A code without a name is its own name; names that two codes of one sheet
    share are followed by the code, so that a label always names one thing.
    """

    def __init__(self, book: Tables) -> None:
        self._labels: dict[str, dict[str, str]] = {}
        self._units: dict[str, dict[str, str]] = {}
        for sheet in _NAMED:
            names = {row.key[0]: str(row["name"] or row.key[0]) for row in book[sheet].rows}
            often = Counter(names.values())
            self._labels[sheet] = {
                code: name if often[name] == 1 or name == code else f"{name} ({code})" for code, name in names.items()
            }
        for sheet in ("items", "capabilities"):
            self._units[sheet] = {row.key[0]: str(row["unit"] or "") for row in book[sheet].rows}

    def place(self, code: str) -> str:
        """The place's name; ``all fronts`` for the common stock."""
        return "all fronts" if code == COMMON else self._labels["places"].get(code, code)

    def item(self, code: str) -> str:
        """The item's name."""
        return self._labels["items"].get(code, code)

    def capability(self, code: str) -> str:
        """The capability's name."""
        return self._labels["capabilities"].get(code, code)

    def plant(self, code: str) -> str:
        """The plant's name."""
        return self._labels["plants"].get(code, code)

    def item_unit(self, code: str) -> str:
        """The unit in which an item is counted; "" where the workbook gives none."""
        return self._units["items"].get(code, "")

    def capability_unit(self, code: str) -> str:
        """The unit in which a capability is counted; "" where the workbook gives none."""
        return self._units["capabilities"].get(code, "")

    def donor(self, donor: str) -> str:
        """A fund's donor: the place's name where it is a place's code, else as written."""
        return self._labels["places"].get(donor, donor) or "(no donor named)"

    def lane(self, origin: str, destination: str, mode: str) -> str:
        """``Rzeszow → Sumy (rail)``."""
        way = f"{self.place(origin)} → {self.place(destination)}"
        return way if mode == "any" else f"{way} ({mode})"
