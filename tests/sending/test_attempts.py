"""The journal of sending: what it holds survives, what it does not hold whole is a doubt."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import pytest

from relance.sending.attempts import NAME, Attempt, AttemptState, SendingJournal
from relance.values.problem import Refusal

DAY = date(2026, 3, 18)
INTENDED = Attempt("R20260317-01", "courriel", AttemptState.INTENDED, DAY, ("a@b.fr",), "<1@x>")
SENT = Attempt(
    "R20260317-01",
    "courriel",
    AttemptState.SENT,
    DAY,
    ("a@b.fr", "c@d.fr"),
    "<1@x>",
    ("c@d.fr",),
    "é 550",
)


def written(folder: Path, *attempts: Attempt) -> Path:
    journal = SendingJournal(folder)
    for attempt in attempts:
        journal.write(attempt)
    return folder / NAME


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written(tmp_path, INTENDED, SENT)
    assert SendingJournal(tmp_path).attempts == {("R20260317-01", "courriel"): SENT}
    assert SendingJournal(tmp_path / "rien").attempts == {}


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_result_leaves_a_doubt(tmp_path: Path, cut: int) -> None:
    """The machine stopped while the result was being written, at any byte."""
    path = written(tmp_path, INTENDED, SENT)
    path.write_bytes(path.read_bytes()[:-cut])
    (attempt,) = SendingJournal(tmp_path).attempts.values()
    assert attempt == INTENDED
    assert attempt.state.doubtful


def test_writing_goes_on_after_a_torn_line(tmp_path: Path) -> None:
    path = written(tmp_path, INTENDED, SENT)
    path.write_bytes(path.read_bytes()[:-9])
    written(tmp_path, SENT)
    assert SendingJournal(tmp_path).attempts == {("R20260317-01", "courriel"): SENT}


@pytest.mark.parametrize("line", ["{}", "x", '{"letter": "R1"}', "[]", "null"])
def test_a_journal_changed_by_hand_stops_everything(tmp_path: Path, line: str) -> None:
    path = written(tmp_path, INTENDED)
    path.write_text(f"{line}\n{path.read_text()}")
    with pytest.raises(Refusal) as refused:
        SendingJournal(tmp_path)
    assert refused.value.status == 3


def test_a_full_disk_stops_before_anything_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    journal = SendingJournal(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal, match="rien ne part sans ce journal"):
        journal.write(INTENDED)
    assert journal.attempts == {}
