"""The durable journal of sending: what was about to leave, then what became of it.

A file of the git directory, one JSON object a line, only ever added to. Each line is on the disk
before anything follows it. So an intention whose result is missing may have left: it is
uncertain, and never sent again before a person has said what became of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from relance.text.writing import sync_folder
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, Source, Status, refuse

NAME = "envois.jsonl"


class AttemptState(StrEnum):
    """What is known of an attempt. `HANDED`: its papers were made, for a person to dispatch."""

    INTENDED = "intention"
    SENT = "partie"
    NOT_SENT = "non-partie"
    UNCERTAIN = "incertaine"
    HANDED = "remise"

    @property
    def doubtful(self) -> bool:
        """Whether the letter may have left, or not."""
        return self in (AttemptState.INTENDED, AttemptState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A letter on a channel, and the last thing known of it.

    `day` is that of the dispatch, `addresses` those to whom it goes, `refused` those of them
    that the server refused, `said` why, in the server's words. `account` and `markdown_sha256`
    tell which letter it was: after `git reset` another one may bear its id.
    """

    letter: str
    channel: str
    state: AttemptState
    day: date
    addresses: tuple[str, ...] = ()
    message_id: str = ""
    refused: tuple[str, ...] = ()
    said: str = ""
    account: str = ""
    markdown_sha256: str = ""

    def same_client(self, letter: IssuedLetter) -> bool:
        """Whether it went to the client that the register now says."""
        return self.account in ("", letter.account)

    def fits(self, letter: IssuedLetter) -> bool:
        """Whether it is about this very letter, as far as journal and register tell."""
        texts = {self.markdown_sha256, letter.markdown_sha256 or ""} - {""}
        return self.same_client(letter) and len(texts) < 2


def attempt_of(letter: IssuedLetter, channel: Channel, state: AttemptState, day: date) -> Attempt:
    """What is to be written of a letter: by which channel, and what becomes of it."""
    text = letter.markdown_sha256 or ""
    return Attempt(
        letter.id, channel.value, state, day, account=letter.account, markdown_sha256=text
    )


class SendingJournal:
    """The attempts of a repository; hold its lock while using one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._attempts = {(a.letter, a.channel): a for a in _read(self._path)}

    @property
    def attempts(self) -> Mapping[tuple[str, str], Attempt]:
        """The last attempt of each letter on each channel."""
        return self._attempts

    def write(self, attempt: Attempt) -> None:
        """Add an attempt, on the disk when this returns. Raises Refusal (3) when it cannot be."""
        line = json.dumps(asdict(attempt), default=str, ensure_ascii=True)
        try:
            self._append(f"{line}\n".encode())
        except OSError as error:
            what = f"écriture impossible : {error.strerror}"
            remedy = "faites de la place ou rétablissez les droits : rien ne part sans ce journal"
            problem = Problem(Source(str(self._path)), what, remedy)
            raise Refusal([problem], Status.REFUSED_STATE) from None
        self._attempts[attempt.letter, attempt.channel] = attempt

    def _append(self, line: bytes) -> None:
        fresh = not self._path.exists()
        with self._path.open("ab") as file:
            _drop_torn_line(self._path)
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            sync_folder(self._path.parent)


def _read(path: Path) -> list[Attempt]:
    """The attempts in order. A last line without its end was never acted upon: a result that was
    not written whole leaves its intention, which is uncertain."""
    if not path.exists():
        return []
    *lines, _torn = path.read_bytes().split(b"\n")
    try:
        return [_attempt(json.loads(line)) for line in lines]
    except (ValueError, TypeError, KeyError):
        what = "le journal des envois est illisible : on ne sait plus ce qui est parti"
        remedy = "rétablissez-le d'une sauvegarde, ou notez les envois puis supprimez-le"
        raise refuse(str(path), what, remedy, Status.REFUSED_STATE) from None


def _attempt(kept: dict[str, str | list[str]]) -> Attempt:
    return Attempt(
        letter=str(kept["letter"]),
        channel=str(kept["channel"]),
        state=AttemptState(str(kept["state"])),
        day=date.fromisoformat(str(kept["day"])),
        addresses=tuple(kept["addresses"]),
        message_id=str(kept["message_id"]),
        refused=tuple(kept["refused"]),
        said=str(kept["said"]),
        account=str(kept.get("account", "")),
        markdown_sha256=str(kept.get("markdown_sha256", "")),
    )


def _drop_torn_line(path: Path) -> None:
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    if end < len(content):
        os.truncate(path, end)
