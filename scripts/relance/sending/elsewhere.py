"""What other machines that share the remote send, or have sent, and what they are told of ours.

Before anything leaves, the letters' ids go to a file of the remote that changes by compare and
swap; after it, what became of them. A name, an address or an amount never goes there.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from relance.git.repository import Repository
from relance.git.shared_file import SharedFile
from relance.ledger.company import Company
from relance.sending.attempts import Attempt, AttemptState, SendingJournal
from relance.text.locales import french_date
from relance.values.issued import IssuedLetter
from relance.values.problem import Refusal, Status, refuse

_MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class SharedAttempt:
    """What a machine says of a letter on a channel; `machine` is its mark, `name` what people
    call it."""

    letter: str
    channel: str
    state: AttemptState
    day: date
    markdown_sha256: str
    machine: str
    name: str

    def said(self) -> str:
        """Where and when, in French."""
        return f"une autre machine ({self.name}), le {french_date(self.day)}"


class Elsewhere:
    """The shared file during one run. Raises Refusal (3) when the remote does not answer, when
    the file is damaged, or when another machine announces at the same moment."""

    def __init__(
        self, shared: SharedFile, machine: str, journal: SendingJournal, company: Company
    ) -> None:
        self._shared = shared
        self._machine = machine
        self._journal = journal
        self._letters = {letter.id: letter for letter in company.books.letters}
        self._lines = _read(shared.content)

    @classmethod
    def of(
        cls, repository: Repository, journal: SendingJournal, company: Company
    ) -> Elsewhere | None:
        """The shared file of the remote that the branch follows; None when it follows none."""
        shared = SharedFile.of(repository.git)
        if shared is None:
            return None
        return cls(shared, _mark(repository.shared), journal, company)

    def learn(self) -> None:
        """Put into our journal what others sent or began, until the register tells of it: uncertain
        here, where only a person can say more; and what lies in someone's hands."""
        for line in self._of_others():
            letter = self._letters.get(line.letter)
            if letter is None or line.channel not in letter.remaining:
                continue
            ours = self._journal.attempts.get((line.letter, line.channel))
            if attempt := _here(line, letter, ours):
                self._journal.write(attempt)

    def announce(self, attempts: Iterable[Attempt]) -> None:
        """Tell the others, before anything leaves, what is about to; and what became of what an
        interrupted run of ours had announced."""
        self._write([*self._ended(), *attempts])

    def tell(self) -> None:
        """Tell them what became of all that was announced; another machine may have announced
        letters of its own meanwhile. Raises Refusal (3) when they cannot be told; the next run
        tells them."""
        try:
            if (shared := SharedFile.of(self._shared.git)) is not None:
                self._shared, self._lines = shared, _read(shared.content)
            self._write(self._ended())
        except Refusal as refusal:
            reason = refusal.problems[0].what
            what = f"tout est parti et noté, mais pas dit aux autres machines : {reason}"
            remedy = "rien n'est perdu : le prochain relance envoyer le leur dira"
            raise refuse("envoyer", what, remedy, Status.REFUSED_STATE) from None

    def _of_others(self) -> list[SharedAttempt]:
        return [line for line in self._lines.values() if line.machine != self._machine]

    def _ended(self) -> Iterator[Attempt]:
        """What became of what we announced; what left no trace in our journal surely stayed."""
        for (letter, channel, machine), line in self._lines.items():
            if machine == self._machine:
                ours = self._journal.attempts.get((letter, channel))
                state = ours.state if ours and ours.day >= line.day else AttemptState.NOT_SENT
                if state is not line.state:
                    text = line.markdown_sha256
                    yield Attempt(letter, channel, state, line.day, markdown_sha256=text)

    def _write(self, attempts: Iterable[Attempt]) -> None:
        lines = dict(self._lines)
        for attempt in attempts:
            line = SharedAttempt(
                letter=attempt.letter,
                channel=attempt.channel,
                state=attempt.state,
                day=attempt.day,
                markdown_sha256=attempt.markdown_sha256,
                machine=self._machine,
                name=platform.node() or "sans nom",
            )
            lines[line.letter, line.channel, line.machine] = line
        if lines == self._lines:
            return
        # What the register tells needs no other record: the file stays as small as what is open.
        self._lines = {key: line for key, line in lines.items() if self._open(line)}
        rows = (json.dumps(asdict(line), default=str) for line in self._lines.values())
        self._shared = self._shared.replaced("".join(f"{row}\n" for row in rows).encode())

    def _open(self, line: SharedAttempt) -> bool:
        letter = self._letters.get(line.letter)
        return letter is None or line.channel in letter.remaining


def _here(line: SharedAttempt, letter: IssuedLetter, ours: Attempt | None) -> Attempt | None:
    """What our journal is to hold of another machine's attempt; None when nothing new is said."""
    outcomes = {
        AttemptState.SENT: (AttemptState.UNCERTAIN, f"partie d'{line.said()} : git pull"),
        AttemptState.HANDED: (AttemptState.HANDED, ""),
        AttemptState.NOT_SENT: (AttemptState.NOT_SENT, ""),
    }
    begun = AttemptState.UNCERTAIN, f"commencé d'{line.said()}"
    state, said = outcomes.get(line.state, begun)
    if ours is None or ours.day < line.day:
        if state is AttemptState.NOT_SENT:
            return None
        return Attempt(
            letter=line.letter,
            channel=line.channel,
            state=state,
            day=line.day,
            said=said,
            account=letter.account,
            markdown_sha256=line.markdown_sha256,
        )
    if ours.state is AttemptState.UNCERTAIN and ours.said == begun[1] != said:
        return replace(ours, state=state, said=said)
    return None


def _read(content: bytes) -> dict[tuple[str, str, str], SharedAttempt]:
    try:
        lines = [_line(json.loads(row)) for row in content.splitlines()]
    except (ValueError, TypeError, KeyError):
        what = "ce que les machines disent de leurs envois (refs/relance/envois) est illisible"
        remedy = "rétablissez cette référence du dépôt distant ; --hors-ligne s'en passe"
        raise refuse("envoyer", what, remedy, Status.REFUSED_STATE) from None
    return {(line.letter, line.channel, line.machine): line for line in lines}


def _line(kept: Mapping[str, str]) -> SharedAttempt:
    return SharedAttempt(
        letter=str(kept["letter"]),
        channel=str(kept["channel"]),
        state=AttemptState(str(kept["state"])),
        day=date.fromisoformat(str(kept["day"])),
        markdown_sha256=str(kept["markdown_sha256"]),
        machine=str(kept["machine"]),
        name="".join(sign for sign in str(kept["name"]) if sign.isprintable())[:40],
    )


def _mark(folder: Path) -> str:
    """What tells this clone from every other, copies of it on this machine and others too."""
    path = folder / _MACHINE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(token_hex(16), encoding="ascii")
    drawn = path.read_text(encoding="ascii", errors="replace")
    return sha256(f"{drawn}\0{platform.node()}\0{folder}".encode()).hexdigest()[:16]
