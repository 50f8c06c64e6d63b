"""The books of made-up letters: a client, its account with all that one can hold, what was said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from relance.claims.statement import Account, Statement, account_statement
from relance.decision.client_files import ClientFiles
from relance.values.amounts import Money
from relance.values.facts import Books, Client, Document, Movement, Note
from relance.values.issued import Citation, Dispatch, IssuedLetter
from relance.values.kinds import DebtorType, NoteSort, Reason
from relance.values.problem import Source
from relance.values.terms import Terms

DAY = date(2026, 11, 23)
SOURCE = Source("specimen")
ACCOUNT = "Actifs:Clients:Specimen"


def documents() -> tuple[Document, ...]:
    """The declared copies of the specimens' invoices."""
    paths = {f"S2026-{n:04d}": f"ledger/pieces/S2026-{n:04d}.pdf" for n in (1, 2)}
    return tuple(
        Document(DAY, ACCOUNT, path, SOURCE, (number,), frozenset({"facture"}))
        for number, path in paths.items()
    )


def files() -> ClientFiles:
    """The specimens' account and all that can have been said and sent."""
    return ClientFiles(_books(), Terms(30))


def accounts() -> Iterator[Statement]:
    """Statements of everything that an account can hold, in euros and in pounds, then of a
    settled one and of an empty one."""
    client = client_of_type(DebtorType.PROFESSIONAL)
    for currency in ("EUR", "GBP"):
        whole = account_statement(_books(currency), Terms(30), Account(client, currency), DAY)
        yield whole
        yield replace(whole, rows=whole.rows[3:], opening=whole.rows[2].balance)
        yield replace(whole, rows=(), claims=(), drafts=(), overpaid=Decimal(0))


def _books(currency: str = "EUR") -> Books:
    client = client_of_type(DebtorType.PROFESSIONAL)
    return Books(
        clients=(client,),
        movements=tuple(_movements(currency)),
        notes=tuple(_notes()),
        letters=tuple(_past_letters(currency)),
    )


def _movements(currency: str) -> Iterator[Movement]:
    """An invoice in two instalments paid once in vain, one taken over, one not yet late; money
    of every other sort."""
    first = DAY - timedelta(90)

    def moved(place: int, amount: int, *invoices: str) -> Movement:
        source = Source("specimen", place)
        own = (first + timedelta(5 * place), ACCOUNT, Decimal(amount), currency, source, invoices)
        return Movement(*own, entry=place)

    yield replace(moved(1, 300), padding=True)
    yield replace(moved(2, 720, "S2026-0001"), own_due=first + timedelta(30))
    yield replace(moved(2, 720, "S2026-0001"), own_due=DAY, source=Source("specimen", 20))
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
            DAY - timedelta(60 - number),
            ACCOUNT,
            sort,
            "Ce que le client a dit.",
            SOURCE,
            invoices=("S2026-0001",),
        )
        reason = Reason.CASH if sort in (NoteSort.CALL, NoteSort.EMAIL) else None
        yield replace(
            told,
            due=DAY,
            until=DAY,
            amount=Money(Decimal("200.00"), "EUR"),
            reason=reason,
        )


def _past_letters(currency: str) -> Iterator[IssuedLetter]:
    """One that left and was received, one that was cancelled instead."""
    day = DAY - timedelta(20)
    cited = Citation(
        *("R20261103-01", "S2026-0001", 1, "relance-1", 1, "standard", day),
        Money(Decimal(720), currency),
    )
    sent = IssuedLetter(
        *("R20261103-01", day, ACCOUNT, "out/specimen.pdf", "relance-1", 1, "standard"),
        channels=("courriel", "telephone"),
        citations=(cited,),
        total=Money(Decimal(720), currency),
        dispatches=(Dispatch(day, "recommande", received=day + timedelta(2)), Dispatch(day)),
    )
    yield sent
    yield replace(sent, id="R20261103-02", dispatches=(), cancellation=day + timedelta(5))


def client_of_type(debtor: DebtorType) -> Client:
    """A client of whom nearly everything is known."""
    return Client(
        account=ACCOUNT,
        name="Menuiserie Exemple & Fils SARL",
        source=SOURCE,
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
