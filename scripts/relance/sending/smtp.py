"""The mail server: one connection, one message at a time, and what surely became of each.

The only module that imports smtplib. A message has left when the server says 250 to its end;
it has not when the server refuses, or when the connection is lost before its text; whatever
happens between is uncertain.
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
from relance.sending.message import Mail
from relance.text.escapes import one_line
from relance.values.problem import Status, refuse

VARIABLE = "RELANCE_SMTP_MOT_DE_PASSE"
SERVICE = "relance"
_OK = range(200, 300)
_GO_ON = 354
_CLOSING = 421
# What a system says in its own language, in French.
_UNREACHABLE = {
    errno.ECONNREFUSED: "connexion refusée ; vérifiez courriel.serveur et courriel.port",
    errno.ECONNRESET: "connexion coupée par le serveur",
    errno.EHOSTUNREACH: "aucun chemin jusqu'à lui ; vérifiez la connexion à internet",
    errno.ENETUNREACH: "pas de réseau ; vérifiez la connexion à internet",
}


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
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._close()

    def ready(self) -> None:
        """Be connected and identified; raises Unavailable. Nothing is sent."""
        if self._smtp is not None and not self._alive(self._smtp):
            self._close()
        if self._smtp is None:
            try:
                self._smtp = self._connected()
            except (OSError, smtplib.SMTPException) as error:
                raise Unavailable(self._in_french(error)) from None

    def deliver(self, mail: Mail) -> Delivery:
        """Hand one message over; be `ready` first."""
        assert self._smtp is not None
        try:
            opened = self._open(self._smtp, mail)
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return Delivery(AttemptState.NOT_SENT, said=f"connexion perdue : {_error_text(error)}")
        if opened.state is AttemptState.NOT_SENT:
            self._start_again(self._smtp)
            return opened
        return self._transmit(self._smtp, mail, opened)

    def _open(self, smtp: smtplib.SMTP, mail: Mail) -> Delivery:
        """Everything before the message's text, up to the server's « go on »."""
        size = len(mail.as_bytes())
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        answer = smtp.mail(mail.sender, options)
        if answer[0] not in _OK:
            return Delivery(AttemptState.NOT_SENT, said=_answer_text(*answer))
        refused = {}
        for address in (*mail.to, *mail.others):
            answer = smtp.rcpt(address)
            if answer[0] not in _OK:
                refused[address] = _answer_text(*answer)
        words = " ; ".join(f"{address} : {reason}" for address, reason in refused.items())
        if not set(mail.to) - refused.keys():  # a copy alone is no reminder
            return Delivery(AttemptState.NOT_SENT, tuple(refused), words)
        answer = smtp.docmd("DATA")
        if answer[0] != _GO_ON:
            return Delivery(AttemptState.NOT_SENT, said=_answer_text(*answer))
        return Delivery(AttemptState.UNCERTAIN, tuple(refused), words)

    def _transmit(self, smtp: smtplib.SMTP, mail: Mail, so_far: Delivery) -> Delivery:
        """The text itself: from here on, only the server's answer tells."""
        try:
            smtp.send(_stuffed(mail.as_bytes()))
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return Delivery(
                AttemptState.UNCERTAIN, so_far.refused, f"sans réponse : {_error_text(error)}"
            )
        if answer[0] in _OK:
            return Delivery(AttemptState.SENT, so_far.refused, so_far.said)
        if answer[0] == _CLOSING:
            self._close()
        # 4xx and 5xx refuse the text; any other answer is none that RFC 5321 has here.
        state = AttemptState.NOT_SENT if 400 <= answer[0] < 600 else AttemptState.UNCERTAIN
        return Delivery(state, so_far.refused, _answer_text(*answer))

    # ------------------------------------------------------------ The connection

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        assert settings.server is not None
        secure = ssl.create_default_context()
        where, wait = (settings.server, settings.port, self._name), settings.timeout
        if settings.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=wait, context=secure)
        else:
            smtp = smtplib.SMTP(*where, timeout=wait)
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

    def _alive(self, smtp: smtplib.SMTP) -> bool:
        try:
            return smtp.noop()[0] in _OK
        except (OSError, smtplib.SMTPException):
            return False

    def _start_again(self, smtp: smtplib.SMTP) -> None:
        """Forget the message that was refused; the next one has the connection to itself."""
        try:
            if smtp.rset()[0] not in _OK:
                self._close()
        except (OSError, smtplib.SMTPException):
            self._close()

    def _close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    def _in_french(self, error: OSError | smtplib.SMTPException) -> str:
        """Why no connection could be made, what to look at first."""
        server = f"{self._settings.server}:{self._settings.port}"
        match error:
            case ssl.SSLCertVerificationError():
                return f"certificat de {server} refusé : {error.verify_message}"
            case ssl.SSLError():
                return f"{server} : connexion chiffrée impossible ({_error_text(error)})"
            case smtplib.SMTPAuthenticationError():
                reason = _answer_text(error.smtp_code, error.smtp_error)
                return f"{server} refuse l'utilisateur ou le mot de passe ({reason})"
            case smtplib.SMTPNotSupportedError():
                return f"{server} n'offre pas ce qu'il faut ({_error_text(error)})"
            case TimeoutError():
                return f"{server} ne répond pas en {self._settings.timeout} s"
        return f"{server} injoignable : {_unreached(error)}"


def _unreached(error: OSError | smtplib.SMTPException) -> str:
    """Why a server cannot be reached, in French whatever the system's language."""
    match error:
        case socket.gaierror():
            return "nom introuvable ; vérifiez courriel.serveur et la connexion à internet"
        case smtplib.SMTPServerDisconnected():
            return "il ferme la connexion ; vérifiez courriel.port et courriel.securite"
        case OSError(errno=code) if code in _UNREACHABLE:
            return _UNREACHABLE[code]
    return _error_text(error)


def _stuffed(content: bytes) -> bytes:
    """The text with its end: a line that begins with a full stop gets another (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"(?m)^\.", b"..", content)
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _answer_text(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {one_line(text)}"[:200]


def _error_text(error: Exception) -> str:
    return one_line(str(error))[:200] or type(error).__name__


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
