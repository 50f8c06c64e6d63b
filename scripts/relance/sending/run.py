"""One run of sending: what it is asked, what it finds, what it does, in that order.

Under the lock of the repository: first what an interrupted run sent is recorded, then the books
are read as they are now and every letter gets its verdict; only then does anything leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from relance.cache.book_states import read_once
from relance.cache.cached_books import recalled_whole
from relance.git.repository import Repository
from relance.ledger.company import POLICY, Company
from relance.notes.note import NewNote
from relance.policy.settings import MailSettings
from relance.sending import handouts
from relance.sending.attempts import Attempt, AttemptState, SendingJournal, attempt_of
from relance.sending.departure import check_day, check_place, day_of_dispatch, fetch
from relance.sending.elsewhere import Elsewhere
from relance.sending.handouts import Hand, Handouts
from relance.sending.mailing import EmailJob, Mailman, MessageMaker, Pace, Result, unsent
from relance.sending.message import sender_of
from relance.sending.records import cancellations, strangers, unrecorded
from relance.sending.records import record as record_notes
from relance.sending.smtp import Server, password
from relance.sending.sorting import LetterFate, LetterVerdict, sort_out
from relance.text.addresses import Unusable, ascii_address
from relance.values.kinds import Channel
from relance.values.problem import Refusal, refuse

NO_SERVER = "aucun serveur dans la politique (courriel.serveur) ; --sans-envoi écrit les .eml"


@dataclass(frozen=True, slots=True)
class SendingRequest:
    """What a person asks for: `trial` is the address of `--essai`, `only` letters by id;
    `offline` does without asking the remote what has left from elsewhere; with `returns`, mail
    that came back is read there and nothing is sent."""

    folder: Path
    day: date | None = None
    trial: str | None = None
    dry: bool = False
    only: tuple[str, ...] = ()
    offline: bool = False
    returns: Path | None = None

    @property
    def real(self) -> bool:
        """Whether letters really leave, and are recorded."""
        return self.trial is None and not self.dry


@dataclass(frozen=True, slots=True)
class Sending:
    """A run ready to send.

    `recorded` are the notes of what an interrupted run had sent, `strangers` the attempts at
    letters whose ids others bear now, `recovered` says what was put right after a run that was
    interrupted while it committed; `elsewhere` is what machines that share the remote tell each
    other, None when there are none.
    """

    request: SendingRequest
    repository: Repository
    company: Company
    day: date
    today: date
    verdicts: tuple[LetterVerdict, ...]
    jobs: tuple[EmailJob, ...]
    lacking: tuple[Result, ...]
    journal: SendingJournal
    recorded: tuple[NewNote, ...] = ()
    strangers: tuple[Attempt, ...] = ()
    recovered: str | None = None
    elsewhere: Elsewhere | None = None

    @property
    def settings(self) -> MailSettings:
        """The mail server."""
        return self.company.policy.mail

    def of(self, fate: LetterFate) -> tuple[LetterVerdict, ...]:
        """The letters of that fate."""
        return tuple(verdict for verdict in self.verdicts if verdict.fate is fate)


@contextmanager
def opened(
    request: SendingRequest,
    now: Callable[[str], datetime],
    sound: Callable[[Company], Company],
) -> Iterator[Sending]:
    """Everything read and decided, the repository held until the run is over; `sound` refuses a
    company with a fault.

    Raises Refusal, 3 for the state of the repository or of the calendar; nothing has left then.
    """
    repository = Repository.at(request.folder)
    with repository.lock():
        recovered = repository.recover()
        if request.real and not request.offline:
            fetch(repository)
        check_place(repository, trial=request.trial is not None)
        company = sound(_read(repository.folder, request))
        at = now(company.policy.calendar.timezone)
        day = day_of_dispatch(request.day, at.date(), real=request.real)
        repository.check_committed((POLICY, *company.books.files))
        journal, caught_up = SendingJournal(repository.shared), list[NewNote]()
        elsewhere = None
        if request.real and not request.offline:
            elsewhere = Elsewhere.of(repository, journal, company)
        if elsewhere is not None:
            elsewhere.learn()
        if request.real:
            check_day(company.policy.workdays, day)
            caught_up = unrecorded(company, journal.attempts)
            company = record_notes(repository, company, caught_up)
        latest = day if request.dry else max(day, at.date())
        verdicts = sort_out(company, day, latest, journal.attempts, request.only)
        jobs, lacking = _jobs(repository, company, verdicts, request, at)
        yield Sending(
            request=request,
            repository=repository,
            company=company,
            day=day,
            today=at.date(),
            verdicts=verdicts,
            jobs=tuple(jobs),
            lacking=tuple(lacking),
            journal=journal,
            recorded=tuple(caught_up),
            strangers=strangers(company, journal.attempts),
            recovered=recovered,
            elsewhere=elsewhere,
        )


def _read(folder: Path, request: SendingRequest) -> Company:
    """The company; before anything leaves, its books are read whole."""
    return recalled_whole(folder) if request.dry else read_once(folder)


def make_papers(sending: Sending) -> Handouts:
    """Write the files of the other channels, and without sending those of the e-mails; what is
    put into a person's hands is remembered."""
    request = sending.request
    if request.trial is not None:
        return Handouts({}, ())
    made = handouts.make_handouts(
        sending.verdicts, sending.company, sending.repository, sending.day, sending.journal.attempts
    )
    if request.dry:
        made.files.update(_previews(sending))
    _announce(sending, made.hands)
    handouts.write(made.files, sending.repository.folder, sending.day)
    for hand in made.hands if request.real else ():
        if not hand.trouble and hand.since is None:
            letter, state = hand.verdict.letter, AttemptState.HANDED
            sending.journal.write(attempt_of(letter, hand.channel, state, sending.day))
    return made


def _announce(sending: Sending, hands: Iterable[Hand]) -> None:
    """Tell the machines that share the remote what is about to leave, before anything does."""
    if sending.elsewhere is not None:
        handed = [
            attempt_of(hand.verdict.letter, hand.channel, AttemptState.HANDED, sending.day)
            for hand in hands
            if not hand.trouble and hand.since is None
        ]
        mails = [job.intention(sending.day) for job in sending.jobs]
        sending.elsewhere.announce([*mails, *handed])


def send(sending: Sending, pause: Callable[[float], None]) -> Iterator[Result]:
    """Send the e-mails; yields what becomes of each as soon as it is known."""
    jobs, settings = sending.jobs, sending.settings
    if not jobs or sending.request.dry:
        return
    try:
        secret = password(settings) if settings.server else ""
    except Refusal as refusal:
        yield from unsent(jobs, f"{refusal.problems[0].what} ; {refusal.problems[0].remedy}")
        return
    if settings.server is None:
        yield from unsent(jobs, NO_SERVER)
        return
    name = jobs[0].mail.sender.rpartition("@")[2]
    journal = sending.journal if sending.request.real else None
    with Server(settings, secret, name) as server:
        pace = Pace(pause, 60 / settings.per_minute)
        yield from Mailman(server, pace, journal).send(jobs, sending.day)


def record(sending: Sending) -> None:
    """Commit what left and what is cancelled; nothing for a trial or without sending."""
    if not sending.request.real:
        return
    notes = unrecorded(sending.company, sending.journal.attempts)
    notes += cancellations(sending.verdicts, sending.day)
    record_notes(sending.repository, sending.company, notes)
    if sending.elsewhere is not None:
        sending.elsewhere.tell()


def incomplete(sending: Sending, results: Iterable[Result], hands: Iterable[Hand]) -> bool:
    """Whether a letter that was to leave did not, or may not have (exit status 4)."""
    if sending.request.dry:
        return False
    fates = (
        {LetterFate.CANCELLED, LetterFate.KEPT, LetterFate.UNCERTAIN}
        if sending.request.real
        else set()
    )
    stayed = any(verdict.fate in fates for verdict in sending.verdicts)
    unsent = any(result.state is not AttemptState.SENT for result in results)
    return stayed or unsent or any(hand.trouble for hand in hands)


def _jobs(
    repository: Repository,
    company: Company,
    verdicts: Sequence[LetterVerdict],
    request: SendingRequest,
    at: datetime,
) -> tuple[list[EmailJob], list[Result]]:
    """The e-mails to send, and the letters of which none can be made: all without a sender."""
    trial = _trial_address(request.trial)
    ready = [v for v in verdicts if v.fate is LetterFate.READY and Channel.EMAIL in v.channels]
    try:
        sender = sender_of(company.policy.creditor, company.policy.mail, at)
    except Refusal as refusal:
        problem = refusal.problems[0]
        reason = f"{problem.what} ; {problem.remedy}"
        return [], [Result(verdict, AttemptState.NOT_SENT, said=reason) for verdict in ready]
    return MessageMaker(repository, company, sender).jobs(ready, trial)


def _trial_address(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return ascii_address(text)
    except Unusable as unusable:
        raise refuse("essai", str(unusable), "écrivez nom@domaine") from None


def _previews(sending: Sending) -> dict[str, bytes]:
    where = handouts.folder(sending.day)
    return {
        f"{where}/{Path(job.verdict.file.stem).name}.eml": job.mail.as_bytes()
        for job in sending.jobs
    }
