"""An e-mail as mail programs read it: text, attachments, headers, conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatching import at_nine
from relance.policy.settings import Creditor, MailSettings
from relance.sending.content import Content
from relance.sending.html_part import inner_html
from relance.sending.letterfile import Attachment, LetterFile
from relance.sending.message import Mail, Sender, answering, build, conversation, sender_of, trial
from relance.sending.plain_text import plain_text
from relance.text.addresses import Mailbox, Unusable, ascii_address, e164, mailbox
from relance.text.escapes import plain
from relance.values.facts import Client
from relance.values.issued import Dispatch
from relance.values.problem import Refusal, Source
from story import past_letter

BODY = """\
Madame, Monsieur,

Nous n’avons pas reçu :

| Facture | Échéance | Solde |
|---------|---------|------:|
| F2026-1 | 30/09/2026 | 1 104,00 € |
| F2 | 01/10/2026 | 48,00 € |

| | |
|-----|-----:|
| **Total à régler** | **1 152,00 €** |

| | |
|-----|-----|
| Référence à rappeler | R20260317-01, F2026-1 |
| Une question ? | 01 99 00 00 09 |

---

Merci.

**Camille**
"""
PDF = Attachment("R20260317-01-durand.pdf", "application/pdf", b"%PDF-1.7\n")
DURAND = Client(
    account="Actifs:Clients:Durand",
    name="Durand SARL",
    source=Source("x"),
    emails=("compta@durand.example", "chef@durand.example"),
    copies=("conseil@cabinet.example",),
)
CREDITOR = Creditor(name="Atelier Été", address=["Lyon"], email="bonjour@ete.example")


def letter_file(subject: str = "Relance n° 1", body: str = BODY) -> LetterFile:
    front = {"objet": subject, "langue": "fr", "pieces": []}
    letter = past_letter("R20260317-01", "relance-1", "F1")
    return LetterFile(letter, "out/lettres/2026-03-17/R20260317-01-durand", front, body)


def content(*attached: Attachment) -> Content:
    """What a message says in these tests, where none looks at its page."""
    return Content(plain_text(inner_html(BODY)), attached=attached)


def the_sender(**settings: object) -> Sender:
    return sender_of(CREDITOR, MailSettings.model_validate(settings), at_nine("2026-03-18"))


def read(mail: Mail) -> EmailMessage:
    """The message as it is read at the other end."""
    return message_from_bytes(mail.as_bytes(), policy=default)


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


# ---------------------------------------------------------------- The text


def test_the_letter_as_plain_text() -> None:
    assert (
        plain_text(inner_html(BODY))
        == """\
Madame, Monsieur,

Nous n'avons pas reçu :

- Facture F2026-1 · Échéance 30/09/2026 · Solde 1 104,00 €
- Facture F2 · Échéance 01/10/2026 · Solde 48,00 €

Total à régler : 1 152,00 €

Référence à rappeler : R20260317-01, F2026-1
Une question ? 01 99 00 00 09

Merci.

Camille
"""
    )


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("un\ndeux", "un deux"),
        ("un  \ndeux", "un\ndeux"),
        ("# Titre\n\nSuite", "Titre\n\nSuite"),
        ("- un\n- **deux**\n- trois", "- un\n- deux\n- trois"),
        ("1. un\n2. deux", "1. un\n2. deux"),
        ("- un\n\nEntre.\n\n- deux", "- un\n\nEntre.\n\n- deux"),
        ("[le site](https://a.example/b)", "le site (https://a.example/b)"),
        ("<https://a.example/b>", "https://a.example/b"),
        (r"\*A\* &#124; &lt;b&gt; &amp;", "*A* | <b> &"),
        ("<b>brut</b>", "<b>brut</b>"),
        ("    du  code\n      tel quel", "du  code\n  tel quel"),
        ("> cité", "cité"),
        ("", ""),
    ],
)
def test_what_markdown_says_is_read(markdown: str, expected: str) -> None:
    assert plain_text(inner_html(markdown)) == expected + "\n"


def test_a_row_is_a_line_without_what_says_nothing() -> None:
    table = "| Facture | Reçu | Retard | Solde |\n|---|--:|---|--:|\n| F1 | – | | 5,00 € |\n"
    total = "| **Total** | | | **5,00 €** |\n"
    assert (
        plain_text(inner_html(table + total))
        == "- Facture F1 · Solde 5,00 €\n- Total · Solde 5,00 €\n"
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fr", "Compte : F1"), ("en", "Compte: F1"), ("de-CH", "Compte: F1")],
)
def test_a_colon_is_set_as_its_language_wants_it(language: str, expected: str) -> None:
    assert (
        plain_text(inner_html("| | |\n|---|---|\n| Compte | F1 |\n"), language) == expected + "\n"
    )


@pytest.mark.parametrize("name", ["Code QR", "QR code", "QR-Code"])
def test_a_text_has_no_payment_code(name: str) -> None:
    card = f"| | |\n|---|---|\n| IBAN | FR76 |\n| {name} | 5,00 € à Lumen |\n"
    assert plain_text(inner_html(card)) == "IBAN : FR76\n"


# ---------------------------------------------------------------- The message


def test_the_headers() -> None:
    message = read(
        build(letter_file("Relance n° 1 : facture échue"), DURAND, the_sender(), content(PDF))
    )
    assert {key: str(message[key]) for key in ("From", "To", "Cc", "Subject", "Message-ID")} == {
        "From": "Atelier Été <bonjour@ete.example>",
        "To": "Durand SARL <compta@durand.example>, Durand SARL <chef@durand.example>",
        "Cc": "conseil@cabinet.example",
        "Subject": "Relance n° 1 : facture échue",
        "Message-ID": "<r20260317-01@ete.example>",
    }
    assert str(message["Date"]) == "Wed, 18 Mar 2026 09:00:00 +0100"
    assert message["Content-Language"] == "fr"
    assert message["Reply-To"] is None  # answers go to the sender by themselves
    assert message["Auto-Submitted"] is None


def test_another_sender_has_answers_go_to_the_creditor() -> None:
    sender = the_sender(expediteur="Relances <envois@service.example>")
    message = read(build(letter_file(), DURAND, sender, content(PDF)))
    assert str(message["From"]) == "Relances <envois@service.example>"
    assert str(message["Reply-To"]) == "Atelier Été <bonjour@ete.example>"
    assert str(message["Message-ID"]) == "<r20260317-01@service.example>"


def test_reminders_go_to_their_own_address() -> None:
    client = replace(DURAND, reminder_emails=("tresorerie@durand.example",))
    assert build(letter_file(), client, the_sender(), content()).to == (
        "tresorerie@durand.example",
    )
    with pytest.raises(Unusable, match="n'a plus d'adresse"):
        build(letter_file(), replace(DURAND, reminder_emails=()), the_sender(), content())


def test_copies_and_blind_copies() -> None:
    mail = build(
        letter_file(), DURAND, the_sender(**{"copie-cachee": "archive@ete.example"}), content()
    )
    assert mail.to == ("compta@durand.example", "chef@durand.example")
    assert mail.others == ("conseil@cabinet.example", "archive@ete.example")
    assert b"archive" not in mail.as_bytes()


def test_the_text_the_pdf_and_the_enclosures() -> None:
    bill = Attachment("F2026-1 été.pdf", "application/pdf", b"%PDF-1.4\n.\r\n.point")
    notes = Attachment("notes.txt", "text/plain", "accentué\n".encode("latin-1"))
    message = read(build(letter_file(), DURAND, the_sender(), content(PDF, bill, notes)))
    assert "- Facture F2026-1 · Échéance 30/09/2026 · Solde 1 104,00 €" in text_of(message)
    parts = list(message.iter_attachments())
    assert [part.get_filename() for part in parts] == [PDF.name, bill.name, notes.name]
    assert [part.get_content() for part in parts] == [x.content for x in (PDF, bill, notes)]
    assert parts[0].get_content_type() == "application/pdf"


def test_the_same_letter_makes_the_same_bytes() -> None:
    first, second = (build(letter_file(), DURAND, the_sender(), content(PDF)) for _ in range(2))
    assert first.as_bytes() == second.as_bytes()
    assert first.as_bytes().isascii()
    assert max(map(len, first.as_bytes().split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


def test_the_conversation_goes_on() -> None:
    letters = [
        replace(
            past_letter(f"R2026031{n}-01", "relance-1", "F1", account=account),
            dispatches=(Dispatch(date(2026, 3, 11), "courriel", message_id=f"<{n}@x.example>"),),
        )
        for n, account in enumerate([DURAND.account, "Actifs:Clients:Mairie", DURAND.account], 1)
    ]
    earlier = conversation(letter_file().letter, letters)
    assert earlier == ("<1@x.example>", "<3@x.example>")
    message = read(answering(build(letter_file(), DURAND, the_sender(), content(PDF)), earlier))
    assert message["In-Reply-To"] == "<3@x.example>"
    assert message["References"] == "<1@x.example> <3@x.example>"
    first = read(answering(build(letter_file(), DURAND, the_sender(), content()), ()))
    assert (first["In-Reply-To"], first["References"]) == (None, None)


def test_a_trial_is_no_dispatch() -> None:
    mail = trial(letter_file("Relance"), "moi@ete.example", the_sender(), content(PDF))
    message = read(mail)
    assert (str(message["To"]), str(message["Subject"])) == ("moi@ete.example", "[ESSAI] Relance")
    assert (message["Cc"], mail.others) == (None, ())
    assert mail.id != build(letter_file(), DURAND, the_sender(), content()).id


def test_no_address_no_message() -> None:
    with pytest.raises(Unusable, match="n'a plus d'adresse"):
        build(letter_file(), replace(DURAND, emails=()), the_sender(), content())
    with pytest.raises(Unusable, match="avant l'arobase"):
        build(letter_file(), replace(DURAND, emails=("é@x.example",)), the_sender(), content())


def test_no_sender_no_message() -> None:
    nobody = CREDITOR.model_copy(update={"email": None})
    with pytest.raises(Refusal, match="expediteur"):
        sender_of(nobody, MailSettings(), at_nine("2026-03-18"))


HOSTILE = [
    "Durand\r\nBcc: tous@pirate.example",
    "Durand\n\nCorps ajouté",
    'Durand" <pirate@x.example>, "',
    "Durand\u2028Bcc: x@y.example\u202e",
    "é" * 500,
    "=?utf-8?q?Bcc=3A?=",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_makes_no_header(text: str) -> None:
    client = replace(DURAND, name=text)
    bill = Attachment(f"{text}.pdf", "application/pdf", b"x")
    message = read(build(letter_file(text), client, the_sender(), content(bill)))
    assert set(message.keys()) == {
        *("From", "To", "Cc", "Subject", "Date", "Message-ID"),
        *("MIME-Version", "Content-Type", "Content-Language"),
    }
    assert [a.addr_spec for a in message["To"].addresses] == list(DURAND.emails)
    assert len(message["Subject"]) <= 200


@given(st.text(max_size=300), st.text(max_size=300))
@pytest.mark.slow
def test_any_text_makes_a_message_of_one_client(subject: str, name: str) -> None:
    mail = build(letter_file(subject), replace(DURAND, name=name), the_sender(), content())
    message = read(mail)
    assert [a.addr_spec for a in message["To"].addresses] == list(DURAND.emails)
    assert message["Bcc"] is None
    assert text_of(message).startswith("Madame, Monsieur,")


# ---------------------------------------------------------------- Addresses and numbers


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("compta@durand.example", "compta@durand.example"),
        ("Compta.F+x@Durand.Example", "Compta.F+x@durand.example"),
        ("a@exämple.fr", "a@xn--exmple-cua.fr"),  # RFC 3492: ä after "ex"
        ("a@localhost", "a@localhost"),
    ],
)
def test_an_address_as_servers_take_it(written: str, address: str) -> None:
    assert ascii_address(written) == address


@pytest.mark.parametrize(
    "written",
    ["é@x.fr", "a@straße.de", "a b@x.fr", "a@x..fr", "a@-x.fr", "a\n@x.fr", "a@x.fr\nRCPT TO", "@x",
     "a@", "a@[1.2.3.4]", '"a b"@x.fr', "a@x.fr>", ".a@x.fr", f"{'a' * 65}@x.fr"],
)  # fmt: skip
def test_an_address_that_cannot_be_used(written: str) -> None:
    with pytest.raises(Unusable):
        ascii_address(written)


def test_a_mailbox() -> None:
    assert mailbox("Été <a@b.fr>") == mailbox('"Été" <a@b.fr>') == Mailbox("Été", "a@b.fr")
    assert mailbox("a@b.fr") == Mailbox("", "a@b.fr")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("01 99 00 20 10", "+33199002010"),
        ("+33 (0)1 99 00 20 10", "+33199002010"),
        ("0044 20 7946 0000", "+442079460000"),
        ("+49-30-1234567", "+49301234567"),
    ],
)
def test_a_number_in_the_international_form(written: str, number: str) -> None:
    assert e164(written, "FR") == number


@pytest.mark.parametrize(
    ("written", "country"),
    [("01 99 00 20 10", "BE"), ("3615", "FR"), ("poste 12", "FR"), ("+0123456789", "FR")],
)
def test_a_number_that_cannot_be_called(written: str, country: str) -> None:
    with pytest.raises(Unusable):
        e164(written, country)


# ---------------------------------------------------------------- Headers read back

WORDS = ["Les", "Hêtres", "(Haute-Saône)", "&", "Fils,", '"', "\\", "d'Œuvre", "@", "=?"]
signs = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Z"])
words = st.sampled_from(WORDS) | st.text(signs, min_size=1)
names = st.lists(words, min_size=1, max_size=14).map(" ".join)


def names_in(mail: Mail, header: str) -> list[str]:
    """The names of a header, by the standard for encoded words."""
    raw = message_from_bytes(mail.as_bytes(), policy=compat32)[header]
    return [str(make_header(decode_header(name))) for name, _ in getaddresses([raw])]


@pytest.mark.slow
@given(names, names)
def test_names_read_back_equal(client: str, house: str) -> None:
    """Whatever the length of a name, and wherever its parentheses fall."""
    ours, theirs = (plain(name).replace("=?", "= ?") for name in (house, client))
    sender = replace(the_sender(), mailbox=Mailbox(house, "a@b.example"))
    sender = replace(sender, reply_to=Mailbox(client, "c@d.example"))
    mail = build(letter_file(), replace(DURAND, name=client), sender, content())
    for header, expected in {"From": [ours], "Reply-To": [theirs], "To": [theirs] * 2}.items():
        assert names_in(mail, header) == expected
        again = read(mail)[header]
        # Before Python 3.12 its newer reader puts a space between two encoded words.
        if "?=\r\n =?" not in mail.as_bytes().decode():
            assert [a.display_name for a in again.addresses] == expected
    assert [a.addr_spec for a in read(mail)["To"].addresses] == list(DURAND.emails)
    head = mail.as_bytes().partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998


def test_a_space_before_a_parenthesis_is_kept() -> None:
    name = "Groupement forestier des exploitants réunis Les Hêtres (Haute-Saône)"
    message = read(build(letter_file(), replace(DURAND, name=name), the_sender(), content()))
    assert [a.display_name for a in message["To"].addresses] == [name, name]
