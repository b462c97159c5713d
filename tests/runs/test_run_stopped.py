"""Runs whose writing is stopped: killed, interrupted or refused by the disk, at every touch of it."""

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import time

import pandas as pd
import pytest

from aidplan.runs import RunError, RunNameError, claim_run, place, write_run
from tests.runs.conftest import at_touch, die, in_child, is_whole, listed

MOST_TOUCHES = 200


def visible(out):
    return [name for name in listed(out) if not name.startswith(".")]


def hidden(out):
    return [name for name in listed(out) if name.startswith(".")]


def check_folder(out):
    """The older run is as it was, the new one is whole or not there."""
    assert visible(out) in (["older"], ["older", "plan"])
    assert all(is_whole(out / name) for name in visible(out))


@pytest.fixture
def out(tmp_path, pieces):
    write_run(tmp_path / "out", "older", **pieces)
    return tmp_path / "out"


def stopped_at_every_touch(out, pieces, act):
    """Writes the run anew with ``act`` before each touch of the disk in turn; yields each exit code."""
    for number in range(1, MOST_TOUCHES):

        def work(number=number):
            at_touch(number, out, act)
            write_run(out, "plan", **pieces)

        code = in_child(work)
        check_folder(out)
        yield code
        if code == 0:
            return
        if "plan" not in visible(out):
            write_run(out, "plan", **pieces)  # what was left behind is no hindrance
            assert hidden(out) == []
        shutil.rmtree(out / "plan")
    pytest.fail("the writing never ended")


def test_killed_at_any_touch_of_the_disk_a_run_is_whole_or_not_there(out, pieces):
    codes = list(stopped_at_every_touch(out, pieces, die))
    assert codes[-1] == 0
    assert len(codes) > 30
    assert set(codes[:-1]) == {-signal.SIGKILL}


def test_interrupted_at_any_touch_of_the_disk_a_run_is_whole_or_not_there(out, pieces):
    def interrupt():
        raise KeyboardInterrupt

    codes = list(stopped_at_every_touch(out, pieces, interrupt))
    assert len(codes) > 30


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_refused_at_any_touch_of_the_disk_a_sentence_is_said_and_nothing_is_left(out, pieces, error):
    """The disk refuses from some touch on, but still deletes: the usual full disk."""
    ended = False
    for number in range(1, MOST_TOUCHES):

        def work(number=number):
            seen = 0
            mkdir, fsync, rename = os.mkdir, os.fsync, os.rename

            def refuse():
                nonlocal seen
                seen += 1
                if seen >= number:
                    raise OSError(error, os.strerror(error))

            def refusing(function):
                def inner(*arguments, **named):
                    refuse()
                    return function(*arguments, **named)

                return inner

            os.mkdir, os.fsync, os.rename = refusing(mkdir), refusing(fsync), refusing(rename)
            try:
                write_run(out, "plan", **pieces)
            except RunError as refusal:
                os._exit(1 if "no run was written and earlier runs are as they were" in str(refusal) else 2)

        code = in_child(work)
        assert code in (0, 1)
        check_folder(out)
        assert hidden(out) == []
        if code == 0:
            ended = True
            break
        if "plan" in visible(out):  # moved in, and only the last sync was refused
            shutil.rmtree(out / "plan")
    assert ended


def test_killed_at_random_moments_every_folder_that_shows_is_whole(tmp_path, pieces):
    out = tmp_path / "out"
    chance = random.Random(20240701)

    def keep_writing():
        for number in range(10_000):
            write_run(out, f"run-{number}", unique=True, **pieces)

    for _ in range(25):
        child = os.fork()
        if child == 0:
            keep_writing()
            os._exit(0)
        time.sleep(chance.uniform(0.0, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert all(is_whole(out / name) for name in (visible(out) if out.exists() else []))
    assert visible(out)
    write_run(out, "last", **pieces)
    assert hidden(out) == []


def test_what_a_killed_run_left_is_taken_away_and_what_a_live_one_holds_is_not(out, pieces, monkeypatch):
    monkeypatch.setattr(place, "_PATIENCE", 0.1)

    def killed():
        with claim_run(out, "dead"):
            (out / ".dead.aidplan-writing").mkdir()
            (out / ".dead.aidplan-writing" / "half").write_text("half")
            die()

    in_child(killed)
    assert (out / ".dead.aidplan-writing").is_dir()
    with claim_run(out, "live"):
        (out / ".live.aidplan-writing").mkdir()
        write_run(out, "plan", **pieces)
        assert listed(out) == [".live.aidplan-lock", ".live.aidplan-writing", "older", "plan"]
        with pytest.raises(RunNameError):
            write_run(out, "live", **pieces)


def test_a_file_that_grows_past_what_is_allowed_is_told_and_taken_back(out, pieces, capfd):
    def work():
        resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))
        rows = [["chicago", "g", "2024-07", float(n)] for n in range(1_000)]
        stock = pd.DataFrame(rows, columns=["place", "item", "period", "value"])
        write_run(out, "plan", **{**pieces, "tables": {"stock": stock}})

    assert in_child(work) == 70
    assert "RunError" in capfd.readouterr().err
    assert listed(out) == ["older"]
    check_folder(out)


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting a small disk is not permitted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("filler", range(0, 280_000, 40_000))
def test_on_a_full_disk_nothing_half_is_left_and_the_older_run_stays(small_disk, pieces, filler):
    write_run(small_disk, "older", **pieces)
    (small_disk / "filler").write_bytes(bytes(filler))
    rows = [["chicago", "g", "2024-07", n / 7] for n in range(5_000)]
    stock = pd.DataFrame(rows, columns=["place", "item", "period", "value"])
    full = {**pieces, "tables": {"stock": stock, "fleet": stock}}
    with pytest.raises(RunError, match=r"plan: the disk is full, so no run was written .* free some space"):
        write_run(small_disk, "plan", **full)
    assert listed(small_disk) == ["filler", "older"]
    assert is_whole(small_disk / "older")
    (small_disk / "filler").unlink()
    assert is_whole(write_run(small_disk, "plan", **pieces))
