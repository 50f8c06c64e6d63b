"""What a note of each sort may and must say: read by `notes`, asked for by `relance noter`, told
in the guide.

One table for all three: a key or a sort that is added here is read, offered as an option, checked
before it is written, and printed by scripts/documentation.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from relance.values.amounts import Money
from relance.values.kinds import NoteSort, Reason, ReturnCause

TEXT, DAY, LETTER, INVOICE = "TEXTE", "AAAA-MM-JJ", "LETTRE", "FACTURE"

# What happens to a letter: notes of the register.
DISPATCH, RETURN, CANCELLATION = "envoi", "retour", "annulation"


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A metadata key of notes: the type of its value, the help of its option if it has one.

    `read` tells what the program reads from what is there for people; a mistyped key that
    `counts` would let a letter go, and refuses the books.
    """

    type: type[str | dt.date | Money]
    option: str = ""
    read: bool = True
    counts: bool = False


KEYS: dict[str, NoteKey] = {
    "facture": NoteKey(str, counts=True),
    "echeance": NoteKey(dt.date, counts=True),
    "montant": NoteKey(
        Money, 'Le montant, dans la devise du client : 820.00, ou "820.00 GBP".', counts=True
    ),
    "raison": NoteKey(
        str,
        f"Pourquoi il ne paie pas : {', '.join(Reason)} ; "
        f"avec --retour, pourquoi la lettre est revenue : {', '.join(ReturnCause)}.",
    ),
    "jusqu-au": NoteKey(dt.date, "Le dernier jour de la suspension.", counts=True),
    "jugement": NoteKey(dt.date, "La date du jugement d'ouverture.", counts=True),
    "bodacc": NoteKey(dt.date, "La date de la publication au BODACC."),
    "mandataire": NoteKey(str, "Le mandataire judiciaire, son adresse."),
    "relance": NoteKey(str, counts=True),
    "canal": NoteKey(str),
    "numero": NoteKey(str),
    "adresse": NoteKey(str),
    "recu": NoteKey(dt.date, "Le jour de la réception (accusé signé).", counts=True),
    "message-id": NoteKey(str),
    "refuse": NoteKey(str, read=False),
    "motif": NoteKey(str, "Pourquoi."),
    "statut": NoteKey(str, counts=True),
    "heure": NoteKey(str),
    "approuve": NoteKey(Money, counts=True),
}


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What a note of one sort says.

    Without a key of `must` the books are refused; `may` are the others it can have, and without
    those that are `asked` no new note is written. `takes` is what the sort's option takes, TEXT,
    DAY, LETTER or INVOICE, "" when it has none; `help` is that option's, a text may be left out
    of it when it is `optional`. One on the `whole_account` names no invoice, one that
    `names_invoices` is never about the whole account. `effect` is for the guide.
    """

    takes: str = ""
    help: str = ""
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    optional: bool = False
    whole_account: bool = False
    names_invoices: bool = False
    effect: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key it can have beside the invoice it names."""
        return (*self.must, *self.may)

    @property
    def options(self) -> tuple[str, ...]:
        """The keys that have an option of their own, in the order in which they are asked for."""
        return tuple(key for key in self.keys if KEYS[key].option)


FOLLOW_UP: dict[str, NoteForm] = {
    NoteSort.CALL: NoteForm(
        TEXT,
        "Un appel, et ce qui s'y est dit.",
        may=("raison",),
        effect="un appel et ce qui s'y est dit",
    ),
    NoteSort.EMAIL: NoteForm(
        TEXT,
        "Un courriel échangé ; avec --envoi, le canal.",
        may=("raison",),
        optional=True,
        effect="un courriel échangé",
    ),
    NoteSort.ANSWER: NoteForm(
        TEXT, "Ce que le client a répondu.", may=("raison",), effect="une réponse du client"
    ),
    NoteSort.PROMISE: NoteForm(
        DAY,
        "Une promesse de payer à cette date.",
        must=("echeance",),
        may=("montant",),
        effect="toute la créance attend jusqu'à `echeance`, plus la grâce (2 jours ouvrés), même"
        " si la promesse est partielle",
    ),
    NoteSort.DISPUTE: NoteForm(
        TEXT,
        "Le client conteste ; tout, ou --montant.",
        may=("montant",),
        optional=True,
        effect="la part contestée n'est pas réclamée ; sans `montant`, la créance attend tout"
        " entière",
    ),
    NoteSort.DISPUTE_CLOSED: NoteForm(
        TEXT,
        "Le litige est réglé.",
        optional=True,
        effect="le litige est réglé, la relance reprend",
    ),
    # Offered and noted as a whole by `relance noter --echeancier`, never instalment by instalment.
    NoteSort.PAYMENT_PLAN: NoteForm(
        must=("echeance", "montant"),
        effect="la créance attend tant que les versements arrivent, chacun avec sa grâce (5 jours"
        " ouvrés) : voir [Les échéanciers](echeanciers.md)",
    ),
    NoteSort.HOLD: NoteForm(
        TEXT,
        "Ne plus relancer.",
        may=("jusqu-au",),
        optional=True,
        effect="la créance attend jusqu'à ce jour compris ; sans date, jusqu'à `#reprise`",
    ),
    NoteSort.RESUMED: NoteForm(
        TEXT, "Relancer de nouveau.", optional=True, effect="la suspension est levée"
    ),
    NoteSort.INSOLVENCY: NoteForm(
        TEXT,
        "Sauvegarde, redressement ou liquidation judiciaire.",
        may=("jugement", "bodacc", "mandataire"),
        asked=("jugement",),
        optional=True,
        whole_account=True,
        effect="les créances nées avant le jugement (à défaut, avant la note) ne sont plus"
        " relancées : elles se déclarent ; de plusieurs notes, chaque fait vient de la plus récente"
        " qui le dit",
    ),
    NoteSort.ACKNOWLEDGEMENT: NoteForm(
        TEXT,
        "Le client reconnaît devoir.",
        optional=True,
        effect="le débiteur reconnaît la dette : la prescription repart de ce jour",
    ),
    NoteSort.PENALTIES_WAIVED: NoteForm(
        INVOICE,
        "Ne plus demander les pénalités ni l'indemnité de cette facture.",
        may=("motif",),
        names_invoices=True,
        effect="les pénalités et l'indemnité des factures nommées sont abandonnées pour toujours :"
        " aucune lettre ne les demande plus",
    ),
    # Written by `relance importer` alone; a second tag says what the status does, if anything.
    NoteSort.STATUS: NoteForm(
        must=("statut",),
        may=("heure", "motif", "approuve"),
        names_invoices=True,
        effect="ce qu'une plateforme dit d'une facture électronique : voir"
        " [Les statuts des factures électroniques](statuts.md)",
    ),
}

OF_LETTERS: dict[str, NoteForm] = {
    DISPATCH: NoteForm(
        LETTER,
        "La lettre est partie : dire par quel canal.",
        may=("relance", "canal", "numero", "adresse", "recu", "message-id", "refuse"),
        asked=("canal",),
        whole_account=True,
    ),
    RETURN: NoteForm(
        LETTER,
        "La lettre est revenue.",
        may=("relance", "raison", "motif", "canal"),
        whole_account=True,
    ),
    CANCELLATION: NoteForm(
        LETTER, "La lettre ne compte plus.", may=("relance", "motif"), whole_account=True
    ),
}

# By sort, the reasons that its `raison` may give.
REASONS: dict[str, tuple[str, ...]] = {
    **{sort: tuple(Reason) for sort, form in FOLLOW_UP.items() if "raison" in form.may},
    RETURN: tuple(ReturnCause),
}

# By tag.
FORMS = {str(sort): form for sort, form in (FOLLOW_UP | OF_LETTERS).items()}


def keys_read(forms: Mapping[str, NoteForm]) -> frozenset[str]:
    """Every key that the program reads in notes of these sorts."""
    keys = {"facture", *(key for form in forms.values() for key in form.keys)}
    return frozenset(key for key in keys if KEYS[key].read)
