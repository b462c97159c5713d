"""Batches as commands run them: what is used again, what the rest will take, one display, a table at the end."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from aidplan.commands.exit_codes import ExitCode
from aidplan.commands.formatted import counted, table
from aidplan.commands.options import BatchOptions
from aidplan.console import Console

if TYPE_CHECKING:
    from aidplan.pipeline import Outcome

EXIT_CODES: Mapping[str, ExitCode] = {
    "planned": ExitCode.DONE,
    "no plan": ExitCode.NO_PLAN,
    "stopped": ExitCode.STOPPED,
    "not verified": ExitCode.NOT_VERIFIED,
    "refused": ExitCode.REFUSED,
    "name taken": ExitCode.USAGE,
    "failed": ExitCode.FAILED,
}
"""How a scenario ended (`aidplan.pipeline.Ending`) -> exit code."""

LONG = 180.0
"""Seconds past which a batch says first what it will take, and asks."""

SECONDS_A_MB = 100.0
"""A rough guess of a solve's seconds for a MB of the workbook, where no run tells; the coalition workbook takes 35 s.
"""


def run_batch(jobs: Sequence[Any], batch: BatchOptions, console: Console) -> list[Any]:
    """Do the jobs, each a `SolveJob` or one like it, with one display of progress; their results in their order.

    Raises `aidplan.batch.ClusterError` where the cluster cannot be used.
    """
    from aidplan.batch import Earlier, Listener, run_jobs

    several = len(jobs) > 1
    earlier = {out: Earlier(out) for out in {job.out for job in jobs}}
    found: dict[str, Any] = {}
    if batch.resume:
        for job in jobs:
            outcome = job.solved_before(earlier[job.out])
            if outcome is not None:
                found[job.name] = outcome
        console.progress(f"{counted(len(found), 'plan')} used again, {len(jobs) - len(found)} to solve")
    left = [job for job in jobs if job.name not in found]
    at_once = min(batch.jobs or os.cpu_count() or 1, max(len(left), 1))
    if several:
        _announce(left, earlier, at_once, batch, console)
    together = at_once > 1 or batch.cluster is not None
    listener = Listener(
        lambda name, text: console.progress(text, name if together else ""), lambda _name, _result: console.advance()
    )
    with console.bar(len(left) if several else None):
        results = run_jobs(left, at_once=at_once, listener=listener, cluster=batch.cluster)
    found |= {job.name: result for job, result in zip(left, results, strict=True)}
    return [found[job.name] for job in jobs]


def _announce(
    left: Sequence[Any], earlier: Mapping[Any, Any], at_once: int, batch: BatchOptions, console: Console
) -> None:
    """Say what the batch will take, and ask on a terminal where that is long. Raises `click.Abort` where the answer is
    no.
    """
    where = f"on {batch.cluster}" if batch.cluster else f"{at_once} at a time"
    total, known = 0.0, ""
    for job in left:
        told = earlier[job.out].seconds(job.file)
        total += told[0] if told else SECONDS_A_MB * len(job.data) / 1e6
        known = known or (f"; {told[1]} took {told[0]:,.0f} s" if told else "")
    total /= 1 if batch.cluster else at_once
    console.progress(f"{len(left)} plans, {where}")
    if total <= LONG or batch.cluster:
        return
    console.warn(f"this will take about {max(total / 60, 1):,.0f} minutes ({len(left)} solves, {where}{known})")
    if not batch.yes and sys.stdin.isatty() and sys.stderr.isatty():
        click.confirm("go on?", abort=True, err=True)


def outcome_table(outcomes: Sequence[Outcome]) -> str:
    """All scenarios of a batch, a line each."""
    rows = []
    for outcome in outcomes:
        goals, met = outcome.manifest.get("goals") or {}, outcome.manifest.get("met") or {}
        seconds = (outcome.manifest.get("seconds") or {}).get("total")
        rows.append(
            [
                outcome.scenario,
                str(outcome.manifest.get("status", outcome.ending)),
                *("" if kind not in met else f"{100 * met[kind]:.2f} %" for kind in ("all", "front", "home")),
                *("" if name not in goals else f"{100 * goals[name]:.2f} %" for name in ("equity", "parity")),
                *("" if name not in goals else f"{goals[name]:,.1f}" for name in ("cost", "liability")),
                "reused" if outcome.reused else "" if seconds is None else f"{seconds:,.0f} s",
            ]
        )
    heads = [
        "scenario",
        "status",
        "demand met",
        "at fronts",
        "at home",
        "equity gap",
        "parity gap",
        "cost",
        "liability",
        "took",
    ]
    return table(heads, rows)
