"""Run folders: made whole or not at all, listed, and opened again.

A run is the folder ``DIR/RUN/`` with its manifest ``run.json``, the inputs byte for byte, one table a
quantity, and the reports. `claim_run` takes the name before the work begins, `RunPlace.write` fills it
and moves it into place in one step, `open_run` gives back the same `aidplan.extract.PlanRun` that the
solve had in memory, `list_runs` tells what a folder of runs holds.
"""

from aidplan.runs.errors import RunError, RunNameError
from aidplan.runs.names import default_name, scenario_name
from aidplan.runs.place import RunPlace, claim_run, receive_run, write_run
from aidplan.runs.reading import RunSummary, list_runs, open_run, whole_manifest

__all__ = [
    "RunError",
    "RunNameError",
    "RunPlace",
    "RunSummary",
    "claim_run",
    "default_name",
    "list_runs",
    "open_run",
    "receive_run",
    "scenario_name",
    "whole_manifest",
    "write_run",
]
