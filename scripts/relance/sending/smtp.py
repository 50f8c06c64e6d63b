"""The mail server: one connection, one message at a time, and what surely became of each.

A message has left when the server says 250 to its end;
it has not when the server refuses, or when the connection is lost before its text; whatever
happens between is uncertain, a server out of step with us included (`dialogue`). Whatever the
mail library makes of what a server says is an outcome of that letter, never a crash.
"""

from __future__ import annotations

import errno
import os
import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Self

from relance.policy.settings import MailSettings, Security
from relance.sending.attempts import AttemptState
from relance.sending.dialogue import OutOfStep, PlainDialogue, SecretDialogue, spoken
from relance.sending.message import Mail
from relance.values.problem import Status, refuse

VARIABLE = "RELANCE_SMTP_MOT_DE_PASSE"
SERVICE = "relance"
_OK = range(200, 300)
_GO_ON = 354
_CLOSING = 421
_UNKNOWN = (500, 502)  # a command that a server does not know
# What a system says in its own language, in French.
_UNREACHABLE = {
    errno.ECONNREFUSED: "connexion refusée ; vérifiez courriel.serveur et courriel.port",
    errno.ECONNRESET: "connexion coupée par le serveur",
    errno.EHOSTUNREACH: "aucun chemin jusqu'à lui ; vérifiez la connexion à internet",
    errno.ENETUNREACH: "pas de réseau ; vérifiez la connexion à internet",
}


Dialogue = PlainDialogue | SecretDialogue


class Unavailable(Exception):
    """The server cannot be used; the text says why, in French. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: `refused` addresses, and what the server said of it."""

    state: AttemptState
    refused: tuple[str, ...] = ()
    said: str = ""


class Server:
    """A mail server, called when it is first needed and again when the connection was lost."""

    def __init__(self, settings: MailSettings, password: str, name: str) -> None:
        self._settings = settings
        self._password = password
        self._name = name  # how we present ourselves: the sender's domain, not this machine's
        self._smtp: Dialogue | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            with suppress(Exception):  # all is said and kept already
                self._smtp.quit()
        self._close()

    def ready(self) -> None:
        """Be connected and identified; raises Unavailable. Nothing is sent."""
        if self._smtp is not None and not self._alive(self._smtp):
            self._close()
        if self._smtp is None:
            try:
                self._smtp = self._connected()
            except Exception as error:  # noqa: BLE001 - whatever a server makes the library do
                raise Unavailable(self._in_french(error)) from None

    def deliver(self, mail: Mail) -> Delivery:
        """Hand one message over; be `ready` first."""
        assert self._smtp is not None
        try:
            opened = self._open(self._smtp, mail)
            if opened.state is AttemptState.UNCERTAIN:
                self._smtp.check_step()
        except Exception as error:  # noqa: BLE001 - whatever a server makes the library do
            self._close()
            return Delivery(AttemptState.NOT_SENT, said=self._lost("connexion perdue", error))
        if opened.state is AttemptState.NOT_SENT:
            self._start_again(self._smtp)
            return opened
        return self._transmit(self._smtp, mail, opened)

    def _open(self, smtp: Dialogue, mail: Mail) -> Delivery:
        """Everything before the message's text, up to the server's « go on »."""
        size = len(mail.as_bytes())
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        answer = smtp.mail(mail.sender, options)
        if answer[0] not in _OK:
            return Delivery(AttemptState.NOT_SENT, said=self._answer(*answer))
        refused = {}
        for address in (*mail.to, *mail.others):
            answer = smtp.rcpt(address)
            if answer[0] not in _OK:
                refused[address] = self._answer(*answer)
        words = " ; ".join(f"{address} : {reason}" for address, reason in refused.items())
        if not set(mail.to) - refused.keys():  # a copy alone is no reminder
            return Delivery(AttemptState.NOT_SENT, tuple(refused), words)
        answer = smtp.docmd("DATA")
        if answer[0] != _GO_ON:
            return Delivery(AttemptState.NOT_SENT, said=self._answer(*answer))
        return Delivery(AttemptState.UNCERTAIN, tuple(refused), words)

    def _transmit(self, smtp: Dialogue, mail: Mail, so_far: Delivery) -> Delivery:
        """The text itself: from here on, only the server's answer tells."""
        try:
            smtp.send(_stuffed(mail.as_bytes()))
            answer = smtp.getreply()
        except Exception as error:  # noqa: BLE001 - whatever a server makes the library do
            self._close()
            said = self._lost("sans réponse", error)
            return Delivery(AttemptState.UNCERTAIN, so_far.refused, said)
        if answer[0] in _OK:
            if stray := self._stray(smtp):
                self._close()
                return Delivery(AttemptState.UNCERTAIN, so_far.refused, stray)
            return Delivery(AttemptState.SENT, so_far.refused, so_far.said)
        if answer[0] == _CLOSING:
            self._close()
        # 4xx and 5xx refuse the text; any other answer is none that RFC 5321 has here.
        state = AttemptState.NOT_SENT if 400 <= answer[0] < 600 else AttemptState.UNCERTAIN
        return Delivery(state, so_far.refused, self._answer(*answer))

    def _stray(self, smtp: Dialogue) -> str:
        """What shows that the « accepted » just read was the answer to something else: the text's
        own comes after it, in place of that to a command which does nothing."""
        try:
            code, words = smtp.noop()
        except OutOfStep as error:
            return self._lost("réponse douteuse", error)
        except Exception:  # noqa: BLE001 - the connection ends once the text is accepted
            self._close()
            return ""
        if code in _OK or code in _UNKNOWN:
            return ""
        if code == _CLOSING:
            self._close()
            return ""
        return f"réponse douteuse : acceptée, puis {self._answer(code, words)}"

    def _answer(self, code: int, words: bytes | str) -> str:
        return f"{code} {spoken(words, self._password)}"

    def _lost(self, what: str, error: Exception) -> str:
        return f"{what} : {self._error(error)}"

    def _error(self, error: Exception) -> str:
        return spoken(str(error), self._password) or type(error).__name__

    # ------------------------------------------------------------ The connection

    def _connected(self) -> Dialogue:
        settings = self._settings
        assert settings.server is not None
        secure = ssl.create_default_context()
        where, wait = (settings.server, settings.port, self._name), settings.timeout
        if settings.security is Security.TLS:
            smtp: Dialogue = SecretDialogue(*where, timeout=wait, context=secure)
        else:
            smtp = PlainDialogue(*where, timeout=wait)
        try:
            if settings.security is Security.STARTTLS:
                smtp.starttls(context=secure)
            smtp.ehlo_or_helo_if_needed()
            if settings.user is not None:
                smtp.login(settings.user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _alive(self, smtp: Dialogue) -> bool:
        try:
            return smtp.noop()[0] in _OK
        except Exception:  # noqa: BLE001 - whatever a server makes the library do
            return False

    def _start_again(self, smtp: Dialogue) -> None:
        """Forget the message that was refused; the next one has the connection to itself."""
        try:
            if smtp.rset()[0] not in _OK:
                self._close()
        except Exception:  # noqa: BLE001 - whatever a server makes the library do
            self._close()

    def _close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _in_french(self, error: Exception) -> str:
        """Why no connection could be made, what to look at first."""
        server = f"{self._settings.server}:{self._settings.port}"
        match error:
            case ssl.SSLCertVerificationError():
                return f"certificat de {server} refusé : {error.verify_message}"
            case ssl.SSLError():
                return f"{server} : connexion chiffrée impossible ({self._error(error)})"
            case smtplib.SMTPAuthenticationError():
                reason = self._answer(error.smtp_code, error.smtp_error)
                return f"{server} refuse l'utilisateur ou le mot de passe ({reason})"
            case smtplib.SMTPNotSupportedError():
                return f"{server} n'offre pas ce qu'il faut ({self._error(error)})"
            case TimeoutError():
                return f"{server} ne répond pas en {self._settings.timeout} s"
        return f"{server} injoignable : {_unreached(error) or self._error(error)}"


def _unreached(error: Exception) -> str:
    """Why a server cannot be reached, in French whatever the language; "" when none of these."""
    match error:
        case socket.gaierror():
            return "nom introuvable ; vérifiez courriel.serveur et la connexion à internet"
        case smtplib.SMTPServerDisconnected():
            return "il ferme la connexion ; vérifiez courriel.port et courriel.securite"
        case OSError(errno=code) if code in _UNREACHABLE:
            return _UNREACHABLE[code]
    return ""


def _stuffed(content: bytes) -> bytes:
    """The text with its end: a line that begins with a full stop gets another (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"(?m)^\.", b"..", content)
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


# ---------------------------------------------------------------- The password


def password(settings: MailSettings) -> str:
    """The password of the user that the policy names, "" when it names none; refused when there
    is none to be found."""
    if settings.user is None:
        return ""
    word = os.environ.get(VARIABLE) or _from_keyring(f"{settings.user}@{settings.server}")
    if not word:
        installed = find_spec("keyring") is not None
        other = f"keyring set {SERVICE} {settings.user}@{settings.server}"
        more = f" ; ou dans le trousseau : {other}" if installed else ""
        what = f"pas de mot de passe pour {settings.user} sur {settings.server}"
        raise refuse(VARIABLE, what, f"donnez-le par cette variable{more}", Status.NOT_ALL_SENT)
    if not word.isascii():
        what = "ce mot de passe a des accents, que l'identification SMTP ne transmet pas"
        raise refuse(VARIABLE, what, "changez-le", Status.NOT_ALL_SENT)
    return word


def _from_keyring(name: str) -> str:
    """What the keyring holds, "" without one: the extra « trousseau » is a choice."""
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""
