"""Mail servers that lie, stutter, flood or babble: no letter is « partie » that is not."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage

import pytest

from relance.policy.settings import MailSettings
from relance.sending import dialogue
from relance.sending.attempts import AttemptState
from relance.sending.message import Mail
from relance.sending.smtp import Delivery, Server, Unavailable

SECRET = "sesame-ouvre-toi"  # noqa: S105 - made up
HONEST = {
    "HELLO": b"220 essai\r\n",
    "EHLO": b"250-essai\r\n250-SIZE 999999\r\n250 AUTH PLAIN LOGIN CRAM-MD5\r\n",
    "AUTH": b"235 ok\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go\r\n",
    "TEXT": b"250 ok\r\n",
    "NOOP": b"250 ok\r\n",
    "RSET": b"250 ok\r\n",
    "QUIT": b"221 bye\r\n",
}


def _speak(listening: socket.socket, script: Mapping[str, bytes], texts: list[bytes]) -> None:
    """One conversation after another, each command answered as the script says."""
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as said:
            try:
                connection.sendall(script["HELLO"])
                while line := said.readline():
                    verb = line.split()[0].decode("latin-1").upper() if line.split() else "?"
                    connection.sendall(script.get(verb, b"500 quoi\r\n"))
                    if verb == "DATA" and b"354" in script[verb]:
                        text = b""
                        while (more := said.readline()) not in (b".\r\n", b""):
                            text += more
                        if more:
                            texts.append(text)
                            connection.sendall(script["TEXT"])
            except OSError:  # the other side has left
                continue


@contextmanager
def server(**lies: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback, honest but for these answers; its port, the texts that came whole."""
    texts: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        speaking = threading.Thread(
            target=_speak, args=(listening, HONEST | lies, texts), daemon=True
        )
        speaking.start()
        try:
            yield listening.getsockname()[1], texts
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            speaking.join(5)


def mail() -> Mail:
    message = EmailMessage()
    message["Message-ID"] = "<1@essai.example>"
    message.set_content("Réglez 100,00 EUR.\n")
    return Mail(message, "compta@essai.example", ("client@essai.example",))


def settings(port: int, user: str | None = "camille") -> MailSettings:
    section = {"serveur": "127.0.0.1", "port": port, "securite": "aucune", "delai": "2"}
    return MailSettings.model_validate(section | {"utilisateur": user})


def delivered(letters: int = 1, **lies: bytes) -> list[Delivery]:
    """What becomes of some letters handed to such a server."""
    with server(**lies) as (port, _), Server(settings(port, None), "", "essai.example") as to:
        deliveries = []
        for _number in range(letters):
            to.ready()
            deliveries.append(to.deliver(mail()))
        return deliveries


def unavailable(**lies: bytes) -> str:
    """Why such a server cannot be used."""
    with server(**lies) as (port, _), Server(settings(port), SECRET, "essai.example") as to:
        with pytest.raises(Unavailable) as caught:
            to.ready()
        return str(caught.value)


def test_an_honest_server_takes_them_all() -> None:
    assert [done.state for done in delivered(3)] == [AttemptState.SENT] * 3


@pytest.mark.slow
def test_a_stray_answer_before_the_text_is_not_the_text_s_own() -> None:
    """« 354 » and at once « 250 »; then the text is refused: it has not left."""
    lies = {"DATA": b"354 go\r\n250 ok\r\n", "TEXT": b"550 non\r\n"}
    with server(**lies) as (port, texts), Server(settings(port, None), "", "essai.example") as to:
        for _number in range(3):
            to.ready()
            done = to.deliver(mail())
            assert done.state is AttemptState.NOT_SENT
            assert "répond avant d'être interrogé" in done.said
    assert texts == []  # the connection was cut before the text's end


def test_a_stray_answer_with_the_refusal_is_a_doubt() -> None:
    """The stray one comes too late to be seen before the text: the next answer gives it away."""
    (done,) = delivered(TEXT=b"250 ok\r\n550 non\r\n")
    assert done.state is AttemptState.UNCERTAIN
    (done,) = delivered(TEXT=b"250 ok\r\n", NOOP=b"550 non\r\n")
    assert done.state is AttemptState.UNCERTAIN
    assert "acceptée, puis 550 non" in done.said


@pytest.mark.slow
@pytest.mark.parametrize("answer", [b"421 bye\r\n", b"500 quoi\r\n", b"502 non\r\n", b""])
def test_an_accepted_letter_stays_accepted(answer: bytes) -> None:
    """The server leaves, or does not know a command that does nothing."""
    (done,) = delivered(NOOP=answer)
    assert done.state is AttemptState.SENT


@pytest.mark.parametrize("verb", ["HELLO", "EHLO"])
def test_a_server_that_speaks_out_of_turn_is_left(verb: str) -> None:
    assert "répond avant d'être interrogé" in unavailable(**{verb: HONEST[verb] + b"250 ok\r\n"})


@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
def test_before_the_text_a_stray_answer_sends_nothing(verb: str) -> None:
    lie = {verb: b"250 ok\r\n250 ok\r\n"}
    (done,) = delivered(1, **lie)
    assert done.state is AttemptState.NOT_SENT


CHALLENGES = [
    b"334 !!!notbase64\r\n",
    b"334 " + b"A" * 5 + b"\r\n",
    b"334 \xff\xfe\r\n",
    b"334\r\n",
    b"334 " + base64.b64encode(b"\x00\xff" * 50) + b"\r\n",
]


@pytest.mark.parametrize("challenge", CHALLENGES)
@pytest.mark.parametrize("offer", [b"CRAM-MD5", b"LOGIN", b"PLAIN", b"", b"XOAUTH2"])
def test_a_bad_challenge_is_an_outcome(challenge: bytes, offer: bytes) -> None:
    assert unavailable(EHLO=b"250-essai\r\n250 AUTH " + offer + b"\r\n", AUTH=challenge)


BABBLE = [
    b"\r\n", b"25\r\n", b"abc def\r\n", b"999 ?\r\n", b"250\r\n", b"-250 x\r\n", b"\x00\x01\r\n",
    b"250-a\r\n" * 3, b"250 " + b"x" * 9000 + b"\r\n", b"250 \xff\xfe\x1b[31m\r\n", b"2 50 ok\r\n",
    b"250-x\r\n" * 400, "250 é\u202eok\r\n".encode(),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "TEXT", "NOOP"])
@pytest.mark.parametrize("answer", BABBLE)
def test_babble_is_an_outcome(verb: str, answer: bytes) -> None:
    """Never an exception of the library; « partie » only after 250 to the text's end."""
    with server(**{verb: answer}) as (port, texts):
        with Server(settings(port, None), "", "essai.example") as to:
            try:
                to.ready()
                done = to.deliver(mail())
            except Unavailable as reason:
                done = Delivery(AttemptState.NOT_SENT, said=str(reason))
        assert done.said.isprintable()
        if done.state is AttemptState.SENT:
            assert texts
            assert verb != "TEXT" or answer.startswith(b"250")


def test_an_answer_without_end_is_cut() -> None:
    assert "réponse sans fin" in unavailable(EHLO=b"250-x\r\n" * 5000)


def test_an_answer_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the whole never."""
    monkeypatch.setattr(dialogue, "_PATIENCE", 0)
    assert "réponse trop lente" in unavailable(EHLO=b"250-x\r\n" * 10)


@pytest.mark.parametrize(
    "disguise",
    [
        SECRET,
        SECRET.upper(),
        base64.b64encode(SECRET.encode()).decode(),
        SECRET.encode().hex(),
        f"user camille pass {SECRET}{SECRET}",
    ],
)
def test_a_server_that_repeats_the_password_is_not_quoted(disguise: str) -> None:
    said = unavailable(AUTH=f"535 no: {disguise}\r\n".encode())
    assert "•••" in said
    assert SECRET not in said.lower()
    assert disguise.strip("=") not in said


def test_a_server_s_words_are_one_plain_line() -> None:
    lines = (
        b"550-\x1b[2J non\r\n550-" + "\u202ea\u2066b".encode() + b"\r\n550 " + b"x" * 999 + b"\r\n"
    )
    (done,) = delivered(TEXT=lines)
    assert done.said.startswith("550 [2J non ab xxx")
    assert len(done.said) <= 210
