"""The length of a text message: which alphabet it needs, how many messages it makes.

The table is that of GSM 03.38 (3GPP TS 23.038): seven bits a character, its extension behind an
escape that counts too. A single character outside both makes the whole message sixteen bits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
# Quotes, dashes and joined letters that no decomposition brings back to the alphabet.
_SPELLED = str.maketrans(
    {"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-"}
    | {"…": "...", "œ": "oe", "Œ": "OE", "\u00a0": " ", "\u202f": " "}
)


@dataclass(frozen=True, slots=True)
class Length:
    """`units` of the alphabet (septets, or pairs of bytes) in so many `messages`."""

    gsm: bool
    units: int
    messages: int


def length(text: str) -> Length:
    """What a text takes: 160 septets in one message, 153 in each of several; 70 and 67 pairs of
    bytes with a character outside the alphabet."""
    gsm = set(text) <= _BASIC | _EXTENSION
    widths = [_width(character, gsm=gsm) for character in text]
    alone, in_several = (160, 153) if gsm else (70, 67)
    units = sum(widths)
    return Length(gsm, units, 1 if units <= alone else _messages(widths, in_several))


def _width(character: str, *, gsm: bool) -> int:
    wide = character in _EXTENSION if gsm else ord(character) > 0xFFFF
    return 2 if wide else 1


def _messages(widths: Iterable[int], room: int) -> int:
    """How many messages hold these characters, none of which is cut in two."""
    messages, used = 1, 0
    for width in widths:
        messages, used = (messages, used + width) if used + width <= room else (messages + 1, width)
    return messages


def folded(text: str) -> str:
    """The text with what the alphabet lacks put as near as it can: « Forêt » as « Foret ».

    A character without such a neighbour stays."""
    return "".join(map(_nearest, unicodedata.normalize("NFC", text).translate(_SPELLED)))


def _nearest(character: str) -> str:
    if character in _BASIC | _EXTENSION:
        return character
    bare = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return bare if bare and set(bare) <= _BASIC else character
