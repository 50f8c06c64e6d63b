"""Who the client is, as its books at a date tell (rule 6.23).

The first that fits, in this order: the client's own `profil`, en-difficulte, mauvais-payeur,
nouveau, premier-retard, fidele; occasionnel is everyone else. A client in difficulty comes
before a bad payer because a plan is offered before one gets firm, a bad payer before a new one
because notices and broken promises need no long acquaintance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from relance.claims.claim import Claim
from relance.claims.promises import Promise, PromiseOutcome
from relance.policy.settings import Policy, ProfileSettings
from relance.text.locales import decimal
from relance.values.amounts import ZERO
from relance.values.dates import months_after
from relance.values.facts import Client, Note, Settled
from relance.values.issued import IssuedLetter
from relance.values.kinds import Profile, Reason

if TYPE_CHECKING:
    from relance.claims.on_day import OnDay

__all__ = [
    "ClientProfile",
    "PaymentRecord",
    "Profile",
    "Relation",
    "payment_record",
    "profile_of",
]

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """How a client pays, in figures.

    Over the policy's `periode`: `recent` invoices settled, their amount-weighted `days_late`
    (to a tenth; early counts 0), the share `on_time` in percent, the `longest` delay in days,
    the `reasons` given. Over its `antecedents`: `notices` and promises by outcome. `settled`
    counts all invoices ever paid, `late_now` the claims late on the day. None: nothing settled.
    """

    settled: int = 0
    recent: int = 0
    days_late: Decimal | None = None
    on_time: Decimal | None = None
    longest: int = 0
    late_now: int = 0
    notices: int = 0
    promises: Mapping[PromiseOutcome, int] = field(default_factory=dict)
    reasons: Mapping[Reason, int] = field(default_factory=dict)

    @property
    def broken_promises(self) -> int:
        """The promises of which nothing came in time."""
        return self.promises.get(PromiseOutcome.BROKEN, 0)


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """What kind of payer a client is, on which figures, and in French why."""

    profile: Profile
    record: PaymentRecord
    because: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """All that the books know of one client at a date."""

    client: Client
    claims: tuple[Claim, ...] = ()
    notes: tuple[Note, ...] = ()
    letters: tuple[IssuedLetter, ...] = ()
    promises: tuple[Promise, ...] = ()
    settled: tuple[Settled, ...] = ()
    paid_long_ago: int = 0

    @classmethod
    def on(cls, day: OnDay, client: Client) -> Relation:
        """What the books of a day know of the client."""
        account = client.account
        return cls(
            client=client,
            claims=tuple(day.claims_of(account)),
            notes=tuple(day.notes.of(account)),
            letters=tuple(day.letters_of(account)),
            promises=day.promises.of(account),
            settled=day.books.settled.get(account, ()),
            paid_long_ago=day.books.paid_long_ago.get(account, 0),
        )


def judge(relation: Relation, policy: Policy, day: date) -> ClientProfile:
    """The profile of one client, its figures and why."""
    record = payment_record(relation, policy, day)
    profile, because = _judged(relation.client, record, policy.profiles)
    return ClientProfile(profile, record, because)


# ---------------------------------------------------------------- The figures


def payment_record(relation: Relation, policy: Policy, day: date) -> PaymentRecord:
    """The figures of a client on `day`. Every window of months ends with that day."""
    lately = months_after(day, -policy.profiles.period)
    memory = months_after(day, -policy.profiles.memory)
    payments = [paid for claim in relation.claims if (paid := _payment(claim, policy))]
    unpaid = [c for c in relation.claims if c.balance > policy.tolerance_for(c.currency)]
    settled = {invoice for invoice, _ in payments} - set(map(_invoice, unpaid))
    recent = [(invoice, paid) for invoice, paid in payments if paid.paid > lately]
    closed = [paid for paid in relation.settled if paid.paid > lately]
    counted = [*(paid for _, paid in recent), *closed]
    late = [paid.days_late for paid in counted if paid.days_late]
    return PaymentRecord(
        settled=len(settled) + len(relation.settled) + relation.paid_long_ago,
        recent=len(settled & {invoice for invoice, _ in recent}) + len(closed),
        days_late=_weighted(counted),
        on_time=_share(len(counted) - len(late), len(counted)),
        longest=max(late, default=0),
        late_now=sum(claim.late_on(day) for claim in unpaid),
        notices=sum(_is_notice(x, policy) and x.date > memory for x in relation.letters),
        promises=Counter(p.outcome for p in relation.promises if p.last > memory),
        reasons=Counter(n.reason for n in relation.notes if n.reason and lately < n.date <= day),
    )


def _payment(claim: Claim, policy: Policy) -> tuple[str, Settled] | None:
    """A claim that payments closed, by its invoice. None while the claim is open, without a due
    date, given up, or closed by credit notes alone: our own correction says nothing of the
    client, and neither does its date."""
    paid = [receipt for receipt in claim.receipts if receipt.is_payment]
    if not paid or claim.due is None or claim.unpaid > policy.tolerance_for(claim.currency):
        return None
    last = max(receipt.date for receipt in paid)
    amount = sum((receipt.amount for receipt in paid), ZERO)
    late = max((last - claim.due).days, 0)
    return _invoice(claim), Settled(claim.currency, last, late, amount)


def _invoice(claim: Claim) -> str:
    return claim.invoice or str(claim.source)


def _weighted(payments: Iterable[Settled]) -> Decimal | None:
    """Amounts weigh against each other within a currency; between currencies the number of
    payments does, as nothing is ever converted."""
    currencies: dict[str, list[Settled]] = defaultdict(list)
    for payment in payments:
        currencies[payment.currency].append(payment)
    if not currencies:
        return None
    total = sum(
        (
            len(paid) * _late_sum(paid) / sum((p.amount for p in paid), ZERO)
            for _, paid in sorted(currencies.items())
        ),
        ZERO,
    )
    return (total / sum(map(len, currencies.values()))).quantize(_TENTH, ROUND_HALF_UP)


def _late_sum(payments: Iterable[Settled]) -> Decimal:
    """Amounts times days of delay; most payments have none."""
    return sum((p.days_late * p.amount for p in payments if p.days_late), ZERO)


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal(1), ROUND_HALF_UP) if whole else None


def _is_notice(letter: IssuedLetter, policy: Policy) -> bool:
    step = policy.steps.get(letter.step)
    return step is not None and step.formal_notice and letter.cancelled_on is None


# ---------------------------------------------------------------- The judgement


def profile_of(client: Client, record: PaymentRecord, settings: ProfileSettings) -> Profile:
    """What kind of payer those figures make; the client's own `profil` wins."""
    return _judged(client, record, settings)[0]


def _judged(
    client: Client, record: PaymentRecord, settings: ProfileSettings
) -> tuple[Profile, str]:
    if client.profile is not None:
        return client.profile, "écrit sous le client (profil:)"
    for profile, test in _IN_ORDER:
        if because := test(record, settings):
            return profile, because
    return Profile.OCCASIONAL, "ni nouveau, ni régulier, ni en défaut"


def _in_difficulty(record: PaymentRecord, settings: ProfileSettings) -> str:
    times = record.reasons.get(Reason.CASH, 0)
    return f"trésorerie invoquée {times} fois" if times >= settings.difficulty.times else ""


def _bad_payer(record: PaymentRecord, settings: ProfileSettings) -> str:
    limits, late = settings.bad, record.days_late
    incidents = []
    if record.notices + record.broken_promises >= limits.incidents:
        incidents = [f"mises en demeure : {record.notices}"] if record.notices else []
        incidents += (
            [f"promesses rompues : {record.broken_promises}"] if record.broken_promises else []
        )
    if late is not None and late >= limits.days_late and not _new(record, settings):
        incidents.append(f"retard moyen de {decimal(late)} j")
    return ", ".join(incidents)


def _new(record: PaymentRecord, settings: ProfileSettings) -> str:
    few = record.settled < settings.new.invoices
    return f"factures réglées : {record.settled}" if few else ""


def _first_delay(record: PaymentRecord, settings: ProfileSettings) -> str:
    blameless = not record.notices and not record.broken_promises
    punctual = record.recent and record.longest <= settings.first_delay.days
    if not (record.late_now and blameless and punctual):
        return ""
    days = settings.first_delay.days
    return f"en retard aujourd'hui, jamais de plus de {days} j auparavant"


def _loyal(record: PaymentRecord, settings: ProfileSettings) -> str:
    late = record.days_late
    if late is None or record.recent < settings.loyal.invoices or late > settings.loyal.days_late:
        return ""
    paid = "factures réglées" if record.recent > 1 else "facture réglée"
    return f"{record.recent} {paid} sur la période, retard moyen de {decimal(late)} j"


_IN_ORDER: tuple[tuple[Profile, Callable[[PaymentRecord, ProfileSettings], str]], ...] = (
    (Profile.IN_DIFFICULTY, _in_difficulty),
    (Profile.BAD_PAYER, _bad_payer),
    (Profile.NEW, _new),
    (Profile.FIRST_DELAY, _first_delay),
    (Profile.LOYAL, _loyal),
)
