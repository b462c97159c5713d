"""The coalition workbook as it would have stood at the end of a month: what was known then, and nothing after it.

Money: what had been booked by then, and the mean of the last twelve months' bookings from then on. Lines: what they made
by then, no ramp that was only claimed. Launches: as reported by then, the mean of the six months before after it. Needs:
as stated by then. Appropriations, contracts and order books of June 2024 were known from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from inputs import build
from inputs.assembly import fronts, money, months
from inputs.assembly.figures import Published
from inputs.assembly.rows import Value, tidy

Row = dict[str, Value]
Tables = dict[str, Sequence[Mapping[str, Value]]]

LAST = "2026-04"
"""The last month for which bookings and launches are published whole."""
FIRST_KNOWN = {
    "US_PDA_25": "2024-09",
    "EU_LOAN_1": "2026-01",
    "EU_LOAN": "2026-01",
}
"""Funds that nobody could count on before a month."""
FIRST_OFFERED = {"x_int": "2025-01", "x_octopus": "2025-09"}
"""Expansions that nobody offered before a month."""
GOALS = ("coverage", "equity", "cost")
"""What a plan of the past is made for: what reaches the fronts and what it costs."""
PURL_AGREED = "2025-07"
THREATS = ("ballistic", "cruise", "drone")
STATED_ONCE = ("ad_units_ballistic", "ad_units_other")
"""Needs that were stated for later months by June 2024 already."""


def known_tables(published: Published, known: str) -> Tables:
    """Every sheet as known at the end of month ``known`` (``2024-06`` to ``2026-04``), without scenarios and tail."""
    made: Tables = build.tables(published)
    purse = money.Money(published, build.PUBLISHED, build.SHEETS_FOLDER)
    threat = fronts.Threat(build.PUBLISHED, published)
    made["capacity"] = [_frozen(row, known) for row in made["capacity"]]
    made["adversary"] = [_frozen(row, known) for row in made["adversary"]]
    made["demand"] = [_need(row, known, threat) for row in made["demand"]]
    made["funding"] = [_money(row, known, purse) for row in made["funding"]]
    made["stocks"] = [_as_it_stands(row, known) for row in made["stocks"]]
    made["arrivals"] = [_arriving(row, known) for row in made["arrivals"]]
    made["expansions"] = [
        {**row, "limit": 0.0} if known < FIRST_OFFERED.get(str(row["expansion"]), "") else dict(row)
        for row in made["expansions"]
    ]
    made["scenarios"] = []
    made["settings"] = [row | {"value": 0.0} if row["key"] == "tail" else row for row in made["settings"]]
    made["goals"] = [row for row in made["goals"] if row["goal"] in GOALS]
    return made


def _each_month(row: Mapping[str, Value], value: Callable[[str, float], float]) -> Row:
    """The row with every month of the plan given anew from its month and present value."""
    cells = {
        name: tidy(value(name, float(cell or 0))) for name, cell in row.items() if name in months.PLANNED and cell != ""
    }
    return {**row, **cells}


def _frozen(row: Mapping[str, Value], known: str) -> Row:
    """What stood in the last known month stands from then on."""
    at = max(known, months.FIRST)
    return _each_month(row, lambda month, value: value if month <= at else float(row[at]))


def _need(row: Mapping[str, Value], known: str, threat: fronts.Threat) -> Row:
    capability = str(row["capability"])
    family = capability.removeprefix("ad_")
    if family in THREATS:
        share = _share_of_threat(str(row["place"]))
        need = threat.need(family)
        since = months.label(months.ordinal(known) - 5)
        expected = threat.published.evaluate(fronts.ANSWER[family]).value * threat.launched(
            family, months.between(since, known)
        )
        return _each_month(row, lambda month, _: share * (need[month] if month <= known else expected))
    if str(row["place"]).startswith("home_") or capability in STATED_ONCE:
        return dict(row)
    return _frozen(row, known)


def _share_of_threat(place: str) -> float:
    shares = fronts.read_shares(build.SHEETS_FOLDER)["air"]
    return next(float(share["share"]) for share in shares if share["place"] == place)


def _money(row: Mapping[str, Value], known: str, purse: money.Money) -> Row:
    fund = str(row["fund"])
    if "PURL" in fund:
        return _each_month(row, lambda month, value: _purl(row, month, value, known))
    donor = next((each for each in purse.donors if fund == f"{each['code']}_AID"), None)
    if donor is None:
        since = FIRST_KNOWN.get(fund, "")
        late = fund == "EU_WINDFALL" and known < "2025-03"
        return _each_month(row, lambda month, value: 0.0 if known < since or (late and month > "2024-07") else value)
    rate = expected_rate(purse, donor["donor"], known) * purse.rate(donor) * 1000
    return _each_month(row, lambda month, value: value if month <= known else rate)


def expected_rate(purse: money.Money, donor: str, known: str) -> float:
    """A donor's mean bookings of the twelve months to ``known`` [bn EUR a month], of the table's months at least six."""
    since = max("2024-01", months.label(months.ordinal(known) - 11))
    return sum(purse.booked(donor, since, known).values()) / len(months.between(since, known))


def _purl(row: Mapping[str, Value], month: str, value: float, known: str) -> float:
    if known < PURL_AGREED or month <= known:
        return value if month <= known else 0.0
    seen = [float(row[each] or 0) for each in months.between(money.PURL_FIRST, known)]
    return sum(seen) / len(seen) if seen else 0.0


def _as_it_stands(row: Mapping[str, Value], known: str) -> Row:
    """The row with the single months of its cells up to the last known one; what stood in that one stands from then on."""
    kept = {name: cell for name, cell in row.items() if not (name[:4].isdigit() and name > known)}
    if row.get(known, "") != "":
        kept |= {month: row[known] for month in months.PLANNED if month > known}
    return kept


def _arriving(row: Mapping[str, Value], known: str) -> Row:
    """What was pledged in spring 2024 arrives; what was agreed later is known from its month."""
    return _each_month(row, lambda month, value: 0.0 if month > max(known, "2024-12") else value)
