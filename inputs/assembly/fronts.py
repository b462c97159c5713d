"""What the fronts need and hold: national figures split over the front places, and needs that follow the threat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from inputs.assembly import months
from inputs.assembly.figures import Answer, Published, read_rows
from inputs.assembly.money import Money
from inputs.assembly.rows import Provenance, Value, resolve, tidy

THREAT = {
    "ballistic": (("launched_ballistic", 1.0), ("launched_mixed", 0.5)),
    "cruise": (("launched_cruise", 1.0), ("launched_mixed", 0.5)),
    "drone": (("launched_shahed", 1.0), ("launched_uav_other", 1.0)),
}
ANSWER = {"ballistic": "(1+D020)/2", "cruise": "(1+D020)/2*0.7", "drone": "0.55"}
"""Interceptors, or drones to be shot down, for one launch: between one and the two of stated doctrine."""
LAST_WHOLE_MONTH = "2026-04"
UNSEEN = 1.2
"""Losses for one that is seen on a picture (assumed)."""
EW_ATTRITION = 0.08
HELD = ("armour", "ifv", "apc", "tubes", "launchers")
"""Capabilities whose need is what the fronts hold at the start: `HELD_ARMOUR` and so on in the planners' sheets."""


def read_shares(sheets: Path) -> dict[str, list[dict[str, str]]]:
    """The places of each group of fronts, with their share and priority."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(sheets / "shares.csv"):
        groups.setdefault(row["group"], []).append(row)
    return groups


class Threat:
    """Launches a month by family, as reported, and the interceptors that they ask for."""

    def __init__(self, folder: Path, published: Published) -> None:
        self.rows = {row["month"]: row for row in read_rows(folder / "threat_monthly.csv")}
        self.source = next(iter(self.rows.values()))["source"]
        self.published = published

    def launched(self, family: str, wanted: Iterable[str]) -> float:
        """The mean launches a month of a family over some months."""
        counted = list(wanted)
        total = sum(float(self.rows[month][column]) * weight for month in counted for column, weight in THREAT[family])
        return total / len(counted)

    def need(self, family: str) -> dict[str, float]:
        """What the launches ask for in each month; after the last whole month the mean of the four before."""
        answer = self.published.evaluate(ANSWER[family]).value
        recent = months.between("2026-01", LAST_WHOLE_MONTH)
        return {
            month: answer * self.launched(family, [month] if month <= LAST_WHOLE_MONTH else recent)
            for month in months.PLANNED
        }

    def known_before(self, family: str) -> float:
        """What the launches of the first half of 2024 asked for in a month."""
        return self.published.evaluate(ANSWER[family]).value * self.launched(
            family, months.between("2024-01", "2024-06")
        )


def held(sheets: Path, published: Published, capability: str) -> Answer:
    """What the fronts hold of a capability at the start [capability units], and the figures it rests on."""
    effects = {
        row["item"]: row["effect"] for row in read_rows(sheets / "effects.csv") if row["capability"] == capability
    }
    provenance = Provenance(published)
    total = sum(
        provenance.number("", row["national"]) * float(effects[row["item"]])
        for row in read_rows(sheets / "fleets.csv")
        if row["item"] in effects
    )
    trace = f"the fleets of {capability} at the start, each times its effect"
    return Answer(total, tuple(provenance.used), trace, False, provenance.doubtful)


def demand(sheets: Path, published: Published, threat: Threat) -> list[dict[str, Value]]:
    """Rows of `demand`: homes as they stand, fronts split by share."""
    shares = read_shares(sheets)
    rows = []
    for row in read_rows(sheets / "demand.csv"):
        if row["shape"] == "threat":
            whole = _from_threat(row, threat)
        else:
            whole = resolve(row, ("priority", "floor", "eased_share"), published)
        whole.pop("group", None)
        if not row["group"]:
            rows.append(whole)
            continue
        for share in shares[row["group"]]:
            part = float(share["share"])
            split = {month: tidy(float(whole[month]) * part) for month in months.PLANNED}
            place: dict[str, Value] = {"place": share["place"], "priority": float(share["priority"])}
            rows.append(whole | place | split | {"note": _split_note(whole, part)})
    return rows


def _split_note(whole: Mapping[str, Value], part: float) -> str:
    said = str(whole["note"])
    return f"{said}; {part:.0%} of it at this place (assumed)" if part < 1 else said


def _from_threat(row: Mapping[str, str], threat: Threat) -> dict[str, Value]:
    provenance = Provenance(threat.published)
    provenance.computed("a launch", f"={ANSWER[row['points']]}")
    note = f"{row['note']}; 2026-05 and 2026-06 at the mean of 2026-01..04"
    told = provenance.settle({**row, "source": threat.source, "confidence": "derived", "note": note})
    kept: dict[str, Value] = {"capability": row["capability"], "floor_from": row["floor_from"]}
    if row["range"]:
        kept["#range"] = row["range"]
    if row["eased_by"]:
        kept |= {"eased_by": row["eased_by"], "eased_share": provenance.number("eased_share", row["eased_share"])}
    if row["floor"]:
        kept["floor"] = provenance.number("floor", row["floor"])
    return {**kept, **{month: tidy(value) for month, value in threat.need(row["points"]).items()}, **told}


def no_hindsight(sheets: Path, threat: Threat) -> list[dict[str, Value]]:
    """The scenario in which the threat of the first half of 2024 goes on: rows of `scenarios`."""
    rows: list[dict[str, Value]] = []
    for family in THREAT:
        need = threat.known_before(family)
        for share in read_shares(sheets)["air"]:
            value = tidy(need * float(share["share"]))
            rows.append(
                {
                    "scenario": "no_hindsight",
                    "sheet": "demand",
                    "where": f"place={share['place']}; capability=ad_{family}",
                    "column": "*",
                    "change": "set",
                    "value": value,
                    "source": threat.source,
                    "confidence": "derived",
                    "note": f"the launches of 2024-01..06 go on: {need:.1f} a month in all, as was known when the paper was written",
                }
            )
    return rows


def fleets(sheets: Path, published: Published) -> list[dict[str, Value]]:
    """Rows of `fleets`: the national fleet split over the fronts, with the losses of its category; then homes."""
    written = read_rows(sheets / "fleets.csv")
    losses = {row["category"]: row["losses"].split() for row in read_rows(sheets / "losses.csv")}
    held: dict[str, float] = {}
    for row in written:
        beside = float(row["held_beside"] or 0)
        held[row["category"]] = (
            held.get(row["category"], 0.0) + Provenance(published).number("", row["national"]) + beside
        )
    shares = read_shares(sheets)
    air_rear = [
        {"place": share["place"], "share": "1" if share["place"] == "rear_ad" else "0"} for share in shares["air"]
    ]
    rows: list[dict[str, Value]] = []
    for row in written:
        provenance = Provenance(published)
        national = provenance.number("national fleet", row["national"])
        attrition = _attrition(provenance, losses.get(row["category"], []), held[row["category"]])
        confidence = row["confidence"] or ("derived" if row["national"].startswith("=") else "assumed")
        told = provenance.settle({**row, "confidence": confidence})
        for share in air_rear if row["group"] == "air_rear" else shares[row["group"]]:
            part = float(share["share"])
            cells: dict[str, Value] = {"place": share["place"], "item": row["item"]}
            cells |= {"initial": tidy(national * part), "attrition": attrition} | told
            rows.append(cells | {"note": _split_note(told, part)})
    return rows + _home_fleets(sheets)


def _attrition(provenance: Provenance, codes: list[str], held: float) -> float:
    """Losses a month that were seen, times what goes unseen, over what is held in the category."""
    if not codes:
        provenance.guesses.append(f"attrition {EW_ATTRITION} a month (a set lasts about a year)")
        return EW_ATTRITION
    mean = f"=({'+'.join(codes)})/{4 if len(codes) % 4 == 0 else len(codes)}*{UNSEEN}/held"
    rate = provenance.computed("attrition", mean, {"held": held})
    provenance.guesses.append(f"{UNSEEN} losses for one seen")
    return float(f"{rate:.3g}")


def _home_fleets(sheets: Path) -> list[dict[str, Value]]:
    told = {
        "source": "planners' choice",
        "confidence": "assumed",
        "note": "counts what the horizon delivers, so it begins at 0",
    }
    return [
        {"place": row["place"], "item": row["item"], "initial": 0.0, "attrition": 0.0, **told}
        for row in read_rows(sheets / "home_fleets.csv")
    ]


def front_stocks(sheets: Path, published: Published) -> list[dict[str, Value]]:
    """Rows of `stocks` at the fronts: what lies there at the start."""
    rows = []
    for row in read_rows(sheets / "front_stocks.csv"):
        whole = resolve(row, ("national",), published)
        for share in read_shares(sheets)["land"]:
            part = float(share["share"])
            cells: dict[str, Value] = {
                "place": share["place"],
                "item": row["item"],
                "initial": tidy(float(whole["national"]) * part),
            }
            told = {name: whole[name] for name in ("source", "confidence")}
            rows.append(cells | told | {"note": _split_note(whole, part)})
    return rows


def scenarios(
    sheets: Path, money: Money, threat: Threat, rates: Mapping[str, float], extended: Iterable[str]
) -> list[dict[str, Value]]:
    """Rows of `scenarios`; ``rates`` are the monthly amounts of the funds that a scenario carries on [money].

    ``extended`` names the funds that go on beyond their published pledges.
    """
    largest = money.largest
    funds = f"{largest['code']}_AID" + (f", {largest['code']}_PURL" if money.purl.get(largest["donor"]) else "")
    words = {
        "{largest_code}": largest["donor"].lower().replace(" ", "_"),
        "{largest_funds}": funds,
        "{largest_eur_bn}": f"{money.total(largest['donor']):.2f}",
        "{total_eur_bn}": f"{sum(money.total(donor['donor']) for donor in money.donors):.2f}",
        "{largest}": largest["donor"],
        "{extended_funds}": ", ".join(extended),
    }
    rows: list[dict[str, Value]] = []
    for row in read_rows(sheets / "scenarios.csv"):
        filled = dict(row)
        for token, word in words.items():
            filled = {name: cell.replace(token, word) for name, cell in filled.items()}
        source = money.monthly[0]["source"] if filled["confidence"] == "derived" else "planners' question"
        made = _scenario_row(filled, money.published, rates)
        rows.append(made | {"source": source, "confidence": filled["confidence"] or "assumed"})
        if filled["scenario"] == "pda_used":
            rows += no_hindsight(sheets, threat)
    return rows


def _scenario_row(row: Mapping[str, str], published: Published, rates: Mapping[str, float]) -> dict[str, Value]:
    made: dict[str, Value] = dict(row)
    text = row["value"]
    if text.startswith("="):
        answer = published.evaluate(text, rates)
        made["value"] = tidy(answer.value)
        made["note"] = f"{row['note']}; value: {answer.trace}"
    elif text.replace(".", "", 1).isdigit():
        made["value"] = float(text)
    return made
