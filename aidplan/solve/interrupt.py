"""Running HiGHS so that an interrupt, a limit of memory, or a search that is no longer wanted ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import highspy

from aidplan.solve.iterations import Iterations
from aidplan.solve.resource_limits import Limits, SolverStopped

POLL = 0.1
"""Seconds between two looks at the memory, and at interrupts, while HiGHS runs."""

_CALLBACK: ContextVar[Callable[[], None]] = ContextVar("_LOOKS", default=lambda: None)


@contextmanager
def interrupt_callback(look: Callable[[], None]) -> Iterator[None]:
    """While HiGHS runs for this thread, ``look`` is called ten times a second; what it raises stops HiGHS."""
    token = _CALLBACK.set(look)
    try:
        yield
    finally:
        _CALLBACK.reset(token)


def run_interruptibly(highs: Any, limits: Limits) -> Any:
    """Run HiGHS beside this thread, so that an interrupt reaches us at once and a limit of memory is seen.

    Past that limit, and where a search is no longer wanted, HiGHS is told to stop and is waited for: who goes on after
    SolverStopped may change the problem, which must not happen under a HiGHS at work. An interrupt ends the solve, so it
    waits for a second at most. Gives HiGHS's status; None where it ended without one.
    """
    result: list[Any] = []

    def run() -> None:
        result.append(highspy.Highs.run(highs))

    worker = threading.Thread(target=run, daemon=True)
    highs.HandleUserInterrupt = True
    iterations = Iterations()
    iterations.listen(highs)
    worker.start()
    try:
        stopped = _watch(worker, highs, iterations, limits)
    except SolverStopped:
        highs.cancelSolve()
        worker.join()
        iterations.leave(highs)
        raise
    except BaseException:
        highs.cancelSolve()
        worker.join(1.0)
        raise
    iterations.leave(highs)
    if stopped is not None:
        raise stopped
    return result[0] if result else None


def _watch(worker: threading.Thread, highs: Any, iterations: Iterations, limits: Limits) -> SolverStopped | None:
    """Look at iterations, interrupts and the memory until HiGHS ends; what stopped it at a limit of memory."""
    stopped: SolverStopped | None = None
    while worker.is_alive():
        worker.join(POLL)
        iterations.tell()
        _CALLBACK.get()()
        if stopped is None and worker.is_alive():
            try:
                limits.check_memory()
            except SolverStopped as reached:
                stopped = reached
                highs.cancelSolve()
    return stopped
