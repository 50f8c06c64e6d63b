"""Made-up letters, the fullest and the barest, on which templates are tried before they serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from relance.amounts import Money, cents
from relance.claims import Claim, Receipt
from relance.clientfiles import ClientFiles
from relance.decision import Letter, Line
from relance.interest import Interest, Segment
from relance.issued import Citation, Dispatch, IssuedLetter
from relance.kinds import Channel, DebtorType, NoteSort, Profile, Reason
from relance.model import Books, Client, Document, Movement, Note
from relance.payment_plans import Instalment, PaymentPlan, Standing, State
from relance.policy import Creditor, Step
from relance.problem import Source
from relance.profile import ClientProfile, PaymentRecord
from relance.promises import Outcome, Promise, Share
from relance.statement import Account, Statement, account_statement
from relance.steps import INSTALMENT_LETTER
from relance.terms import Terms

_DAY = date(2026, 11, 23)
_SOURCE = Source("specimen")
_ACCOUNT = "Actifs:Clients:Specimen"
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
            {"numero": n, "date": _DAY + timedelta(30 * n), "montant": share}
            for n, share in enumerate(shares, 1)
        ],
        "interets": "abandonnes",
        "grace": 5,
    }


def specimens(step: Step) -> Iterator[tuple[Letter, Creditor]]:
    """Letters of that step: everything at once for each debtor type, then next to nothing."""
    for debtor in DebtorType:
        yield _full(step, _client(debtor)), WHOLE
    client = Client(_ACCOUNT, None, _SOURCE)
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
    days = [_DAY + timedelta(30 * n - 45) for n in (1, 2)]
    instalments = tuple(Instalment(n, day, Decimal(2400)) for n, day in enumerate(days, 1))
    plan = PaymentPlan(_ACCOUNT, _DAY - timedelta(40), (), "EUR", instalments, _SOURCE)
    return State(plan, standing, instalments[1], Decimal(1400), days[1])


def documents() -> tuple[Document, ...]:
    """The declared copies of the specimens' invoices."""
    paths = {f"S2026-{n:04d}": f"ledger/pieces/S2026-{n:04d}.pdf" for n in (1, 2)}
    return tuple(
        Document(_DAY, _ACCOUNT, path, _SOURCE, (number,), frozenset({"facture"}))
        for number, path in paths.items()
    )


def files() -> ClientFiles:
    """The specimens' account and all that can have been said and sent."""
    return ClientFiles(_books(), Terms(30))


def accounts() -> Iterator[Statement]:
    """Statements of everything that an account can hold, in euros and in pounds, then of a
    settled one and of an empty one."""
    client = _client(DebtorType.PROFESSIONAL)
    for currency in ("EUR", "GBP"):
        whole = account_statement(_books(currency), Terms(30), Account(client, currency), _DAY)
        yield whole
        yield replace(whole, rows=whole.rows[3:], opening=whole.rows[2].balance)
        yield replace(whole, rows=(), claims=(), drafts=(), overpaid=Decimal(0))


def _books(currency: str = "EUR") -> Books:
    client = _client(DebtorType.PROFESSIONAL)
    return Books(
        clients=(client,),
        movements=tuple(_movements(currency)),
        notes=tuple(_notes()),
        letters=(_past_letter(currency),),
    )


def _movements(currency: str) -> Iterator[Movement]:
    """An invoice in two instalments paid once in vain, one taken over, one not yet late; money
    of every other sort."""
    first = _DAY - timedelta(90)

    def moved(place: int, amount: int, *invoices: str) -> Movement:
        source = Source("specimen", place)
        own = (first + timedelta(5 * place), _ACCOUNT, Decimal(amount), currency, source, invoices)
        return Movement(*own, entry=place)

    yield replace(moved(1, 300), padding=True)
    yield replace(moved(2, 720, "S2026-0001"), own_due=first + timedelta(30))
    yield replace(moved(2, 720, "S2026-0001"), own_due=_DAY, source=Source("specimen", 20))
    yield moved(3, -720, "S2026-0001")
    yield moved(4, 720, "S2026-0001")
    yield replace(moved(5, 1440, "S2026-0002"), invoiced=first - timedelta(90))
    yield replace(moved(6, -240, "S2026-0002"), credit_note=True)
    yield replace(moved(7, -10, "S2026-0002"), waived=True)
    yield moved(8, 60)
    yield moved(9, 4000, "S2026-0003")
    yield replace(moved(10, -500), draft=True)
    yield moved(11, -9000)


def _notes() -> Iterator[Note]:
    """One note of each sort, with all that it may say."""
    for number, sort in enumerate(NoteSort):
        told = Note(
            _DAY - timedelta(60 - number),
            _ACCOUNT,
            sort,
            "Ce que le client a dit.",
            _SOURCE,
            invoices=("S2026-0001",),
        )
        reason = Reason.CASH if sort in (NoteSort.CALL, NoteSort.EMAIL) else None
        yield replace(
            told,
            due=_DAY,
            until=_DAY,
            amount=Money(Decimal("200.00"), "EUR"),
            reason=reason,
        )


def _past_letter(currency: str) -> IssuedLetter:
    day = _DAY - timedelta(20)
    cited = Citation(
        *("R20261103-01", "S2026-0001", 1, "relance-1", 1, "standard", day),
        Money(Decimal(720), currency),
    )
    return IssuedLetter(
        *("R20261103-01", day, _ACCOUNT, "out/specimen.pdf", "relance-1", 1, "standard"),
        channels=("courriel", "telephone"),
        citations=(cited,),
        total=Money(Decimal(720), currency),
        dispatches=(Dispatch(day, "recommande", received=day + timedelta(2)), Dispatch(day)),
        cancelled_on=day + timedelta(5),
    )


def _client(debtor: DebtorType) -> Client:
    return Client(
        account=_ACCOUNT,
        name="Menuiserie Exemple & Fils SARL",
        source=_SOURCE,
        address=("Bâtiment B", "14 rue des Tanneurs", "67000 Strasbourg"),
        contact="Service comptabilité",
        emails=("compta@exemple.example",),
        phone="01 99 00 00 00",
        siren="000000018",
        debtor=debtor,
        copies=("direction@exemple.example",),
        reference="BC-2026-17",
        followed_by="Camille",
    )


def _claim(client: Client, number: int, amount: str = "1440.00") -> Claim:
    due = _DAY - timedelta(20 + number)
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
        source=_SOURCE,
    )


def _line(step: Step | None, claim: Claim) -> Line:
    assert claim.due is not None
    return Line(
        claim, step, 1 if step else 0, "standard", (_DAY - claim.due).days, demanded=bool(step)
    )


def _priced(line: Line) -> Line:
    """The line with interest that stops before the letter, for want of a published rate."""
    claim = line.claim
    assert claim.due is not None
    last = _DAY - timedelta(10)
    days = (last - claim.due).days
    amount = cents(line.claimed * _RATE * days / 36500)
    segment = Segment(claim.due + timedelta(1), last, days, line.claimed, _RATE, amount)
    owed = Interest(
        (segment,), amount, line.claimed + 1, amount, last, last + timedelta(1), _CREDIT
    )
    return replace(line, interest=owed, fee=Decimal(40))


def _full(step: Step, client: Client) -> Letter:
    paid = (Receipt(_DAY, Decimal("400.00")), Receipt(_DAY, Decimal("100.00"), linked=False))
    credit = Receipt(_DAY, _CREDIT, credit_note=True)
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
    day = _DAY - timedelta(12)
    amount = Money(Decimal("200.00"), "EUR")
    note = Note(
        day - timedelta(10),
        client.account,
        NoteSort.PROMISE,
        "Promesse de virement",
        _SOURCE,
        due=day,
        amount=amount,
    )
    share = Share("EUR", amount.number, Decimal("100.00"))
    return Promise(note, day + timedelta(2), Outcome.PARTLY_KEPT, (share,))


def _letter(step: Step, client: Client, lines: tuple[Line, ...]) -> Letter:
    bare = client.debtor is None
    return Letter(
        id="R20261123-01",
        date=_DAY,
        client=client,
        currency="EUR",
        step=step,
        rank=0 if step.before_due else 1 + int(not bare),
        track="standard",
        channels=(Channel.EMAIL,) if bare else step.channels,
        lines=lines,
        days_given=None if bare else 8,
        deadline=None if bare or step.formal_notice else _DAY + timedelta(8),
    )
