"""What others need for the same programme, each in a process of its own that prints one line of JSON.

    python -m benchmarks.peers matrix WORKBOOK FILE        writes the first rank as it is handed to HiGHS
    python -m benchmarks.peers highs FILE METHOD [SECONDS] HiGHS alone: hand-over and solve, cut off after SECONDS
    python -m benchmarks.peers linopy FILE                 the same matrix, built and handed over by linopy
    python -m benchmarks.peers pyomo WORKBOOK              the same model, expanded and handed over by Pyomo's own
                                                           interface to HiGHS

linopy is given the terms of each limit as arrays, padded to the longest as it keeps them: it is spared the work of
finding them, so its figure is a floor of what a model written in it would take.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np


def write_matrix(workbook: Path, target: Path) -> dict[str, Any]:
    """Save the scaled first rank, with the length of each family of columns and rows."""
    from aidplan.solve.levels import ranks_of
    from aidplan.solve.scale import scale
    from aidplan.solve.solving import build_programme
    from aidplan.solve.worth import worth_of_columns
    from aidplan.workbook import open_workbook, plan_data

    data = plan_data(open_workbook(workbook).tables)
    _, programme, _, _ = build_programme(data)
    scaled = scale(programme, worth_of_columns(programme, data))
    cost, _ = scaled.goal(ranks_of(data.goals)[0].coefficients(programme))
    np.savez(
        target,
        values=scaled.matrix.data,
        indices=scaled.matrix.indices,
        starts=scaled.matrix.indptr,
        cost=cost,
        lower=scaled.lower,
        upper=scaled.upper,
        row_lower=scaled.row_lower,
        row_upper=scaled.row_upper,
        columns=[len(block) for block in programme.columns.values()],
        rows=[len(block) for block in programme.rows.values()],
    )
    rows, columns = programme.shape
    return {"rows": rows, "columns": columns, "nonzeros": programme.matrix.nnz}


def highs_alone(source: Path, method: str, limit: float = 1e30) -> dict[str, Any]:
    """Numpy arrays straight into HiGHS, and its own solve."""
    import highspy

    z = dict(np.load(source))
    clock = time.perf_counter()
    highs: Any = highspy.Highs()
    for name, value in (("output_flag", False), ("solver", method), ("time_limit", limit)):
        if highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            return {"status": f"HiGHS has no {name} {value} here"}
    for name in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        highs.setOptionValue(name, 1e-7)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(z["cost"]), len(z["row_lower"])
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = z["cost"], z["lower"], z["upper"]
    lp.row_lower_, lp.row_upper_ = z["row_lower"], z["row_upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = lp.num_col_, lp.num_row_
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = z["starts"], z["indices"], z["values"]
    highs.passModel(lp)
    passed = time.perf_counter()
    highs.run()
    return {
        "handover": passed - clock,
        "solve": time.perf_counter() - passed,
        "status": highs.modelStatusToString(highs.getModelStatus()),
        "objective": highs.getInfo().objective_function_value,
    }


def linopy_build(source: Path) -> dict[str, Any]:
    """A variable a quantity, a constraint a limit, and linopy's own hand-over."""
    import linopy
    import xarray as xr

    z = dict(np.load(source))
    clock = time.perf_counter()
    model = linopy.Model()
    start = 0
    cost = []
    for n, count in enumerate(z["columns"].tolist()):
        if count:
            members = slice(start, start + count)
            dims = {"coords": [np.arange(count)], "dims": [f"c{n}"]}
            variable = model.add_variables(
                xr.DataArray(z["lower"][members], **dims), xr.DataArray(z["upper"][members], **dims), name=f"x{n}"
            )
            if z["cost"][members].any():
                cost.append((variable * xr.DataArray(z["cost"][members], **dims)).sum())
        start += count
    model.add_objective(sum(cost[1:], start=cost[0]))
    start = 0
    for n, count in enumerate(z["rows"].tolist()):
        _add_family(model, linopy, xr, z, n, start, count)
        start += count
    built = time.perf_counter()
    highs = model.to_highspy()
    done = time.perf_counter()
    held = [highs.getNumRow(), highs.getNumCol(), highs.getNumNz()]
    sent = [len(z["row_lower"]), len(z["cost"]), len(z["values"])]
    if held != sent:
        raise SystemExit(f"linopy handed over {held} rows, columns and non-zeros, not {sent}")
    return {"build": built - clock, "handover": done - built}


def _add_family(model: Any, linopy: Any, xr: Any, z: dict[str, Any], n: int, start: int, count: int) -> None:
    """The rows of one limit; a row with two sides becomes two, as linopy has it."""
    if not count:
        return
    first, last = z["starts"][start : start + count], z["starts"][start + 1 : start + count + 1]
    length = last - first
    place = np.arange(length.max(initial=0))
    filled = place < length[:, None]
    at = np.minimum(first[:, None] + place, len(z["indices"]) - 1)
    dims = [f"r{n}", "_term"]
    coords = {f"r{n}": np.arange(count)}
    terms = xr.Dataset(
        {
            "coeffs": xr.DataArray(np.where(filled, z["values"][at], np.nan), dims=dims, coords=coords),
            "vars": xr.DataArray(np.where(filled, z["indices"][at], -1), dims=dims, coords=coords),
        }
    )
    left = linopy.LinearExpression(terms, model)
    lower, upper = z["row_lower"][start : start + count], z["row_upper"][start : start + count]
    sense = np.where(lower == upper, "=", np.where(np.isfinite(upper), "<=", ">="))
    right = np.where(np.isfinite(upper), upper, lower)
    model.add_constraints(
        left,
        xr.DataArray(sense, dims=dims[:1], coords=coords),
        xr.DataArray(right, dims=dims[:1], coords=coords),
        name=f"r{n}",
    )


def pyomo_own(workbook: Path) -> dict[str, Any]:
    """Pyomo expands every rule itself, and its `highs` interface hands the model over."""
    from aidplan_models.existence import fix_what_is_given
    from aidplan_models.plan import build
    from pyomo.contrib.solver.solvers.highs import Highs
    from pyomo.environ import Objective

    from aidplan.solve.levels import ranks_of
    from aidplan.workbook import open_workbook, plan_data

    data = plan_data(open_workbook(workbook).tables)
    clock = time.perf_counter()
    model = build(data, templated=False)
    fix_what_is_given(model)
    first = ranks_of(data.goals)[0].goals[0]
    for objective in model.component_objects(Objective):
        if objective.local_name != first:
            objective.deactivate()
    built = time.perf_counter()
    Highs().set_instance(model)
    return {"build": built - clock, "handover": time.perf_counter() - built}


def main() -> None:
    """Do what was asked and print one line of JSON."""
    what, *rest = sys.argv[1:]
    if what == "matrix":
        said = write_matrix(Path(rest[0]), Path(rest[1]))
    elif what == "highs":
        said = highs_alone(Path(rest[0]), rest[1], *map(float, rest[2:]))
    elif what == "linopy":
        said = linopy_build(Path(rest[0]))
    else:
        said = pyomo_own(Path(rest[0]))
    print(json.dumps(said))


if __name__ == "__main__":
    main()
