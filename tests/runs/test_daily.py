"""The run of a day, event by event: nothing printed, everything given back however it ends."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from relance.git.repository import Repository
from relance.paper.press import Power
from relance.runs import daily
from relance.runs.daily import RunEvent, RunRequest
from relance.runs.run_files import LaidOut
from relance.specimens.soundness import sound
from relance.terminal.offices.child import RunOutcome, RunReport
from repositories import DAY, PAYMENT, add, found, git, with_remote

TODAY = date.fromisoformat(DAY)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("atelier") / "société")


@pytest.fixture
def company(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "société"))


def events(
    folder: Path, day: date | None = None, *, push: bool = False, working_days: bool = False
) -> daily.RunEvents:
    request = RunRequest(day, Power(1), push, working_days)
    return daily.run(folder, request, lambda _timezone: TODAY, sound)


def kinds(folder: Path, day: date | None = None, **asked: bool) -> list[str]:
    return [type(event).__name__ for event in events(folder, day, **asked)]


def is_free(folder: Path) -> bool:
    """The lock can be taken, and no copy of the folder is left."""
    with Repository.at(folder).lock():
        return not list((folder / ".git/relance").glob("worktree-*"))


@pytest.mark.slow
def test_what_happens_in_its_order(company: Path, capfd: pytest.CaptureFixture[str]) -> None:
    happened = list(events(company))
    assert capfd.readouterr() == ("", "")
    decided, begun, laid_out, committed, issued = happened
    assert isinstance(decided, daily.Decided)
    assert (decided.creditor, decided.standing) == ("Atelier Essai", ())
    assert [begun, laid_out] == [LaidOut(0, 1), LaidOut(1, 1, "Dupont Frères")]
    assert isinstance(committed, daily.Committed)
    assert issued == daily.Issued(committed.run, ())
    assert committed.run.commit == git(company, "rev-parse", "HEAD")
    assert (committed.run.base, committed.run.branch) == ("main", f"relance/{DAY}")
    assert [str(total) for total in committed.run.totals] == ["1200.00 EUR"]
    assert not committed.run.shared


@pytest.mark.slow
def test_a_day_on_which_there_is_nothing_to_do(company: Path) -> None:
    sunday = date(2026, 10, 4)
    assert kinds(company, sunday, working_days=True) == ["DayOff"]
    assert kinds(company, sunday) == ["Decided", "NothingNew"]
    add(company, PAYMENT.format(sum="1200.00"))
    assert kinds(company, date(2026, 10, 8)) == ["Decided", "Remark", "NothingNew"]


@pytest.mark.slow
def test_what_is_pushed_comes_last(company: Path) -> None:
    with_remote(company)
    assert kinds(company, push=True)[-2:] == ["Issued", "Published"]
    git(company, "switch", "-q", "main")
    git(company, "branch", "-q", "-D", f"relance/{DAY}")
    add(company, PAYMENT.format(sum="1200.00"))
    assert kinds(company, push=True) == ["Decided", "NothingNew", "NothingToPush"]


def stopped_after(folder: Path, kind: type[RunEvent]) -> RunReport:
    """What a report says of a run that is left once such an event came."""
    report = RunReport()
    with closing(events(folder)) as happening:
        for event in happening:
            report = report.after(event)
            if isinstance(event, kind):
                break
    return report.interrupted(push=False)


@pytest.mark.slow
def test_left_while_letters_are_laid_out_nothing_remains(company: Path) -> None:
    head = git(company, "rev-parse", "HEAD")
    assert stopped_after(company, LaidOut).outcome is RunOutcome.INTERRUPTED
    assert is_free(company)
    assert (git(company, "rev-parse", "HEAD"), git(company, "status", "-s")) == (head, "")


@pytest.mark.slow
def test_left_after_the_commit_the_letters_stay(company: Path) -> None:
    report = stopped_after(company, daily.Committed)
    assert report.outcome is RunOutcome.ISSUED
    assert report.issued is not None
    assert is_free(company)
    assert git(company, "rev-parse", "HEAD") == report.issued.commit
