"""The words that people read for the keys of files, options and JSON, which have no accent."""

from __future__ import annotations

from collections.abc import Iterable

_TOLD = {
    "sms": "SMS",
    "telephone": "téléphone",
    "recommande": "recommandé",
    "reponse": "réponse",
    "echeancier": "échéancier",
}


def told(key: str) -> str:
    """« recommandé » for « recommande »; any other word as it is."""
    return _TOLD.get(key, key)


def count(number: int, word: str) -> str:
    """« 1 lettre », « 3 lettres »."""
    return f"{number} {word}{'s' if number > 1 else ''}"


def listed(keys: Iterable[str]) -> str:
    """« courriel, téléphone »."""
    return ", ".join(map(told, keys))
