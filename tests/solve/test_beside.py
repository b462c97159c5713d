"""Searches beside each other: what one proves ends the other, and what is no longer wanted ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from aidplan.solve.concurrent import InfeasibilityProved, concurrently, side_by_side
from aidplan.solve.interrupt import _CALLBACK
from aidplan.solve.resource_limits import SolverStopped


def look() -> None:
    """What a solver interface does ten times a second while HiGHS runs."""
    _CALLBACK.get()()


def wait_until_stopped() -> bool:
    while True:
        look()
        time.sleep(0.01)


def test_a_clash_that_is_proved_ends_the_goals() -> None:
    with pytest.raises(InfeasibilityProved), concurrently(lambda: True, after=0):
        wait_until_stopped()


def test_goals_that_are_met_end_the_search_beside() -> None:
    begun, stopped = threading.Event(), threading.Event()

    def search() -> bool:
        begun.set()
        try:
            return wait_until_stopped()
        except SolverStopped:
            stopped.set()
            raise

    with concurrently(search, after=0):
        assert begun.wait(5.0)
    assert stopped.wait(5.0)
    look()


def test_goals_that_are_met_at_once_begin_no_search() -> None:
    begun = threading.Event()
    with concurrently(lambda: begun.set() or True, after=0.2):  # type: ignore[func-returns-value]
        pass
    assert not begun.wait(0.5)


def test_a_search_that_proves_nothing_leaves_the_goals_alone() -> None:
    with concurrently(lambda: False, after=0):
        time.sleep(0.05)
        look()


def test_each_task_is_done_once_and_each_thread_has_a_tool_of_its_own() -> None:
    made: list[threading.Thread] = []

    @contextmanager
    def tool() -> Iterator[threading.Thread]:
        made.append(threading.current_thread())
        yield made[-1]

    def search(own: threading.Thread, task: int) -> tuple[bool, int]:
        return own is threading.current_thread(), task * task

    assert dict(side_by_side(range(20), tool, search)) == {task: (True, task * task) for task in range(20)}
    assert len(made) <= 2


def test_what_a_search_raises_is_raised_and_the_others_end() -> None:
    ended = threading.Event()

    def search(_: None, task: int) -> int:
        if task == 0:
            raise ValueError("a slip")
        try:
            wait_until_stopped()
        finally:
            ended.set()
        return task

    with pytest.raises(ValueError, match="a slip"):
        list(side_by_side([0, 1], nullcontext, search))
    assert ended.wait(5.0) or threading.active_count() == 1
