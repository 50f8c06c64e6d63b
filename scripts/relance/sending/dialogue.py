"""Speaking with a mail server, one answer for each thing said, in bounded time and size.

A server, or what stands before it, may answer too early, too much or too slowly. An answer that
nothing has asked for would be read as that of the next command, so nothing is said before all
that came is read: such a connection is out of step, and no answer on it means anything more.
"""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
import time
from contextlib import suppress
from io import BufferedReader
from typing import Any

from relance.text.escapes import one_line

_MOST_LINES = 200  # of one answer; the longest true ones, to EHLO, have some thirty
_PATIENCE = 6  # times the time limit of one reading that a whole answer may take
_LONGEST = 200  # characters of an answer that are shown and kept
_HIDDEN = "•••"


class OutOfStep(smtplib.SMTPException):
    """The server said something that nothing had asked for, or too much."""


class _Answers:
    """A server's answers, line by line, each answer bounded in lines and in time."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._lines = 0
        self._latest = 0.0

    def begin(self, seconds: float) -> None:
        """The next answer starts, and has so long."""
        self._lines, self._latest = 0, time.monotonic() + seconds

    def readline(self, size: int) -> bytes:
        """The next line, or so many bytes of it; what a reader of sockets calls it."""
        self._lines += 1
        if self._lines > _MOST_LINES:
            raise OutOfStep("réponse sans fin")
        line = b""
        while len(line) < size and not line.endswith(b"\n"):
            if time.monotonic() > self._latest:
                raise OutOfStep("réponse trop lente")
            ready = self._file.peek(1)
            if not ready:
                break
            line += self._file.read(min(ready.find(b"\n") + 1 or len(ready), size - len(line)))
        return line

    def waiting(self) -> bool:
        """Whether something is there already; the socket must not wait."""
        return bool(self._file.peek(1))

    def close(self) -> None:
        """Close the file that is read."""
        self._file.close()


class _InStep(smtplib.SMTP):
    """A conversation in which nothing is said before all that came is read."""

    def getreply(self) -> tuple[int, bytes]:
        """The next answer, whole."""
        if self.file is None and self.sock is not None:
            self.file = _Answers(self.sock.makefile("rb"))
        if self.file is not None and self.sock is not None:
            self.file.begin((self.sock.gettimeout() or 0) * _PATIENCE)
        try:
            return super().getreply()
        except smtplib.SMTPServerDisconnected as lost:  # what the library makes of any fault
            if isinstance(lost.__context__, OutOfStep):
                raise lost.__context__ from None
            raise

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Say a command, when nothing waits to be read."""
        self.check_step()
        super().putcmd(cmd, args)

    def check_step(self) -> None:
        """Raise `OutOfStep` when something is there that nothing has asked for."""
        if self.sock is None or self.file is None:
            return
        wait = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            with suppress(BlockingIOError, ssl.SSLWantReadError):
                if self.file.waiting():
                    raise OutOfStep("le serveur répond avant d'être interrogé")
        finally:
            self.sock.settimeout(wait)


class PlainDialogue(_InStep):
    """A conversation in clear, or made secret on the way."""


class SecretDialogue(_InStep, smtplib.SMTP_SSL):
    """A conversation that is secret from its start."""


def spoken(words: bytes | str, secret: str) -> str:
    """What a server said: one line, without signs that steer a terminal or hide, without the
    password or its usual disguises, cut."""
    text = one_line(words.decode("utf-8", "replace") if isinstance(words, bytes) else words)
    for disguise in _disguises(secret) if secret else ():
        text = re.sub(re.escape(disguise), _HIDDEN, text, flags=re.IGNORECASE)
    return text[:_LONGEST]


def _disguises(secret: str) -> list[str]:
    """The secret as it is and as SMTP carries it, the longest first."""
    plain: Any = secret.encode()
    forms = [secret, one_line(secret), plain.hex(), base64.b64encode(plain).decode().rstrip("=")]
    return sorted({form for form in forms if form}, key=len, reverse=True)
