"""The passages of both READMEs: how the figures of a record, and the counts of the workbook, are put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from aidplan.workbook import open_workbook
from inputs import build, doubt
from inputs.assembly import menus, money, months
from inputs.questions import BILLION, percent

Record = Mapping[str, Any]
SHORTAGE = "demand-above-reach"
"""The check's finding that the workbook keeps on purpose."""
LEAST_SHARES = ("floor", "floor_from")
"""Columns of needs that say how much at least is met, not how much is needed."""
KIEL_ROUNDING = 1e-5
"""EUR bn: ten thousand euros, the rounding of a table that is added up."""
FIRED, PLEDGED = "D014", "S69"
"""Published: rounds fired a month in mid-2025, and what members of the EU pledged for 2025."""


def blocks(told: Record) -> dict[str, str]:
    """The passages of the READMEs by name."""
    made = build.tables(build.load_published())
    return {
        "scenarios": f"{_scenario_table(told)}\n\n{_own_measure(made)}",
        "results": f"{_result_table(told)}\n\n{_own_measure(made)}",
        "base": _base_passage(told),
        "no money": _no_money(told),
        "rows": _rows(made),
        "counts": _counts(made),
        "warnings": _warnings(),
        "donors": _donors(made),
        "rounds": _rounds(told),
    }


def _scenario_table(told: Record) -> str:
    lines = [
        "| scenario | demand met % | worst fronts short % | parity short % | cost, bn USD | liability, bn USD |",
        "|---|---|---|---|---|---|",
    ]
    for name, each in told["scenarios"].items():
        goals = each["goals"]
        cells = [percent(each["met"], 2), percent(goals["equity"], 2), percent(goals["parity"], 2)]
        cells += [f"{goals[goal] / BILLION:.1f}" for goal in ("cost", "liability")]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _result_table(told: Record) -> str:
    lines = [
        "| scenario | met % | fronts met % | homes met % | worst front short % | parity short % | cost | liability "
        "| most short at the fronts, % unmet |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, each in told["scenarios"].items():
        goals = each["goals"]
        cells = [percent(each["met"], 2), percent(each["fronts_met"]), percent(each["homes_met"])]
        cells += [percent(goals["equity"]), percent(goals["parity"])]
        cells += [f"{goals[goal] / BILLION:.1f}" for goal in ("cost", "liability")]
        short = ", ".join(f"{capability} {percent(share, 0)}" for capability, share in each["short"].items())
        lines.append(f"| {name} | {' | '.join(cells)} | {short} |")
    missing = unrecorded(told)
    if missing:
        lines += ["", f"Not in this record, since they were not solved for it: {', '.join(missing)}."]
    return "\n".join(lines)


def _own_measure(made: Mapping[str, build.Rows]) -> str:
    """Which scenarios' shares are of other needs than the base's, or weighed otherwise."""
    changed: dict[str, list[str]] = {"demand": [], "capabilities": []}
    for row in made["scenarios"]:
        sheet, name = str(row["sheet"]), f"`{row['scenario']}`"
        if sheet in changed and row["column"] not in LEAST_SHARES and name not in changed[sheet]:
            changed[sheet].append(name)
    needs, weights = (", ".join(names) or "none" for names in changed.values())
    return (
        f"Not to be held against the base figure for figure: shares of other needs than the base's ({needs}), and shares "
        f"weighed otherwise ({weights})."
    )


def unrecorded(told: Record) -> list[str]:
    """The workbook's scenarios that a record has no run of."""
    made = build.tables(build.load_published())
    names = dict.fromkeys(str(row["scenario"]) for row in made["scenarios"])
    return [name for name in names if name not in told["scenarios"]]


def _base_passage(told: Record) -> str:
    base = told["base"]
    short = ", ".join(f"{name} {percent(share)}%" for name, share in base["short"].items())
    money = base["money"]
    left = ", ".join(f"{fund} {amount:.1f}" for fund, amount in money["most_left"])
    plants = [f"{name} ({months} months, {points:.2f})" for name, months, points in base["capacity"]]
    reserves = [f"{name} ({months}, {points:.2f})" for name, months, points in base["release_limit"]]
    ways = [f"{name} ({months}, {points:.2f})" for name, months, points in (*base["lane"], *base["throughput"])]
    bound = [f"{name} in {months} months" for name, months in base["components"] if months]
    free = [name for name, months in base["components"] if not months]
    worth = [f"{fund} ({months}, {points:.2f})" for fund, months, points in money["worth"]]
    return "\n".join(
        [
            f"* **Short at the fronts**: {short or 'nothing'}.",
            "* **Plants that hold coverage back** (months in which one more would raise it; points of demand met for a "
            f"tenth more in all of them): {', '.join(plants) or 'none'}.",
            f"* **Components**: a price in {', '.join(bound) or 'no month'}; none for {', '.join(free) or 'no component'}.",
            f"* **Reserves**: {', '.join(reserves) or 'none'}.",
            f"* **Ways**: {', '.join(ways) or 'none'}.",
            f"* **Money**: {money['spent']:.1f} bn USD are spent up to the end of the horizon and {money['left']:.1f} are "
            f"in hand then ({left}). Points of demand met for a hundred million more in its best month: "
            f"{', '.join(worth) or 'none'}.",
        ]
    )


def _no_money(told: Record) -> str:
    base, without = told["scenarios"]["base"], told["scenarios"]["no_money"]
    return (
        f"The base meets {percent(base['met'])}% of demand. With no money at all, from stocks in Ukraine, order books and "
        f"what was given before, {percent(without['met'])}% would be met ({percent(without['fronts_met'])}% at the fronts, "
        f"where the base meets {percent(base['fronts_met'])}%)."
    )


def _rows(made: Mapping[str, build.Rows]) -> str:
    counts = doubt.tally(made)
    whole = sum(counts.values(), Counter())
    rows = sum(len(made[name]) for name in build.ORDER)
    return (
        f"Of {rows:,} rows {whole.total():,} state a quantity: {whole['reported']} reported, {whole['derived']} derived, "
        f"{whole['assumed']} assumed ({doubt.assumed_share(counts):.0%}). By sheet, with the weightiest quantities: "
        "[docs/assumed-rows.md](../docs/assumed-rows.md)."
    )


def _counts(made: Mapping[str, build.Rows]) -> str:
    """How much is in the workbook."""
    kinds = Counter(str(row["kind"]) for row in made["items"])
    places = Counter(str(row["kind"]) for row in made["places"])
    scenarios = len({str(row["scenario"]) for row in made["scenarios"]})
    tail = len(months.PLANNED) - len(months.HORIZON)
    return (
        f"`coalition-2024.xlsx`: {len(months.HORIZON)} months from {months.HORIZON[0]} and {tail} more as a tail, "
        f"{len(made['funds'])} funds of {len({str(row['donor']) for row in made['funds']})} donors, "
        f"{len(made['plants'])} plants, {kinds.total() - kinds['component']} goods and {kinds['component']} components, "
        f"{places['front']} fronts, {places['home']} homes, {scenarios} scenarios."
    )


def _donors(made: Mapping[str, build.Rows]) -> str:
    """How the donors' funds add up beside Kiel's totals."""
    purse = money.Money(build.load_published(), build.PUBLISHED, build.SHEETS_FOLDER)
    check = menus.donor_check(purse, made["funds"], made["funding"])
    apart = {str(row["donor"]): abs(float(row["difference_eur_bn"])) for row in check}
    exact = [donor for donor, billions in apart.items() if billions <= KIEL_ROUNDING]
    first, last = menus.WINDOW
    return (
        f"The funds of {len(exact)} of {len(apart)} donors add up to Kiel's published totals of military allocations, "
        f"{first} to {last}; the largest difference is EUR {1e6 * max(apart.values()):,.0f} thousand (sheet `#donor_check`)."
    )


def _warnings() -> str:
    """What `aidplan check` says of the base."""
    found = open_workbook(build.WORKBOOK).findings
    kept = [finding for finding in found if finding.code == SHORTAGE]
    others = [
        f"`{finding.code}` at {finding.place}: {finding.message}" for finding in found if finding.code != SHORTAGE
    ]
    return (
        f"Of {len(found)} warnings {len(kept)} are `{SHORTAGE}`: demand that nothing in the plan can serve in full. They are "
        f"kept on purpose; they are the shortage that the plan is about. The others: {'; '.join(others) or 'none'}."
    )


def _rounds(told: Record) -> str:
    """What the base brings of shells, beside what was fired and what was pledged."""
    rounds = told["base"]["rounds"]
    published = build.load_published()
    fired, pledged = (published.evaluate(f"={code}").value for code in (FIRED, PLEDGED))
    kinds = ", ".join(f"{amount:,.0f} of {item.removeprefix('shell')} mm" for item, amount in rounds.items())
    return (
        f"In 2025 the base brings {sum(rounds.values()) / 12:,.0f} rounds a month to the fronts ({kinds} in the year); "
        f"{fired:,.0f} a month were fired in mid-2025 ({FIRED}), and members of the EU pledged {pledged:,.0f} for the year "
        f"({PLEDGED}). The plan is the best use of the money and lines that there were, not what was done with them."
    )
