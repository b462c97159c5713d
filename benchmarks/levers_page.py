"""The passages of docs/levers.md and docs/many-machines.md that tell figures: what each lever says of the paper's claims, as it fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]
BILLION = 1000.0
"""Money units (millions) in a billion."""

WORTH_TELLING = 0.005
"""Points of demand met: what is smaller is told as no change."""

CLAIMS = (
    ("financing", "Automatic lend-lease brings more than tranches that need approval"),
    ("guarantees", "Guarantees of long-term demand bring capacity"),
    ("coordination", "One headquarters does better than national plans"),
    ("parity_first", "Parity of output comes first"),
    ("menus", "Donors should buy wherever a good is made"),
    ("priority", "Fronts and homes compete for the same goods"),
)
"""Lever -> the claim of the paper that it prices."""


def blocks(told: Record) -> dict[str, str]:
    """The passages by name."""
    return {
        "settings": _settings(told["levers"]),
        "claims": _claims(told["levers"], told["given"], told["own"]),
        "stress": _stress(told["stress"]),
        "pressure": _pressure(told["pressure"], told["own"]),
        "took": _took(told),
        "sum": _sum(told["one"]),
    }


def share(value: float | None) -> str:
    """A share in percent."""
    return "–" if value is None else f"{100 * value:.2f} %"


def points(value: float) -> str:
    """Points with a sign; nothing where it is nothing."""
    return f"{value:+.2f} points" if abs(value) >= WORTH_TELLING else "no change"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def solved(levers: Record) -> list[Record]:
    """The rows that have a plan."""
    return [row for row in levers["levers"] if row["met"] is not None]


def as_given(levers: Record) -> Record:
    """The base: a row that is the workbook as it is."""
    return next(row for row in solved(levers) if row["same_as_given"])


def _settings(levers: Record | None) -> str:
    if levers is None:
        return "`aidplan levers` was not run for this page."
    base = as_given(levers)
    rows = []
    for row in [base, *levers["levers"]]:
        if row["same_as_given"] and rows:
            continue
        goals, none = row["goals"], row["met"] is None
        against = "as given" if row["same_as_given"] else "–" if none else points(100 * (row["met"] - base["met"]))
        rows.append([
            row["lever"] if row is not base else "none", f"`{row['setting']}`", share(row["met"]), against,
            share(row["fronts_met"]), share(row["homes_met"]), share(goals["equity"]), share(goals["parity"]),
            row["parity_from"] or ("–" if none else "never"), "–" if none else f"{goals['cost'] / BILLION:.1f}",
            {None: "", True: "change", False: "the same"}[row["first_decisions_change"]] if row is not base else "",
        ])  # fmt: skip
    heads = ["lever", "setting", "demand met", "against the base", "at fronts", "at home", "gap at the worst-served front",
             "parity gap", "parity from", "cost, bn", "first three months"]  # fmt: skip
    same = [f"`{row['setting']}`" for row in levers["levers"] if row["same_as_given"] and row["setting"] != "as_given"]
    said = [table(heads, rows), "", f"Workbook of sha256 {levers['workbook']['sha256'][:12]}."]
    said += [f"{', '.join(same)}: the same as the workbook as given."] if same else []
    if levers["unsolved"]:
        said += [
            "",
            f"Not solved for this page, so nothing is said of them: {', '.join(f'`{name}`' for name in levers['unsolved'])}.",
        ]
    return "\n".join(said)


def _claims(levers: Record | None, given: Record | None, own: Record) -> str:
    if levers is None:
        return "`aidplan levers` was not run for this page."
    base, said = as_given(levers), []
    for lever, claim in CLAIMS:
        rows = [row for row in levers["levers"] if row["lever"] == lever]
        found = levers.get("coordination") if lever == "coordination" else None
        told = _coordination(found) if found else _settings_told([row for row in rows if "donors" not in row], base)
        said.append(f"- **{claim}** (`{lever}`): {told}.{_given(lever, given, base)}{_own(lever, own)}")
    return "\n".join(said)


def _given(lever: str, given: Record | None, base: Record) -> str:
    """What the workbook has of a lever already: without that, "no change" would say too much."""
    if given is None or lever not in ("financing", "guarantees"):
        return ""
    if lever == "financing":
        return (
            f" As given, {given['delayed'] or 'none'} of {given['funds']} funds wait for approval ({given['tranches']} are tranches): "
            "what automatic money is worth shows in what delay costs."
        )
    limit = given["outyear_limit"]
    bound = "no limit" if limit is None else f"a limit of {limit / BILLION:.1f} bn"
    owed = base["goals"]["liability"] / BILLION
    return f" As given, {given['private']} expansions need guarantees; what is guaranteed past the horizon is {owed:.1f} bn, under {bound}."


SAYS = {
    "tranches": "every lend-lease fund as a tranche, three months late, so that no fund can stand behind a guarantee",
    "no_guarantees": "no private plant is built",
    "pressure": "all who could close a way join every measure from 2025-01",
}
"""What the workbook's own scenarios say."""


def _own(lever: str, own: Record) -> str:
    """The workbook's own scenario that pulls a lever, as the READMEs' record has it."""
    if lever not in own:
        return ""
    base, found = own["base"], own[lever]
    goals = {name: found["goals"][name] - base["goals"][name] for name in ("parity", "cost", "liability")}
    return (
        f" The workbook's own scenario `{found['scenario']}` ({SAYS[found['scenario']]}): {share(found['met'])} of demand met where "
        f"the base has {share(base['met'])}, {points(100 * (found['met'] - base['met']))}; parity gap {100 * goals['parity']:+.2f} points, "
        f"cost {goals['cost'] / BILLION:+.1f} bn, liability past the horizon {goals['liability'] / BILLION:+.1f} bn."
    )


def _settings_told(rows: Sequence[Record], base: Record) -> str:
    told = []
    for row in rows:
        if row["same_as_given"]:
            continue
        if row["met"] is None:
            told.append(f"{row['words']}: {row['status']}")
            continue
        change = points(100 * (row["met"] - base["met"]))
        parity = 100 * (row["goals"]["parity"] - base["goals"]["parity"])
        gap = f", parity gap {parity:+.2f} points" if abs(parity) >= WORTH_TELLING else ""
        told.append(f"{row['words']}: {share(row['met'])} of demand met, {change}{gap}")
    return "; ".join(told) or "not solved for this page"


def _coordination(found: Record) -> str:
    """Donors in turn against one plan."""
    orders = len(found["points"])
    spread = f" (best {share(found['best'])}, worst {share(found['worst'])})" if orders > 1 else ""
    money = sum(found["money"].values()) / orders / BILLION
    months = {name: late for name, late in found["months"].items() if late is not None}
    late = f", and parity {sum(months.values()) / len(months):+.1f} months" if months else ""
    lost = [f"{e['donor']} at {e['plant']} ({e['item']}): {e['why']}" for e in found["losses"][:3]]
    most = f". The dearest losses, with the {found['losses_of'].replace('_', ' ')}: {'; '.join(lost)}" if lost else ""
    orders_in_words = "one order of donors" if orders == 1 else f"{orders} orders of donors"
    return (
        f"with one plan {share(found['one_plan'])} of demand is met; in {orders_in_words} that decide in turn "
        f"{share(found['mean'])}{spread}, {points(100 * (found['mean'] - found['one_plan']))}; cost {money:+.1f} bn{late}{most}"
    )


def _stress(stress: Record | None) -> str:
    if stress is None:
        return (
            "`aidplan stress` was not run on the coalition workbook for this page. What following the base costs in four futures, "
            "against who knew them, is told of [kept plans](kept.md)."
        )
    names = [future["name"] for future in stress["futures"]]
    own = {future["name"]: future["own_met"] for future in stress["futures"]}
    rows = [
        [f"`{plan}`", *(_regret(stress["regret"][plan][name]) for name in names)] for plan in stress["plans"]
    ]  # fmt: skip
    rows.insert(0, ["demand met by its own plan", *(share(own[name]) for name in names)])
    best = stress["best_plan"]
    lines = [
        f"Plans are kept until {stress['until']}. Regret in points of demand met, by plan and future:",
        "",
        table(["plan", *(f"`{name}`" for name in names)], rows),
        "",
    ]
    if stress["commit_base"] is not None and best["plan"] is not None:
        lines.append(
            f"Following the base costs {100 * stress['commit_base']:.2f} points on average against knowing, the best of these "
            f"plans (`{best['plan']}`) {100 * best['regret']:.2f}: no hedge can bring more than the difference. "
            f"{stress['robust']:,} decisions before {stress['until']} are in every future's own plan."
        )
    lines += [f"`{each['name']}` is refused: {each['findings'][0]}" for each in stress["refused"]]
    return "\n".join(lines)


def _regret(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2f}"


def _pressure(pressure: Record | None, own: Record) -> str:
    if pressure is None:
        return "`aidplan pressure` was not run on the coalition workbook for this page." + _own("pressure", own)
    words = {"effect_low": "low", "effect": "stated", "effect_high": "high"}
    rows = [
        [row["setting"].replace("_", " "), row["donor"] or "", words[row["effect"]], share(row["goals"]["parity"]),
         "–" if row["parity_points"] is None else f"{row['parity_points']:+.2f}", row["parity_from"] or "never",
         "–" if row["met_points"] is None else f"{row['met_points']:+.2f}",
         f"{sum(row['expansions'].values()):.1f}" if row["expansions"] else "0"]
        for row in pressure["pressure"]
    ]  # fmt: skip
    heads = ["case", "donor", "effect", "parity gap", "points of parity won", "parity from", "points of demand met won",
             "worth so many expansions"]  # fmt: skip
    lines = [table(heads, rows)]
    if found := pressure["reliance"]:
        lines += ["", (
            f"Where the measures cut no more than their low effect, the plan made for the stated one has a parity gap of "
            f"{share(found['parity_kept_at_low'])}, one made for the low effect {share(found['parity_low'])}."
        )]  # fmt: skip
    return "\n".join(lines) + _own("pressure", own)


def _took(told: Record) -> str:
    rows = []
    for kind in ("levers", "stress", "pressure"):
        answer = told[kind]
        if answer is None:
            rows.append([f"`{kind}`", "not run", "", "", "", ""])
            continue
        took = answer["took"]
        cpu = f"{took['cpu_seconds']:,}" if "cpu_seconds" in took else "not measured"
        rows.append([
            f"`{kind}`", f"{answer['solves']}", f"{took['runs']}", f"{took['seconds']:,}", cpu,
            f"{took.get('peak_mb', took['run_mb']):,}",
        ])  # fmt: skip
    heads = [
        "command",
        "plans solved",
        "runs written",
        "seconds of the runs by the clock",
        "processor seconds",
        "peak memory, MB",
    ]
    return table(heads, rows)


SCENARIOS, WORKERS = 500, 50


def _sum(one: Record) -> str:
    """What a batch on a cluster takes, from one solve: a table with the working beside each figure."""
    rounds = -(-SCENARIOS // WORKERS)
    seconds, mb, worker = one["seconds"], one["mb"], one["worker_mb"]
    run_mb, packed_mb = one["run_mb"], one["packed_mb"]
    hours = SCENARIOS * seconds / 3600
    rows = [
        ["one solve, nothing to begin from", f"{seconds:.0f} s, {mb:.0f} MB", f"measured: {one['columns']:,} columns, {one['measured']}"],
        ["one core alone", f"{hours:.1f} hours", f"{SCENARIOS} × {seconds:.0f} s"],
        [f"{WORKERS} workers", f"{rounds * seconds / 60:.0f} minutes", f"{rounds} rounds × {seconds:.0f} s"],
        ["memory of all workers", f"{WORKERS * worker / 1000:.0f} GB", f"{WORKERS} × {worker:,.0f} MB: what a process came to that solved several"],
        ["what comes back", f"{SCENARIOS * packed_mb / 1000:.1f} GB", f"{SCENARIOS} × {packed_mb:.1f} MB, packed"],
        ["disk at home", f"{SCENARIOS * run_mb / 1000:.0f} GB", f"{SCENARIOS} × {run_mb:.0f} MB"],
    ]  # fmt: skip
    return table([f"{SCENARIOS} scenarios of the coalition workbook", "", "how"], rows)
