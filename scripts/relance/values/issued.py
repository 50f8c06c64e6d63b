"""What was issued: letters of the register, the claims they cite, what happened to them next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from relance.values.amounts import Money
from relance.values.kinds import INFORMATION, Channel, Information, ReturnCause
from relance.values.problem import Source


@dataclass(frozen=True, slots=True)
class Citation:
    """What the register says of one claim in one letter.

    With `instalment_due` it announced an instalment of a payment plan: no step of the track.
    `interest` and `fee` are what of the letter's sums is the claim's, None when nothing is; older
    registers do not tell them.
    """

    letter: str
    invoice: str
    instalment: int
    step: str
    rank: int
    track: str
    due: dt.date
    balance: Money
    instalment_due: dt.date | None = None  # `versement`: the reminder of a plan's instalment
    interest: Money | None = None  # `penalites`
    fee: Money | None = None  # `indemnite`

    @property
    def informs(self) -> bool:
        """Whether its letter only tells something of the claim."""
        return self.step in INFORMATION


@dataclass(frozen=True, slots=True)
class Dispatch:
    """An `#envoi` note: the day it left, by which channel, when it was received.

    `message_id` is an e-mail's, to which the client's next one answers.
    """

    date: dt.date
    channel: str | None = None
    number: str | None = None
    received: dt.date | None = None
    message_id: str | None = None
    addresses: tuple[str, ...] = ()  # of an e-mail, those to which it went


@dataclass(frozen=True, slots=True)
class Return:
    """A `#retour` note: the day, and why it came back, None when nobody says so; `channel` where
    it is known which of its dispatches came back."""

    date: dt.date
    cause: ReturnCause | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedLetter:
    """A letter of the register with what happened to it afterwards.

    `path` is relative to the repository. What older registers do not say is None.
    """

    id: str
    date: dt.date
    account: str
    path: str
    step: str
    rank: int
    track: str
    channels: tuple[str, ...]
    citations: tuple[Citation, ...] = ()
    stopped_on: dt.date | None = None  # `arrete-au`
    days_given: int | None = None  # `sous`
    total: Money | None = None
    interest: Money | None = None
    fee: Money | None = None
    markdown_sha256: str | None = None
    pdf_sha256: str | None = None
    sms_sha256: str | None = None  # when a text message goes with it
    base: str | None = None
    version: str | None = None
    policy_sha256: str | None = None
    tone: str | None = None  # `ton`
    dispatches: tuple[Dispatch, ...] = ()
    returns: tuple[Return, ...] = ()
    cancellation: dt.date | None = None  # the day of its `#annulation` note
    source: Source = field(default=Source(""), compare=False)  # its line of the register

    @property
    def informs(self) -> bool:
        """Whether it asks for nothing: no reminder, whatever it says of claims."""
        return self.step in INFORMATION

    @property
    def states_account(self) -> bool:
        """Whether it is a statement of its client's account."""
        return self.step == Information.STATEMENT

    @property
    def before_due(self) -> bool:
        """Whether it was a reminder before the due date."""
        return self.rank == 0 and not self.informs

    @property
    def cancelled_on(self) -> dt.date | None:
        """The day from which it does not count; what a client was sent is not undone, and goes
        on counting whatever a cancellation says."""
        return None if self.cancellation is None or self.gone else self.cancellation

    @property
    def gone(self) -> tuple[Dispatch, ...]:
        """Its dispatches that did not come back, the earliest first: a return takes back the last
        one of its day or before, never one that was received."""
        back = self._back
        return tuple(sent for place, sent in enumerate(self._sent) if place not in back)

    @property
    def remaining(self) -> tuple[Channel, ...]:
        """The channels by which it is still to be dispatched; a note of another channel than those
        planned stands for the first one left, and a note without channel for all."""
        planned = [c for c in Channel if c in self.channels and c is not Channel.FILE]
        planned.sort(key=self.channels.index)
        if any(dispatch.channel is None for dispatch in self.dispatches):
            return ()
        done = [dispatch.channel for dispatch in self.dispatches]
        instead = sum(channel not in self.channels for channel in done)
        return tuple([channel for channel in planned if channel not in done][instead:])

    @property
    def presented(self) -> tuple[Dispatch, ...]:
        """Its dispatches that its addressee received, refused or did not claim, the earliest
        first: those that make a letter count."""
        if not self.returns:  # nearly always
            return tuple(self._sent)
        back = self._back
        return tuple(
            sent
            for place, sent in enumerate(self._sent)
            if place not in back or ((cause := back[place].cause) and cause.presented)
        )

    @property
    def undelivered(self) -> Return | None:
        """The return that leaves nothing presented of what was sent: its address is wrong, or
        nobody says why it came back."""
        if not self.dispatches or self.presented:
            return None
        return max(self._back.values(), key=lambda returned: returned.date)

    @property
    def _sent(self) -> list[Dispatch]:
        return sorted(self.dispatches, key=lambda dispatch: dispatch.date)

    @property
    def _back(self) -> dict[int, Return]:
        """The return of each dispatch that came back, by its place. A return that takes back
        none only says, where it gives a cause, why the last one came back."""
        sent, back = self._sent, dict[int, Return]()
        last: int | None = None
        for returned in sorted(self.returns, key=lambda returned: returned.date):
            out = [
                place
                for place, dispatch in enumerate(sent)
                if place not in back
                and dispatch.date <= returned.date
                and dispatch.received is None
                and returned.channel in (None, dispatch.channel)
            ]
            if out:
                last = out[-1]
                back[last] = returned
            elif last is not None and returned.cause:
                back[last] = returned
        return back


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the register, where it stands: a letter, a claim that it cites (`relance`),
    or what happened to it (`envoi`, `retour`, `annulation`)."""

    date: dt.date
    account: str
    letter: str
    sort: str
    text: str
    source: Source
    invoices: tuple[str, ...] = ()
    channel: str | None = None
    number: str | None = None
    received: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PendingLetter:
    """A letter issued on a branch that nobody merged yet."""

    letter: IssuedLetter
    branch: str
