"""What is declared to the trustee of an insolvent client: claims, interest, evidence.

The amounts are those of the day of the judgment (C. com. L622-25): what is due with its interest
stopped there (L622-28), what will fall due, without security ("à titre chirographaire").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.insolvency import Proceedings, earlier_claims
from relance.claims.interest import accrue
from relance.claims.on_day import OnDay
from relance.claims.recovery_fees import RecoveryFees
from relance.decision.outcomes import Letter, Line
from relance.policy.settings import Step
from relance.text.locales import french_date
from relance.values.amounts import ZERO
from relance.values.facts import Client, Document
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, refuse

STEP = Step(name="declaration", after=0, channels=(Channel.REGISTERED,))
# In the order of the schedule: what founds the debt, what proves it, what was done about it.
EVIDENCE = ("contrat", "commande", "livraison", "facture")
REMINDER = "relance"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One enclosure: its sort, the invoices it is about as printed, its file.

    A reminder (sort `relance`) is named by its letter's id and its step.
    """

    sort: str
    date: dt.date
    path: str
    numbers: tuple[str, ...] = ()
    letter: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared in one currency: `letter` holds the figures, dated of the declaration,
    its lines those of the claims at the judgment."""

    letter: Letter
    proceedings: Proceedings
    exhibits: tuple[Exhibit, ...]

    @property
    def unproved(self) -> tuple[str, ...]:
        """The printed numbers of the invoices without a declared copy."""
        proved = {n for e in self.exhibits if e.sort == "facture" for n in e.numbers}
        labels = dict.fromkeys(line.claim.label for line in self.letter.lines)
        return tuple(label for label in labels if label and label not in proved)

    @property
    def doubtful(self) -> tuple[Claim, ...]:
        """The claims that the books alone do not make sure of."""
        return tuple(line.claim for line in self.letter.lines if line.claim.doubt)


def falls_due_later(claim: Claim, judgment: dt.date) -> bool:
    """Whether the due date is on or after the judgment: no interest, no fee (L441-10 II)."""
    return claim.due is not None and claim.due >= judgment


def declare(on: OnDay, client: Client) -> tuple[Declaration, ...]:
    """The declarations of a client's earlier debts, one per currency, as the books stand.

    Raises `Refusal` when no proceedings are known, when nothing is owed from before them, and
    for each fact without which there is no declaration.
    """
    proceedings = _known(on, client)
    earlier = earlier_claims(on.ours_of(client.account), proceedings)
    if not earlier:
        raise refuse(
            client.account,
            f"rien à déclarer : aucune créance ouverte née avant le {proceedings.judgment}",
            f"relance expliquer {client.account}",
        )
    pricing = _AtOpening(on, proceedings.judgment)
    currencies = sorted({claim.currency for claim in earlier})
    return tuple(
        _declaration(on, proceedings, pricing.lines(c for c in earlier if c.currency == currency))
        for currency in currencies
    )


def _known(on: OnDay, client: Client) -> Proceedings:
    proceedings = on.proceedings.get(client.account)
    if proceedings is None:
        raise refuse(
            client.account,
            f"aucune procédure collective notée au {french_date(on.day)} pour {client.label}",
            f'ajoutez : {on.day} note {client.account} "…" #procedure-collective',
        )
    lacking = {
        "jugement": (proceedings.stated, "jugement: AAAA-MM-JJ"),
        "mandataire": (proceedings.trustee, 'mandataire: "Me …\\n1 rue …\\n73000 CHAMBERY"'),
    }
    problems = [
        Problem(
            proceedings.source, f"« {key} » manque : la déclaration en dépend", f"ajoutez {remedy}"
        )
        for key, (value, remedy) in lacking.items()
        if not value
    ]
    if problems:
        raise Refusal(problems)
    return proceedings


class _AtOpening:
    """Prices claims at the judgment."""

    def __init__(self, on: OnDay, judgment: dt.date) -> None:
        self._on = on
        self._then = OnDay(on.policy, on.books, judgment)
        self._fees = RecoveryFees(on)

    def lines(self, claims: Iterable[Claim]) -> tuple[Line, ...]:
        """One line per claim."""
        return tuple(map(self._line, claims))

    def _line(self, claim: Claim) -> Line:
        then = self._then
        late = (then.day - claim.due).days if claim.due and then.late(claim) else 0
        line = Line(claim, STEP, 0, "", late, demanded=True, fee=self._fees.ask(claim))
        if not late or not self._on.bears_interest(claim):
            return line
        accrued = accrue(then.debt(claim), then.day, then.rates)
        return replace(line, interest=self._on.penalties.unpaid(claim, accrued))


def _declaration(on: OnDay, proceedings: Proceedings, lines: tuple[Line, ...]) -> Declaration:
    day, client, currency = on.day, lines[0].claim.client, lines[0].claim.currency
    letter = Letter(
        id=f"D{day:%Y%m%d}-{currency}",
        date=day,
        client=client,
        currency=currency,
        step=STEP,
        rank=0,
        track="",
        channels=STEP.channels,
        lines=lines,
    )
    claims = [line.claim for line in lines]
    declared = _documents(on.books.documents, claims, day)
    reminders = _reminders(on.letters_of(client.account), claims)
    return Declaration(letter, proceedings, (*declared, *reminders))


# ---------------------------------------------------------------- Evidence


def _documents(
    documents: Iterable[Document], claims: Sequence[Claim], day: dt.date
) -> list[Exhibit]:
    """The client's declared documents about these claims, or about the whole account."""
    labels = {claim.invoice: claim.label for claim in claims}
    account = claims[0].client.account
    exhibits = []
    for document in documents:
        sort = next((sort for sort in EVIDENCE if sort in document.sorts), None)
        if sort is None or document.account != account or document.date > day:
            continue
        numbers = tuple(labels[name] for name in document.invoices if name in labels)
        if numbers or not document.invoices:
            exhibits.append(Exhibit(sort, document.date, document.path, numbers))
    return sorted(exhibits, key=lambda e: (EVIDENCE.index(e.sort), e.date, e.path))


def _reminders(letters: Iterable[IssuedLetter], claims: Sequence[Claim]) -> list[Exhibit]:
    """The client's reminders of these claims, cancelled ones left out."""
    labels = {claim.invoice: claim.label for claim in claims}
    exhibits = []
    for letter in letters:
        if letter.cancelled_on is not None or letter.informs:
            continue
        cited = dict.fromkeys(c.invoice for c in letter.citations if c.invoice in labels)
        if cited:
            numbers = tuple(labels[name] for name in cited)
            about = (letter.path, numbers, letter.id, letter.step)
            exhibits.append(Exhibit(REMINDER, letter.date, *about))
    return sorted(exhibits, key=lambda e: (e.date, e.letter))


def principal(declaration: Declaration, *, later: bool) -> Decimal:
    """The principal due at the judgment, or that `later` falls due."""
    judgment = declaration.proceedings.judgment
    return sum(
        (
            line.claim.balance
            for line in declaration.letter.lines
            if falls_due_later(line.claim, judgment) is later
        ),
        ZERO,
    )
