"""What each fund may buy, by the rules that the planners give for its kind of donor; and the check of the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from inputs.assembly import months
from inputs.assembly.figures import UNSOURCED, read_rows
from inputs.assembly.money import OWN_PURL_FUND, PURL_CLASSES, SMALL_CLASSES, WINDOW, Money
from inputs.assembly.rows import Value, resolve, tidy

EXPAND_SHARE, US_SHARE, SUPPORT_SHARE = 0.15, 0.3, 0.42
PURL_INTERCEPTORS = 0.6
ALL_BUT_SUPPORT = (
    "shell, barrel, rocket, cruise, drone, interceptor, atgm, engineer, adsys, launcher, tube, tank, ifvc, apcc, ew"
)


def menu(money: Money, reserves: Iterable[str]) -> list[dict[str, Value]]:
    """Every row of `menu`: generated for Kiel's donors, the planners' own for the other funds.

    ``reserves`` are the countries that hold a reserve; a donor without one has nothing to release.
    """
    rows: list[dict[str, Value]] = []
    holders = set(reserves)
    for donor in money.donors:
        if donor["menu"] == "US":
            continue
        rows += _donor_rows(donor, holders)
        if money.purl.get(donor["donor"], 0.0) > OWN_PURL_FUND:
            rows += _purl_rows(money, f"{donor['code']}_PURL")
    rows += _purl_rows(money, "PURL_REST")
    written = read_rows(money.sheets / "menu.csv")
    return rows + [resolve(row, ("share_min", "share_max"), money.published) for row in written]


def _row(fund: str, note: str, **cells: Value) -> dict[str, Value]:
    row: dict[str, Value] = {
        "fund": fund,
        "item": "*",
        "class": "*",
        "country": "*",
        "channel": "order",
        "allow": "yes",
    }
    return row | cells | {"source": UNSOURCED, "confidence": "assumed", "note": note}


def _donor_rows(donor: Mapping[str, str], holders: set[str]) -> list[dict[str, Value]]:
    fund, country = f"{donor['code']}_AID", donor["country"]
    rows = []
    if donor["menu"] == "large":
        rows.append(_row(fund, "a large donor orders from any maker"))
        rows.append(
            _row(fund, "no more than so much of the money into plants", channel="expand", share_max=EXPAND_SHARE)
        )
        note = "no more than so much on training, repair and spares: the upper bound that Kiel's categories allow"
        rows.append(_row(fund, note, allow="no", share_max=SUPPORT_SHARE, **{"class": "support"}))
        note = "no more than so much on US goods beside PURL"
        rows.append(_row(fund, note, country="US", allow="no", share_max=US_SHARE))
    else:
        rows.append(
            _row(
                fund, "a small donor buys rounds, drones, jammers, engineer stores, support", **{"class": SMALL_CLASSES}
            )
        )
    if country in holders:
        rows.append(
            _row(
                fund, "a donor's money replaces what it gives from its own reserve", country=country, channel="release"
            )
        )
    if donor["home_share"]:
        note = "at least so much of the money on weapons and rounds made at home or held in its own reserve"
        cells: dict[str, Value] = {"class": ALL_BUT_SUPPORT, "share_min": float(donor["home_share"])}
        rows.append(_row(fund, note, country=country, channel="*", allow="no", **cells))
    return rows


def _purl_rows(money: Money, fund: str) -> list[dict[str, Value]]:
    """What PURL money may buy, and how much of it must be interceptors."""
    figures = money.published.figures
    row = _row(
        fund,
        "US-made goods alone, from the line or from US stock against payment; the kinds are assumed",
        country="US",
        channel="order, release",
    )
    row["class"] = PURL_CLASSES
    least = _row(
        fund,
        "at least so much of the money on interceptors: 75% of the Patriot missiles and 90% of the others that arrive "
        "come this way; the share of the money is assumed (0.5 to 0.75)",
        country="US",
        channel="*",
        allow="no",
        share_min=PURL_INTERCEPTORS,
    )
    least["class"] = "interceptor"
    shares = f"{figures['D111'].source} ; rows D111 D112 of #figures"
    return [
        row | {"source": f"{figures['B144'].source} ; rows B144 of #figures", "confidence": "derived"},
        least | {"source": shares, "confidence": "derived"},
    ]


def donor_check(
    money: Money, funds: Sequence[Mapping[str, Value]], funding: Sequence[Mapping[str, Value]]
) -> list[dict[str, Value]]:
    """A donor a row: Kiel's published total and what its funds receive over the same months."""
    published = {
        row["donor"]: float(row["amount"])
        for row in read_rows(money.folder / "donors_commitments.csv")
        if row["measure"] == "allocation" and (row["window_start"], row["window_end"]) == WINDOW
    }
    in_kiel = {str(fund["fund"]): str(fund["donor"]) for fund in funds if fund["#in_kiel"] == "yes"}
    paid: dict[str, float] = {}
    for row in funding:
        donor = in_kiel.get(str(row["fund"]), "")
        paid[donor] = paid.get(donor, 0.0) + sum(float(row.get(month, 0.0)) for month in months.between(*WINDOW))
    rows = []
    for donor in money.donors:
        name, rate = donor["donor"], money.rate(donor)
        purl = money.purl.get(name, 0.0)
        shared = purl if purl <= OWN_PURL_FUND else 0.0
        own = paid[donor["country"] or name]
        total = own / rate / 1000 + shared
        rows.append(
            {
                "donor": name,
                "kiel_eur_bn": tidy(published[name]),
                "funds_eur_bn": tidy(total),
                "difference_eur_bn": round(total - published[name], 6),
                "rate_usd": tidy(rate),
                "own_funds_usd_m": tidy(own),
                "in_PURL_REST_usd_m": tidy(shared * rate * 1000),
                "purl_eur_bn": tidy(purl),
            }
        )
    return rows
