"""A planners' row made into a workbook row: its figures computed, its source, confidence and note settled.

Planners' sheets bear, beside the workbook's own columns: ``cites`` (codes of published rows that the row
rests on without computing from them), ``range`` (the bounds between which its figure may lie, in words),
``source``, ``confidence`` and ``note``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inputs.assembly import months
from inputs.assembly.figures import UNSOURCED, Published

Value = str | float
WORDS = ("reported", "derived", "assumed")
NEUTRAL = ("priority", "rank", "weight", "effect")
"""Columns whose numbers are choices and definitions, not guesses about the world."""
RATE = "X"
"""Exchange rates: their sources stand once, on the sheet #rates."""


@dataclass(slots=True)
class Provenance:
    """What a row rests on, gathered cell by cell."""

    published: Published
    used: dict[str, None] = field(default_factory=dict)
    traces: list[str] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    plain: bool = True
    doubtful: bool = False

    def number(self, column: str, text: str, known: Mapping[str, float] | None = None) -> float:
        """The value of a cell: arithmetic on published figures, or a number that the planners assume."""
        if not text.startswith("="):
            if float(text) and column not in NEUTRAL:
                self.guesses.append(f"{column} {text}")
            return float(text)
        return self.computed(column, text, known)

    def computed(self, column: str, text: str, known: Mapping[str, float] | None = None) -> float:
        """The value of arithmetic on published figures; arithmetic on plain numbers alone is a guess."""
        answer = self.published.evaluate(text, known)
        if not answer.used:
            self.guesses.append(f"{column} {answer.trace}")
            return answer.value
        self.used.update(dict.fromkeys(answer.used))
        self.traces.append(f"{column}: {answer.trace}")
        self.plain &= answer.plain
        self.doubtful |= answer.doubtful
        return answer.value

    def confidence(self, cites: Iterable[str]) -> str:
        """What the gathered cells allow to be said of the row, if the planners say nothing themselves."""
        figures = self.published.figures
        if self.used:
            if self.doubtful:
                return "assumed"
            all_reported = all(figures[code].confidence == "reported" for code in self.used)
            return "reported" if self.plain and all_reported and not self.guesses else "derived"
        cited = [figures[code] for code in cites]
        return "reported" if cited and not self.guesses else "assumed"

    def settle(self, row: Mapping[str, str]) -> dict[str, str]:
        """The row's ``source``, ``confidence`` and ``note``.

        Raises ValueError where the planners claim more than the row's cells and citations bear.
        """
        cites = row.get("cites", "").split()
        confidence = row.get("confidence") or self.confidence(cites)
        if confidence not in WORDS:
            raise ValueError(f"confidence is {confidence}; it must be one of {', '.join(WORDS)}")
        codes = dict.fromkeys([*self.used, *cites])
        sources = [row["source"]] if row.get("source") else []
        figures = self.published.figures
        sources += dict.fromkeys(figures[code].source for code in codes if code[0] != RATE)
        shown = " ".join(code for code in codes if code[0] != RATE)
        if not sources and codes:
            sources.append("exchange rates of #rates")
        if shown:
            sources.append(f"rows {shown} of #figures")
        if confidence != "assumed" and not sources:
            raise ValueError("the row rests on no published figure; it must be assumed, or cite its source")
        return {
            "source": " ; ".join(sources) or UNSOURCED,
            "confidence": confidence,
            "note": self._note(row.get("note", ""), confidence),
        }

    def _note(self, said: str, confidence: str) -> str:
        parts = [said, *self.traces]
        if self.guesses and (self.traces or confidence != "assumed" or not said):
            parts.append(f"assumed: {', '.join(self.guesses)}")
        return "; ".join(part for part in parts if part)


def resolve(
    row: Mapping[str, str], numeric: Iterable[str], published: Published, known: Mapping[str, float] | None = None
) -> dict[str, Value]:
    """One workbook row: numbers where ``numeric`` names the column, texts elsewhere, and where they come from."""
    made: dict[str, Value] = {}
    provenance = Provenance(published)
    numbers = set(numeric)
    for column, text in row.items():
        if column in ("cites", "source", "confidence", "note", "points", "periods", "shape"):
            continue
        if column == "range":
            if text:
                made["#range"] = text
            continue
        if text and column in numbers:
            made[column] = tidy(provenance.number(column, text, known))
        elif text.startswith("=") and text.endswith(".until"):
            made[column] = published.until(text)
            provenance.used[text[1:].partition(".")[0]] = None
            provenance.traces.append(f"{column}: {text[1:]} = {published.until(text)}")
        else:
            made[column] = text
    made |= timed(row, provenance)
    return made | provenance.settle(row)


def timed(row: Mapping[str, str], provenance: Provenance) -> dict[str, Value]:
    """The period cells of a row: drawn from its ``points``, or the single cells of its ``periods``."""
    if row.get("periods"):
        return {
            month: tidy(provenance.number(first, _as_cell(text)))
            for first, last, text in months.split_points(row["periods"])
            for month in months.between(first, last)
        }
    if not row.get("points"):
        return {}
    values: dict[str, float] = {}
    for first, last, text in months.split_points(row["points"]):
        value = provenance.number(first if first == last else f"{first}..{last}", _as_cell(text))
        values |= dict.fromkeys(months.between(first, last), value)
    if row.get("shape") == "step":
        drawn = months.steps(values)
    elif row.get("shape") == "only":
        drawn = {month: values.get(month, 0.0) for month in months.PLANNED}
    else:
        drawn = months.ramp(values)
    return {month: tidy(value) for month, value in drawn.items()}


def _as_cell(text: str) -> str:
    """An expression among points is written without its ``=``."""
    try:
        float(text)
    except ValueError:
        return f"={text}"
    return text


def tidy(value: float) -> float:
    """A number to seven significant digits: what a planner would write, and the same on every machine."""
    return float(f"{value:.7g}")
