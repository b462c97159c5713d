"""Redirects: a customer's place in the queue is used now, and given back.

    owed[o,i,p,t] = owed[o,i,p,t-1] + Σ redirected[q,i,o,t] - Σ repaid[q,i,o,t]                  items, end of period t

Goods on order leave their owner's queue for the common one, which all fronts draw on; goods ordered for the front go
back to the owner. A row speaks of one plant or of every plant that makes the item, so that a place can be given back at
another plant than it was taken at. In menus, costs and guarantees nothing changes. Source: the planning model;
deliveries of Patriot and NASAMS missiles put ahead of other customers' (White House and Pentagon, June and July 2024).
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import PlanData
from aidplan_models.derived import redirect_lines
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Rows that let places in a queue be used, and the lines that they speak of."""
    m.REDIRECTS = Set(
        initialize=sorted(data.redirects), dimen=3, doc="(o, i, p) rows of redirects; p may be * for every plant"
    )
    lines = {line: row for line, row in redirect_lines(data).items() if line in m.implied.made}
    m.REDIRECTED = Set(initialize=sorted(lines), dimen=3, doc="(p, i, o) lines that may lend their place")
    grouped(m, "LINES_OF_REDIRECT", m.REDIRECTS, ((row, line) for line, row in lines.items()), 3, "Lines of a row")


def given(m: Any, data: PlanData) -> None:
    """Which places in which queues may be used, how many, and what is owed."""
    u = unit_objects()
    rows = data.redirects
    lines = list(m.REDIRECTED)
    grouped(m, "LENDING", m.LINES, ((line, line) for line in lines), 3, "The line itself, where it may lend its place")
    common = (((p, i, "common"), (p, i, o)) for p, i, o in lines)
    grouped(m, "LENT_TO", m.LINES, common, 3, "Lines that lend their place to the common one")
    m.redirect_limit = Param(
        m.REDIRECTS,
        m.PERIODS,
        initialize={(*row, t): rows[row].limit[t - 1] for row in m.REDIRECTS for t in m.PERIODS},
        units=u.item,
        doc="Most that may be redirected in a period",
    )
    m.owed_before = Param(
        m.REDIRECTS,
        initialize={row: rows[row].owed_before for row in m.REDIRECTS},
        units=u.item,
        doc="Owed at the start",
    )
    m.owed_end = Param(
        m.REDIRECTS,
        initialize={row: rows[row].owed_end for row in m.REDIRECTS},
        units=u.item,
        doc="Most that may be owed at the end",
    )


def choose(m: Any) -> None:
    """What is redirected, what comes back, and what is owed."""
    u = unit_objects()
    first = {line: m.first_made[line] for line in m.REDIRECTED}
    m.redirected = Var(
        m.REDIRECTED, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Leaves an owner's queue"
    )
    exists(m.redirected, first=first)
    m.repaid = Var(
        m.REDIRECTED, m.PERIODS, within=NonNegativeReals, dense=False, units=u.item, doc="Comes back to the owner"
    )
    exists(m.repaid, first=first)
    m.owed = Var(
        m.REDIRECTS, m.STATES, within=NonNegativeReals, dense=False, units=u.item, doc="Redirected, not repaid"
    )
    exists(m.owed, opening={row: m.owed_before[row].value for row in m.REDIRECTS})


def subject_to(m: Any) -> None:
    """What is owed is counted, paced and given back."""

    @limit(m, "owed", m.REDIRECTS, m.PERIODS, doc="What is redirected is owed")
    def redirect_owed(m: Any, o: Any, i: Any, p: Any, t: Any) -> Any:
        """owed[o,i,p,t] == owed[o,i,p,t-1]
        + Σ_{q,j,w in LINES_OF_REDIRECT[o,i,p]} (redirected[q,j,w,t] - repaid[q,j,w,t])   [items].
        """
        return m.owed[o, i, p, t] == (
            m.owed[o, i, p, t - 1]
            + sum(m.redirected[q, j, w, t] for q, j, w in m.LINES_OF_REDIRECT[o, i, p])
            - sum(m.repaid[q, j, w, t] for q, j, w in m.LINES_OF_REDIRECT[o, i, p])
        )

    @limit(m, "redirect_limit", m.REDIRECTS, m.PERIODS, doc="A queue lends so many places")
    def redirect_paced(m: Any, o: Any, i: Any, p: Any, t: Any) -> Any:
        """Σ_{q,j,w in LINES_OF_REDIRECT[o,i,p]} redirected[q,j,w,t] <= redirect_limit[o,i,p,t]   [items]."""
        return sum(m.redirected[q, j, w, t] for q, j, w in m.LINES_OF_REDIRECT[o, i, p]) <= m.redirect_limit[o, i, p, t]

    @limit(m, "repay", m.REDIRECTS, m.LAST, doc="What was redirected is given back")
    def redirect_repaid(m: Any, o: Any, i: Any, p: Any, t: Any) -> Any:
        """owed[o,i,p,t] - unrepaid[o,i,p,t] <= owed_end[o,i,p]   [items]."""
        return (
            m.owed[o, i, p, t] - sum(m.unrepaid[q, j, w, t] for q, j, w in m.UNREPAID_AT[o, i, p])
            <= m.owed_end[o, i, p]
        )
