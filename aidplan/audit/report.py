"""What an audit found: every place where a run does not hold, and how much was recomputed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

SOLVE_AGAIN = "do not brief from this run; solve the workbook again"
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One place where the run does not hold. ``check`` is the equation's or limit's name."""

    check: str
    place: str
    what: str
    remedy: str = SOLVE_AGAIN

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """The finding for ``--json``."""
        return {"check": self.check, "place": self.place, "what": self.what, "remedy": self.remedy}


@dataclass
class AuditReport:
    """An audit's outcome. ``recomputed`` counts rows by the name of the equation or limit.

    Of one check the first ten findings are kept; ``passed_over`` counts the rest.
    """

    run: str
    findings: list[AuditFinding] = field(default_factory=list)
    recomputed: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and does not count against the run."""
    _kept: Counter[str] = field(default_factory=Counter)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def add(self, check: str, place: str, what: str, remedy: str = SOLVE_AGAIN) -> None:
        """Keeps a finding, or counts it where there are many of its kind."""
        if self._kept[check] >= MOST_SHOWN:
            self.passed_over[check] += 1
            return
        self._kept[check] += 1
        self.findings.append(AuditFinding(check, place, what, remedy))

    def note(self, text: str) -> None:
        """Keeps a note, once."""
        if text not in self.notes:
            self.notes.append(text)

    def as_text(self) -> str:
        """The report as the planner reads it, the verdict first; what does not print is escaped."""
        rows = f"{sum(self.recomputed.values()):,} rows of {len(self.recomputed)} kinds were recomputed"
        noted = [f"  note: {note}" for note in self.notes]
        if self.passed:
            return "\n".join([f"{self.run}: passed; {rows}, and every file is as it was written", *noted])
        found = len(self.findings) + sum(self.passed_over.values())
        lines = [f"{self.run}: failed: {found:,} finding{'s' if found > 1 else ''}; {rows}"]
        lines += [f"  {finding}" for finding in self.findings]
        lines += [f"  and {more:,} more of {check}" for check, more in sorted(self.passed_over.items())]
        lines += noted
        return "\n".join("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line) for line in lines)

    def as_dict(self) -> dict[str, object]:
        """The report for ``--json``."""
        return {
            "run": self.run,
            "passed": self.passed,
            "holds": self.passed,  # the name that it had in 0.1.0
            "findings": [finding.as_dict() for finding in self.findings],
            "passed_over": dict(self.passed_over),
            "recomputed": dict(self.recomputed),
            "notes": list(self.notes),
        }
