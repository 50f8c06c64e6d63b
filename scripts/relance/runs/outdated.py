"""Letters of a branch that the books it would be merged into overtook: `verifier --contre`.

A letter is decided on the books of its day. While it waits for its approval, a payment, a
dispute, a promise may be written: the plan made again on the new books tells.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from relance.cache.book_states import read_once
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Line, Wait
from relance.decision.recording import citation as citation_of
from relance.decision.statements import plan_like
from relance.git.repository import Repository
from relance.git.worktree import worktree
from relance.ledger.company import Company
from relance.policy.settings import Policy
from relance.runs.comparison import changed, of_claim
from relance.runs.matching import Topic, decisions, topic
from relance.runs.pending import pending_letters
from relance.text.locales import money, short_date
from relance.values.amounts import Money
from relance.values.facts import Books, Client, Note
from relance.values.issued import Citation, IssuedLetter, PendingLetter
from relance.values.movement import Movement
from relance.values.problem import Problem, Refusal, Source

_NOWHERE = Source("")


@dataclass(slots=True)
class View:
    """The decisions of one state of the books, day by day; `pending` are the other letters that
    nobody merged yet, those under review left out."""

    policy: Policy
    books: Books
    pending: tuple[PendingLetter, ...] = ()
    _days: dict[tuple[dt.date, str], Mapping[Topic, Line | Wait]] = field(default_factory=dict)

    def decisions(self, day: dt.date, letter: IssuedLetter) -> Mapping[Topic, Line | Wait]:
        """What becomes of every open claim on a day; by the client's statement where the letter
        is one."""
        where = (day, letter.account if letter.states_account else "")
        if where not in self._days:
            on = OnDay(self.policy, self.books, day, self.pending)
            self._days[where] = decisions(plan_like(on, [letter]))
        return self._days[where]


@dataclass(frozen=True, slots=True)
class Review:
    """A letter under review: `now` are the books it would be merged into, `then` those it was
    decided on, when they are known; `today` is the day of the check."""

    letter: IssuedLetter
    now: View
    then: View | None
    today: dt.date


def outdated(company: Company, target: str, today: dt.date) -> tuple[Problem, ...]:
    """A complaint for every invoice that a letter of the folder cites and that the branch
    `target` would not chase so any more, on the letter's day or today.

    Raises `Refusal` when git does not know the branch, or when its books cannot be read.
    """
    repository = Repository.at(company.root)
    with repository.lock():
        return overtaken(repository, company.books.letters, target, today)


def overtaken(
    repository: Repository, letters: Iterable[IssuedLetter], target: str, today: dt.date
) -> tuple[Problem, ...]:
    """The same of these letters, the lock being held."""
    commit = repository.commit_of(target)
    merged = _read_at(repository, commit, target)
    reviewed = _under_review(letters, merged.books)
    if not reviewed:
        return ()
    now = _view_now(repository, merged, reviewed)
    then = _views_then(repository, reviewed, {commit: now})
    reviews = [Review(letter, now, then.get(letter.base or ""), today) for letter in reviewed]
    return tuple(problem for review in reviews for problem in _stale(review))


def _under_review(letters: Iterable[IssuedLetter], books: Books) -> tuple[IssuedLetter, ...]:
    """The letters that the register of these books does not hold and nobody cancelled."""
    merged = {letter.id for letter in books.letters}
    return tuple(x for x in letters if x.id not in merged and x.cancelled_on is None)


def _view_now(repository: Repository, merged: Company, letters: Iterable[IssuedLetter]) -> View:
    """The books of the target with the letters of other branches, those under review apart."""
    ours = {letter.id for letter in letters}
    pending = pending_letters(repository, merged)
    return View(merged.policy, merged.books, tuple(p for p in pending if p.letter.id not in ours))


def _views_then(
    repository: Repository, letters: Iterable[IssuedLetter], views: dict[str, View]
) -> dict[str, View]:
    """The books on which each letter was decided; a commit that is not here is left out."""
    for base in sorted({letter.base for letter in letters if letter.base} - views.keys()):
        if repository.holds(base):
            company = _read_at(repository, base, base[:8])
            views[base] = View(company.policy, company.books)
    return views


def _read_at(repository: Repository, commit: str, name: str) -> Company:
    """The company as a commit holds it; its faults are told with the name of that commit."""
    try:
        with worktree(repository, commit) as tree:
            return read_once(tree)
    except Refusal as refused:
        problems = [
            replace(p, source=replace(p.source, path=f"{name}:{p.source.path}"))
            for p in refused.problems
        ]
        raise Refusal(problems, refused.status) from None


# ---------------------------------------------------------------- One letter


def _stale(review: Review) -> Iterator[Problem]:
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
        "la lettre porte l'ancienne adresse": (now.address, now.mailed)
        != (then.address, then.mailed),
        "la lettre part par l'ancien canal": now.channel != then.channel,
    }
    for what in (what for what, differs in changes.items() if differs):
        yield Problem(
            now.source,
            f"{review.letter.id} ({review.letter.account}) : {what}",
            f"refaites la branche, ou retirez-en {review.letter.id}, avant de fusionner",
        )


def _client(view: View | None, letter: IssuedLetter) -> Client | None:
    clients = view.books.clients if view else ()
    return next((client for client in clients if client.account == letter.account), None)


@dataclass(frozen=True, slots=True)
class _Finding:
    day: dt.date
    reason: str
    causes: Sequence[Movement | Note]


def _problem(letter: IssuedLetter, citation: Citation, finding: _Finding) -> Problem:
    first, *others = [cause.source for cause in finding.causes] or [Source(letter.path)]
    causes = " ; ".join(map(_described, finding.causes))
    also = f" (aussi {', '.join(map(str, others))})" if others else ""
    at = f"au {short_date(finding.day)}, {finding.reason}{f' : {causes}' if causes else ''}{also}"
    what = f"{citation.invoice} ne se relance plus comme dans {letter.id} ({letter.account}) : {at}"
    if letter.informs:
        what = f"{citation.invoice} n'est plus ce qu'en dit {letter.id} ({letter.account}) : {at}"
    remedy = "avant de fusionner, sur la branche : relance rafraichir (recalcule ses lettres), "
    return Problem(first, what, f"{remedy}ou relance retirer {letter.id}")


def _reason(review: Review, citation: Citation, day: dt.date) -> str:
    """Why the claim is not to be cited so on that day, nothing when it is."""
    where = topic(review.letter, citation)
    decision = review.now.decisions(day, review.letter).get(where)
    if decision is None:
        return "cette lettre n'a plus lieu d'être" if citation.informs else "plus rien n'est dû"
    if isinstance(decision, Wait):
        return f"elle attend, {decision.code} : {decision.reason}"
    before, letter = review.then, review.letter
    then = before.decisions(letter.date, letter).get(where) if before else None
    expected = then if isinstance(then, Line) else None
    return next(_differences(citation, decision, expected, same_day=day == review.letter.date), "")


# What a client reads of a claim, in the order in which it matters; its rank and track are for the
# decisions to come, which are made again once the letter is merged.
_READ = ("etape", "solde", "echeance", "versement")


def _differences(
    citation: Citation, line: Line, expected: Line | None, *, same_day: bool
) -> Iterator[str]:
    """What the books say otherwise than the letter. The register does not tell what it claims of
    a claim, nor its interest and fee: `expected`, the line on the books of its own day, does.
    Interest grows with each day, and is compared for the letter's own alone."""
    now = of_claim(citation_of(citation.letter, line))
    otherwise = {figure.key: figure for figure in changed(of_claim(citation), now)}
    for key in _READ:
        if difference := otherwise.get(key):
            yield _SAID[key].format(_as_text(difference.right), _as_text(difference.written))
    currency = citation.balance.currency
    if expected and line.claimed != expected.claimed:
        claimed, before = money(line.claimed, currency), money(expected.claimed, currency)
        yield f"elle se réclame pour {claimed}, non pour {before}"
    if expected and same_day and _cost(line) != _cost(expected):
        yield "ses pénalités ou son indemnité ne sont plus les mêmes"


_SAID = {
    "etape": "son étape est {}, non {}",
    "solde": "son solde est de {}, non de {}",
    "echeance": "son échéance est le {}, non le {}",
    "versement": "son versement annoncé est {}, non {}",
}


def _as_text(value: object) -> str:
    if isinstance(value, Money):
        return money(value.number, value.currency)
    if isinstance(value, dt.date):
        return short_date(value)
    return "aucun" if value is None else str(value)


def _cost(line: Line) -> tuple[object, object]:
    return (line.interest.total if line.interest else None, line.fee)


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
        then = Counter(map(_placeless, _facts(review.then.books)))
        return _unknown(facts, then)
    return [fact for fact in facts if fact.date >= review.letter.date]


def _facts(books: Books) -> Iterator[Movement | Note]:
    yield from (m for m in books.movements if m.number < 0)
    yield from books.notes


def _about(fact: Movement | Note, invoice: str) -> bool:
    return not fact.invoices or invoice in fact.invoices


def _unknown(facts: Iterable[Movement | Note], old: Counter[object]) -> list[Movement | Note]:
    """Those that are more than the known ones: two payments may be alike."""
    new = []
    for fact in facts:
        same = _placeless(fact)
        old[same] -= 1
        if old[same] < 0:
            new.append(fact)
    return new


def _placeless(fact: Movement | Note) -> object:
    """The fact wherever it stands: lines move when something is written above them."""
    if isinstance(fact, Movement):
        return replace(fact, source=_NOWHERE, entry=0)
    return replace(fact, source=_NOWHERE)


def _described(fact: Movement | Note) -> str:
    if isinstance(fact, Note):
        return f"note #{fact.sort} du {short_date(fact.date)}"
    sort = "avoir" if fact.credit_note else "abandon" if fact.waived else "règlement"
    draft = " en brouillon" if fact.draft else ""
    return f"{sort}{draft} de {money(-fact.number, fact.currency)} du {short_date(fact.date)}"
