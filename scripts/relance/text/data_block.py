"""The data at the end of a letter's file: a comment that no viewer shows, for its next reader.

One line for each key and for each item of a list, as YAML; no text in it can end the comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.text.escapes import comment_text
from relance.text.plain_yaml import is_plain
from relance.values.problem import Problem, Refusal, Source

OPENING = "<!-- Données de la lettre, à laisser telles quelles"
CLOSING = "-->"
_OPENING = re.compile(rf"^{OPENING}[ \t]*\r?\n", re.MULTILINE)
_CLOSING = re.compile(rf"^{CLOSING}[ \t]*\r?$", re.MULTILINE)
_AS_IT_WAS = "reprenez la fin de la lettre d'origine (git diff)"


@dataclass(frozen=True, slots=True)
class LetterParts:
    """What stands above the data, and the data: YAML, its `line` that of its opening mark in the
    file, 0 for a file without any."""

    words: str
    data: str = ""
    line: int = 0


def parted(text: str, name: str, above: int) -> LetterParts:
    """The words and the data of a text that begins after `above` lines of the file `name`.

    Raises Refusal for data whose marks a hand damaged, or that words follow.
    """
    openings = list(_OPENING.finditer(text)) if OPENING in text else []
    if not openings:
        return LetterParts(text)

    def line(place: int) -> int:
        return above + 1 + text.count("\n", 0, place)

    def refused(place: int, what: str, remedy: str) -> Refusal:
        return Refusal([Problem(Source(name, line(place), 1), what, remedy)])

    if len(openings) > 1:
        what = "les données de la lettre y sont une seconde fois"
        raise refused(openings[1].start(), what, f"n'en gardez qu'une ; {_AS_IT_WAS}")
    opening = openings[0]
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        what = f"les données de la lettre ne finissent pas par une ligne « {CLOSING} »"
        raise refused(opening.start(), what, _AS_IT_WAS)
    if after := re.search(r"\S", text[closing.end() :]):
        what = "ce texte suit les données de la lettre, que personne n'imprime"
        remedy = f"placez-le au-dessus de la ligne « {OPENING} »"
        raise refused(closing.end() + after.start(), what, remedy)
    words = re.sub(r"\r?\n\Z", "", text[: opening.start()])
    return LetterParts(words, text[opening.end() : closing.start()], line(opening.start()))


# ---------------------------------------------------------------- Writing


def block(facts: Mapping[str, object]) -> str:
    """The comment, its first line that of its mark; what `parted` finds reads back the same."""
    return f"{OPENING}\n{''.join(map(_line, facts.items()))}{CLOSING}\n"


def _line(pair: tuple[str, object]) -> str:
    key, value = pair
    if isinstance(value, list | tuple) and value:
        return f"{key}:\n" + "".join(f"- {_inline(item)}\n" for item in value)
    return f"{key}: {_inline(value)}\n"


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_inline(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inline, value))}]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, int | date):
        return str(value)
    text = str(value)
    return text if is_plain(text) else comment_text(text)


def decimal_text(number: Decimal) -> str:
    """A decimal as YAML tells it from an integer: its exact text, with a point in the end when it
    is whole."""
    text = str(number)
    return text if re.search("[.E]", text) else f"{text}."
