"""Whether letters that nobody approved yet still stand on the books as they are now.

A letter is decided on the books of its day. While it waits for its approval, a payment, a
dispute, a promise may be written: the plan made again on the new books tells.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from relance.claims.history import Key, key
from relance.claims.on_day import OnDay
from relance.decision.model import Line, Plan, Wait
from relance.decision.plan import make_plan
from relance.policy.model import Policy
from relance.text.locales import money, short_date
from relance.values.amounts import Money
from relance.values.facts import Books, Client, Movement, Note
from relance.values.issued import Citation, IssuedLetter, PendingLetter
from relance.values.problem import Problem, Source

_NOWHERE = Source("")


@dataclass(slots=True)
class View:
    """The decisions of one state of the books, day by day; `pending` are the other letters that
    nobody merged yet, those under review left out."""

    policy: Policy
    books: Books
    pending: tuple[PendingLetter, ...] = ()
    _days: dict[dt.date, Mapping[Key, Line | Wait]] = field(default_factory=dict)

    def decisions(self, day: dt.date) -> Mapping[Key, Line | Wait]:
        """What becomes of every open claim on a day."""
        if day not in self._days:
            self._days[day] = _by_claim(
                make_plan(OnDay(self.policy, self.books, day, self.pending))
            )
        return self._days[day]


def _by_claim(plan: Plan) -> Mapping[Key, Line | Wait]:
    cited = [line for letter in plan.letters for line in letter.lines if line.step]
    found: dict[Key, Line | Wait] = {key(wait.claim): wait for wait in plan.waits}
    return found | {key(line.claim): line for line in cited}


@dataclass(frozen=True, slots=True)
class Review:
    """A letter under review: `now` are the books it would be merged into, `then` those it was
    decided on, when they are known; `today` is the day of the check."""

    letter: IssuedLetter
    now: View
    then: View | None
    today: dt.date


def under_review(letters: Iterable[IssuedLetter], books: Books) -> tuple[IssuedLetter, ...]:
    """The letters that the register of these books does not hold and nobody cancelled."""
    known = {letter.id for letter in books.letters}
    return tuple(x for x in letters if x.id not in known and x.cancelled_on is None)


def stale(review: Review) -> Iterator[Problem]:
    """One complaint for each invoice about which the letter is not right any more, as of the
    letter's day or as of today; its place is that of the payment or of the note."""
    letter = review.letter
    yield from _recipient(review)
    for citation in letter.citations:
        for day in sorted({letter.date, max(letter.date, review.today)}):
            if reason := _reason(review, citation, day):
                causes = _causes(review, citation, day)
                yield _problem(letter, citation, _Finding(day, reason, causes))
                break


def _recipient(review: Review) -> Iterator[Problem]:
    """What changed of whom the letter goes to: its law, its address, its way."""
    now, then = (_client(view, review.letter) for view in (review.now, review.then))
    if now is None or then is None:
        return
    changes = {
        f"le débiteur est {now.debtor or 'sans type'}, non {then.debtor or 'sans type'} : "
        "son droit n'est plus le même": now.debtor != then.debtor,
        "la lettre porte l'ancien nom": now.name != then.name,
        "la lettre porte l'ancienne adresse": (now.address, now.emails)
        != (then.address, then.emails),
        "la lettre part par l'ancien canal": now.channel != then.channel,
    }
    for what in (what for what, changed in changes.items() if changed):
        yield Problem(
            now.source,
            f"{review.letter.id} ({review.letter.account}) : {what}",
            f"refaites la branche, ou retirez-en {review.letter.id}, avant de fusionner",
        )


def _client(view: View | None, letter: IssuedLetter) -> Client | None:
    clients = view.books.clients if view else ()
    return next((each for each in clients if each.account == letter.account), None)


@dataclass(frozen=True, slots=True)
class _Finding:
    day: dt.date
    reason: str
    causes: Sequence[Movement | Note]


def _problem(letter: IssuedLetter, citation: Citation, found: _Finding) -> Problem:
    first, *others = [cause.source for cause in found.causes] or [Source(letter.path)]
    told = " ; ".join(map(_told, found.causes))
    also = f" (aussi {', '.join(map(str, others))})" if others else ""
    at = f"au {short_date(found.day)}, {found.reason}{f' : {told}' if told else ''}{also}"
    return Problem(
        first,
        f"{citation.invoice} ne se relance plus comme dans {letter.id} ({letter.account}) : {at}",
        "avant de fusionner, sur la branche : relance rafraichir (recalcule ses lettres), "
        f"ou relance retirer {letter.id}",
    )


def _reason(review: Review, citation: Citation, day: dt.date) -> str:
    """Why the claim is not to be cited so on that day, nothing when it is."""
    where = _key(review.letter, citation)
    found = review.now.decisions(day).get(where)
    if found is None:
        return "plus rien n'est dû"
    if isinstance(found, Wait):
        return f"elle attend, {found.code} : {found.reason}"
    then = review.then.decisions(review.letter.date).get(where) if review.then else None
    expected = then if isinstance(then, Line) else None
    return next(_differences(citation, found, expected, same_day=day == review.letter.date), "")


def _differences(
    citation: Citation, found: Line, expected: Line | None, *, same_day: bool
) -> Iterator[str]:
    """What the books say otherwise than the letter; interest only for the letter's own day."""
    currency = citation.balance.currency
    step = found.step.name if found.step else ""
    if step != citation.step:
        yield f"son étape est {step}, non {citation.step}"
    if found.claim.balance != citation.balance.number:
        now = money(found.claim.balance, currency)
        yield f"son solde est de {now}, non de {_said(citation.balance)}"
    if expected and found.claimed != expected.claimed:
        now, before = money(found.claimed, currency), money(expected.claimed, currency)
        yield f"elle se réclame pour {now}, non pour {before}"
    if expected and same_day and _cost(found) != _cost(expected):
        yield "ses pénalités ou son indemnité ne sont plus les mêmes"


def _cost(line: Line) -> tuple[object, object]:
    return (line.interest.total if line.interest else None, line.fee)


def _said(amount: Money) -> str:
    return money(amount.number, amount.currency)


def _key(letter: IssuedLetter, citation: Citation) -> Key:
    return (letter.account, citation.invoice, citation.instalment, citation.balance.currency)


# ---------------------------------------------------------------- What was written since


def _causes(review: Review, citation: Citation, day: dt.date) -> Sequence[Movement | Note]:
    """The payments and notes about the invoice that the letter did not know."""
    account, invoice = review.letter.account, citation.invoice
    facts = [
        fact
        for fact in _facts(review.now.books)
        if fact.date <= day and fact.account == account and _about(fact, invoice)
    ]
    if review.then is not None:
        known = Counter(map(_placeless, _facts(review.then.books)))
        return _unknown(facts, known)
    return [fact for fact in facts if fact.date >= review.letter.date]


def _facts(books: Books) -> Iterator[Movement | Note]:
    yield from (m for m in books.movements if m.number < 0)
    yield from books.notes


def _about(fact: Movement | Note, invoice: str) -> bool:
    return not fact.invoices or invoice in fact.invoices


def _unknown(facts: Iterable[Movement | Note], known: Counter[object]) -> list[Movement | Note]:
    """Those that are more than the known ones: two payments may be alike."""
    new = []
    for fact in facts:
        same = _placeless(fact)
        known[same] -= 1
        if known[same] < 0:
            new.append(fact)
    return new


def _placeless(fact: Movement | Note) -> object:
    """The fact wherever it stands: lines move when something is written above them."""
    if isinstance(fact, Movement):
        return replace(fact, source=_NOWHERE, entry=0)
    return replace(fact, source=_NOWHERE)


def _told(fact: Movement | Note) -> str:
    if isinstance(fact, Note):
        return f"note #{fact.sort} du {short_date(fact.date)}"
    sort = "avoir" if fact.credit_note else "abandon" if fact.waived else "règlement"
    draft = " en brouillon" if fact.draft else ""
    return f"{sort}{draft} de {money(-fact.number, fact.currency)} du {short_date(fact.date)}"
