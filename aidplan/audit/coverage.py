"""The table of coverage against demand and the table of what is unmet: met is demand less unmet."""

from __future__ import annotations

from pathlib import Path

from aidplan.audit.exact import same, shown
from aidplan.audit.ledger import Ledger, read_ledger
from aidplan.audit.plan import AuditedPlan

_INDEX = ("place", "capability", "period")


def audit_coverage(plan: AuditedPlan, tables: Path) -> None:
    """Finds where ``coverage.csv`` does not tell every demand, what is met of it and what is not."""
    file = tables / "coverage.csv"
    columns = {name: read_ledger(file, _INDEX, name, plan.data, plan.report) for name in ("demand", "met", "unmet")}
    wanted = Ledger("coverage", plan.data.period_labels)
    for place, capability in plan.data.demands:
        for t in range(1, plan.planned + 1):
            if (demand := plan.demand(place, capability, t)) > 0:
                wanted.values[place, capability, t] = demand
    missing = plan.ledgers["unmet"]
    for key in sorted(wanted.keys() | columns["demand"].rows.keys()):
        plan.report.recomputed["coverage"] += 1
        truth = {"demand": wanted[key], "met": wanted[key] - missing[key], "unmet": missing[key]}
        place = columns["demand"].place(key)
        if key not in columns["demand"].rows or key not in wanted.values:
            plan.report.add("coverage", place, f"demand is {shown(wanted[key])} in the workbook")
            continue
        for name, ledger in columns.items():
            if not same(ledger[key], truth[name], wanted[key]):
                says = f"{name} is {shown(ledger[key])}, the plan gives {shown(truth[name])}"
                plan.report.add("coverage", place, says)
