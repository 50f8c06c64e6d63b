"""One run over mail that came back: read, looked up, noted, in that order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from relance.git.repository import Repository
from relance.ledger.company import POLICY, Company, read_company
from relance.notes.note import NewNote
from relance.sending.attempts import SendingJournal
from relance.sending.bounce import Bounce, Tangled, read_bounce
from relance.sending.departure import check_place, fetch
from relance.sending.records import record, unrecorded
from relance.sending.returned_letters import ReturnedLetters, look_up
from relance.sending.returned_mail import MailFiles
from relance.values.problem import Problem, Source


@dataclass(frozen=True, slots=True)
class ReturnRun:
    """What was done: the letters, the notes of an interrupted sending recorded on the way, and
    the messages that could not be read; `others` are messages that report nothing."""

    company: Company
    repository: Repository
    day: date
    letters: ReturnedLetters
    recorded: tuple[NewNote, ...]
    left_out: tuple[Problem, ...]
    others: int
    recovered: str | None


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """Where the mail is; `offline` does without asking the remote what it knows."""

    folder: Path
    mail: Path
    offline: bool


def take_returns(
    request: ReturnRequest,
    now: Callable[[str], datetime],
    sound: Callable[[Company], Company],
) -> ReturnRun:
    """Note the letters that came back, in a commit of their own; `sound` refuses a company with
    a fault. Raises Refusal, 3 for the state of the repository; nothing is noted then."""
    repository = Repository.at(request.folder)
    with repository.lock():
        recovered = repository.recover()
        if not request.offline:
            fetch(repository)
        check_place(repository)
        company = sound(read_company(repository.folder))
        today = now(company.policy.calendar.timezone).date()
        repository.check_committed((POLICY, *company.books.files))
        files, bounces, others = MailFiles(request.mail), list[Bounce](), 0
        for name, content in files.messages():
            try:
                bounce = read_bounce(name, content)
            except Tangled:
                remedy = "regardez-le vous-même ; relance noter --retour le note"
                what = "ce message a plus de parties qu'aucun serveur n'en écrit"
                files.left_out.append(Problem(Source(name), what, remedy))
            else:
                bounces += [bounce] if bounce else []
                others += bounce is None
        caught_up = unrecorded(company, SendingJournal(repository.shared).attempts)
        company = record(repository, company, caught_up)
        letters = look_up(company, bounces, today)
        company = record(repository, company, letters.notes)
        return ReturnRun(
            *(company, repository, today, letters, tuple(caught_up)),
            *(tuple(files.left_out), others, recovered),
        )
