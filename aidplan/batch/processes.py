"""Jobs in processes of this machine: each worker goes on to the next job when it is done.

A worker that is stopped, by an interrupt or because its command is gone, leaves what a stopped solve leaves: nothing
half-written. No worker is started past what the machine's memory holds.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_all_start_methods, get_context, parent_process, set_start_method
from typing import Any

from aidplan.batch import memory
from aidplan.batch.jobs import LOST, Context, Job, Listener, Order, guarded

JOIN_TIMEOUT = 1.0
"""Seconds that a worker gets to tidy up when it is told to stop; HiGHS lets go within tenths of one."""

LOOK = 1.0
"""Seconds between two looks at the memory, where one more worker waits for it."""


@dataclass
class Crew:
    """Workers of this machine, at most ``most``; each is a link to a process."""

    most: int
    processes: dict[Any, Any] = field(default_factory=dict)
    needed: float = 0.0
    """MiB that a worker held at most so far, or may need."""

    def grow(self, job: Job) -> Any | None:
        """The link to one more worker, for a job; None where there are enough, or the memory holds no more."""
        if len(self.processes) >= self.most:
            return None
        self.needed = max(self.needed, job.memory_mb)
        if not memory.one_more_fits(self.needed, self._held(), memory.available_mb()):
            return None
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        with _without_interrupts():  # which workers inherit: they are told to stop by us
            worker = context.Process(target=_wait_for_work, args=(theirs,), daemon=True)
            worker.start()
        theirs.close()
        self.processes[ours] = worker
        return ours

    def _held(self) -> list[float]:
        held = [memory.held_mb(worker.pid) for worker in self.processes.values()]
        self.needed = max([self.needed, *held])
        return held

    def forget(self, link: Any) -> None:
        """A worker that is gone."""
        self.processes.pop(link)

    def end(self) -> None:
        """No worker is left."""
        workers = list(self.processes.values())
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(JOIN_TIMEOUT)
            if worker.is_alive():
                worker.kill()
        for link in self.processes:
            link.close()


def run_in_processes(jobs: Sequence[Job], at_once: int, listener: Listener) -> dict[str, Any]:
    """Do every job, at most ``at_once`` at a time; name -> result."""
    from aidplan.solve.warm import Starts

    order, starts, crew = Order(list(jobs)), Starts(), Crew(at_once)
    busy: dict[Any, str] = {}
    found: dict[str, Any] = {}

    def ended(link: Any, result: Any) -> None:
        name = order.end(busy.pop(link)).name
        found[name] = result
        listener.done(name, result)

    try:
        while order.waiting or busy:
            for link in _free(crew, order, busy):
                job = order.take()
                busy[link] = job.name
                with suppress(OSError):  # one that is gone is told of below
                    link.send((job, starts.kept))
            ready: list[Any] = connection.wait(list(busy), LOOK)
            for link in ready:
                try:
                    kind, *told = link.recv()
                except (EOFError, OSError):
                    crew.forget(link)
                    ended(link, order.working[busy[link]].failed(LOST))
                    continue
                if kind == "result":
                    ended(link, told[0])
                elif kind == "start":
                    starts.add(*told)
                else:
                    listener.progress(busy[link], told[0])
    finally:
        crew.end()
    return found


def _free(crew: Crew, order: Order, busy: dict[Any, str]) -> Iterator[Any]:
    """Links to workers that have nothing to do, as long as jobs wait; more workers are started where they fit."""
    for link in list(crew.processes):
        if link not in busy and order.waiting:
            yield link
    while order.waiting and (new := crew.grow(order.waiting[0])) is not None:
        yield new


@contextmanager
def _without_interrupts() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _wait_for_work(link: Any) -> None:
    """A worker: does the jobs that come, until there is nobody to send one.

    It gets a job with the starts that others have found, and answers with progress, the starts it finds and the result.
    """
    from aidplan.solve.warm import Starts

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    if "fork" in get_all_start_methods():
        # A lock that Pyomo makes for itself then leaves no name behind that would be complained of at the end.
        set_start_method("fork", force=True)
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    sending = threading.Lock()

    def send(*told: Any) -> None:
        with sending:  # a job may tell of its progress from a thread of its own
            link.send(told)

    try:
        while True:
            job, kept = link.recv()
            starts = Starts(kept, learns=lambda names, start: send("start", names, start))
            send("result", guarded(job, Context(lambda text: send("progress", text), starts)))
    except (EOFError, OSError, KeyboardInterrupt):
        pass
    os._exit(0)  # a solver's thread may still be at work


def _end_with_the_command() -> None:
    """End this process when the one that started it is gone."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
