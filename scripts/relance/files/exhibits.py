"""The numbered exhibits of a litigation file, and those that it lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from relance.claims.model import Claim
from relance.values.facts import Document
from relance.values.issued import IssuedLetter

LETTER, RECEIPT, OTHER = "relance", "accuse", "autre"
# In the order in which a court reads: what founds the debt, what proves it, what was done since.
_BEFORE = ("contrat", "commande", "cgv", "livraison", "facture")
_AFTER = (RECEIPT, "reconnaissance", "courriel", "reponse", "litige", "declaration")
SORTS = (*_BEFORE, LETTER, *_AFTER, OTHER)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One document: `number` is its place in the schedule, `numbers` are the invoices it is
    about, as printed; `letter` is the letter that it is, or whose receipt it is."""

    number: int
    sort: str
    date: dt.date
    path: str
    numbers: tuple[str, ...] = ()
    letter: IssuedLetter | None = None


def exhibits(
    documents: Iterable[Document],
    letters: Sequence[IssuedLetter],
    claims: Iterable[Claim],
    day: dt.date,
) -> tuple[Exhibit, ...]:
    """The declared documents about these claims, these letters or the whole account, and the
    letters themselves, each receipt after its letter; numbered from 1."""
    labels = {claim.invoice: claim.label for claim in claims if claim.invoice}
    by_id = {letter.id: letter for letter in letters}
    found = [each for d in documents if d.date <= day if (each := _declared(d, labels, by_id))]
    found += [_letter(letter, labels) for letter in letters]
    ordered = sorted(found, key=_place)
    return tuple(replace(each, number=n) for n, each in enumerate(ordered, 1))


def _declared(
    document: Document, labels: Mapping[str, str], letters: Mapping[str, IssuedLetter]
) -> Exhibit | None:
    """The exhibit a document makes; None when it is about other invoices alone."""
    numbers = tuple(labels[name] for name in document.invoices if name in labels)
    about = [letters[name] for name in document.invoices if name in letters]
    if document.invoices and not numbers and not about:
        return None
    sort = next((sort for sort in SORTS if sort in document.sorts), OTHER)
    letter = about[0] if about and sort == RECEIPT else None
    return Exhibit(0, sort, document.date, document.path, numbers, letter)


def _letter(letter: IssuedLetter, labels: Mapping[str, str]) -> Exhibit:
    cited = dict.fromkeys(c.invoice for c in letter.citations if c.invoice in labels)
    numbers = tuple(labels[name] for name in cited)
    return Exhibit(0, LETTER, letter.date, letter.path, numbers, letter)


def _place(exhibit: Exhibit) -> tuple[int, dt.date, str, bool, dt.date, str]:
    """By sort, then day; a letter's receipt stands right after it."""
    own = exhibit.letter
    sort = LETTER if own else exhibit.sort
    day, name = (own.date, own.id) if own else (exhibit.date, "")
    return (SORTS.index(sort), day, name, exhibit.sort == RECEIPT, exhibit.date, exhibit.path)
