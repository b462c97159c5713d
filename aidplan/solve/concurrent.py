"""Two searches beside each other: goals are met while another thread tries to prove that there is no plan.

In a programme without a plan a solver may look for the best plan for minutes before it finds that there is none.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

from aidplan.solve.interrupt import interrupt_callback
from aidplan.solve.resource_limits import SolverStopped

Tool = TypeVar("Tool")
Task = TypeVar("Task")
Found = TypeVar("Found")

JOIN_TIMEOUT = 2.0
"""Seconds that the search beside is waited for when it is no longer wanted; HiGHS stops within tenths of one."""


DELAY = 0.5
"""Seconds before the search beside is begun: small programmes are done by then, and it would only be in their way."""


class InfeasibilityProved(Exception):
    """The search beside proved that no plan exists."""


@contextmanager
def concurrently(proves: Callable[[], bool], after: float = DELAY) -> Iterator[None]:
    """Run ``proves`` on a thread beside the block, begun ``after`` so many seconds.

    Where it gives True while HiGHS runs for the block, or before the block ends, the block ends with InfeasibilityProved. Where
    the block ends first, the search beside is stopped.
    """
    proved, unwanted = threading.Event(), threading.Event()

    def stop() -> None:
        if unwanted.is_set():
            raise SolverStopped

    def search() -> None:
        if unwanted.wait(after):
            return
        with suppress(SolverStopped), interrupt_callback(stop):
            if proves():
                proved.set()

    def look() -> None:
        if proved.is_set():
            raise InfeasibilityProved

    worker = threading.Thread(target=search, daemon=True)
    worker.start()
    try:
        with interrupt_callback(look):
            yield
    finally:
        unwanted.set()
        worker.join(JOIN_TIMEOUT)


AT_ONCE = 2
"""Searches that run beside each other; each holds a programme of its own in memory."""


def side_by_side(
    tasks: Sequence[Task],
    tool: Callable[[], AbstractContextManager[Tool]],
    search: Callable[[Tool, Task], Found],
    at_once: int = AT_ONCE,
) -> Generator[tuple[Task, Found], None, None]:
    """Each task with what was found, as they come. Every thread makes a ``tool`` of its own and takes the next task.

    At most ``at_once`` threads, and no more than there are cores. What a search raises is raised here. A generator that
    is closed, or left by an error, stops the searches.
    """
    unwanted = threading.Event()
    waiting, done = SimpleQueue[Task](), SimpleQueue[tuple[Task, Found] | BaseException]()

    def run() -> None:
        try:
            _take_tasks(tool, search, waiting, done, unwanted)
        except BaseException as error:
            done.put(error)

    for task in tasks:
        waiting.put(task)
    workers = [threading.Thread(target=run, daemon=True) for _ in range(min(at_once, len(tasks), os.cpu_count() or 1))]
    try:
        for worker in workers:
            worker.start()
        for _ in tasks:
            found = done.get()
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        unwanted.set()
        for worker in workers:
            worker.join(JOIN_TIMEOUT)


def _take_tasks(
    tool: Callable[[], AbstractContextManager[Tool]],
    search: Callable[[Tool, Task], Found],
    waiting: SimpleQueue[Task],
    done: SimpleQueue[tuple[Task, Found] | BaseException],
    unwanted: threading.Event,
) -> None:
    """One thread's work: the next task and the next, until none is left or none is wanted."""

    def stop() -> None:
        if unwanted.is_set():
            raise SolverStopped

    with interrupt_callback(stop), tool() as own:
        while not unwanted.is_set() and not waiting.empty():
            with suppress(Empty):
                task = waiting.get_nowait()
                done.put((task, search(own, task)))
