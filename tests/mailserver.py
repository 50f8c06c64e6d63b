"""A real mail server on loopback: STARTTLS, login, and every way of going wrong on request."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "camille", "sésame"[:1] + "-ouvre-toi"


@dataclass
class Behaviour:
    """What the server does: `refuse` maps addresses to an answer, `sender` is its answer to the
    sender, `data` to the n-th message, which it may `drop` or `hold` instead, or answer `slow`ly.
    """

    refuse: dict[str, str] = field(default_factory=dict)
    data: Callable[[int], str] = lambda _number: "250 ok"
    drop: Callable[[int], bool] = lambda _number: False
    hold: Callable[[int], bool] = lambda _number: False
    slow: float = 0
    sender: str = "250 ok"


@dataclass
class Received:
    """A message as it came, with its envelope."""

    sender: str
    recipients: list[str]
    content: bytes
    tls: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)


class Handler:
    """Keeps what it accepts, in order. `seen` counts the messages that came to their end."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.kept: list[Received] = []
        self.seen = 0

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.behaviour.sender.startswith("250"):
            envelope.mail_from = address
        return self.behaviour.sender

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if answer := self.behaviour.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.seen += 1
        answer = self.behaviour.data(self.seen)
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            sender, recipients = str(envelope.mail_from), [str(x) for x in envelope.rcpt_tos]
            assert isinstance(server.transport, asyncio.WriteTransport)
            tls = server.transport.get_extra_info("ssl_object") is not None
            self.kept.append(Received(sender, recipients, envelope.content, tls))
        await asyncio.sleep(self.behaviour.slow)
        if self.behaviour.hold(self.seen):
            await asyncio.sleep(60)  # until the other side is gone, or the server stops
        if self.behaviour.drop(self.seen):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            await asyncio.sleep(0.01)
        return answer


@dataclass
class MailServer:
    """A running server; what it received, and the policy that reaches it."""

    port: int
    handler: Handler
    security: str
    login: bool

    @property
    def received(self) -> list[Received]:
        return self.handler.kept

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what came, in order."""
        return [str(each.message["Message-ID"]) for each in self.received]

    def policy(self, more: str = "") -> str:
        """The section `courriel` that reaches it."""
        user = f", utilisateur: {USER}" if self.login else ""
        return (
            f"courriel: {{serveur: localhost, port: {self.port}, securite: {self.security}"
            f"{user}, expediteur: compta@essai.example, delai: 2, par-minute: 9999{more}}}\n"
        )


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(
        USER.encode(), PASSWORD.encode()
    )
    return AuthResult(success=good, handled=False)


@contextmanager
def running(
    behaviour: Behaviour | None = None,
    tls: ssl.SSLContext | None = None,
    *,
    login: bool = False,
    at_once: bool = False,
) -> Iterator[MailServer]:
    """A server in a thread of its own; with a certificate it asks for STARTTLS, or speaks TLS
    `at_once`."""
    handler = Handler(behaviour or Behaviour())
    later = tls if not at_once else None
    options: dict[str, Any] = {"tls_context": later, "require_starttls": later is not None}
    if login:
        options |= {"authenticator": authenticate, "auth_required": True}
        options |= {"auth_require_tls": tls is not None}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = loop.create_server(
        lambda: SMTP(handler, hostname="localhost", loop=loop, **options),
        "127.0.0.1",
        0,
        ssl=tls if at_once else None,
    )
    listening = asyncio.run_coroutine_threadsafe(opening, loop).result(10)
    try:
        port = listening.sockets[0].getsockname()[1]
        security = "tls" if at_once else "starttls" if tls else "aucune"
        yield MailServer(port, handler, security, login)
    finally:
        asyncio.run_coroutine_threadsafe(_ended(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended(listening: asyncio.Server) -> None:
    """Stop listening, and let the conversations under way come to their end."""
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def certificate(folder: Path, name: str = "localhost") -> tuple[ssl.SSLContext, Path]:
    """What a server of that name shows, and the file of the authority that signed it."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    authority.cert_pem.write_to_path(folder / "autorite.pem")
    return context, folder / "autorite.pem"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that another thread or process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
