from pathlib import Path

import pytest

from tests.audit.hand_made import write_hand_made_run


@pytest.fixture
def run(tmp_path) -> Path:
    """The hand-made plan's run folder."""
    return write_hand_made_run(tmp_path)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """These runs need not outlive the test."""
    monkeypatch.setattr("os.fsync", lambda _: None)
