"""Requests to one server, asked again while that may help, and answers that are whole.

No redirection is followed: what identifies the firm goes to the address of the policy alone.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from relance.text.escapes import short
from relance.values.problem import Refusal, Status, refuse

_TIMES = 5  # how often one request is made
_LONGEST_WAIT = 60.0  # seconds; a server that asks for more is left until another day
_PIECE = 2**16
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_AGAIN = "recommencez plus tard : la suite reprendra où elle s'est arrêtée"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whole: `whole` says that its length was told and is right."""

    status: int
    body: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds: for one piece of an answer, for all of it, before the first
    repetition; `sleep` waits."""

    piece: float = 30.0
    answer: float = 180.0
    first: float = 1.0
    sleep: Callable[[float], None] = time.sleep


class _Unfinished(Exception):
    """Why an answer is not whole, or not there, in French."""


class Exchange:
    """Asks one server; `where` is how it is told."""

    def __init__(self, where: str, patience: Patience) -> None:
        self._where = where
        self._patience = patience

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        most: int = 2**23,
    ) -> Answer:
        """The answer, of at most so many bytes; a server that is busy (429), in trouble (5xx),
        slow or cut off is asked again. `Refusal` (3) when it stays so."""
        wait, why = self._patience.first, ""
        for turn in range(_TIMES):
            if turn:
                self._patience.sleep(min(wait, _LONGEST_WAIT))
                wait *= 2
            try:
                answer, later = self._once(method, url, headers, body, most)
            except _Unfinished as unfinished:
                why = str(unfinished)
                continue
            if answer.status != 429 and answer.status < 500:
                return answer
            why = f"réponse {answer.status}"
            if later > _LONGEST_WAIT:
                why = f"réponse {answer.status}, à redemander dans {later:.0f} s"
                break
            wait = max(wait, later)
        raise self.refusal(f"la plateforme ne répond pas : {why}", _AGAIN)

    def refusal(self, what: str, remedy: str) -> Refusal:
        """A complaint about this server."""
        return refuse(self._where, what, remedy, Status.REFUSED_STATE)

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, most: int
    ) -> tuple[Answer, float]:
        """The answer, and the seconds after which it wants to be asked again."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        until = time.monotonic() + self._patience.answer
        try:
            connection = self._connection(parts)
            try:
                connection.request(method, target, body or None, dict(headers))
                response = connection.getresponse()
                answer = self._whole(response, until, most)
                return answer, _seconds(response.getheader("Retry-After"))
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as fault:
            reason = short(str(fault), 80) or type(fault).__name__
            raise _Unfinished(f"« {reason} »") from fault

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "http" and host in _LOCAL:
            return http.client.HTTPConnection(host, port, timeout=self._patience.piece)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, port, timeout=self._patience.piece, context=context
        )

    def _whole(self, response: http.client.HTTPResponse, until: float, most: int) -> Answer:
        """The answer to its end: one that is cut, too long, or too slow is none."""
        length = response.getheader("Content-Length")
        pieces, size = [], 0
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise self.refusal(f"une réponse dépasse {most >> 20} Mio", "voyez la plateforme")
            if time.monotonic() > until:
                raise _Unfinished("elle envoie trop lentement")
        if length is not None and length.isdigit() and size != int(length):
            raise _Unfinished(f"réponse coupée à {size} octets sur {length}")
        return Answer(response.status, b"".join(pieces), length is not None or response.chunked)


def _seconds(text: str | None) -> float:
    """`Retry-After` in seconds; a date there counts as none."""
    return float(text) if text and text.isdigit() and len(text) < 9 else 0.0
