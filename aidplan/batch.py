"""Several scenarios at a time: each solved by a worker, a process that goes on to the next when it is done.

Workers tell each other where their first ranks stood, and a scenario that differs little from one that is done begins
there. Its plan and its prices do not depend on that, so not on which others were asked for. The workbook is read by each
worker from the bytes that were read once. A worker that is stopped, by an interrupt or because its command is gone,
leaves what a stopped solve leaves: nothing half-written.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import connection, get_all_start_methods, get_context, parent_process, set_start_method
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidplan.console import Speaker, own_fault
from aidplan.pipeline import FAILED, USAGE, Options, Outcome, solve_scenario

if TYPE_CHECKING:
    from aidplan.solve.warm import Starts
    from aidplan.workbook import Workbook

LEAVE = 1.0
"""Seconds that a worker gets to tidy up when it is told to stop; HiGHS lets go within tenths of one."""


@dataclass(frozen=True)
class Work:
    """What is asked of every scenario: the workbook's ``file`` name and its bytes ``data``, where runs go and their
    ``name``, whether there are ``several``, and how long reading took.
    """

    file: str
    data: bytes
    out: Path
    name: str | None
    several: bool
    options: Options
    read_seconds: float


def solve_one(
    book: Workbook, work: Work, scenario_name: str, speaker: Speaker, starts: Starts | None = None
) -> Outcome:
    """Solve one scenario and write its run; what goes wrong with the run's folder is in the outcome."""
    from aidplan.runs import RunError, RunNameError, default_name
    from aidplan.runs import scenario_name as named

    scenario = book.scenario(scenario_name)
    if work.name is None:
        folder, unique = default_name(book.file, scenario_name, datetime.now(UTC)), True
    else:
        folder, unique = (named(work.name, scenario_name) if work.several else work.name), False
    if scenario.refused:
        for finding in scenario.findings:
            speaker.warn(f"{finding.severity}: {finding}")
    speaker.progress(f"scenario {scenario_name}")
    try:
        return solve_scenario(
            book, work.data, scenario, work.out, folder,
            unique=unique, options=work.options, read_seconds=work.read_seconds, progress=speaker.progress,
            starts=starts,
        )  # fmt: skip
    except RunNameError as problem:
        return Outcome(scenario_name, USAGE, f"{scenario_name}: {problem}")
    except RunError as problem:
        return Outcome(scenario_name, FAILED, f"{scenario_name}: {problem}")


def solve_each(book: Workbook, work: Work, names: Sequence[str], jobs: int, speaker: Speaker) -> list[Outcome]:
    """Solve every scenario named, ``jobs`` at a time (0: one a core); the outcomes in the order of the names."""
    from aidplan.solve.warm import Starts

    at_once = min(jobs or os.cpu_count() or 1, len(names))
    starts = Starts()
    if at_once <= 1:
        return [solve_one(book, work, each, speaker, starts if len(names) > 1 else None) for each in names]
    speaker.progress(f"{len(names)} scenarios, {at_once} at a time")
    found: dict[str, Outcome] = {}
    with _crew(work, at_once, speaker) as crew:
        waiting = list(reversed(names))
        busy: dict[Any, str] = {}
        while waiting or busy:
            for link in crew:
                if link not in busy and waiting:
                    busy[link] = waiting.pop()
                    with suppress(OSError):  # one that is gone is told of below
                        link.send((busy[link], starts.kept))
            ready: list[Any] = connection.wait(list(busy))
            for link in ready:
                try:
                    said = link.recv()
                except (EOFError, OSError):
                    crew.remove(link)
                    scenario = busy.pop(link)
                    found[scenario] = _lost(scenario)
                else:
                    if isinstance(said, Outcome):
                        found[busy.pop(link)] = said
                    else:
                        starts.add(*said)
            if not crew:
                found |= {each: _lost(each) for each in waiting}
                waiting.clear()
    return [found[each] for each in names]


def _lost(scenario: str) -> Outcome:
    said = (
        f"{scenario}: the process that was to solve it was ended from outside (out of memory, perhaps), so no run of it "
        "was written; solve it again, with --jobs 1 if memory is short"
    )
    return Outcome(scenario, FAILED, said)


@contextmanager
def _crew(work: Work, count: int, speaker: Speaker) -> Iterator[list[Any]]:
    """Links to workers that wait for the names of scenarios; at the end, however it comes, no worker is left."""
    context = get_context("spawn")
    links, workers = [], []
    try:
        with _without_interrupts():  # which workers inherit: they are told to stop by us
            for _ in range(count):
                ours, theirs = context.Pipe()
                worker = context.Process(target=_wait_for_work, args=(theirs, work, speaker), daemon=True)
                worker.start()
                theirs.close()
                links.append(ours)
                workers.append(worker)
        yield list(links)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(LEAVE)
            if worker.is_alive():
                worker.kill()
        for link in links:
            link.close()


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


def _wait_for_work(link: Any, work: Work, speaker: Speaker) -> None:
    """A worker: solves the scenarios whose names come, until there is nobody to send one.

    It gets a name with the starts that others have found, and answers with those it finds and with the outcome.
    """
    from aidplan.solve.warm import Starts
    from aidplan.workbook.planning_workbook import read_workbook

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stop)
    if "fork" in get_all_start_methods():
        # A lock that Pyomo makes for itself then leaves no name behind that would be complained of at the end.
        set_start_method("fork", force=True)
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    try:
        book = read_workbook(work.file, work.data)
        while True:
            scenario, kept = link.recv()
            starts = Starts(kept, learns=lambda names, start: link.send((names, start)))
            link.send(_solved(book, work, scenario, speaker.about(scenario), starts))
    except (EOFError, OSError, KeyboardInterrupt):
        pass
    os._exit(0)  # a solver's thread may still be at work


def _solved(book: Workbook, work: Work, scenario: str, speaker: Speaker, starts: Starts) -> Outcome:
    """As `solve_one`; a fault of our own costs this scenario alone, and is told as what it is."""
    try:
        return solve_one(book, work, scenario, speaker, starts)
    except Exception as problem:
        if os.environ.get("AIDPLAN_DEBUG"):
            raise
        return Outcome(scenario, FAILED, f"{scenario}: {own_fault(problem)}")


def _end_with_the_command() -> None:
    """End this process when the one that started it is gone."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
