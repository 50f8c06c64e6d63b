"""The text of a note to which no one gave a text: what its facts say, in a sentence."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from relance.ledger.company import Company
from relance.notes.note import NewNote
from relance.notes.removal import WrittenNote
from relance.text.escapes import one_line
from relance.text.locales import enumeration, french_date, money
from relance.text.typography import ordinary
from relance.values.amounts import Money
from relance.values.kinds import ReturnCause

# What each fact adds to the sentence of its sort, in this order.
_SENTENCES: dict[str, tuple[str, dict[str, str]]] = {
    "promesse": ("Promesse de règlement", {"montant": " de {}", "echeance": " pour le {}"}),
    "litige": ("Facturation contestée", {"montant": " pour {}"}),
    "litige-clos": ("Litige réglé", {}),
    "suspension": ("Relances suspendues", {"jusqu-au": " jusqu'au {}"}),
    "reprise": ("Reprise des relances", {}),
    "procedure-collective": ("Procédure collective", {"jugement": " ouverte le {}"}),
    "reconnaissance": ("Reconnaît devoir la somme", {}),
    "abandon-penalites": ("Pénalités abandonnées", {"motif": " : {}"}),
    "envoi": ("{lettre} envoyée", {"canal": " {}", "recu": ", reçue le {}"}),
    "retour": ("{lettre} revenue", {"raison": ", {}", "motif": " : {}"}),
    "annulation": ("{lettre} annulée", {"motif": " : {}"}),
}


RETURNED: dict[str, str] = {
    ReturnCause.REFUSED: "refusée par le destinataire",
    ReturnCause.UNCLAIMED: "non réclamée",
    ReturnCause.UNKNOWN: "inconnu à l'adresse",
    ReturnCause.ADDRESS: "adresse incomplète ou inaccessible",
}


class ChannelWords(NamedTuple):
    """How a dispatch by a channel is said; `takes` is what the channel's option may take, said
    by `more`."""

    takes: str
    words: str
    more: str


# `courriel` is a sort of its own without --envoi.
CHANNELS = {
    "recommande": ChannelWords("NUMERO", "en recommandé", " n° {}"),
    "courrier": ChannelWords("NUMERO", "par courrier", " n° {}"),
    "courriel": ChannelWords("ADRESSE", "par courriel", " à {}"),
    "sms": ChannelWords("NUMERO", "par SMS", " au {}"),
    "telephone": ChannelWords("NUMERO", "au téléphone", " au {}"),
}


def default(note: NewNote) -> str:
    """The sentence, with the invoices named since Fava does not draw a note's links; "" for a
    sort that only a person can word."""
    sentence, additions = _SENTENCES.get(note.sort, ("", {}))
    if note.sort == "envoi" and note.metadata.get("canal") == "telephone":
        sentence, additions = "Appel passé pour {lettre}", {}
    text = sentence.replace("{lettre}", note.letter)
    for key, addition in additions.items():
        if key in note.metadata:
            text += addition.format(_spoken(note, key))
    if text and note.invoices:
        text += f" ({enumeration(note.invoices)})"
    return ordinary(f"{text}.") if text else ""


def worded(sort: str) -> bool:
    """Whether the facts alone can word a note of that sort."""
    return sort in _SENTENCES


def message(note: NewNote, company: Company) -> str:
    """The commit's message: what is noted about whom, then the note's text."""
    owner = next(client for client in company.books.clients if client.account == note.account)
    about = note.letter or enumeration(note.invoices)
    subject = f"Suivi de {owner.label} : {note.sort}" + (f" ({about})" if about else "")
    return one_line(ordinary(subject)) + f"\n\n{one_line(note.text)}\n"


def done(path: str, branch: str | None) -> str:
    """What was done, and what to do next."""
    if branch:
        return f"{path}, enregistré seul sur {branch} ; relance plan dit ce que la note change."
    return f"{path} est à jour ; relisez, puis committez (--commit le fait)."


def taken_back(note: WrittenNote, company: Company) -> str:
    """The commit's message: what is no longer noted about whom, then what the note said."""
    owner = next(c for c in company.books.clients if c.account == note.entry.account)
    about = enumeration(sorted(note.links))
    subject = f"Suivi de {owner.label} : note {note.sort} retirée" + (
        f" ({about})" if about else ""
    )
    return one_line(ordinary(subject)) + f"\n\n{one_line(note.text)}\n"


def undone(path: str) -> str:
    """What is said of a note that git never had."""
    return f"{path} est comme avant cette note ; git ne l'avait pas."


def _spoken(note: NewNote, key: str) -> str:
    value = note.metadata[key]
    if key == "raison":
        return RETURNED.get(str(value), str(value))
    if key == "canal":
        _, words, more = CHANNELS[str(value)]
        to = note.metadata.get("numero", note.metadata.get("adresse"))
        return words + (more.format(to) if to else "")
    if isinstance(value, dt.date):
        return french_date(value)
    return money(value.number, value.currency) if isinstance(value, Money) else str(value)
