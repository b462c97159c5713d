"""Solved plans in Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.interface.errors import Error, NotVerified, RunNotFound

if TYPE_CHECKING:
    import pandas as pd

    from aidplan.compare.comparing import Comparison
    from aidplan.extract import PlanRun
    from aidplan.pipeline import Solution


class Run:
    """A solved plan: in memory as `solve` gives it, or opened from its ``folder`` by `open_run`.

    It can be pickled. `repr` is one line; a notebook shows its first screen.
    """

    def __init__(self, run: PlanRun, data: bytes, folder: Path | None = None, solution: Solution | None = None) -> None:
        self._run, self._data, self.folder, self._solution = run, data, folder, solution

    def copy(self) -> Run:
        """The same run, to be saved elsewhere."""
        return Run(self._run, self._data, self.folder, self._solution)

    @property
    def name(self) -> str:
        """The run's name: that of its folder, once it is saved."""
        return str(self._run.manifest.get("run", ""))

    @property
    def scenario(self) -> str:
        """The scenario that was solved."""
        return self._run.scenario

    @property
    def status(self) -> str:
        """How the solve ended: ``optimal``, ``time_limit``, ``memory_limit``, ``infeasible``, …"""
        return str(self._run.manifest["status"])

    @property
    def verified(self) -> bool:
        """Whether the plan was verified apart from the solver."""
        return bool(self._run.manifest["verified"])

    @property
    def goals(self) -> dict[str, float]:
        """Goal -> its value in the plan; shares in [0, 1], money in money units, smaller is better."""
        return dict(self._run.manifest.get("goals") or {})

    @property
    def manifest(self) -> dict[str, Any]:
        """What ``run.json`` says."""
        return dict(self._run.manifest)

    @property
    def tables(self) -> Tables:
        """Quantity -> its table: index columns (periods as labels), then ``value``; non-zero rows alone."""
        return Tables(self._run.tables)

    @property
    def prices(self) -> pd.DataFrame:
        """``prices.csv``: what one more of each limit is worth to each rank."""
        return self._run.tables["prices"]

    @property
    def why(self) -> dict[str, Any]:
        """What the reports explain (``why.json``); empty where nothing was explained."""
        return dict(self._run.why)

    @property
    def findings(self) -> tuple[Mapping[str, Any], ...]:
        """Warnings of the check, and what of the workbook was not used."""
        return tuple(self._run.findings)

    @cached_property
    def hash(self) -> str:
        """The sha256 of its tables: the same for the same plan, wherever it was solved."""
        digest = hashlib.sha256()
        for name in sorted(self._run.tables):
            digest.update(name.encode())
            digest.update(self._run.tables[name].to_csv(index=False, float_format="%.12g").encode())
        return digest.hexdigest()

    def save(self, folder: str | Path) -> Path:
        """Write the run as ``folder``, with its reports; the folder's path. A run of a folder is copied.

        Raises `RunNotFound` where the name is taken or the disk refuses.
        """
        from aidplan.pipeline import write_solution
        from aidplan.runs import RunError, claim_run

        target = Path(folder)
        try:
            if self._solution is None:
                return self._copied(target)
            with claim_run(target.parent, target.name) as place:
                self.folder = write_solution(place, self._solution, self._data)
        except RunError as problem:
            raise RunNotFound(str(problem)) from None
        self._run = self._solution.run(target.name)
        return self.folder

    def _copied(self, target: Path) -> Path:
        import shutil

        assert self.folder is not None
        if target.exists():
            raise RunNotFound(f"{target} is there already; give another name")
        shutil.copytree(self.folder, target)
        return target

    def compare(self, *others: Run, why: bool = True, solves: int | None = None) -> Comparison:
        """What differs between this run and others, in inputs and in plan, and why (which takes solves)."""
        from aidplan.compare.comparing import compare_runs

        return compare_runs([self._run, *(other._run for other in others)], solves=solves, with_why=why)

    def explain(
        self,
        capability: str | None = None,
        places: Sequence[str] = (),
        first: str | None = None,
        last: str | None = None,
        seconds: float = 120.0,
    ) -> dict[str, Any]:
        """Why demand is unmet: for each shortage its causes, which add up to it; the entries of ``answer.json``.

        By default the shortages that weigh most; else that of ``capability``, at ``places``, from period ``first`` to
        ``last``. Raises `NotVerified` for a run that is not verified, `Error` where what is asked about is not in it.
        """
        from aidplan.explain.answer import explain_run
        from aidplan.explain.questions import Asked, UnknownError
        from aidplan.explain.wanted import Wanted

        if not self.verified:
            raise NotVerified("only a verified run is explained; solve it again")
        try:
            asked = Asked(capability, tuple(places), first, last)
            return explain_run(self._run, seconds, Wanted(asked, more=asked == Asked(None, (), None, None)))
        except UnknownError as problem:
            raise Error(str(problem)) from None

    def __repr__(self) -> str:
        book = Path(str(self._run.manifest["workbook"]["file"])).stem
        state = "verified" if self.verified else "not verified"
        met = (self._run.manifest.get("met") or {}).get("all")
        told = "" if met is None else f", {100 * met:.2f} % of demand met"
        return f"Run {book} {self.scenario}: {self.status}, {state}{told}"

    def _repr_html_(self) -> str:
        """The first screen for a notebook: how it ended, the goals, and the worst shortages."""
        rows = "".join(
            f"<tr><td>{escape(goal)}</td><td style='text-align:right'>{value:,.6g}</td></tr>"
            for goal, value in self.goals.items()
            if value is not None
        )
        short = ""
        if "coverage" in self._run.tables:
            table = self._run.tables["coverage"].groupby(["place", "capability"], sort=False)[["demand", "unmet"]].sum()
            worst = table[table["unmet"] > 0].sort_values("unmet", ascending=False).head(8)
            short = "".join(
                f"<tr><td>{escape(place)}</td><td>{escape(capability)}</td><td style='text-align:right'>{unmet:,.6g} of "
                f"{demand:,.6g}</td></tr>"
                for (place, capability), (demand, unmet) in zip(worst.index, worst.to_numpy(), strict=True)
            )
            short = f"<p>Still short, most first</p><table>{short}</table>" if short else "<p>All demand is met.</p>"
        return f"<p><b>{escape(repr(self))}</b></p><table>{rows}</table>{short}"


class Tables(Mapping[str, Any]):
    """Tables by name. Its `repr` names them and how long they are, never their numbers."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self._tables[name]
        except KeyError:
            raise KeyError(f"there is no table `{name}`; there are {', '.join(sorted(self._tables))}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"Tables: {', '.join(f'{name} ({len(table)})' for name, table in sorted(self._tables.items()))}"
