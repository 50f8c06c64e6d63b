"""What letters ask of a person: to write, to approve, to send, to post, to call, to look for."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from relance.claims.on_day import OnDay
from relance.decision.outcomes import Plan
from relance.decision.undelivered import noting, noting_return
from relance.outlook.task import Task, TaskKind, UnderReview, totals
from relance.text.locales import french_date
from relance.text.words import count
from relance.values.amounts import Money
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel


def letter_tasks(on: OnDay, plan: Plan, review: UnderReview | None = None) -> Iterator[Task]:
    """Those of the letters to write, to approve, to dispatch, and of those that came back."""
    unapproved = {letter.id for letter in review.letters} if review else set()
    leaving = tuple(letter for letter in _leaving(on) if letter.id not in unapproved)
    yield from _reviews(on, review)
    yield from _to_issue(plan)
    yield from _dispatches(leaving)
    yield from _calls(on, leaving)
    yield from _undelivered(plan, {letter.id for letter in leaving})


def _reviews(on: OnDay, review: UnderReview | None) -> Iterator[Task]:
    branches: dict[str, list[IssuedLetter]] = defaultdict(list)
    for waiting in on.pending:
        branches[waiting.branch].append(waiting.letter)
    for branch, letters in branches.items():
        yield _review(branch, letters)
    if review:
        yield _review(review.branch, review.letters)


def _review(branch: str, letters: Sequence[IssuedLetter]) -> Task:
    oldest = min(letter.date for letter in letters)
    return Task(
        kind=TaskKind.REVIEW,
        who=count(len(letters), "lettre"),
        what=f"sur la branche {branch}, depuis le {french_date(oldest)}",
        command=f"relance approuver {shlex.quote(branch)}",
        totals=_asked(letters),
        since=oldest,
    )


def _to_issue(plan: Plan) -> Iterator[Task]:
    if plan.letters:
        yield Task(
            kind=TaskKind.ISSUE,
            who=count(len(plan.letters), "lettre"),
            what="à écrire aujourd'hui, puis à relire",
            command="relance emettre",
            totals=totals(letter.total for letter in plan.letters if not letter.informs),
        )


def _leaving(on: OnDay) -> Iterator[IssuedLetter]:
    """The approved letters that have a channel left and may still leave: not too old, and about a
    claim that is still owed, or asking for nothing; where the firm notes no dispatch, its formal
    notices alone."""
    owed = {(claim.client.account, claim.invoice) for claim in on.open}
    workdays, validity = on.policy.workdays, on.policy.dispatch.validity
    for letter in on.letters:
        if letter.cancelled_on is None and letter.remaining and on.history.awaited(letter):
            cited = {(letter.account, citation.invoice) for citation in letter.citations}
            stands = letter.informs or cited & owed
            if on.day <= workdays.add(letter.date, validity) and stands:
                yield letter


def _asked(letters: Iterable[IssuedLetter]) -> tuple[Money, ...]:
    """What letters demand, those that ask for nothing left out."""
    return totals(letter.total for letter in letters if letter.total and not letter.informs)


_BY_HAND = (
    (TaskKind.EMAIL, (Channel.EMAIL,), "courriel", "pas encore envoyés"),
    (TaskKind.POST, (Channel.POST, Channel.REGISTERED), "lettre", "à imprimer et à poster"),
    (TaskKind.TEXT, (Channel.SMS,), "SMS", "pas encore envoyés"),
)


def _dispatches(leaving: Sequence[IssuedLetter]) -> Iterator[Task]:
    for kind, channels, noun, words in _BY_HAND:
        letters = [letter for letter in leaving if set(channels) & set(letter.remaining)]
        registered = sum(Channel.REGISTERED in letter.remaining for letter in letters)
        posted = f", dont {count(registered, 'recommandé')}" if registered else ""
        if letters:
            what = f"{words}{posted if kind is TaskKind.POST else ''}"
            yield Task(
                kind=kind,
                who=count(len(letters), noun),
                what=what,
                command="relance envoyer",
                totals=_asked(letters),
                since=min(letter.date for letter in letters),
            )


def _calls(on: OnDay, leaving: Sequence[IssuedLetter]) -> Iterator[Task]:
    for letter in leaving:
        if Channel.PHONE in letter.remaining and (client := on.clients.get(letter.account)):
            yield Task(
                kind=TaskKind.CALL,
                who=client.label,
                what=f"{letter.step} du {french_date(letter.date)}, {letter.id}",
                command=f"relance noter --envoi {letter.id} --telephone",
                totals=(letter.total,) if letter.total else (),
                client=client,
                since=letter.date,
                invoices=tuple(citation.invoice for citation in letter.citations),
                source=letter.source,
            )


def _undelivered(plan: Plan, leaving: Collection[str]) -> Iterator[Task]:
    """The letters that came back, and those of which nobody says that they left; not those that
    are still on their way."""
    for letter in plan.undelivered:
        if letter.unnoted and letter.letter.id in leaving:
            continue
        command = {
            "retour-sans-motif": noting_return(letter.letter),
            "adresse-a-verifier": f"relance expliquer {shlex.quote(letter.client.account)}",
        }.get(letter.code, noting(letter.letter))
        yield Task(
            kind=TaskKind.UNDELIVERED,
            who=letter.client.label,
            what=letter.what if letter.unnoted else f"{letter.what} : {letter.remedy}",
            command=command,
            totals=(letter.letter.total,) if letter.letter.total else (),
            client=letter.client,
            since=letter.letter.date,
            source=letter.letter.source,
        )
