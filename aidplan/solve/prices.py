"""Prices: what one more of each limit would be worth to each rank.

``price`` is the dual of the limit with better ranks held on their optimal face, of several the one of least prices
(`aidplan.solve.least_prices`), positive where more of the limit is better (see the definition in docs/model.md). It is one
derivative: where a limit is degenerate only the two-sided prices tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from aidplan_models.sets import lane_of

from aidplan.solve.lexicographic import RankResult

KEYS = (
    "fund", "plant", "item", "class", "country", "channel", "owner", "place", "origin", "destination",
    "mode", "component", "capability", "expansion", "period",
)  # fmt: skip
"""The index columns of ``prices.csv``, in order."""

INTERNAL = ("spent", "standing", "worst")
"""Defining rows of the programme that are no limit of the model."""


def limit_key(model: Any, row: str, index: tuple[Any, ...], labels: tuple[str, ...]) -> dict[str, str]:
    """The index columns of one limit: codes, and its period as a label."""
    names = model.limits[row].index
    key: dict[str, str] = {}
    parts = list(index)
    for name in names:
        part = parts.pop(0)
        if name == "lane":
            lane = lane_of(part)
            key.update(origin=lane.origin, destination=lane.destination, mode=lane.mode)
        elif name == "row":
            written = model.menu_rows[part].key
            key.update(zip(("fund", "item", "class", "country", "channel"), written, strict=True))
        elif name == "period":
            key["period"] = labels[part - 1]
        elif name == "platform":
            key["item"] = part
        else:
            key[name] = part
    return key


def prices(model: Any, programme: Any, result: RankResult, labels: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """One rank's prices, non-zero ones alone: goal, limit, the index columns that it has, price."""
    for name, family in programme.rows.items():
        limit = model.limits[name].name
        if limit in INTERNAL:
            continue
        values = result.price[family.members]
        for n in np.nonzero(values)[0].tolist():
            yield {
                "goal": result.rank.name,
                "limit": limit,
                **limit_key(model, name, family.index(n), labels),
                "price": float(values[n]),
            }
