import shutil
from pathlib import Path

import pytest

from tests.audit.hand_made import write_hand_made_run


@pytest.fixture(scope="session")
def kept_run(tmp_path_factory) -> Path:
    """The hand-made plan's run folder, for tests that only look."""
    return write_hand_made_run(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def run(kept_run, tmp_path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copytree(kept_run, tmp_path / "runs" / "hand-made"))


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """These runs need not outlive the test."""
    monkeypatch.setattr("os.fsync", lambda _: None)
