"""What a job is, in which order jobs begin, and the one way to run them all."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from aidplan.solve.warm import Starts


class ClusterError(Exception):
    """The cluster cannot be used; one sentence says why and what to do."""


@dataclass(frozen=True)
class Context:
    """What a job is given where it runs: whom it tells its ``progress``, and the warm ``starts`` of jobs before it."""

    progress: Callable[[str], None]
    starts: Starts | None = None


class Job(Protocol):
    """One piece of work. It can be pickled, and so can what it gives."""

    @property
    def name(self) -> str:
        """Told in progress; no two jobs of a batch share one."""

    @property
    def cells(self) -> frozenset[Any]:
        """What it changes of what all jobs have in common: jobs that differ in few of these are near."""

    @property
    def memory_mb(self) -> float:
        """MiB that a process may need for it, as far as is known before."""

    def run(self, context: Context) -> Any:
        """Do it. What it raises is a fault of aidplan's own."""

    def failed(self, message: str) -> Any:
        """What stands for its result where it could not be done."""


@dataclass(frozen=True)
class Listener:
    """Who hears of a batch: ``progress`` of a job by name, and each job that is ``done``, with its result."""

    progress: Callable[[str, str], None] = lambda _name, _text: None
    done: Callable[[str, Any], None] = lambda _name, _result: None


@dataclass
class Order:
    """Which job begins next: one that is near a job that is done, before one that is near a job still at work."""

    waiting: list[Job]
    working: dict[str, Job] = field(default_factory=dict)
    finished: list[Job] = field(default_factory=list)

    def take(self) -> Job:
        """The next job, from now on at work."""
        job = min(self.waiting, key=self._distances)  # of equals, the first as given
        self.waiting.remove(job)
        self.working[job.name] = job
        return job

    def end(self, name: str) -> Job:
        """The job of that name, which is done."""
        job = self.working.pop(name)
        self.finished.append(job)
        return job

    def _distances(self, job: Job) -> tuple[bool, float]:
        done, busy = _nearest(job, self.finished), _nearest(job, self.working.values())
        return busy < done, done


def _nearest(job: Job, others: Collection[Job]) -> float:
    """How many cells differ from the nearest of the others; infinite without any."""
    return min((float(len(job.cells ^ other.cells)) for other in others), default=float("inf"))


LOST = (
    "the process that was to solve it was ended from outside (out of memory, perhaps), so no run of it was written; "
    "solve it again, with --jobs 1 if memory is short"
)


def run_jobs(
    jobs: Sequence[Any], *, at_once: int = 1, listener: Listener = Listener(), cluster: str | None = None
) -> list[Any]:
    """Do every job, ``at_once`` at a time (0: one per core), or on the Dask scheduler at the address ``cluster``.

    Results are in the order of the jobs. A job that fails, or whose process is killed, gives its own `Job.failed`; the
    others go on.
    """
    if not jobs:
        return []
    at_once = min(at_once or os.cpu_count() or 1, len(jobs))
    if cluster is not None:
        from aidplan.batch.cluster import run_on_cluster

        found = run_on_cluster(jobs, cluster, listener)
    elif at_once > 1:
        from aidplan.batch.processes import run_in_processes

        found = run_in_processes(jobs, at_once, listener)
    else:
        found = run_serially(jobs, listener)
    return [found[job.name] for job in jobs]


def run_serially(jobs: Sequence[Job], listener: Listener) -> dict[str, Any]:
    """Do one job after the other in this process; name -> result."""
    from aidplan.solve.warm import Starts

    order, starts = Order(list(jobs)), Starts()
    found: dict[str, Any] = {}
    while order.waiting:
        job = order.take()
        context = Context(lambda text, name=job.name: listener.progress(name, text), starts if len(jobs) > 1 else None)  # type: ignore[misc]
        found[job.name] = guarded(job, context) if len(jobs) > 1 else job.run(context)
        order.end(job.name)
        listener.done(job.name, found[job.name])
    return found


def guarded(job: Job, context: Context) -> Any:
    """The job's result; a fault of our own costs this job alone, and is told as what it is."""
    from aidplan.console import own_fault

    try:
        return job.run(context)
    except Exception as problem:
        if os.environ.get("AIDPLAN_DEBUG"):
            raise
        return job.failed(own_fault(problem))
