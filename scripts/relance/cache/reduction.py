"""What of whole books a later reading can do without, and how it is known that nothing of it moved.

A partial reading reads the books as they are now without the entries `left` out here: paid
invoices that nothing can concern any more, and what concerns no client. It gives the same plan as
a whole reading because of what `cutting` keeps in (all that a question about whole books looks
at), and because what touches a client again brings back all that is left out of that client's.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from relance.cache.evidence import versions
from relance.values.facts import Settled


class Whole(StrEnum):
    """Why books are read whole though they were read before, in French."""

    NOTHING_KEPT = "rien n'est gardé d'une lecture entière"
    OTHER_READER = "la politique ou une version a changé"
    PLUGIN = "le grand livre emploie un greffon"
    SHARED = "des clients ont un compte en commun"
    PAD = "un solde se complète par pad"
    COST = "une écriture a un coût"
    FOLDERS = "l'option documents nomme un dossier"
    SUCCESSION = "un client succède à un autre"
    YEARS = "un numéro de facture porte une autre année que sa date"
    SHAPES = "les numéros de facture sont de trop de formes"
    TOO_LARGE = "ce qui se laisse de côté tient trop de place"
    ASSERTION = "un solde vérifié a une clé en commentaire"
    FEW = "il y a trop peu à laisser de côté"
    NOT_AT_THE_END = "un fichier a changé avant sa fin"
    OUTSIDE = "un document est hors du dossier"
    FILE_GONE = "un fichier n'est plus lu"
    DIRECTIVE = "une directive nouvelle n'est ni écriture, ni note, ni lettre"
    MUCH = "il y a trop de nouveau"
    EARLIER = "ce qui est gardé vaut pour une date plus tardive"
    NEW_NUMBER = "un numéro nouveau n'est pas fait comme les autres"
    DISORDER = "une écriture nouvelle n'est pas dans l'ordre des dates de son fichier"
    TWO_CLIENTS = "une écriture nouvelle touche deux clients"
    ASSERTED = "une écriture nouvelle est d'avant un solde vérifié"
    LOST = "une lettre cite une facture que son client n'a pas"
    NO_ROOM = "le dossier temporaire ne prend rien"
    FAULTY = "une faute s'y trouve"


class ReadWhole(Exception):
    """Books cannot be read in part; `why` tells the reason."""

    def __init__(self, why: Whole) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class TextState:
    """A file as it was: its length and fingerprint; from which byte to which each thing stands that
    can be left out (`places`, one after the other), and whose it is, as a place among the `owners`.
    `ordered` tells that its entries on clients' accounts follow in time, `last` the day of the last
    of them."""

    size: int
    sha256: str
    places: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()
    ordered: bool = False
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LeftAside:
    """What is left out of one client's entries, or of nobody's: so many; the invoice numbers in
    them, and what becomes of them in books."""

    entries: int
    numbers: tuple[str, ...] = ()
    settled: tuple[Settled, ...] = ()
    paid_long_ago: int = 0


@dataclass(frozen=True, slots=True)
class Reduction:
    """What can be left out of the books, by account of the client ("" for nobody's); `owners` are
    these accounts in their order.

    `made_by` is the fingerprint of what reads them, `shape` the usual one of invoice numbers,
    `asserted` the last day on which the balance of an account is asserted, `until` the day from
    which it is true that nothing concerns what is left out.
    """

    made_by: str
    texts: Mapping[str, TextState]
    left: Mapping[str, LeftAside]
    shape: str
    owners: tuple[str, ...]
    asserted: Mapping[str, dt.date] = field(default_factory=dict)
    bank_dates: tuple[dt.date, ...] = ()
    until: dt.date | None = None


def reader_print(policy_sha256: str, ledger: str) -> str:
    """The fingerprint of what reads the books: programs and policy."""
    text = json.dumps([versions(), policy_sha256, ledger])
    return hashlib.sha256(text.encode()).hexdigest()
