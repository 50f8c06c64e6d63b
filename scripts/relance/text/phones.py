"""Telephone numbers as networks dial them: E.164, a plus sign and at most fifteen digits."""

from __future__ import annotations

import re

# A French number says by its first digits when it is served from overseas under another code.
_OVERSEAS = {
    "590": ("590", "690", "691"),  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    "594": ("594", "694"),  # Guyane
    "596": ("596", "696", "697"),  # Martinique
    "262": ("262", "263", "269", "692", "693", "6390", "6391", "6392", "6393", "6394"),
}
_DECORATION = re.compile(r"[\s.\-/\u2010\u2011()]")


def e164(number: str) -> str | None:
    """« +33199000012 » for « 01 99 00 00 12 »: French when it begins with a single zero, else
    with its country's code after « + » or « 00 ». None for what no network would dial."""
    bare = _DECORATION.sub("", re.sub(r"\(\s*0\s*\)", "", number))
    bare = re.sub("^00", "+", bare)
    if re.fullmatch(r"0[1-9]\d{8}", bare, re.ASCII):
        return f"+{_code(bare[1:])}{bare[1:]}"
    if bare.startswith("+33"):
        return bare if re.fullmatch(r"\+33[1-9]\d{8}", bare, re.ASCII) else None
    return bare if re.fullmatch(r"\+[1-9]\d{6,14}", bare, re.ASCII) else None


def _code(national: str) -> str:
    return next((code for code, own in _OVERSEAS.items() if national.startswith(own)), "33")
