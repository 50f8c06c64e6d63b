"""Reports of mail that came back, as servers write them: Postfix, Exim, Exchange, OVH, Gmail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bounces import EXCHANGE, EXIM, EXIM_REPORT, GMAIL, OVH, POSTFIX, POSTFIX_DELAYED
from relance.sending.bounce import Bounce, BouncedAddress, Tangled, read_bounce

ID = "<r20260317-01@essai.example>"
PARIS = timezone(timedelta(hours=1))


def read(content: bytes) -> Bounce:
    bounce = read_bounce("x.eml", content)
    assert bounce is not None
    return bounce


def test_postfix() -> None:
    assert read(POSTFIX) == Bounce(
        "x.eml",
        datetime(2026, 3, 18, 9, 0, 4, tzinfo=PARIS),
        (ID,),
        "Relance n° 1 : facture F1 échue",
        (
            BouncedAddress(
                ("compta@durand.example",),
                "failed",
                "5.1.1",
                "550 5.1.1 <compta@durand.example>: Recipient address rejected: User unknown in"
                " virtual mailbox table",
            ),
        ),
    )


def test_postfix_that_still_tries() -> None:
    bounce = read(POSTFIX_DELAYED)
    assert bounce.message_ids == (ID,)
    (recipient,) = bounce.recipients
    assert (recipient.action, recipient.status, recipient.hard) == ("delayed", "4.4.1", False)


def test_exim_in_words_alone() -> None:
    bounce = read(EXIM)
    assert (bounce.message_ids, bounce.subject) == ((ID,), "Relance n° 1 : facture F1 échue")
    assert bounce.recipients == (
        BouncedAddress(
            ("compta@durand.example",),
            "failed",
            "5.1.1",
            "host mx.durand.example [192.0.2.7]",
        ),
    )


def test_exim_with_a_report() -> None:
    (recipient,) = read(EXIM_REPORT).recipients
    assert recipient == BouncedAddress(("compta@durand.example",), "failed", "5.0.0", "")
    assert read(EXIM_REPORT).message_ids == (ID,)


def test_exchange() -> None:
    bounce = read(EXCHANGE)
    assert (bounce.message_ids, bounce.at) == ((ID,), datetime(2026, 3, 18, 8, 1, tzinfo=UTC))
    (recipient,) = bounce.recipients
    assert (recipient.status, recipient.hard) == ("5.1.10", True)
    assert recipient.addresses == ("compta@durand.example",)
    assert recipient.said.startswith("550 5.1.10 RESOLVER.ADR.RecipientNotFound")


def test_ovh_says_the_address_that_was_written_too() -> None:
    bounce = read(OVH)
    assert bounce.message_ids == (ID,)
    (recipient,) = bounce.recipients
    assert recipient.addresses == ("compta@durand.example", "boite@heberge.example")
    assert (recipient.status, recipient.said) == ("5.2.2", "552 5.2.2 Mailbox full")


def test_gmail() -> None:
    bounce = read(GMAIL)
    assert bounce.message_ids == (ID,)
    (recipient,) = bounce.recipients
    assert recipient.status == "5.1.1"
    assert recipient.said.startswith("550-5.1.1 The email account that you tried to reach does not")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"Subject: Absence\nIn-Reply-To: <r20260317-01@essai.example>\n\nJe suis absent.\n",
        POSTFIX.replace(b"Action: failed", b"Action: relayed"),
        POSTFIX.replace(b"Final-Recipient:", b"X-Other:").replace(b"Original-Recipient", b"X-O"),
        POSTFIX.replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_reports_no_failure(content: bytes) -> None:
    assert read_bounce("x.eml", content) is None


def test_without_an_action_the_status_says_it() -> None:
    (hard,) = read(POSTFIX.replace(b"Action: failed\n", b"")).recipients
    assert hard.action == "failed"
    late = POSTFIX_DELAYED.replace(b"Action: delayed\n", b"")
    assert read(late).recipients[0].action == "delayed"


def nested(depth: int) -> bytes:
    """Parts within parts."""
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth)
    )
    return f"{head}Content-Type: text/plain\n\nx\n".encode()


@pytest.mark.parametrize(
    "content",
    [
        nested(3000),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    ],
)
def test_what_no_server_writes_is_not_read(content: bytes) -> None:
    with pytest.raises(Tangled):
        read_bounce("x.eml", content)


def test_hostile_words_are_one_short_line() -> None:
    said = b"Diagnostic-Code: smtp; " + b"\x1b[31m\xe2\x80\xae" + b"x" * 5000
    content = POSTFIX.replace(b"Diagnostic-Code: smtp; 550 5.1.1", said)
    (recipient,) = read(content).recipients
    assert len(recipient.said) <= 160
    assert recipient.said.isprintable()


def test_a_date_that_is_none_is_no_date() -> None:
    for day in (b"hier", b"Wed, 99 Mar 2026 09:00:04 +0100", b"Wed, 18 Mar 2026 09:00:04"):
        content = POSTFIX.replace(b"Wed, 18 Mar 2026 09:00:04 +0100", day)
        assert read(content).at is None
