"""What stands around the shortages of a plan: bottlenecks, the frontier, decisions, means, prices and extra money.

All of it begins from the plan's own first objective. Each part takes a share of the time that is left, in the order in which
planners miss it most; what time does not suffice for is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aidplan_models.registry import KEY_COLUMNS

from aidplan.explain.bottlenecks import bottlenecks
from aidplan.explain.extra import best_use
from aidplan.explain.first_level import FirstLevel, Solved
from aidplan.explain.frontier import frontier
from aidplan.explain.means import means
from aidplan.explain.plan_values import values_of
from aidplan.explain.prices import AskedLimit, prices, told
from aidplan.explain.wanted import Wanted
from aidplan.explain.worth import decisions
from aidplan.solve.highs import SolverError
from aidplan.solve.resource_limits import Limits, SolverStopped
from aidplan.solve.verified import NoPlan, NotVerified

if TYPE_CHECKING:
    from aidplan.extract import PlanRun

SHARES = {"bottlenecks": 0.35, "frontier": 0.5, "decisions": 0.8}
"""Of the time that is left: what each part may take, in this order."""


@dataclass
class Around:
    """What is found of a ``run``: ``answer`` by entry, what was ``not_done``, and how many ``solves`` it took.

    ``asked`` are the limits whose prices are wanted. Raises `aidplan.explain.prices.LimitError` for one that no row has.
    """

    run: PlanRun
    wanted: Wanted
    asked: Sequence[AskedLimit]
    limits: Limits
    progress: Callable[[str], None]
    answer: dict[str, Any] = field(default_factory=dict)
    not_done: list[str] = field(default_factory=list)
    solves: int = 0

    def find(self, solved: Solved | None) -> None:
        """Find all that is wanted, from the plan as it was ``solved``, or where that stood."""
        if solved is None or solved[1] is None:
            self.progress("solving the plan again, to see what each limit and decision is worth")
        level = FirstLevel.of(self.run.data, self.limits, solved, values_of(self.run))
        if level is None:
            self.not_done.append(
                "bottlenecks, decisions, prices, means and the frontier: time ran out, or promises come first"
            )
            return
        try:
            self._of(level)
        except (SolverStopped, NotVerified, NoPlan, SolverError):
            self.not_done.append(
                "what stands around the shortages is cut short: a solve was stopped or could not be verified"
            )
        finally:
            level.close()
            self.solves += level.solves

    def _of(self, level: FirstLevel) -> None:
        if self.wanted.extra is not None:
            self.answer["extra"], lacking = best_use(level, self.wanted.extra, self.progress)
            self._lack(lacking, "sums of extra money")
        if self.wanted.more:
            self._around(level)
        if self.asked or (self.wanted.more and self.wanted.prices):
            self.progress("prices of limits")
            level.limits = self.limits
            rows, lacking = prices(level, self.asked)
            self.answer["price_rows"] = self._as_published(rows)
            self.answer["prices"] = told(self.answer["price_rows"])
            self._lack(lacking, "prices of limits")

    def _around(self, level: FirstLevel) -> None:
        self.progress("what each donor's means are worth")
        owners, _ = means(level.data, planned=level.planned)
        self.answer["means"] = [{"owner": one.owner, "amount": one.amount} for one in owners]
        self.progress("bottlenecks")
        level.limits = self._share("bottlenecks")
        tight, lacking = bottlenecks(level)
        self.answer["bottlenecks"] = [one.as_dict() for one in tight]
        self._lack(lacking, "bottlenecks")
        points, gives = frontier(level, self._share("frontier"), self.progress)
        self.answer["frontier"] = [vars(point) for point in points]
        if gives:
            given = ", ".join(f"{give:.1%}" for give in gives)
            self.not_done.append(f"the cost of the last points of coverage with {given} given up: time ran out")
        self.progress("what decisions are worth")
        level.limits = self._share("decisions") if self.wanted.prices else self.limits
        self.answer["decisions"], lacking = decisions(level)
        self._lack(lacking, "decisions")

    def _as_published(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows with the one price that the run has of each limit: of several that are right it chose one."""
        table, keys = self.run.tables["prices"], ["goal", "limit", *KEY_COLUMNS]
        published = dict(zip(zip(*(table[key] for key in keys), strict=True), table["price"], strict=True))
        return [{**row, "price": published.get(tuple(str(row.get(key) or "") for key in keys), 0.0)} for row in rows]

    def _share(self, part: str) -> Limits:
        left = self.limits.seconds_left()
        return Limits.from_now(SHARES[part] * left) if left < float("inf") else self.limits

    def _lack(self, count: int, what: str) -> None:
        if count:
            self.not_done.append(f"{count} {what}: time ran out")
