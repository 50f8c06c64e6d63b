"""What a person looks at before the rest: sums, first notices, disputes, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relance.decision.outcomes import Letter, Plan, Wait
from relance.decision.urgency import Urgency, urgency
from relance.outlook.double_accounts import shared
from relance.policy.settings import Policy
from relance.runs.summary.spoken_codes import in_a_few_words
from relance.text.escapes import quiet
from relance.text.typography import grouped
from relance.text.words import count
from relance.values.facts import Books
from relance.values.issued import IssuedLetter
from relance.values.register import as_of


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to look at first: what it is, and the letters or words that it is about."""

    title: str
    letters: tuple[Letter, ...] = ()
    detail: str = ""


def alerts(plan: Plan, policy: Policy, books: Books, iban: str | None) -> Iterator[Alert]:
    """Every alert of a run; `iban` is the account that the last letter printed."""
    yield from _bank_details(policy.creditor.iban, iban)
    past = [x for x in as_of(books.letters, plan.date) if x.cancelled_on is None]
    if first := tuple(_first_notices(plan.letters, past, policy)):
        yield Alert("première mise en demeure à ce client", first)
    if disputed := tuple(x for x in plan.letters if any(y.disputed for y in x.demanded)):
        yield Alert("une partie est contestée, et n'est pas réclamée", disputed)
    large = policy.review.is_large
    if big := tuple(x for x in plan.letters if large(x.total.number, x.currency)):
        yield Alert("gros montant", big)
    yield from _on_two_accounts(plan.letters, books)
    for letter in plan.letters:
        for remark in letter.remarks:
            yield Alert(remark, (letter,))
    yield from _missing(plan.waits)


def _bank_details(now: str | None, before: str | None) -> Iterator[Alert]:
    if before and now != before:
        shown = grouped(now) if now else "aucun"
        what = f"{shown} ; la dernière lettre donnait {grouped(before)}. À confirmer de vive voix"
        yield Alert("l'IBAN imprimé a changé", detail=what)


def _first_notices(
    letters: Iterable[Letter], past: Iterable[IssuedLetter], policy: Policy
) -> Iterator[Letter]:
    """The formal notices to clients that never had one."""
    notices = {name for name, step in policy.steps.items() if step.formal_notice}
    had = {issued.account for issued in past if issued.step in notices}
    for letter in letters:
        if letter.step.formal_notice and letter.client.account not in had:
            yield letter


def _on_two_accounts(letters: Sequence[Letter], books: Books) -> Iterator[Alert]:
    """Letters to a client whose number or address another client's account bears too."""
    for one in shared(client for client in books.clients if not client.excluded):
        accounts = {client.account for client in one.clients}
        if concerned := tuple(letter for letter in letters if letter.client.account in accounts):
            title = "peut-être un seul client sur deux comptes"
            yield Alert(title, concerned, quiet(f"{one.what}, {one.accounts}", 300))


def _missing(waits: Iterable[Wait]) -> Iterator[Alert]:
    counts = Counter(wait.code for wait in waits if urgency(wait.code) is Urgency.MISSING)
    if counts:
        number = sum(counts.values())
        what = ", ".join(
            f"{in_a_few_words(code)} ({times})" for code, times in sorted(counts.items())
        )
        title = f"{count(number, 'créance')} sans lettre, faute d'une donnée"
        yield Alert(title, detail=what)
