"""Plans as they were carried out month by month, held against the needs as they came, and what was delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from inputs import build
from inputs.assembly import months
from inputs.assembly.figures import read_rows
from inputs.questions import Answer

if TYPE_CHECKING:
    import pandas as pd

LAST = "2026-04"
"""The last month that is compared: what came later is not published whole."""
SHOT_DOWN = {
    "ad_ballistic": ("ballistic", "ballistic missiles"),
    "ad_cruise": ("cruise", "cruise missiles"),
    "ad_drone": ("shahed", "drones"),
}
PATRIOT_WINTER = months.between("2025-11", "2026-02")
CAESARS_COUNTED = ("2025-01", "2025-11")


@dataclass(frozen=True, eq=False)
class Path24:
    """A plan as it was carried out: for each month, the run whose decisions stood then, and the needs as they came."""

    runs: Mapping[str, Answer]
    true: Answer
    """The run of the workbook that knows everything: needs, effects, weights and weights of freight."""

    def table(self, name: str) -> pd.DataFrame:
        """A quantity's rows, each month's from the run that stood then."""
        import pandas as pd

        parts = []
        for answer in dict.fromkeys(self.runs.values()):
            mine = [month for month, each in self.runs.items() if each is answer]
            table = answer.run.tables.get(name)
            if table is not None:
                parts.append(table[table["period"].isin(mine)])
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def served(self) -> pd.DataFrame:
        """What served each capability at each place and month [capability units], up to the need as it came."""
        table = self.table("served")
        data = self.true.run.data
        effects = [data.effects.get(key, 0.0) for key in zip(table["item"], table["capability"], strict=True)]
        table = table.assign(value=table["value"] * effects)
        served = table.groupby(["place", "capability", "period"])["value"].sum()
        need = self.true.coverage.set_index(["place", "capability", "period"])
        need = need[need.index.get_level_values("period").isin(list(self.runs))]
        found = need.assign(served=served.reindex(need.index).fillna(0.0)).reset_index()
        found["met"] = found[["served", "demand"]].min(axis=1)
        return found

    def met_of(self, capability: str, wanted: Sequence[str] | None = None) -> float:
        """The share of a capability's need, as it came, that was met."""
        table = self.served[self.served["capability"] == capability]
        if wanted is not None:
            table = table[table["period"].isin(list(wanted))]
        return float(table["met"].sum() / table["demand"].sum())

    def met(self, kind: str) -> float:
        """The share of all needs as they came that was met at places of a kind, weighted as in the goal coverage."""
        table = self.served[self.served["kind"] == kind].copy()
        table["weighted_met"] = table["weighted"] * table["met"] / table["demand"]
        sums = table.groupby("capability")[["weighted", "weighted_met"]].sum()
        weight = {name: self.true.run.data.capabilities[name].weight for name in sums.index}
        met = sum(weight[name] * row["weighted_met"] / row["weighted"] for name, row in sums.iterrows())
        return float(met / sum(weight.values()))

    def at_fronts(self, name: str, items: Sequence[str], wanted: Sequence[str]) -> float:
        """The sum of a quantity of some items at the fronts over some months [items]."""
        table = self.table(name)
        fronts = {place for place, terms in self.true.run.data.places.items() if terms.kind == "front"}
        chosen = table["place"].isin(fronts) & table["item"].isin(list(items)) & table["period"].isin(list(wanted))
        return float(table[chosen]["value"].sum())

    def tonnes_into_ukraine(self, wanted: Sequence[str]) -> float:
        """What crosses into Ukraine from outside it [t]."""
        table = self.table("shipped")
        chosen = (table["destination"] == "ua_rear") & (table["origin"] != "UA") & table["period"].isin(list(wanted))
        items = self.true.run.data.items
        return float(sum(row["value"] * items[row["item"]].weight_t for row in table[chosen].to_dict("records")))

    def by_origin(self) -> dict[str, float]:
        """Spending of the funds that Kiel counts, by where the goods come from [bn EUR]."""
        euros = build.load_published().rates["EUR"].value * 1000
        counted = _kiel_funds()
        spent = self.table("spent")
        spent = spent[spent["fund"].isin(counted)]
        purl = spent["fund"].str.contains("PURL")
        released = self.table("released")
        released = released[released["fund"].isin(counted) & ~released["fund"].str.contains("PURL")]
        reserves = self.true.run.data.reserves
        unit = self.true.run.data.money_unit
        drawn = sum(
            row["value"] * reserves[row["place"], row["item"]].release_cost / unit
            for row in released.to_dict("records")
        )
        paid = float(spent[~purl]["value"].sum())
        return {
            "stock": drawn / euros,
            "industry": (paid - drawn) / euros,
            "PURL": float(spent[purl]["value"].sum()) / euros,
        }


def _kiel_funds() -> set[str]:
    funds = build.tables(build.load_published())["funds"]
    return {str(fund["fund"]) for fund in funds if fund["#in_kiel"] in ("yes", "purl")}


def carried_out(answers: Sequence[Answer], true: Answer, when: Sequence[str]) -> Path24:
    """The rolled plan: each month from the run that was made last before it."""
    compared = months.between(months.FIRST, LAST)
    at = {month: max(number for number, start in enumerate(when) if start <= month) for month in compared}
    return Path24({month: answers[number] for month, number in at.items()}, true)


def one_plan(answer: Answer, true: Answer) -> Path24:
    """A plan that was never made again."""
    return Path24(dict.fromkeys(months.between(months.FIRST, LAST), answer), true)


def figures(path: Path24) -> dict[str, Any]:
    """What is told of a plan, by the names that `delivered` has too; beside it what was met of all needs as they came
    at ``front`` and ``home``, and ``met`` of each capability at the fronts [shares].
    """
    year, so_far = months.between("2025-01", "2025-12"), months.between(months.FIRST, LAST)
    capabilities = dict.fromkeys(path.served[path.served["kind"] == "front"]["capability"])
    found: dict[str, Any] = {
        **path.by_origin(),
        "tonnes": path.tonnes_into_ukraine(year),
        **{capability: path.met_of(capability) for capability in SHOT_DOWN},
        "patriot_winter": path.at_fronts("issued", ("pac3", "gemt"), PATRIOT_WINTER),
        **{f"caesar_{month}": path.at_fronts("fleet", ("caesar",), [month]) for month in CAESARS_COUNTED},
        "bradley": _bradleys_at_start() + path.at_fronts("issued", ("bradley",), so_far),
        "front": path.met("front"),
        "home": path.met("home"),
    }
    rounded = {name: _round(figure) for name, figure in found.items()}
    return {**rounded, "met": {name: _round(path.met_of(name)) for name in capabilities}}


def _round(figure: float) -> float:
    return float(f"{figure:.8g}")


def _bradleys_at_start() -> float:
    fleets = build.tables(build.load_published())["fleets"]
    return sum(float(row["initial"]) for row in fleets if row["item"] == "bradley" and row["place"] not in ("home_us",))


def delivered() -> dict[str, float]:
    """What was delivered or reported, from the published figures."""
    published = build.load_published()

    def figure(code: str) -> float:
        return float(published.figures[code].values[""])

    origin = [
        row
        for row in read_rows(build.PUBLISHED / "military_source_monthly.csv")
        if months.FIRST <= row["month"] <= LAST
    ]
    threat = [row for row in read_rows(build.PUBLISHED / "threat_monthly.csv") if months.FIRST <= row["month"] <= LAST]
    found = {
        "stock": sum(float(row["stockpile_eur_bn"]) for row in origin),
        "industry": sum(float(row["procurement_eur_bn"]) + float(row["unspecified_eur_bn"]) for row in origin),
        "PURL": sum(float(row["nato_purl_eur_bn"]) for row in origin),
        "tonnes": figure("L03"),
        "patriot_winter": figure("D019") * 4,
        "caesar_2025-01": figure("S78"),
        "caesar_2025-11": figure("S67"),
        "bradley": figure("S13"),
    }
    for capability, (column, _) in SHOT_DOWN.items():
        launched = sum(float(row[f"launched_{column}"]) for row in threat)
        found[capability] = sum(float(row[f"destroyed_{column}"]) for row in threat) / launched
    return found
