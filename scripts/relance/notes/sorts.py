"""What can be noted: the sorts, the options of each, how each option is said."""

from __future__ import annotations

from dataclasses import dataclass

from relance.values.kinds import Reason

TEXT, DAY, LETTER = "TEXTE", "AAAA-MM-JJ", "LETTRE"


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of note: what its own option takes, and which others go with it.

    `takes` is TEXT, DAY (the promise's) or LETTER; an `optional` text is worded for the user.
    `keys` are options by name, the note's metadata, asked for in this order.
    """

    takes: str
    help: str
    keys: tuple[str, ...] = ()
    optional: bool = False


FOLLOW_UP: dict[str, Sort] = {
    "appel": Sort(TEXT, "Un appel, et ce qui s'y est dit.", ("raison",)),
    "courriel": Sort(
        TEXT, "Un courriel échangé ; avec --envoi, le canal.", ("raison",), optional=True
    ),
    "reponse": Sort(TEXT, "Ce que le client a répondu.", ("raison",)),
    "promesse": Sort(DAY, "Une promesse de payer à cette date.", ("montant",)),
    "litige": Sort(TEXT, "Le client conteste ; tout, ou --montant.", ("montant",), optional=True),
    "litige-clos": Sort(TEXT, "Le litige est réglé.", optional=True),
    "suspension": Sort(TEXT, "Ne plus relancer.", ("jusqu-au",), optional=True),
    "reprise": Sort(TEXT, "Relancer de nouveau.", optional=True),
    "procedure-collective": Sort(
        TEXT,
        "Sauvegarde, redressement ou liquidation judiciaire.",
        ("jugement", "bodacc", "mandataire"),
        optional=True,
    ),
    "reconnaissance": Sort(TEXT, "Le client reconnaît devoir.", optional=True),
}

OF_LETTERS: dict[str, Sort] = {
    "envoi": Sort(LETTER, "La lettre est partie : dire par quel canal.", ("recu",)),
    "retour": Sort(LETTER, "La lettre est revenue.", ("motif",)),
    "annulation": Sort(LETTER, "La lettre ne compte plus.", ("motif",)),
}

SORTS = {**FOLLOW_UP, **OF_LETTERS}

# The channels of a dispatch: what each may be followed by. `courriel` is a sort of its own
# without --envoi.
CHANNELS = {
    "recommande": "NUMERO",
    "courrier": "NUMERO",
    "courriel": "ADRESSE",
    "sms": "NUMERO",
    "telephone": "NUMERO",
}

# What a person says, with --envoi, of an e-mail that may have left.
SETTLED = {
    "parti": "… cet envoi incertain est bien parti.",
    "non-parti": "… il n'est pas parti, et pourra l'être.",
}

# Insolvency concerns the whole client, whatever invoice its note would name.
WITHOUT_INVOICE = ("procedure-collective", *OF_LETTERS)

DETAILS = {
    "montant": 'Le montant, dans la devise du client : 820.00, ou "820.00 GBP".',
    "raison": "Pourquoi il ne paie pas : " + ", ".join(Reason) + ".",
    "jusqu-au": "Le dernier jour de la suspension.",
    "jugement": "La date du jugement d'ouverture.",
    "bodacc": "La date de la publication au BODACC.",
    "mandataire": "Le mandataire judiciaire, son adresse.",
    "recu": "Le jour de la réception (accusé signé).",
    "motif": "Pourquoi.",
}
DAYS = ("jusqu-au", "jugement", "bodacc", "recu")
