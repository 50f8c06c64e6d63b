"""An e-mail built from a letter, at the moment it leaves.

Names, subjects and file names are foreign text: each is on one line before it becomes a header,
and the header's own encoding does the rest. There is no `Auto-Submitted`: a person approved the
letter, and an answer, even an absence message, is welcome (RFC 3834).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid

from relance.policy.settings import Creditor, MailSettings
from relance.sending.address_headers import ADDRESSED
from relance.sending.content import Content
from relance.sending.letterfile import LetterFile
from relance.text.addresses import Mailbox, Unusable, ascii_address
from relance.text.escapes import plain
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.problem import refuse

_CONVERSATION = 20  # so many earlier messages at most are named, as mail programs do
_SUBJECT_LENGTH = 200
TRIAL = "[ESSAI] "


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, where answers go, who gets a copy unseen, and when: all that letters share."""

    mailbox: Mailbox
    reply_to: Mailbox | None
    blind_copies: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A message and its envelope: addresses in ASCII, those of `to` being the client's own."""

    message: EmailMessage
    sender: str
    to: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    def as_bytes(self) -> bytes:
        """The message as it goes over the wire and into an .eml file."""
        return self.message.as_bytes()


def sender_of(creditor: Creditor, settings: MailSettings, at: datetime) -> Sender:
    """The sender that the policy says, else the creditor. Refused when neither has an address."""
    of_creditor = None
    if creditor.email:
        try:
            of_creditor = Mailbox(creditor.name, ascii_address(creditor.email))
        except Unusable as unusable:
            raise refuse(
                "relance.yaml", f"creancier.courriel : {unusable}", "corrigez-la"
            ) from None
    sender = settings.sender or of_creditor
    if sender is None:
        remedy = "donnez courriel.expediteur, ou creancier.courriel"
        raise refuse("relance.yaml", "aucune adresse d'expéditeur", remedy)
    reply = settings.reply_to or of_creditor
    blind = tuple(copy.address for copy in settings.blind_copies or ())
    return Sender(
        mailbox=sender if sender.name else Mailbox(creditor.name, sender.address),
        reply_to=reply if reply and reply.address != sender.address else None,
        blind_copies=blind,
        at=at,
    )


def message_id(letter: str, sender: Sender) -> str:
    """The one Message-ID of a letter: sent twice by misfortune, it is shown once."""
    return f"<{letter.lower()}@{sender.mailbox.domain}>"


def conversation(letter: IssuedLetter, letters: Iterable[IssuedLetter]) -> tuple[str, ...]:
    """The Message-IDs of the client's earlier reminders, the oldest first."""
    earlier = sorted(
        (other for other in letters if other.account == letter.account and other.id < letter.id),
        key=lambda other: other.id,
    )
    ids = [d.message_id for other in earlier for d in other.dispatches if d.message_id]
    return tuple(dict.fromkeys(ids))[-_CONVERSATION:]


def build(file: LetterFile, client: Client, sender: Sender, content: Content) -> Mail:
    """The message of a letter to its client, without the conversation (see `answering`).

    Raises Unusable when the client has no address, or one that cannot be used.
    """
    to = _mailboxes(client.mailed, client.label)
    if not to:
        raise Unusable(f"{client.label} n'a plus d'adresse électronique")
    copies = _mailboxes(client.copies, "")
    message = _headed(file, sender)
    message["To"] = _header(to)
    if copies:
        message["Cc"] = _header(copies)
    message["Message-ID"] = message_id(file.letter.id, sender)
    _fill(message, file, content)
    others = (*(copy.address for copy in copies), *sender.blind_copies)
    addresses = tuple(dict.fromkeys(box.address for box in to))
    return Mail(
        message,
        sender.mailbox.address,
        addresses,
        tuple(a for a in dict.fromkeys(others) if a not in addresses),
    )


def answering(mail: Mail, earlier: Sequence[str]) -> Mail:
    """The same message as an answer to the client's earlier reminders: one conversation."""
    ids = [name for name in map(plain, earlier) if name and " " not in name]
    if ids:
        mail.message["In-Reply-To"] = ids[-1]
        mail.message["References"] = " ".join(ids)
    return mail


def trial(file: LetterFile, address: str, sender: Sender, content: Content) -> Mail:
    """The same letter for the house's own eyes: one address, a subject that says so, and an id
    that no later message has."""
    message = _headed(file, sender, TRIAL)
    message["To"] = Address(addr_spec=address)
    message["Message-ID"] = make_msgid(file.letter.id.lower(), sender.mailbox.domain)
    _fill(message, file, content)
    return Mail(message, sender.mailbox.address, (address,))


def _headed(file: LetterFile, sender: Sender, mark: str = "") -> EmailMessage:
    message = EmailMessage(policy=ADDRESSED)
    message["From"] = _header([sender.mailbox])
    if sender.reply_to:
        message["Reply-To"] = _header([sender.reply_to])
    subject = _header_text(file.text("objet")) or f"Relance {file.letter.id}"
    message["Subject"] = f"{mark}{subject}"[:_SUBJECT_LENGTH].rstrip()
    message["Date"] = sender.at
    return message


def _fill(message: EmailMessage, file: LetterFile, content: Content) -> None:
    """The letter as text and as a page, of which a program shows the last that it can; then what
    goes with it."""
    message.set_content(content.text, charset="utf-8", cte="quoted-printable")
    if content.page is not None:
        message.add_alternative(
            content.page, subtype="html", charset="utf-8", cte="quoted-printable"
        )
    if content.page is not None and content.code is not None:
        *_, page = message.iter_parts()
        page.add_related(
            content.code, "image", "png", cid=f"<{content.code_id}>", disposition="inline"
        )
    for attachment in content.attached:
        kind, _, sort = attachment.kind.partition("/")
        if kind in ("text", "message", "multipart"):  # as it is, never re-encoded or unpacked
            kind, sort = "application", "octet-stream"
        name = _header_text(attachment.name)
        message.add_attachment(attachment.content, maintype=kind, subtype=sort, filename=name)
    _set_boundaries(message, file.letter.id)
    message["Content-Language"] = plain(file.text("langue")) or "fr"


def _set_boundaries(message: EmailMessage, letter: str) -> None:
    """A boundary for each level, none of which another one begins with (RFC 2046, 5.1.2). No line
    of a part can hold these signs: base64 has no _, quoted-printable no such =."""
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{part.get_content_subtype()}_{letter}")


def _mailboxes(addresses: Iterable[str], name: str) -> tuple[Mailbox, ...]:
    """The addresses in ASCII, each under the client's name."""
    return tuple(Mailbox(name, ascii_address(text)) for text in addresses)


def _header(boxes: Iterable[Mailbox]) -> tuple[Address, ...]:
    return tuple(Address(_header_text(box.name), addr_spec=box.address) for box in boxes)


def _header_text(text: str) -> str:
    """Foreign text for a header: one line, and nothing that reads as encoded already."""
    return plain(text).replace("=?", "= ?")
