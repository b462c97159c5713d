"""What is known of a shortage's parts when time runs out: bounds, from what lifting more can only do."""

from __future__ import annotations

from collections.abc import Mapping

from aidplan.explain.shortage.causes import EVERYTHING, GOALS, NOTHING, TIME, Cause, Combination
from aidplan.explain.shortage.combinations import every_combination
from aidplan.explain.shortage.lifts import CAUSES
from aidplan.explain.shortage.shapley import shapley_values


def _ends(known: Mapping[Combination, float], unmet: float) -> dict[Combination, tuple[float, float]]:
    """The least and most that the shortage of each combination can be."""
    ends = {}
    for lifted in every_combination():
        if lifted in known:
            ends[lifted] = (known[lifted], known[lifted])
            continue
        alike = {other: v for other, v in known.items() if (Cause.LEAD_TIME in other) == (Cause.LEAD_TIME in lifted)}
        least = max((value for other, value in alike.items() if other >= lifted), default=0.0)
        most = min((value for other, value in alike.items() if other <= lifted), default=unmet)
        ends[lifted] = (least, max(least, most))
    return ends


def filled(known: Mapping[Combination, float], unmet: float) -> dict[Combination, float]:
    """Every combination, with the middle of what it can be where it is not known."""
    return {lifted: (least + most) / 2 for lifted, (least, most) in _ends(known, unmet).items()}


def bounds(known: Mapping[Combination, float], unmet: float) -> dict[str, tuple[float, float]]:
    """Each part's least and most: a weighted sum of differences, each end taken where it is least or most."""
    ends = _ends(known, unmet)
    low = {lifted: least for lifted, (least, _) in ends.items()}
    high = {lifted: most for lifted, (_, most) in ends.items()}
    found = {GOALS: (unmet - high[NOTHING], unmet - low[NOTHING])}
    for cause in CAUSES:
        least = {lifted: high[lifted] if cause in lifted else low[lifted] for lifted in ends}
        most = {lifted: low[lifted] if cause in lifted else high[lifted] for lifted in ends}
        found[str(cause)] = (shapley_values(CAUSES, least)[cause], shapley_values(CAUSES, most)[cause])
    found[TIME] = (low[EVERYTHING], high[EVERYTHING])
    return found
