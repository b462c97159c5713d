from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from aidplan.explain.infeasible import Explanation, Infeasibility
from aidplan.solve.solving import Planned, solve_plan
from aidplan.workbook import open_workbook, plan_data
from tests.explain.planted import PLANTED, plant

Explained = tuple[Path, Planned, Explanation]


def solved(path: Path) -> Planned:
    """A workbook solved; it must be free of errors."""
    book = open_workbook(path)
    assert not book.refused, [str(finding) for finding in book.findings]
    return solve_plan(plan_data(book.tables))


@pytest.fixture(scope="session")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Explained]:
    """A planted clash by its name: the workbook, what solving gave, and the explanation."""
    folder = tmp_path_factory.mktemp("clashes")

    @cache
    def made(name: str) -> Explained:
        path = plant(PLANTED[name], folder / f"clash{list(PLANTED).index(name)}.xlsx")
        book = open_workbook(path)
        assert not book.refused, [str(finding) for finding in book.findings]
        data = plan_data(book.tables)
        planned = solve_plan(data)
        assert planned.solved.status == "infeasible"
        return path, planned, Infeasibility(data, book.tables).explain(planned.model, planned.programme)

    return made
