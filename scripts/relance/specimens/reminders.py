"""Made-up letters, the fullest and the barest, on which templates are tried before they serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from relance.claims.interest import Interest, Segment
from relance.claims.model import Claim, Receipt
from relance.claims.payment_plans import Instalment, PaymentPlan, Standing, State
from relance.claims.profile import ClientProfile, PaymentRecord
from relance.claims.promises import Outcome, Promise, Share
from relance.decision.model import Letter, Line
from relance.decision.steps import INSTALMENT_LETTER
from relance.policy.model import Creditor, Step
from relance.specimens.books import ACCOUNT, DAY, SOURCE, client_of_type
from relance.values.amounts import Money, cents
from relance.values.facts import Client, Note
from relance.values.kinds import Channel, DebtorType, NoteSort, Profile, Reason

_RATE = Decimal("12.40")
_CREDIT = Decimal("100.00")
_LINK = "https://payer.example/S2026-0001"
_BARE = Creditor(name="Exemple", address=("67000 Strasbourg",))
WHOLE = Creditor(
    name="Exemple",
    address=("18 rue des Orfèvres", "67000 Strasbourg"),
    form="SARL",
    capital="10 000 €",
    siren="000000018",
    rcs="Strasbourg",
    vat="FR66000000018",
    email="compta@exemple.example",
    phone="01 99 00 00 00",
    iban="FR7630006000011234567890189",
    bic="AGRIFRPP",
    signatory="Claire Exemple, gérante",
)


def proposal(letter: Letter) -> dict[str, object]:
    """A payment plan for what that letter claims, in three instalments."""
    total = letter.total.number
    third = cents(total / 3)
    shares = (third, third, total - 2 * third)
    return {
        "versements": [
            {"numero": n, "date": DAY + timedelta(30 * n), "montant": share}
            for n, share in enumerate(shares, 1)
        ],
        "interets": "abandonnes",
        "grace": 5,
    }


def specimens(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters of that step: everything at once for each debtor type, then next to nothing."""
    for debtor in DebtorType:
        yield _full(step, client_of_type(debtor)), WHOLE
    client = Client(ACCOUNT, None, SOURCE)
    yield _letter(step, client, (_line(step, _claim(client, 1)),)), _BARE


def reminders_of_instalments(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Reminders of an instalment of a payment plan, by the step that gives them their day."""
    like = step.model_copy(update={"letter": INSTALMENT_LETTER})
    running = _plan(Standing.RUNNING)
    for letter, creditor in specimens(like):
        asked = [replace(x, plan=running, asked=Decimal("700.00")) for x in letter.lines[:2]]
        yield replace(letter, rank=0, lines=tuple(asked)), creditor


def _plan(standing: Standing) -> State:
    """A payment plan whose second instalment, partly paid, is the next or was missed."""
    days = [DAY + timedelta(30 * n - 45) for n in (1, 2)]
    instalments = tuple(Instalment(n, day, Decimal(2400)) for n, day in enumerate(days, 1))
    plan = PaymentPlan(ACCOUNT, DAY - timedelta(40), (), "EUR", instalments, SOURCE)
    return State(plan, standing, instalments[1], Decimal(1400), days[1])


def _claim(client: Client, number: int, amount: str = "1440.00") -> Claim:
    due = DAY - timedelta(20 + number)
    name = f"S2026-{number:04d}"
    return Claim(
        client=client,
        invoice=name,
        label=name,
        instalment=1,
        instalments=1,
        amount=Decimal(amount),
        currency="EUR",
        invoiced=due - timedelta(30),
        due=due,
        source=SOURCE,
    )


def _line(step: Step | None, claim: Claim) -> Line:
    assert claim.due is not None
    return Line(
        claim, step, 1 if step else 0, "standard", (DAY - claim.due).days, demanded=bool(step)
    )


def _priced(line: Line) -> Line:
    """The line with interest that stops before the letter, for want of a published rate."""
    claim = line.claim
    assert claim.due is not None
    last = DAY - timedelta(10)
    days = (last - claim.due).days
    amount = cents(line.claimed * _RATE * days / 36500)
    segment = Segment(claim.due + timedelta(1), last, days, line.claimed, _RATE, amount)
    owed = Interest(
        (segment,), amount, line.claimed + 1, amount, last, last + timedelta(1), _CREDIT
    )
    return replace(line, interest=owed, fee=Decimal(40))


def _full(step: Step, client: Client) -> Letter:
    paid = (Receipt(DAY, Decimal("400.00")), Receipt(DAY, Decimal("100.00"), linked=False))
    credit = Receipt(DAY, _CREDIT, credit_note=True)
    first = replace(_claim(client, 1), receipts=(*paid, credit), instalments=2, payment_link=_LINK)
    lines = (
        _priced(replace(_line(step, first), disputed=Decimal("120.00"))),
        replace(_priced(_line(step, _claim(client, 2))), plan=_plan(Standing.BROKEN)),
        replace(_priced(_line(step, _claim(client, 3))), demanded=False),
        _line(None, _claim(client, 4)),
    )
    return replace(
        _letter(step, client, lines),
        profile=_PROFILE,
        broken_promise=_promise(client),
        copies_asked=("S2026-0001", "S2026-0002"),
    )


_PROFILE = ClientProfile(
    Profile.IN_DIFFICULTY,
    PaymentRecord(
        settled=12,
        recent=5,
        days_late=Decimal("25.1"),
        on_time=Decimal(60),
        notices=1,
        promises={Outcome.BROKEN: 1},
        reasons={Reason.CASH: 1},
    ),
    "trésorerie invoquée 1 fois",
)


def _promise(client: Client) -> Promise:
    """Half of what was promised came."""
    day = DAY - timedelta(12)
    amount = Money(Decimal("200.00"), "EUR")
    note = Note(
        day - timedelta(10),
        client.account,
        NoteSort.PROMISE,
        "Promesse de virement",
        SOURCE,
        due=day,
        amount=amount,
    )
    share = Share("EUR", amount.number, Decimal("100.00"))
    return Promise(note, day + timedelta(2), Outcome.PARTLY_KEPT, (share,))


def _letter(step: Step, client: Client, lines: tuple[Line, ...]) -> Letter:
    bare = client.debtor is None
    return Letter(
        id="R20261123-01",
        date=DAY,
        client=client,
        currency="EUR",
        step=step,
        rank=0 if step.before_due else 1 + int(not bare),
        track="standard",
        channels=(Channel.EMAIL,) if bare else step.channels,
        lines=lines,
        days_given=None if bare else 8,
        deadline=None if bare or step.formal_notice else DAY + timedelta(8),
    )
