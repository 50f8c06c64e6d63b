"""What a mail server says of a message that it could not deliver (RFC 3464), or not yet.

The report is foreign text: whoever knows our address may write one. It is read within bounds and
decides nothing; `returned_letters` looks whether it speaks of a letter of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import parsedate_to_datetime

from relance.text.escapes import plain, short

FAILED, DELAYED = "failed", "delayed"
_MOST_PARTS = 400  # lines that may begin a part
_MOST_NESTED = 40  # parts within parts
_MOST_TOLD = 50  # addresses of one report
_ID = re.compile(r"<[^<>\s]{1,250}>")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>;,\"]{1,64}@[^\s<>;,\"]{1,255}")
_COPIED = re.compile(r"^(message-id|subject|to):[ \t]*(.{0,400})", re.IGNORECASE | re.MULTILINE)


class Tangled(Exception):
    """A message with more parts, or deeper ones, than any server writes."""


@dataclass(frozen=True, slots=True)
class BouncedAddress:
    """One recipient: its address, also as it was first written; `action` is FAILED or DELAYED,
    `status` as RFC 3463 writes it, `said` the server's own words."""

    addresses: tuple[str, ...]
    action: str
    status: str
    said: str

    @property
    def hard(self) -> bool:
        """Whether it will never be delivered there, the address being at fault."""
        return self.action == FAILED and self.status.startswith("5")

    @property
    def why(self) -> str:
        """The server's words, with the status unless they hold it."""
        return self.said if self.status in self.said else f"{self.status} {self.said}".strip()


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report: when it was written, the messages it may speak of, the subject that it gives
    back, and the recipients."""

    name: str
    at: datetime | None
    message_ids: tuple[str, ...]
    subject: str
    recipients: tuple[BouncedAddress, ...]


def read_bounce(name: str, content: bytes) -> Bounce | None:
    """The report that a message is, None for any other message. Raises Tangled."""
    borders = sum(line.startswith(b"--") for line in content.splitlines())
    if borders > _MOST_PARTS or content.lower().count(b"boundary") > _MOST_NESTED:
        raise Tangled
    try:
        return _read(name, message_from_bytes(content, policy=compat32))
    except RecursionError:
        raise Tangled from None


def _read(name: str, message: Message) -> Bounce | None:
    blocks = [block for part in message.walk() for block in _status_blocks(part)]
    recipients = tuple(filter(None, map(_recipient, blocks[:_MOST_TOLD])))
    if not recipients:
        recipients = tuple(_as_exim_writes(message))
    if not recipients:
        return None
    copied = _given_back(message)
    answered = [_text(message, key) for key in ("In-Reply-To", "References")]
    ids = [*copied.get("message-id", []), *answered]
    return Bounce(
        name,
        _day(_text(message, "Date")),
        tuple(dict.fromkeys(mark for text in ids for mark in _ID.findall(text))),
        next(iter(copied.get("subject", [])), ""),
        recipients,
    )


def _status_blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a status part, the first of which speaks of the whole message."""
    if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
        payload = part.get_payload()
        yield from (
            (x for x in payload if isinstance(x, Message)) if isinstance(payload, list) else ()
        )


def _recipient(block: Message) -> BouncedAddress | None:
    written = [_text(block, key) for key in ("Original-Recipient", "Final-Recipient")]
    addresses = dict.fromkeys(a for text in written for a in _ADDRESS.findall(text))
    status = _STATUS.search(_text(block, "Status"))
    action = _text(block, "Action").lower()
    if not action and status:
        action = {"5": FAILED, "4": DELAYED}.get(status[1], "")
    if not addresses or action not in (FAILED, DELAYED):
        return None
    said = short(_text(block, "Diagnostic-Code").partition(";")[2], 160)
    return BouncedAddress(tuple(addresses), action, status[0] if status else "", said)


def _as_exim_writes(message: Message) -> Iterator[BouncedAddress]:
    """What Exim says without a status part: addresses given up, and why in words."""
    failed = _ADDRESS.findall(_text(message, "X-Failed-Recipients"))
    words = _first_text(message) if failed else ""
    status = _STATUS.search(words)
    for address in dict.fromkeys(failed[:_MOST_TOLD]):
        reason = re.search(rf"^ *{re.escape(address)}\s*\n(.{{0,400}})", words, re.MULTILINE)
        said = short(reason[1], 160) if reason else ""
        yield BouncedAddress((address,), FAILED, status[0] if status else "5.0.0", said)


def _given_back(message: Message) -> dict[str, list[str]]:
    """Of the message that came back, its id, subject and addressees, wherever they stand."""
    fields: dict[str, list[str]] = {}
    for part in message.walk():
        kind = part.get_content_type()
        payload = part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list):
            for original in (x for x in payload if isinstance(x, Message)):
                for key in ("message-id", "subject", "to"):
                    fields.setdefault(key, []).append(_text(original, key))
        elif kind == "text/rfc822-headers" or (part is message and kind == "text/plain"):
            for key, value in _COPIED.findall(_words(part)):
                fields.setdefault(key.lower(), []).append(_decoded(value))
    return fields


def _first_text(message: Message) -> str:
    return next((_words(p) for p in message.walk() if p.get_content_type() == "text/plain"), "")


def _words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _text(message: Message, key: str) -> str:
    """A header on one line, "" when there is none."""
    value = message.get(key)
    return "" if value is None else _decoded(str(value))


def _decoded(text: str) -> str:
    text = text[:2_000]
    try:
        return plain(str(make_header(decode_header(text))))
    except (ValueError, LookupError):  # a wrong charset, a broken encoded word
        return plain(text)


def _day(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else None
