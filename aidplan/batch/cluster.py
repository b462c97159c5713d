"""Jobs on a Dask cluster: each goes out as bytes, and its run comes back as bytes.

A worker writes the run to a folder of its own and sends it back whole; only here is it moved to its place, in one step,
and only then does the job count as done. So workers need no disk in common, and a job that Dask gave to a second
worker, because the first was lost, is in the folder of runs once.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aidplan.batch.jobs import ClusterError, Context, Job, Listener, Order, guarded

if TYPE_CHECKING:
    from aidplan.solve.warm import Starts

PATIENCE = 30.0
"""Seconds that a scheduler gets to answer."""


class Movable(Job, Protocol):
    """A job whose runs can be written elsewhere and brought home."""

    def away(self) -> Movable:
        """The same job with the names of its runs settled, for a worker without our disk."""

    def run_in(self, folder: Path, context: Context) -> Any:
        """As `run`, with its runs written into ``folder``."""

    def bring_home(self, result: Any, folder: Path) -> Any:
        """Move the runs that lie in ``folder`` to their place; the result with their paths there."""


@dataclass(frozen=True)
class Parcel:
    """What a worker sends back: the ``result``, the ``runs`` as a zip file, and the warm starts that were found."""

    result: Any
    runs: bytes
    starts: Sequence[tuple[str, Any]]


def run_on_cluster(jobs: Sequence[Movable], address: str, listener: Listener) -> dict[str, Any]:
    """Do every job on the workers of the scheduler at ``address``; name -> result. Raises `ClusterError`."""
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise ClusterError(
            '--cluster: Dask is not installed; install it with: pip install "aidplan[cluster]"'
        ) from None

    from aidplan.solve.warm import Starts

    order, starts = Order([job.away() for job in jobs]), Starts()
    found: dict[str, Any] = {}
    with _connected(Client, address) as client:
        _same_versions(client)
        flying: dict[Any, Movable] = {}

        def send() -> Any:
            job = order.take()
            listener.progress(job.name, "sent to the cluster")
            future = client.submit(work_away, job, starts.kept, pure=False, key=f"aidplan-{id(order)}-{job.name}")
            flying[future] = job  # type: ignore[assignment]
            return future

        at_once = max(1, sum(client.nthreads().values()))
        completed = as_completed([send() for _ in range(min(at_once, len(jobs)))])
        for future in completed:
            job = flying.pop(future)
            found[job.name] = _home(job, future, starts)
            order.end(job.name)
            listener.done(job.name, found[job.name])
            while order.waiting and len(flying) < max(1, sum(client.nthreads().values())):
                completed.add(send())
    return found


def work_away(job: Movable, kept: dict[str, list[Any]]) -> Parcel:
    """On a worker: the job's result and its runs."""
    from aidplan.solve.warm import Starts

    learnt: list[tuple[str, Any]] = []
    starts = Starts(kept, learns=lambda names, start: learnt.append((names, start)))
    with tempfile.TemporaryDirectory(prefix="aidplan-") as folder:
        there = Path(folder)
        result = guarded(_In(job, there), Context(lambda _: None, starts))
        return Parcel(result, packed(there), learnt)


@dataclass(frozen=True)
class _In:
    """A job that writes its runs into a folder."""

    job: Movable
    folder: Path

    @property
    def name(self) -> str:
        return self.job.name

    @property
    def cells(self) -> frozenset[Any]:
        return self.job.cells

    @property
    def memory_mb(self) -> float:
        return self.job.memory_mb

    def run(self, context: Context) -> Any:
        return self.job.run_in(self.folder, context)

    def failed(self, message: str) -> Any:
        return self.job.failed(message)


def _home(job: Movable, future: Any, starts: Starts) -> Any:
    """The result of a job that is done, its runs in their place."""
    try:
        parcel: Parcel = future.result()
    except Exception as problem:  # whatever a cluster can meet with: its workers lost again and again, a network gone
        return job.failed(f"the cluster could not do it ({type(problem).__name__}: {problem}); solve it again")
    for names, start in parcel.starts:
        starts.add(names, start)
    with tempfile.TemporaryDirectory(prefix="aidplan-") as folder:
        with zipfile.ZipFile(io.BytesIO(parcel.runs)) as packed:
            packed.extractall(folder)
        return job.bring_home(parcel.result, Path(folder))


def packed(folder: Path) -> bytes:
    """Every file under the folder, as a zip file; hidden ones, which locks are, left out."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                packed.write(path, inside.as_posix())
    return held.getvalue()


def _connected(client: Any, address: str) -> Any:
    try:
        return client(address, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as problem:
        raise ClusterError(
            f"--cluster: no Dask scheduler answers at {address} ({problem}); start one with `dask scheduler`, and give "
            "the address that it prints, such as tcp://10.0.0.1:8786"
        ) from None


def _same_versions(client: Any) -> None:
    """Raises where a worker has other versions than we have: its plans could differ."""
    from aidplan.manifest import versions

    ours = versions()
    there = client.run(versions)
    if not there:
        raise ClusterError(
            "--cluster: the scheduler has no workers; start them with `dask worker ADDRESS --nthreads 1`"
        )
    for worker, theirs in there.items():
        other = next((name for name in ours if theirs.get(name) != ours[name]), None)
        if other is not None:
            raise ClusterError(
                f"--cluster: the worker {worker} has {other} {theirs.get(other)}, and here it is {ours[other]}; install "
                "the same versions on every machine"
            )
