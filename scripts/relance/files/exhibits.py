"""The numbered exhibits of a litigation file, and those that it lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from relance.claims.claim import Claim
from relance.files.account import DebtAccount, DebtLine
from relance.policy.settings import Policy
from relance.text.writing import slug
from relance.values.facts import Client, Document
from relance.values.issued import IssuedLetter
from relance.values.kinds import DebtorType, Information

LETTER, RECEIPT, OTHER = "relance", "accuse", "autre"
# In the order in which a court reads: what founds the debt, what proves it, what was done since.
_BEFORE = ("contrat", "commande", "cgv", "livraison", "facture")
_AFTER = (RECEIPT, "reconnaissance", "courriel", "reponse", "litige", "declaration")
_DECLARED = (*_BEFORE, LETTER, *_AFTER, OTHER)
# What letters told without asking for anything proves no reminder.
_INFORMING = {kind.value: slug(kind.french) for kind in Information}
SORTS = (*_BEFORE, LETTER, *_INFORMING.values(), *_AFTER, OTHER)


@dataclass(frozen=True, slots=True)
class CaseExhibit:
    """One document: `number` is its place in the schedule, `numbers` are the invoices it is
    about, as printed; `letter` is the letter that it is, or whose receipt it is."""

    number: int
    sort: str
    date: dt.date
    path: str
    numbers: tuple[str, ...] = ()
    letter: IssuedLetter | None = None

    @property
    def is_letter(self) -> bool:
        """Whether it is a letter to the client, be it one that asked for nothing."""
        return self.sort == LETTER or self.sort in _INFORMING.values()


def exhibits(
    documents: Iterable[Document],
    letters: Sequence[IssuedLetter],
    claims: Iterable[Claim],
    day: dt.date,
) -> tuple[CaseExhibit, ...]:
    """The declared documents about these claims, these letters or the whole account, and the
    letters themselves, each receipt after its letter; numbered from 1."""
    labels = {claim.invoice: claim.label for claim in claims if claim.invoice}
    by_id = {letter.id: letter for letter in letters}
    listed = [e for d in documents if d.date <= day if (e := _declared(d, labels, by_id))]
    listed += [_letter(letter, labels) for letter in letters]
    ordered = sorted(listed, key=_order)
    return tuple(replace(e, number=n) for n, e in enumerate(ordered, 1))


def _declared(
    document: Document, labels: Mapping[str, str], letters: Mapping[str, IssuedLetter]
) -> CaseExhibit | None:
    """The exhibit a document makes; None when it is about other invoices alone."""
    numbers = tuple(labels[name] for name in document.invoices if name in labels)
    about = [letters[name] for name in document.invoices if name in letters]
    if document.invoices and not numbers and not about:
        return None
    sort = next((sort for sort in _DECLARED if sort in document.sorts), OTHER)
    letter = about[0] if about and sort == RECEIPT else None
    return CaseExhibit(0, sort, document.date, document.path, numbers, letter)


def _letter(letter: IssuedLetter, labels: Mapping[str, str]) -> CaseExhibit:
    cited = dict.fromkeys(c.invoice for c in letter.citations if c.invoice in labels)
    numbers = tuple(labels[name] for name in cited)
    return CaseExhibit(0, _sort(letter), letter.date, letter.path, numbers, letter)


def _sort(letter: IssuedLetter) -> str:
    return _INFORMING.get(letter.step, LETTER)


def _order(exhibit: CaseExhibit) -> tuple[int, dt.date, str, bool, dt.date, str]:
    """By sort, then day; a letter's receipt stands right after it."""
    letter = exhibit.letter
    sort = _sort(letter) if letter else exhibit.sort
    day, name = (letter.date, letter.id) if letter else (exhibit.date, "")
    return (SORTS.index(sort), day, name, exhibit.sort == RECEIPT, exhibit.date, exhibit.path)


# ---------------------------------------------------------------- What the file lacks


@dataclass(frozen=True, slots=True)
class Gap:
    """One lack: its code, which templates put in words, and the invoices or letters it is of."""

    code: str
    about: tuple[str, ...] = ()


def gaps(
    client: Client, books: Sequence[DebtAccount], shown: Sequence[CaseExhibit], policy: Policy
) -> tuple[Gap, ...]:
    """Every lack of the file: an address to look for, then the evidence of the debt."""
    lines = [line for account in books for line in account.due]
    sent = [e.letter for e in shown if e.is_letter and e.letter]
    letters = [letter for letter in sent if not letter.informs]
    return (
        *_gap("adresse-a-verifier", sent, lambda x: x.undelivered is not None),
        *_of_evidence(lines, shown),
        *_of_notices(lines, letters, shown, policy),
        *_of_identity(client),
    )


def _of_evidence(lines: Sequence[DebtLine], shown: Sequence[CaseExhibit]) -> Iterator[Gap]:
    sorts = {exhibit.sort for exhibit in shown}
    if labels := _unproved(lines, shown, "facture", whole=False):
        yield Gap("facture", labels)
    if not sorts & {"contrat", "commande"}:
        yield Gap("contrat")
    if labels := _unproved(lines, shown, "livraison", whole=True):
        yield Gap("livraison", labels)
    if any(line.agreed for line in lines) and not sorts & {"contrat", "cgv"}:
        yield Gap("clause")


def _unproved(
    lines: Sequence[DebtLine], shown: Sequence[CaseExhibit], sort: str, *, whole: bool
) -> tuple[str, ...]:
    """The invoices without an exhibit of that sort; with `whole`, one of the whole account
    proves them all."""
    of_sort = [exhibit for exhibit in shown if exhibit.sort == sort]
    if whole and any(not exhibit.numbers for exhibit in of_sort):
        return ()
    proved = {number for exhibit in of_sort for number in exhibit.numbers}
    labels = dict.fromkeys(line.claim.label for line in lines)
    return tuple(label or "sans numéro" for label in labels if label not in proved)


def _of_notices(
    lines: Sequence[DebtLine],
    letters: Sequence[IssuedLetter],
    shown: Sequence[CaseExhibit],
    policy: Policy,
) -> Iterator[Gap]:
    def formal(letter: IssuedLetter) -> bool:
        step = policy.steps.get(letter.step)
        return step is not None and step.formal_notice

    notices = [letter for letter in letters if formal(letter)]
    named = {c.invoice for x in notices if not x.undelivered for c in x.citations}
    unnoticed = dict.fromkeys(x.claim.label for x in lines if x.claim.invoice not in named)
    if unnoticed:
        yield Gap("mise-en-demeure", tuple(label or "sans numéro" for label in unnoticed))
    if partly := dict.fromkeys(x.claim.label for x in lines if x.undemanded):
        yield Gap("mise-en-demeure-partielle", tuple(partly))
    receipts = {e.letter.id for e in shown if e.sort == RECEIPT and e.letter}
    yield from _gap("mise-en-demeure-envoi", notices, lambda x: not x.dispatches)
    yield from _gap(
        "mise-en-demeure-accuse",
        notices,
        lambda x: bool(x.presented) and x.id not in receipts,
    )
    others = [letter for letter in letters if not formal(letter)]
    yield from _gap("relance-envoi", others, lambda x: not x.dispatches)


def _gap(
    code: str, letters: Sequence[IssuedLetter], lacks: Callable[[IssuedLetter], bool]
) -> Iterator[Gap]:
    if names := tuple(letter.id for letter in letters if lacks(letter)):
        yield Gap(code, names)


def _of_identity(client: Client) -> Iterator[Gap]:
    if client.debtor is None:
        yield Gap("type")
    if not client.address:
        yield Gap("adresse")
    if client.debtor in (DebtorType.PROFESSIONAL, DebtorType.PUBLIC) and not client.siren:
        yield Gap("siren")
