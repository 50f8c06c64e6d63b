"""Who reads a letter, and how good usage addresses them: « Madame, », « Dear Ms Baker, »."""

from __future__ import annotations

import re

from relance.values.facts import Client
from relance.values.kinds import Civility, DebtorType

_MADAM = r"Mme|Madame|Mlle|Mademoiselle|Mrs\.?|Ms\.?|Miss|Frau"
_SIR = r"M\.|Monsieur|Mr\.?|Herr"
_TITLED = re.compile(
    rf"(?:(?P<madam>{_MADAM})|(?P<sir>{_SIR}))\s+(?P<person>[^,;(/]+)(?:[,;(/].*)?", re.DOTALL
)
_SAYS_MORE = re.compile(r"[,;(/]")
_TITLE = re.compile(rf"(?<!\w)(?:{_MADAM}|{_SIR})(?!\w)")


def addressee(client: Client) -> tuple[Civility | None, str | None]:
    """The civility of whoever reads the letter, and their name without it, None where nobody
    knows. It is the contact, else the client unless it is a firm or a body; `civilite` wins over
    the title that the name begins with.
    """
    alone = client.debtor in (DebtorType.CONSUMER, None)
    name = client.reader or (client.label if alone else "")
    match = _TITLED.fullmatch(name.strip())
    if client.civility:
        civility, person = client.civility, match["person"] if match else _SAYS_MORE.split(name)[0]
    elif match:
        civility, person = Civility.MADAM if match["madam"] else Civility.SIR, match["person"]
    else:
        return None, None
    # « M. et Mme Durand », « Mme Roux et M. Blanc »: two of them read it.
    if civility is Civility.BOTH or _TITLE.search(person):
        return None, None
    return civility, person.strip() or None
