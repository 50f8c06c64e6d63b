"""What a message says: the letter as text and as a page, its payment code, what goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from relance.sending.html_part import html_part, inner_html
from relance.sending.letterfile import Attachment, LetterFile
from relance.sending.plain_text import plain_text
from relance.text.typography import FRENCH


@dataclass(frozen=True, slots=True)
class Content:
    """The parts of a message. `page` is None for a letter too large to be read as one; `code` is
    a PNG, which the page finds as `cid:` and `code_id`."""

    text: str
    page: str | None = None
    code: bytes | None = None
    code_id: str = ""
    attached: tuple[Attachment, ...] = ()


def content_of(file: LetterFile, folder: Path, attached: Sequence[Attachment] = ()) -> Content:
    """What the message of a letter says; `folder` is `letters/`.

    Raises Refusal, as the PDF does, for a front matter that cannot be used.
    """
    inner = inner_html(file.body)
    text = plain_text(inner, file.text("langue") or FRENCH)
    code_id = f"qr.{file.letter.id.lower()}@relance.invalid"
    made = html_part(file.front, inner, folder, lambda _code: f"cid:{code_id}")
    if made is None:
        return Content(text, attached=tuple(attached))
    return Content(text, made.page, made.code, code_id, tuple(attached))
