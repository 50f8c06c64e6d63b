"""The escapes that make foreign text harmless: on one line, in Markdown, in requests for review."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache


def one_line(text: str) -> str:
    """Text as it can be written on one line of any file: composed (NFC), single spaces, no
    control or direction mark. A name or a number is the same wherever it was written so."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return unmarked(" ".join(unicodedata.normalize("NFC", text).split()), kept="")


def unmarked(text: str, *, kept: str = "\t\r\n") -> str:
    """The text without its control and direction marks, but for those `kept`."""
    marks = ("Cc", "Cf", "Cs")
    return "".join(c for c in text if c in kept or unicodedata.category(c) not in marks)


def hidden_marks(text: str) -> set[str]:
    """The marks that show a text as another, or hide in it: direction, zero width, soft hyphen."""
    return {c for c in text if unicodedata.category(c) == "Cf"}


_UNSEEN = "\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff"
_IN_JSON, _IN_YAML = re.compile(f"[{_UNSEEN}]"), re.compile(f"[<{_UNSEEN}]")

_compact = json.JSONEncoder(ensure_ascii=False).encode  # made once: a plan is written in parts


def yaml_text(dumped: str) -> str:
    """YAML whose texts with marks are between double quotes: marks that nobody sees, and what a
    viewer could read as a tag, become escapes; it says the same."""
    return _IN_YAML.sub(_point, dumped)


def json_text(value: object, indent: int | None = None) -> str:
    """JSON that one can read, but for marks that nobody sees, which are escapes."""
    written = (
        _compact(value) if indent is None else json.dumps(value, ensure_ascii=False, indent=indent)
    )
    return _IN_JSON.sub(_point, written)


# What no YAML holds (controls, lone surrogates), and what could begin or end a comment.
_IN_COMMENT = re.compile(r"[^\x20-\ufffd\U00010000-\U0010fffe]|[\ud800-\udfff]|[<>]|(?<=-)-")


def comment_text(text: str) -> str:
    """Foreign text between double quotes, as YAML reads it, that cannot end an HTML comment."""
    return _IN_COMMENT.sub(_point, json_text(text))


def _point(mark: re.Match[str]) -> str:
    code = ord(mark[0])
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


_BLANKS = re.compile(r"[ \t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_LOOKALIKES = {0x2011: "-", 0x2010: "-"}


def plain(text: str) -> str:
    """Foreign text on one line: composed (NFC), without control, formatting or direction marks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).translate(_LOOKALIKES)
    return unmarked(text, kept="").strip(" ")


_ENTITIES = {ord(c): f"&#{ord(c)};" for c in "\\`|~$"} | {ord("<"): "&lt;", ord(">"): "&gt;"}
_BACKSLASHED = {ord(c): f"\\{c}" for c in "*_[]"}
_AMPERSAND = re.compile(r"&(?=[#\w]|$)")
_WEB = re.compile(r"\b(www)\.", re.IGNORECASE)  # some readers make links of such words
_LEADING = re.compile(r"^(?:[#+=-]|\d+[.)](?=[ \t]|$))", re.ASCII)


@lru_cache(4096)
def markdown(text: str) -> str:
    """Foreign text that Markdown shows as it is: in a sentence, a cell, at a line's start.

    Entities where a backslash is not understood by every reader; dashes and full stops are
    touched only where they could begin a list or a rule, so that numbers stay readable.
    """
    text = _AMPERSAND.sub("&amp;", plain(text)).translate(_ENTITIES | _BACKSLASHED)
    text = _LEADING.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", text)
    text = _WEB.sub(lambda match: f"{match[1]}&#46;", text)
    return text.replace("://", "&#58;//")


_LINK = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?([/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?")


def is_link(text: str) -> bool:
    """Whether it is the https address of a page, in characters that are no mark of any format."""
    return _LINK.fullmatch(text) is not None


def link(address: str) -> str:
    """An address that Markdown makes a link, when `is_link`; else shown as text."""
    return f"<{address}>" if is_link(address) else markdown(address)


def code(text: str) -> str:
    """Foreign text that Markdown shows verbatim: a code span, or a code block for several lines."""
    if "\n" in text:
        lines = text.split("\n")
        return "\n".join(
            f"    {line[: len(line) - len(line.lstrip(' '))]}{plain(line)}" for line in lines
        )
    text = plain(text)
    ticks = "`" * (max(map(len, re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def short(text: str, length: int = 120) -> str:
    """Foreign text on one line, cut: what was typed is told back, not poured out."""
    text = plain(text)
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


_CALLS = re.compile(r"@|(?<!&)#|!(?=\d)|GH-(?=\d)|&#58;//", re.IGNORECASE)


def quiet(text: str, length: int = 120) -> str:
    """Foreign text in a request for review: as `markdown` writes it, cut, calling nobody.

    On a server `@name` calls people and `#12` closes issues, even written as entities; a
    zero-width space after the sign undoes it, and nobody sees it.
    """
    return calling_nobody(markdown(short(text, length)))


def calling_nobody(written: str) -> str:
    """Markdown in a request for review, its signs that call people or close issues undone."""
    return _CALLS.sub(lambda match: f"{match[0]}&#8203;", written)
