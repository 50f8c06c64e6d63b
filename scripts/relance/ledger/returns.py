"""Why a letter came back, as the post or a person words it."""

from __future__ import annotations

import re
import unicodedata

from relance.values.kinds import ReturnCause

# La Poste's four motives on a registered letter, and how people write them down; in plain
# letters without accents.
_WORDS = {
    ReturnCause.UNKNOWN: r"inconnu|n.(?:y )?habite (?:pas|plus)|\bnpai\b|demenage"
    r"|parti[es]* sans (?:laisser )?d.?adresse",
    ReturnCause.ADDRESS: r"defaut d.?acces|defaut d.?adressage"
    r"|adresse (?:est |etait )?(?:incomplete|erronee|fausse|inexacte|insuffisante|introuvable)"
    r"|(?:mauvaise|fausse) adresse",
    ReturnCause.UNCLAIMED: r"(?:non|pas|jamais) (?:ete )?(?:reclame|retire)",
    ReturnCause.REFUSED: r"\brefus",
}


def cause_in(*texts: str) -> ReturnCause | None:
    """The cause that words give; None when they give none, or two of unlike effect: nobody is
    held to have had a letter on a doubt."""
    words = _plain(" ".join(texts))
    causes = [cause for cause, pattern in _WORDS.items() if re.search(pattern, words)]
    alike = len({cause.presented for cause in causes}) == 1
    return causes[0] if alike else None


def _plain(text: str) -> str:
    """In small letters without accents, one space between words."""
    parts = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
