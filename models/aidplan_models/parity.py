"""Parity: what the coalition makes of a capability, against a ratio of the adversary's output.

parity_gap[c,t] + Σ effect[i,c]·made[p,i,o,t] >= target_ratio[c]·output[c,t]     capability units
"""

from __future__ import annotations

from typing import Any

from pyomo.environ import NonNegativeReals, Param, Set, Var

from aidplan_models.data import PlanData
from aidplan_models.existence import exists
from aidplan_models.limits import limit
from aidplan_models.sets import grouped
from aidplan_models.units import unit_objects


def sets(m: Any, data: PlanData) -> None:
    """Capabilities that the adversary produces, and what is made of them."""
    m.PARITY_CAPABILITIES = Set(initialize=sorted(data.adversary), doc="Capabilities that the adversary produces")
    made = [
        (c, (p, i, o))
        for i, c in data.effects
        if c in data.adversary
        for p, j, o in m.implied.made
        if j == i and data.items[j].is_goods
    ]
    grouped(m, "PARITY_SOURCES", m.PARITY_CAPABILITIES, made, 3, "Goods made that count against the adversary's output")


def given(m: Any, data: PlanData) -> None:
    """The target: the adversary's output times the ratio that is to be matched."""
    rows = data.adversary
    m.parity_target = Param(
        m.PARITY_CAPABILITIES,
        m.HORIZON,
        initialize={(c, t): rows[c].target(t) for c in m.PARITY_CAPABILITIES for t in m.HORIZON},
        units=unit_objects().capability,
        doc="Output that is to be matched",
    )


def choose(m: Any) -> None:
    """What is short of the target."""
    m.parity_gap = Var(
        m.PARITY_CAPABILITIES,
        m.HORIZON,
        within=NonNegativeReals,
        dense=False,
        units=unit_objects().capability,
        doc="Short of the target",
    )
    exists(m.parity_gap, ceiling={index: target.value for index, target in m.parity_target.items()})


def subject_to(m: Any) -> None:
    """Output matches the target, or the gap is counted."""

    @limit(m, "parity", m.PARITY_CAPABILITIES, m.HORIZON, doc="Output matches the target, or the gap is counted")
    def parity_counted(m: Any, c: Any, t: Any) -> Any:
        """parity_gap[c,t] + Σ_p,i,o effect[i,c]·made[p,i,o,t] >= parity_target[c,t]   [capability units]."""
        return (
            m.parity_gap[c, t] + sum(m.effect[i, c] * m.made[p, i, o, t] for p, i, o in m.PARITY_SOURCES[c])
            >= m.parity_target[c, t]
        )
