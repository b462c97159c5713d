"""`aidplan doctor`: is this installation fit to brief ministers with?

It checks versions, solves problems whose answers are known from elsewhere through the same path as a real plan,
and tries to write where runs go. Each finding that is not well says what to do.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aidplan_models.data import PlanData

NEEDED: Mapping[str, str] = {"python": "3.11", "pyomo": "6.10.1", "highspy": "1.15.1"}
"""The least version of each; older ones are refused."""

WHY_NOT_OLDER: Mapping[str, str] = {
    "highspy": "its versions before 1.15.1 return wrong optima on some problems",
    "pyomo": "the model is expanded in a way that older versions do not have",
    "python": "the programme is written for later ones",
}

CLOSE = 1e-7
"""Relative: how near an answer must come to the known one."""

ROOM_MB = 200
"""Free space that a few runs take."""


@dataclass(frozen=True)
class Result:
    """One check: what was looked at, whether it is ``well``, what was found, and what to do where it is not."""

    name: str
    well: bool
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        told = f"{'well' if self.well else 'NOT WELL'}  {self.name}: {self.found}"
        return f"{told}; {self.remedy}" if self.remedy else told


@dataclass(frozen=True)
class Diagnosis:
    """All checks together."""

    results: Sequence[Result]

    @property
    def well(self) -> bool:
        """Whether every check is well."""
        return all(result.well for result in self.results)

    def as_text(self) -> str:
        """A line a check, and a verdict."""
        ill = sum(not result.well for result in self.results)
        verdict = (
            "all is well"
            if not ill
            else f"{ill} of {len(self.results)} checks are not well; plans from here are not to be used"
        )
        return "\n".join([*map(str, self.results), verdict])

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        checks = [{"name": r.name, "well": r.well, "found": r.found, "remedy": r.remedy} for r in self.results]
        return {"well": self.well, "checks": checks}


def diagnose(out: Path) -> Diagnosis:
    """Every check; ``out`` is the folder where runs are to go."""
    versions = [*check_versions(installed())]
    results = [*versions, check_writing(out)]
    if all(result.well for result in versions):
        results += [check_problem(name, solve) for name, solve in PROBLEMS.items()]
    else:
        results.append(Result("known problems", False, "not tried", "mend the versions first"))
    return Diagnosis(results)


def installed() -> dict[str, str]:
    """Name -> version in use; "" where it is missing."""
    found = {"python": platform.python_version()}
    for name in NEEDED:
        if name != "python":
            try:
                found[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                found[name] = ""
    return found


def check_versions(found: Mapping[str, str]) -> Iterator[Result]:
    """Each needed version against what is in use."""
    for name, least in NEEDED.items():
        version = found.get(name, "")
        remedy = (
            "install a later Python and then aidplan anew"
            if name == "python"
            else f'pip install --upgrade "{name}>={least}"'
        )
        if not version:
            yield Result(name, False, "is not installed", remedy)
        elif _numbers(version) < _numbers(least):
            yield Result(
                name, False, f"{version} is refused: {WHY_NOT_OLDER[name]}, so {least} or later is needed", remedy
            )
        else:
            yield Result(name, True, version)


def _numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version, for comparing."""
    return tuple(int(part) for part in re.match(r"[\d.]*", version).group().split(".") if part)  # type: ignore[union-attr]


def check_writing(out: Path) -> Result:
    """Whether a run could be written, and has room; leaves nothing behind."""
    name = f"writing to {out}"
    folder = next((each for each in (out, *out.absolute().parents) if each.exists()), Path.cwd())
    if not folder.is_dir():
        return Result(name, False, f"{folder} is a file", "name a folder with --out")
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as tried:
            (Path(tried) / "tried").write_bytes(os.urandom(1024))
    except OSError as problem:
        return Result(
            name,
            False,
            f"{problem.strerror}: {folder}",
            "give yourself the right to write there, or name another folder with --out",
        )
    free = shutil.disk_usage(folder).free / 1e6
    if free < ROOM_MB:
        return Result(name, False, f"{free:,.0f} MB are free", f"make room: a few runs take {ROOM_MB} MB")
    return Result(name, True, f"{free / 1e3:,.1f} GB free")


# --- problems with known answers ---------------------------------------------------------------------


def check_problem(name: str, solve: Callable[[], Mapping[str, tuple[Any, Any]]]) -> Result:
    """Solve one problem: what came out against what is known."""
    remedy = "install aidplan anew in an environment of its own, and report this if it stays"
    try:
        answers = solve()
    except Exception as problem:  # whatever breaks here is the finding
        return Result(name, False, f"could not be solved ({type(problem).__name__}: {problem})", remedy)
    wrong = [
        f"{what} is {got}, known to be {known}" for what, (got, known) in answers.items() if not _agree(got, known)
    ]
    if wrong:
        return Result(name, False, "; ".join(wrong), remedy)
    return Result(
        name,
        True,
        ", ".join(f"{what} {got if isinstance(got, str) else f'{got:.9g}'}" for what, (got, _) in answers.items()),
    )


def _agree(got: Any, known: Any) -> bool:
    if isinstance(known, str):
        return bool(got == known)
    return abs(got - known) <= CLOSE * max(1.0, abs(known))


def _optimum(
    cost: Sequence[float], rows: Sequence[Sequence[float]], lower: Sequence[float], upper: Sequence[float]
) -> float:
    """The verified least of cost·x, lower <= rows·x <= upper, x >= 0."""
    import numpy as np
    from scipy.sparse import csr_array

    from aidplan.solve.assemble.linear_program import Programme
    from aidplan.solve.lexicographic import Chain, Rank
    from aidplan.solve.scale import scale

    width = len(cost)
    programme = Programme(
        matrix=csr_array(np.array(rows, dtype=float)),
        row_lower=np.array(lower, dtype=float),
        row_upper=np.array(upper, dtype=float),
        lower=np.zeros(width),
        upper=np.full(width, np.inf),
        goals={"cost": np.array(cost, dtype=float)},
        columns={},
        rows={},
        void=(),
    )
    chain = Chain(programme, scale(programme, np.ones(width)), threads=1)
    return chain.meet(Rank(1, ("cost",), (1.0,), 0.0)).value


def transport() -> dict[str, tuple[Any, Any]]:
    """Two canneries, three markets: Dantzig, Linear Programming and Extensions (1963), 3.3; 153.675 thousand USD."""
    miles = ((2.5, 1.7, 1.8), (2.5, 1.8, 1.4))
    cost = [90 * each / 1000 for row in miles for each in row]
    inf = float("inf")
    supply = [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]
    demand = [[1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 1]]
    least = _optimum(cost, supply + demand, [-inf, -inf, 325, 300, 275], [350, 600, inf, inf, inf])
    return {"cost": (least, 153.675)}


def production_mix() -> dict[str, tuple[Any, Any]]:
    """Doors and windows in three plants: the Wyndor Glass problem of Hillier and Lieberman; 36 thousand USD."""
    inf = float("inf")
    least = _optimum([-3, -5], [[1, 0], [0, 2], [3, 2]], [-inf, -inf, -inf], [4, 12, 18])
    return {"profit": (-least, 36.0)}


def tiny_plan() -> dict[str, tuple[Any, Any]]:
    """A whole plan by hand: 200 of 240 shells can be made, so a sixth is unmet; 200 cost 1,000 USD each and 5 to move."""
    from aidplan.solve.solving import solve_plan

    planned = solve_plan(_tiny(floor=0.0), threads=1)
    known = {"coverage": 1 / 6, "equity": 1 / 6, "parity": 0.0, "cost": 0.201, "liability": 0.0}
    answers: dict[str, tuple[Any, Any]] = {"status": (planned.solved.status, "optimal")}
    return answers | {goal: (planned.goals[goal], value) for goal, value in known.items()}


def tiny_plan_that_clashes() -> dict[str, tuple[Any, Any]]:
    """The same, of which nine tenths must be met: no plan exists, and none may be shown."""
    from aidplan.solve.solving import solve_plan

    planned = solve_plan(_tiny(floor=0.9), threads=1)
    return {"status": (planned.solved.status, "infeasible")}


def _tiny(floor: float) -> PlanData:
    from aidplan_models.data import (
        Capability,
        Demand,
        Fund,
        Goal,
        Item,
        Lane,
        LaneTerms,
        MenuRow,
        Place,
        PlanData,
        Product,
    )
    from aidplan_models.registry import DEFAULT_GOALS

    endless = (float("inf"),) * 2
    channels = frozenset(("order", "release", "expand"))
    return PlanData(
        period_labels=("2025-01", "2025-02"),
        period_months=1,
        currency="USD",
        money_unit=1e6,
        urgency_rate=0.0,
        outyear_limit=float("inf"),
        places={"US": Place("country", endless, float("inf")), "east": Place("front", endless, float("inf"))},
        items={"shell": Item("munition", "", 0.05)},
        capabilities={"fires": Capability("flow", 1.0)},
        effects={("shell", "fires"): 1.0},
        plants={"iowa": "US"},
        products={("iowa", "shell"): Product(1000.0, 0, 1.0)},
        orderbook={},
        capacity={"iowa": (100.0, 100.0)},
        expansions={},
        bills={},
        supply={},
        funds={"aid": Fund("US", "lend_lease", 0.0, 0, True, None, "", {1: 0.15, 2: 0.15})},
        menu=(MenuRow(("aid", "*", "*", "*", "*"), "aid", None, None, None, channels, True, 0.0, float("inf")),),
        reserves={},
        opening_stock={},
        arrivals={},
        lanes={Lane("US", "east", "any"): LaneTerms(None, 100.0, 0, endless, 0.0)},
        demands={("east", "fires"): Demand(1.0, floor, 1, (120.0, 120.0))},
        fleets={},
        platforms={},
        adversary={},
        goals=tuple(Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(DEFAULT_GOALS, 1)),
    )


PROBLEMS: dict[str, Callable[[], Mapping[str, tuple[Any, Any]]]] = {
    "a transport problem": transport,
    "a production mix": production_mix,
    "a tiny plan": tiny_plan,
    "a tiny plan that clashes": tiny_plan_that_clashes,
}
"""Each with the answers that were found and the known ones."""
