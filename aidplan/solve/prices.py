"""Prices: what one more of each limit would be worth to each rank.

``price`` is the dual of the limit with better ranks held on their optimal face, of several the one of least prices
(`aidplan.solve.least_prices`), positive where more of the limit is better (see the definition in docs/model.md). It is one
derivative: where a limit is degenerate only the two-sided prices tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from aidplan_models.registry import LIMIT_OF_CONSTRAINT, LIMITS, PRICE_COLUMN, LimitKind, limit_key

from aidplan.solve.levels import RankResult


def prices(model: Any, programme: Any, result: RankResult, labels: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """One rank's prices, non-zero ones alone: goal, limit, the index columns that it has, price."""
    for name, block in programme.rows.items():
        limit = LIMIT_OF_CONSTRAINT[name]
        if LIMITS[limit].kind is LimitKind.DEFINING:
            continue
        values = result.price[block.members]
        for n in np.nonzero(values)[0].tolist():
            key = limit_key(limit, block.index(n), model.menu_rows, labels)
            yield {
                "goal": result.rank.name,
                "limit": limit,
                **{PRICE_COLUMN.get(column, column): code for column, code in key},
                "price": float(values[n]),
            }
