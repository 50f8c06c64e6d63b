"""The e-mails of a run: intention, sending, result, one letter at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from relance.git.repository import Repository
from relance.ledger.company import Company
from relance.sending.attempts import Attempt, AttemptState, SendingJournal, attempt_of
from relance.sending.content import content_of
from relance.sending.letterfile import attachments
from relance.sending.message import Mail, Sender, answering, build, conversation, trial
from relance.sending.smtp import Server, Unavailable
from relance.sending.sorting import LetterVerdict
from relance.text.addresses import Unusable
from relance.values.kinds import Channel
from relance.values.problem import Refusal

_MOST_UNCERTAIN = 2  # letters in a row, after which the server is left alone


@dataclass(frozen=True, slots=True)
class EmailJob:
    """A letter to be sent as this message."""

    verdict: LetterVerdict
    mail: Mail

    def intention(self, day: date) -> Attempt:
        """What is written before anything leaves."""
        addresses = (*self.mail.to, *self.mail.others)
        return replace(
            attempt_of(self.verdict.letter, Channel.EMAIL, AttemptState.INTENDED, day),
            addresses=addresses,
            message_id=self.mail.id,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a letter's e-mail; `addresses` are its own, `refused` may hold others."""

    verdict: LetterVerdict
    state: AttemptState
    addresses: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    said: str = ""


class MessageMaker:
    """Makes the messages of letters that are ready, for the clients or for one trial address."""

    def __init__(self, repository: Repository, company: Company, sender: Sender) -> None:
        self._repository = repository
        self._company = company
        self._sender = sender

    def jobs(
        self, verdicts: Sequence[LetterVerdict], trial_address: str | None = None
    ) -> tuple[list[EmailJob], list[Result]]:
        """The messages of letters that are ready, and those of which none can be made."""
        jobs, lacking = [], []
        for verdict in verdicts:
            try:
                jobs.append(EmailJob(verdict, self._mail(verdict, trial_address)))
            except Refusal as refusal:
                problem = refusal.problems[0]
                reason = f"{problem.source} : {problem.what}"
                lacking.append(Result(verdict, AttemptState.NOT_SENT, said=reason))
            except Unusable as unusable:
                lacking.append(Result(verdict, AttemptState.NOT_SENT, said=str(unusable)))
        return jobs, lacking

    def _mail(self, verdict: LetterVerdict, trial_address: str | None) -> Mail:
        file = verdict.file
        if file.announced:
            self._repository.check_committed(file.announced)
        attached = attachments(self._company, file)
        content = content_of(file, self._company.templates, attached)
        if trial_address is not None:
            return trial(file, trial_address, self._sender, content)
        mail = build(file, verdict.client, self._sender, content)
        return answering(mail, conversation(file.letter, self._company.books.letters))


@dataclass(frozen=True, slots=True)
class Pace:
    """How messages follow each other: `pause` waits so many seconds, `seconds` between two."""

    pause: Callable[[float], None]
    seconds: float


@dataclass(frozen=True, slots=True)
class Mailman:
    """Sends through a server, and writes what happens into the journal as it happens; without
    a journal nothing is remembered, which is for trials."""

    server: Server
    pace: Pace
    journal: SendingJournal | None = None

    def send(self, jobs: Sequence[EmailJob], day: date) -> Iterator[Result]:
        """Send each message once; yields its result as soon as it is known.

        When the server cannot be used, or answers no more, the rest surely stays here.
        """
        uncertain = 0
        for number, job in enumerate(jobs):
            if number:
                self.pace.pause(self.pace.seconds)
            try:
                self.server.ready()
            except Unavailable as unavailable:
                yield from unsent(jobs[number:], str(unavailable))
                return
            result = self._send_one(job, day)
            yield result
            uncertain = uncertain + 1 if result.state.doubtful else 0
            if uncertain == _MOST_UNCERTAIN:
                reason = "envoi arrêté : le serveur ne répond plus à la fin des messages"
                yield from unsent(jobs[number + 1 :], reason)
                return

    def _send_one(self, job: EmailJob, day: date) -> Result:
        # The intention is on the disk before anything leaves: killed in between, the letter is
        # uncertain, and never sent again before a person has said what became of it.
        intention = job.intention(day)
        self._write(intention)
        done = self.server.deliver(job.mail)
        self._write(replace(intention, state=done.state, refused=done.refused, said=done.said))
        return Result(job.verdict, done.state, job.mail.to, done.refused, done.said)

    def _write(self, attempt: Attempt) -> None:
        if self.journal is not None:
            self.journal.write(attempt)


def unsent(jobs: Iterable[EmailJob], reason: str) -> Iterator[Result]:
    """The results of messages that surely stay here."""
    return (Result(job.verdict, AttemptState.NOT_SENT, job.mail.to, said=reason) for job in jobs)
