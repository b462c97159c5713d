"""Problems whose answers are known from elsewhere, solved through the same path as a real plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aidplan_models.data import PlanData


def _optimum(
    cost: Sequence[float], rows: Sequence[Sequence[float]], lower: Sequence[float], upper: Sequence[float]
) -> float:
    """The verified least of cost·x, lower <= rows·x <= upper, x >= 0."""
    import numpy as np
    from scipy.sparse import csr_array

    from aidplan.solve.assemble.linear_program import Programme
    from aidplan.solve.levels import Rank
    from aidplan.solve.lexicographic import Lexicographic
    from aidplan.solve.scale import scale
    from aidplan.solve.verified import VerifiedSolver

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
    levels = Lexicographic(programme, scale(programme, np.ones(width)), VerifiedSolver(threads=1))
    return levels.optimise(Rank(1, ("cost",), (1.0,), 0.0)).value


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
    """A whole plan by hand: 200 of 240 shells can be made, so a sixth is unmet; 200 cost 1,000 USD each
    and 5 to move.
    """
    from aidplan.solve.solving import solve_plan

    planned = solve_plan(_tiny(floor=0.0), threads=1)
    known = {"coverage": 1 / 6, "equity": 1 / 6, "parity": 0.0, "cost": 0.201, "liability": 0.0}
    answers: dict[str, tuple[Any, Any]] = {"status": (planned.solved.status, "optimal")}
    return answers | {goal: (planned.goals[goal], value) for goal, value in known.items()}


def tiny_plan_without_a_solution() -> dict[str, tuple[Any, Any]]:
    """The same, of which nine tenths must be met: no plan exists, and none may be shown."""
    from aidplan.solve.solving import solve_plan

    planned = solve_plan(_tiny(floor=0.9), threads=1)
    return {"status": (planned.solved.status, "infeasible")}


def _tiny(floor: float) -> PlanData:
    from aidplan_models import data as rows
    from aidplan_models.registry import DEFAULT_GOALS

    endless = (float("inf"),) * 2
    channels = frozenset(("order", "release", "expand"))
    return rows.PlanData(
        period_labels=("2025-01", "2025-02"),
        period_months=1,
        currency="USD",
        money_unit=1e6,
        urgency_rate=0.0,
        outyear_limit=float("inf"),
        places={"US": rows.Place("country", endless, float("inf")), "east": rows.Place("front", endless, float("inf"))},
        items={"shell": rows.Item("munition", "", 0.05)},
        capabilities={"fires": rows.Capability("flow", 1.0)},
        effects={("shell", "fires"): 1.0},
        plants={"iowa": "US"},
        products={("iowa", "shell"): rows.Product(1000.0, 0, 1.0)},
        orderbook={},
        capacity={"iowa": (100.0, 100.0)},
        expansions={},
        bills={},
        supply={},
        funds={"aid": rows.Fund("US", "lend_lease", 0.0, 0, True, None, "", {1: 0.15, 2: 0.15})},
        menu=(rows.MenuRow(("aid", "*", "*", "*", "*"), "aid", None, None, None, channels, True, 0.0, float("inf")),),
        reserves={},
        opening_stock={},
        arrivals={},
        lanes={rows.Lane("US", "east", "any"): rows.LaneTerms(None, 100.0, 0, endless, 0.0)},
        demands={("east", "fires"): rows.Demand(1.0, floor, 1, (120.0, 120.0))},
        fleets={},
        platforms={},
        adversary={},
        goals=tuple(rows.Goal(goal, rank, 1.0, 0.0) for rank, goal in enumerate(DEFAULT_GOALS, 1)),
    )


PROBLEMS: dict[str, Callable[[], Mapping[str, tuple[Any, Any]]]] = {
    "a transport problem": transport,
    "a production mix": production_mix,
    "a tiny plan": tiny_plan,
    "a tiny plan that cannot exist": tiny_plan_without_a_solution,
}
"""Each with the answers that were found and the known ones."""
