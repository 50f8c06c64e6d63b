"""What a litigation file lacks: told on its first page, mended in the books."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from relance.files.account import Account, Line
from relance.files.exhibits import LETTER, RECEIPT, Exhibit
from relance.policy.model import Policy
from relance.values.facts import Client
from relance.values.issued import IssuedLetter
from relance.values.kinds import DebtorType


@dataclass(frozen=True, slots=True)
class Gap:
    """One lack: its code, which templates put in words, and the invoices or letters it is of."""

    code: str
    about: tuple[str, ...] = ()


def gaps(
    client: Client, books: Sequence[Account], shown: Sequence[Exhibit], policy: Policy
) -> tuple[Gap, ...]:
    """Every lack of the file, the evidence of the debt first."""
    lines = [line for account in books for line in account.due]
    letters = [e.letter for e in shown if e.sort == LETTER and e.letter]
    return (
        *_of_evidence(lines, shown),
        *_of_notices(lines, letters, shown, policy),
        *_of_identity(client),
    )


def _of_evidence(lines: Sequence[Line], shown: Sequence[Exhibit]) -> Iterator[Gap]:
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
    lines: Sequence[Line], shown: Sequence[Exhibit], sort: str, *, whole: bool
) -> tuple[str, ...]:
    """The invoices without an exhibit of that sort; with `whole`, one of the whole account
    proves them all."""
    own = [exhibit for exhibit in shown if exhibit.sort == sort]
    if whole and any(not exhibit.numbers for exhibit in own):
        return ()
    proved = {number for exhibit in own for number in exhibit.numbers}
    labels = dict.fromkeys(line.claim.label for line in lines)
    return tuple(label or "sans numéro" for label in labels if label not in proved)


def _of_notices(
    lines: Sequence[Line],
    letters: Sequence[IssuedLetter],
    shown: Sequence[Exhibit],
    policy: Policy,
) -> Iterator[Gap]:
    def formal(letter: IssuedLetter) -> bool:
        step = policy.steps.get(letter.step)
        return step is not None and step.formal_notice

    notices = [letter for letter in letters if formal(letter)]
    named = {c.invoice for letter in notices for c in letter.citations}
    unnoticed = dict.fromkeys(x.claim.label for x in lines if x.claim.invoice not in named)
    if unnoticed:
        yield Gap("mise-en-demeure", tuple(label or "sans numéro" for label in unnoticed))
    receipts = {e.letter.id for e in shown if e.sort == RECEIPT and e.letter}
    yield from _named("mise-en-demeure-envoi", notices, lambda x: not x.dispatches)
    yield from _named(
        "mise-en-demeure-accuse",
        notices,
        lambda x: bool(x.dispatches) and x.id not in receipts,
    )
    others = [letter for letter in letters if not formal(letter)]
    yield from _named("relance-envoi", others, lambda x: not x.dispatches)


def _named(
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
