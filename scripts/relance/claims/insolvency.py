"""Insolvency proceedings: which debts they stop, and until when to declare these.

From the opening judgment no reminder and no interest for debts born before it (C. com. L622-7,
L622-21, L622-28): they are declared to the trustee (L622-24). The judgment takes effect at the
first hour of its day (R621-4): a debt born that day is after it. Debts born later are paid when
they fall due, and reminded like any other.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.claims.claim import Claim, Receipt
from relance.text.locales import french_date, money
from relance.values.amounts import Money
from relance.values.dates import months_after
from relance.values.facts import Client, Document, Note
from relance.values.kinds import NoteSort
from relance.values.problem import Problem, Source

# R622-24: a creditor of mainland France has 2 months, one established elsewhere 4. The creditor
# of this program is French.
DECLARATION_MONTHS = 2
RECLAIM_MONTHS = 3  # L624-9: goods sold under retention of title
DECLARED = "declaration"  # the tag of the document that proves a declaration was sent


@dataclass(frozen=True, slots=True)
class Proceedings:
    """What the books know of proceedings: the opening judgment, its publication in the BODACC,
    the trustee. Without a `jugement` the judgment is dated by its note and not `stated`."""

    judgment: dt.date
    stated: bool
    source: Source
    published: dt.date | None = None
    trustee: str | None = None

    def stops(self, claim: Claim) -> bool:
        """Whether the claim was born before the day of the judgment: what may be neither paid
        nor demanded any more."""
        return claim.born < self.judgment

    @property
    def deadline(self) -> dt.date | None:
        """The last day to declare (R622-24); None while the publication is not known.

        Never put off to a working day: CPC 642 would do so, and the earlier date is the safer.
        """
        return months_after(self.published, DECLARATION_MONTHS) if self.published else None

    @property
    def reclaim_by(self) -> dt.date | None:
        """The last day to reclaim goods sold under retention of title (L624-9)."""
        return months_after(self.published, RECLAIM_MONTHS) if self.published else None


@dataclass(frozen=True, slots=True)
class ToDeclare:
    """What a client in proceedings owes from before them, by currency, and the days left to
    declare it: negative once over, None while the publication is not known."""

    client: Client
    proceedings: Proceedings
    totals: tuple[Money, ...]
    days_left: int | None


def proceedings_of(notes: Sequence[Note]) -> Proceedings | None:
    """What the notes of one client say together, in their order.

    Of each fact the latest word counts: a later note may only add the publication.
    """
    opening = [note for note in notes if note.sort is NoteSort.INSOLVENCY]
    if not opening:
        return None
    judgments = [note.judgment for note in opening if note.judgment]
    published = [note.published for note in opening if note.published]
    trustees = [note.trustee for note in opening if note.trustee]
    return Proceedings(
        judgment=judgments[-1] if judgments else opening[0].date,
        stated=bool(judgments),
        source=opening[-1].source,
        published=published[-1] if published else None,
        trustee=trustees[-1] if trustees else None,
    )


def all_proceedings(notes: Iterable[Note], day: dt.date) -> Mapping[str, Proceedings]:
    """The proceedings known at a date, by account of the client."""
    by_account: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        if note.date <= day:
            by_account[note.account].append(note)
    all_notes = {account: proceedings_of(of_client) for account, of_client in by_account.items()}
    return {account: proceedings for account, proceedings in all_notes.items() if proceedings}


def at_opening(claim: Claim, judgment: dt.date) -> Claim:
    """The claim as it stood at the judgment, which is what is declared (L622-25).

    Payments of its day or later do not count. A credit note does whatever its date, as if it had
    been written by then: a sum never owed is not declared.
    """
    kept = (
        replace(receipt, date=min(receipt.date, judgment))
        for receipt in claim.receipts
        if receipt.date < judgment or receipt.credit_note
    )
    return replace(claim, receipts=tuple(kept))


def paid_since(claim: Claim, judgment: dt.date) -> tuple[Receipt, ...]:
    """The payments of an earlier debt since the judgment, its day included, which forbids them."""
    return tuple(r for r in claim.receipts if r.date >= judgment and r.is_payment)


def earlier_claims(claims: Iterable[Claim], proceedings: Proceedings) -> list[Claim]:
    """Those of the client's open claims that the proceedings stop, as they stood at the
    judgment."""
    stopped = [claim for claim in claims if claim.balance > 0 and proceedings.stops(claim)]
    return [
        c for c in (at_opening(claim, proceedings.judgment) for claim in stopped) if c.balance > 0
    ]


def to_declare(
    claims: Sequence[Claim],
    proceedings: Mapping[str, Proceedings],
    documents: Sequence[Document],
    day: dt.date,
) -> tuple[ToDeclare, ...]:
    """What still has to be declared at a date, the most urgent first.

    A document tagged `#declaration` on the client's account ends it.
    """
    debts = []
    for account, opened in proceedings.items():
        earlier = earlier_claims((c for c in claims if c.client.account == account), opened)
        if earlier and not _declared(documents, account, opened, day):
            left = (opened.deadline - day).days if opened.deadline else None
            debts.append(ToDeclare(earlier[0].client, opened, _totals(earlier), left))
    return tuple(sorted(debts, key=_urgency))


def _urgency(debts: ToDeclare) -> tuple[dt.date, str]:
    """A publication nobody noted comes first: its deadline may be tomorrow."""
    return (debts.proceedings.deadline or dt.date.min, debts.client.account)


def _declared(
    documents: Iterable[Document], account: str, proceedings: Proceedings, day: dt.date
) -> bool:
    return any(
        DECLARED in document.sorts
        and document.account == account
        and proceedings.judgment <= document.date <= day
        for document in documents
    )


def _totals(claims: Iterable[Claim]) -> tuple[Money, ...]:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for claim in claims:
        totals[claim.currency] += claim.balance
    return tuple(Money(number, currency) for currency, number in sorted(totals.items()))


def forbidden_payments(
    claims: Iterable[Claim], proceedings: Mapping[str, Proceedings]
) -> list[Problem]:
    """Payments since the judgment that the books put on debts born before it: one without a
    reference pays a later debt, since the law forbids to pay the others (L622-7)."""
    return [
        Problem(
            claim.source,
            f"{claim.label or 'débit sans numéro'} ({claim.client.label}) : "
            f"{money(receipt.amount, claim.currency)} reçus le {french_date(receipt.date)}, depuis "
            "le jugement, sur une créance née avant lui (C. com. L622-7)",
            "nommez la facture postérieure que ce règlement paie, ou voyez le mandataire",
        )
        for claim in claims
        if (opened := proceedings.get(claim.client.account)) and opened.stops(claim)
        for receipt in paid_since(claim, opened.judgment)
    ]
