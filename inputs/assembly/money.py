"""The donors' money: Kiel's allocations month by month, smoothed into budgets, and the lines beside them.

A booking month is the month in which a package was announced, not the month in which money was there to
be spent. So each booking is spread over its own month and the five after it, inside Kiel's window, which
leaves every donor's total as published and gives no money before it was announced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inputs.assembly import months
from inputs.assembly.figures import Answer, Published, read_rows
from inputs.assembly.rows import Provenance, Value, resolve, tidy

WINDOW = ("2024-07", "2026-04")
"""The months of the plan that Kiel's release covers."""
AROUND = (0, 5)
"""How many months before and after its own a booking is spread over: none before it was announced."""
EXTENDED = ("2026-05", months.PLANNED[-1])
"""The months after Kiel's end in which a donor goes on at its last year's rate, beyond what it has pledged."""
BEFORE_START = ("2024-04", "2024-05", "2024-06")
PURL_FIRST = "2025-08"
SMALL_CLASSES = "shell, drone, ew, engineer, barrel, support"
PURL_CLASSES = "interceptor, rocket, shell, atgm"
OWN_PURL_FUND = 0.3
"""A donor of more PURL money than this [bn EUR] has a PURL fund of its own."""


@dataclass(frozen=True)
class Money:
    """Everything that the money sheets are made from: both folders read, nothing computed before it is asked for."""

    published: Published
    folder: Path
    sheets: Path

    @cached_property
    def donors(self) -> list[dict[str, str]]:
        """The donors with military allocations in the window, as the planners describe them."""
        return read_rows(self.sheets / "donors.csv")

    @cached_property
    def monthly(self) -> list[dict[str, str]]:
        """Kiel's table, a row a donor and month."""
        return read_rows(self.folder / "donors_monthly_allocations.csv")

    def booked(self, donor: str, first: str, last: str) -> dict[str, float]:
        """Kiel's military allocations of a donor [bn EUR] by booking month."""
        return {
            row["month"]: float(row["military_eur_bn"] or 0)
            for row in self.monthly
            if row["donor"] == donor and first <= row["month"] <= last
        }

    def total(self, donor: str) -> float:
        """Kiel's military allocations of a donor over the window [bn EUR]."""
        return sum(self.booked(donor, *WINDOW).values())

    @cached_property
    def largest(self) -> dict[str, str]:
        """The donor with the largest total, the United States left aside."""
        others = [donor for donor in self.donors if donor["donor"] != "United States"]
        return max(others, key=lambda donor: self.total(donor["donor"]))

    @cached_property
    def purl(self) -> dict[str, float]:
        """Each donor's part of Kiel's PURL total [bn EUR]: the planners' split, scaled to that total."""
        split = {
            row["donor"]: Provenance(self.published).number("", row["eur_bn"])
            for row in read_rows(self.sheets / "purl.csv")
        }
        factor = self.purl_total / sum(split.values())
        return {donor: min(part * factor, self.total(donor)) for donor, part in split.items()}

    @cached_property
    def purl_total(self) -> float:
        """Kiel's PURL allocations over the window [bn EUR]."""
        rows = read_rows(self.folder / "military_source_monthly.csv")
        return sum(float(row["nato_purl_eur_bn"]) for row in rows if WINDOW[0] <= row["month"] <= WINDOW[1])

    def budget(self, donor: str) -> tuple[dict[str, float], dict[str, float]]:
        """A donor's own money and its PURL money [bn EUR] by month, before the start and after Kiel's end too."""
        whole = months.smooth(self.booked(donor, *WINDOW), *WINDOW, *AROUND)
        purl = self.purl.get(donor, 0.0)
        late = sum(amount for month, amount in whole.items() if month >= PURL_FIRST)
        share = purl / late if late else 0.0
        paid = {month: amount * share for month, amount in whole.items() if month >= PURL_FIRST}
        own = {month: amount - paid.get(month, 0.0) for month, amount in whole.items()}
        rate = sum(self.booked(donor, "2025-05", "2026-04").values()) / 12
        for month in months.between(*EXTENDED):
            own[month], paid[month] = rate * (1 - share), rate * share
        earlier = sum(self.booked(donor, "2024-01", "2024-06").values()) / 6
        own |= dict.fromkeys(BEFORE_START, earlier)
        return own, paid

    def rate(self, donor: Mapping[str, str]) -> float:
        """Dollars for one euro of a donor's Kiel total."""
        return self.published.rates[donor["rate"]].value


def kiel_month(published: Published, folder: Path, sheets: Path) -> Answer:
    """What all donors of the list give in a month of Kiel's window [USD m], and the rows that say so."""
    rates = {row["donor"]: published.rates[row["rate"]].value for row in read_rows(sheets / "donors.csv")}
    rows = [
        row
        for row in read_rows(folder / "donors_commitments.csv")
        if row["measure"] == "allocation"
        and (row["window_start"], row["window_end"]) == WINDOW
        and row["donor"] in rates
    ]
    total = sum(float(row["amount"]) * rates[row["donor"]] * 1000 for row in rows)
    value = total / len(months.between(*WINDOW))
    return Answer(value, tuple(row["id"] for row in rows), "Kiel's military allocations of a month", True, False)


def _dollars(euros: Mapping[str, float], rate: float) -> dict[str, Value]:
    return {month: tidy(euros.get(month, 0.0) * rate * 1000) for month in (*BEFORE_START, *months.PLANNED)}


def donor_funds(money: Money) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    """The funds of Kiel's donors but the United States, and their money: rows of `funds` and of `funding`."""
    funds: list[dict[str, Value]] = []
    funding: list[dict[str, Value]] = []
    rest: dict[str, float] = {}
    for donor in money.donors:
        if donor["menu"] == "US":
            continue
        own, paid = money.budget(donor["donor"])
        rate = money.rate(donor)
        told = _told(money, donor)
        _add(
            funds, funding, f"{donor['code']}_AID", donor["country"] or donor["donor"], "yes", told, _dollars(own, rate)
        )
        purl = money.purl.get(donor["donor"], 0.0)
        if purl > OWN_PURL_FUND:
            told = _told_purl(money, donor["donor"])
            name = donor["country"] or donor["donor"]
            _add(funds, funding, f"{donor['code']}_PURL", name, "yes", told, _dollars(paid, rate))
        else:
            rest |= {month: rest.get(month, 0.0) + amount * rate for month, amount in paid.items()}
    smaller = "NATO PURL, the smaller contributors"
    told = _told_purl(money, "")
    _add(funds, funding, "PURL_REST", smaller, "purl", told, _dollars(rest, 1.0))
    return funds, funding


def _add(
    funds: list[dict[str, Value]],
    funding: list[dict[str, Value]],
    fund: str,
    donor: str,
    kiel: str,
    told: dict[str, str],
    amounts: dict[str, Value],
) -> None:
    row: dict[str, Value] = {"fund": fund, "donor": donor, "mode": "lend_lease", "carry_over": "yes", "#in_kiel": kiel}
    funds.append(row | told)
    beyond = sum(float(amounts[month]) for month in months.between(*EXTENDED))
    funding.append({"fund": fund} | amounts | {"#beyond_pledges": tidy(beyond)} | told)


def _told(money: Money, donor: Mapping[str, str]) -> dict[str, str]:
    source = next(row["source"] for row in money.monthly if row["donor"] == donor["donor"])
    return {
        "source": source,
        "confidence": "derived",
        "note": (
            f"Kiel military allocations of {donor['donor']}, {money.total(donor['donor']):.3f} bn EUR over "
            f"{WINDOW[0]}..{WINDOW[1]} at {money.rate(donor):.4f} USD, each booking spread over its month and the five "
            f"after it (assumed), less its PURL money; {EXTENDED[0]} to {EXTENDED[1]} at the rate of the last twelve months "
            "beyond any published pledge (assumed, column #beyond_pledges); before the start the mean of 2024-01..06, read for tranches alone"
        ),
    }


def _told_purl(money: Money, donor: str) -> dict[str, str]:
    rows = read_rows(money.folder / "military_source_monthly.csv")
    purl = [row for row in read_rows(money.sheets / "purl.csv") if row["donor"] == donor]
    cited = " ".join(row["cites"] for row in purl)
    figures = money.published.figures
    sources = [rows[0]["source"], *dict.fromkeys(figures[code].source for code in cited.split())]
    part = money.purl.get(donor) if donor else sum(p for p in money.purl.values() if p <= OWN_PURL_FUND)
    said = f" {purl[0]['note']}" if purl and purl[0]["note"] else ""
    return {
        "source": " ; ".join(sources),
        "confidence": "assumed",
        "note": (
            f"{part:.3f} of the {money.purl_total:.3f} bn EUR that Kiel counts as PURL, inside the donors' totals: the "
            f"total is published, the split is assumed and scaled to it;{said} spread as the donor's other money from "
            f"{PURL_FIRST} on"
        ),
    }


def american_funds(money: Money) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    """The United States by appropriation line: rows of `funds` and of `funding`.

    One line stands as ``=rest``: what Kiel's total leaves after the others.
    """
    rows = read_rows(money.sheets / "us_funds.csv")
    donor = next(donor for donor in money.donors if donor["menu"] == "US")
    kiel = money.total(donor["donor"]) * money.rate(donor) * 1000
    counted = [row for row in rows if row["kiel"] == "yes" and row["usd_m"] != "=rest"]
    rest = kiel - sum(Provenance(money.published).number("", row["usd_m"]) for row in counted)
    return _lines(money.published, rows, {"rest": rest}, donor["country"])


def other_funds(money: Money) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    """Rearmament, the EU loan and Ukraine's own budget: rows of `funds` and of `funding`, none in Kiel's totals."""
    return _lines(money.published, read_rows(money.sheets / "other_funds.csv"), {}, "")


def _lines(
    published: Published, rows: list[dict[str, str]], known: Mapping[str, float], donor: str
) -> tuple[list[dict[str, Value]], list[dict[str, Value]]]:
    funds, funding = [], []
    for row in rows:
        numbers = ("usd_m", "opening", "approval_delay")
        made = resolve({"shape": "only", **row}, numbers, published, known)
        told = {name: made[name] for name in ("source", "confidence", "note")}
        fund: dict[str, Value] = {
            "fund": row["fund"],
            "donor": row.get("donor") or donor,
            "mode": row.get("mode") or "lend_lease",
            "opening": made.get("opening", ""),
            "approval_delay": made.get("approval_delay", ""),
            "carry_over": "yes",
            "expires": made.get("expires", ""),
            "delivers_to": row["delivers_to"],
            "#in_kiel": row.get("kiel", "no"),
        }
        if row.get("line"):
            told = told | {"note": f"{row['line']}; {told['note']}"}
        funds.append(fund | told)
        funding.append({"fund": row["fund"]} | _by_month(row, made) | told)
    return funds, funding


def _by_month(row: Mapping[str, str], made: Mapping[str, Value]) -> dict[str, Value]:
    """The money of a line [money]: in the months of its ``points``, else evenly from its first to its last month."""
    if row.get("points"):
        return {month: made[month] for month in months.PLANNED}
    active = months.between(row["first"], row["last"])
    amount = float(made["usd_m"]) / len(active)
    return {month: tidy(amount) for month in active if month in months.PLANNED}
