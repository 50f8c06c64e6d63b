"""Facts kept for the next plan: always the same plan, never an older truth, never in the way."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import repositories
import story as stories
from bench.companies import CHECKOUT, TODAY, write_company
from relance.cache import cached_books, evidence
from relance.cache.factfile import from_json, to_json
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger import beancount
from relance.ledger.books import facts
from relance.ledger.company import Company, read_company
from relance.ledger.settled import pruned
from relance.ledger.settled_letters import for_a_plan
from relance.outlook.tasks import at_a_glance
from relance.policy.settings import Policy
from relance.terminal import cli
from relance.terminal.views.aujourdhui_json import glance_as_json
from relance.terminal.views.json_text import printed
from relance.terminal.views.plan_json import plan_as_json
from relance.values.amounts import Money
from relance.values.bank_drafts import BankDraft
from relance.values.facts import Books, Client, Document, Note, Succession
from relance.values.issued import Citation, Dispatch, IssuedLetter, Return
from relance.values.kinds import NoteSort, Reason
from relance.values.movement import Movement
from relance.values.problem import Refusal, Source
from story import Story

# ---------------------------------------------------------------- The same plan

START = date(2026, 3, 2)
CREDITOR = {"nom": "Essai", "adresse": "1 rue\n69001 LYON"}
POLICY = Policy.model_validate({"creancier": CREDITOR})
SHORT = Policy.model_validate({"creancier": CREDITOR, "profils": {"periode": 1}})
TRACKED = Policy.model_validate({"creancier": CREDITOR, "envoi": {"suivi": True}})
THANKFUL = Policy.model_validate({"creancier": CREDITOR, "merci": True, "rectification": True})
ACCOUNTS = [f"Actifs:Clients:{name}" for name in "ABC"]
NAMES = [f"F{number}" for number in range(14)]  # few: they are shared, paid twice, mixed up
T = TypeVar("T")
LATER = [0, 9, 40]  # days after the last movement that was set aside


def days(low: int, high: int) -> st.SearchStrategy[date]:
    return st.integers(low, high).map(lambda n: START + timedelta(n))


def rarely(value: T, usual: T) -> st.SearchStrategy[T]:
    return st.integers(0, 7).map(lambda n: value if n == 0 else usual)


@st.composite
def movements(draw: st.DrawFn) -> list[Movement]:
    """An invoice and what may come of it: mostly paid at once, sometimes all the rest."""
    account, name = draw(st.sampled_from(ACCOUNTS)), draw(st.sampled_from(NAMES))
    day, number = draw(days(-200, 0)), Decimal(draw(st.sampled_from([40, 100, 2500])))
    names = draw(rarely((name, draw(st.sampled_from(NAMES))), (name,)))
    due = draw(rarely(None, day + timedelta(draw(st.integers(0, 40)))))
    bill = movement(account, day, number, names)
    bill = replace(bill, own_due=due, padding=draw(rarely(True, False)))
    found = [replace(bill, draft=draw(rarely(True, False)))]
    left = number
    for _ in range(draw(st.integers(0, 2))):
        paid = draw(rarely(left / 2, left))
        left = draw(rarely(left, left - paid))
        if paid:
            credit = movement(account, draw(days(-200, 30)), -paid, names)
            found.append(
                replace(
                    credit,
                    invoices=draw(rarely((), names)),
                    credit_note=draw(rarely(True, False)),
                    waived=draw(rarely(True, False)),
                    banked=draw(rarely(False, True)),
                    draft=draw(rarely(True, False)),
                    currency=draw(rarely("USD", "EUR")),
                )
            )
    if draw(st.integers(0, 9)) == 0:  # the payment comes back
        found.append(movement(account, draw(days(-100, 30)), number, names))
    return found


def movement(account: str, day: date, number: Decimal, names: tuple[str, ...]) -> Movement:
    here = Source("ledger/main.beancount", day.toordinal())
    return Movement(day, account, number, "EUR", here, names, entry=day.toordinal())


@st.composite
def notes(draw: st.DrawFn) -> Note:
    day = draw(days(-200, 20))
    sort = draw(st.sampled_from(NoteSort))
    amount = Money(Decimal(draw(st.sampled_from([20, 100]))), "EUR")
    return Note(
        day,
        draw(st.sampled_from(ACCOUNTS)),
        sort,
        "",
        Source("ledger/notes.beancount", day.toordinal()),
        draw(st.sampled_from([(), *((name,) for name in NAMES)])),
        due=day + timedelta(draw(st.integers(0, 40))),
        amount=amount if sort is NoteSort.PAYMENT_PLAN else draw(st.sampled_from([None, amount])),
        until=day + timedelta(10) if sort is NoteSort.HOLD else None,
        judgment=day if sort is NoteSort.INSOLVENCY else None,
        reason=draw(st.sampled_from([None, *Reason])) if sort is NoteSort.CALL else None,
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    day, name = draw(days(-200, 0)), draw(st.sampled_from(NAMES))
    sort = draw(st.sampled_from(["facture", "declaration", "contrat"]))
    account = draw(st.sampled_from(ACCOUNTS))
    here = Source("ledger/main.beancount", 1)
    return Document(day, account, f"pieces/{name}.pdf", here, (name,), frozenset({sort}))


@st.composite
def reminded(draw: st.DrawFn, place: int) -> tuple[list[Movement], list[IssuedLetter]]:
    """An invoice, mostly paid, and the letters about it."""
    account, name = draw(st.sampled_from(ACCOUNTS[:2])), f"P{place}"
    bill = movement(account, draw(days(-200, -100)), Decimal(100), (name,))
    paid = movement(account, draw(days(-100, -30)), Decimal(-100), (name,))
    written = [
        draw(letters(account, 10 * place + number, draw(rarely((name, "F0"), (name,)))))
        for number in range(draw(st.integers(0, 3)))
    ]
    return [bill, *draw(rarely([], [paid]))], written


@st.composite
def letters(draw: st.DrawFn, account: str, number: int, names: tuple[str, ...]) -> IssuedLetter:
    """A letter, mostly a reminder that left the day after."""
    day = draw(days(-120, -20))
    step = draw(rarely(draw(st.sampled_from(["rappel", "mise-en-demeure", "releve"])), "relance-1"))
    id_ = f"R{draw(rarely(START, day)):%Y%m%d}-{number:02}"
    balance = Money(Decimal(draw(st.sampled_from([40, 100]))), "EUR")
    fixed = (step, int(step not in ("rappel", "releve")), "standard")
    due = day - timedelta(9)
    return IssuedLetter(
        *(id_, day, account, f"out/{id_}.md", *fixed, ("courriel", "telephone")),
        citations=tuple(Citation(id_, name, 1, *fixed, due, balance) for name in names),
        total=balance,
        dispatches=draw(rarely((), (Dispatch(day + timedelta(draw(rarely(60, 1)))),))),
        returns=draw(rarely((Return(day + timedelta(draw(st.integers(0, 60)))),), ())),
        cancellation=draw(rarely(day + timedelta(draw(st.integers(0, 60))), None)),
    )


@st.composite
def unsettled(draw: st.DrawFn) -> BankDraft:
    """Money that came in, of which a letter's number or an invoice's may be all that is known."""
    day, here = draw(days(-90, 30)), Source("ledger/main.beancount", 3)
    amount = Money(Decimal(draw(st.sampled_from([40, 100, 2500]))), "EUR")
    quoted = draw(st.sampled_from([*NAMES, *(f"R{day:%Y%m%d}-{n:02}" for n in range(3))]))
    settled = draw(rarely(day + timedelta(9), None))
    text = f"VIR DURAND {quoted}"
    return BankDraft(day, amount, "Actifs:Attente", here, True, text=text, settled=settled)


@st.composite
def some_books(draw: st.DrawFn) -> Books:
    told = [draw(reminded(place)) for place in range(draw(st.integers(0, 5)))]
    own = [each for group in draw(st.lists(movements(), max_size=6)) for each in group]
    own += [each for group, _ in told for each in group]
    here = Source("ledger/main.beancount", 1)
    declared = ACCOUNTS[: draw(st.integers(2, 3))]  # C may be nobody's account
    clients = [
        Client(a, a[-1], here, ("1 rue", "69001 LYON"), emails=("a@b.fr",)) for a in declared
    ]
    return Books(
        clients=tuple(clients),
        movements=tuple(sorted(own, key=lambda m: (m.date, m.source, m.number))),
        notes=tuple(sorted(draw(st.lists(notes(), max_size=4)), key=lambda n: (n.date, n.source))),
        documents=tuple(draw(st.lists(documents(), max_size=3))),
        letters=tuple(each for _, written in told for each in written),
        successions=tuple(draw(rarely(draw(st.lists(successions(), max_size=2)), []))),
        unsettled=tuple(draw(rarely([draw(unsettled())], []))),
    )


@st.composite
def successions(draw: st.DrawFn) -> Succession:
    """An account that takes over another's, whole or an invoice of it; rarely."""
    old, new = draw(st.permutations(ACCOUNTS))[:2]
    names = draw(st.sampled_from([(), *((name,) for name in NAMES)]))
    here = Source("ledger/main.beancount", 2)
    return Succession(draw(days(-200, 40)), old, new, here, names, draw(st.booleans()))


def same_plans(policy: Policy, books: Books, until: date) -> Books:
    """Check the plans of books, set aside and written down, against those of the whole books."""
    small = for_a_plan(books, policy, until)
    again = from_json(Books, to_json(Books, small))
    assert again == small
    first = small.closed_until or until
    assert first <= until
    for offset in LATER:
        day = first + timedelta(offset)
        assert shown(policy, again, day) == shown(policy, books, day)
    return small


def shown(policy: Policy, books: Books, day: date) -> str:
    """The plan of a day, and what is to be done that day."""
    on = OnDay(policy, books, day)
    plan = make_plan(on)
    return "\n".join([*printed(plan_as_json(plan)), str(glance_as_json(at_a_glance(on, plan)))])


@settings(max_examples=100)
@given(some_books(), st.integers(-100, 60), st.sampled_from([POLICY, SHORT, THANKFUL, TRACKED]))
@pytest.mark.slow
def test_a_plan_of_facts_set_aside_is_the_plan(
    books: Books, days_later: int, policy: Policy
) -> None:
    same_plans(policy, books, START + timedelta(days_later))


def test_what_may_still_be_thanked_for_is_not_set_aside() -> None:
    """Reminded, then paid: 3 days, 10 more and a week of rest later its thanks are over."""
    account, paid_on = ACCOUNTS[0], START + timedelta(5)
    bill = replace(movement(account, START - timedelta(40), Decimal(100), ("F1",)), own_due=START)
    paid = movement(account, paid_on, Decimal(-100), ("F1",))
    cited = Citation("R1", "F1", 1, "relance-1", 1, "standard", START, Money(Decimal(100), "EUR"))
    letter = IssuedLetter("R1", START, account, "out/R1.md", "relance-1", 1, "standard", ())
    letter = replace(letter, citations=(cited,), dispatches=(Dispatch(START),))
    client = Client(account, "A", Source("ledger/main.beancount", 1))
    books = Books((client,), (bill, paid), letters=(letter,))
    kept = [
        len(pruned(books, THANKFUL, paid_on + timedelta(days)).movements) for days in (0, 19, 20)
    ]
    assert kept == [2, 2, 0]
    assert pruned(books, POLICY, paid_on).movements == ()


LONG_AGO = START - timedelta(100)


def told_of(number: int, **changes: object) -> IssuedLetter:
    """A reminder of F1, of the hundredth day before and later, sent the day after."""
    day = LONG_AGO + timedelta(number)
    id_, owed = f"R{day:%Y%m%d}-01", Money(Decimal(100), "EUR")
    cited = Citation(id_, "F1", 1, "relance-1", 1, "standard", LONG_AGO, owed)
    issued = IssuedLetter(
        *(id_, day, ACCOUNTS[0], f"out/{id_}.md", "relance-1", 1, "standard", ("courriel",)),
        citations=(cited,),
        total=owed,
        dispatches=(Dispatch(day + timedelta(1)),),
    )
    return replace(issued, **changes)  # type: ignore[arg-type]


def left_of(*letters: IssuedLetter, policy: Policy = POLICY, **facts: object) -> list[int]:
    """Which letters stay, by their numbers, once F1 is paid and a hundred days are over."""
    bill = movement(ACCOUNTS[0], LONG_AGO - timedelta(30), Decimal(100), ("F1",))
    paid = movement(ACCOUNTS[0], LONG_AGO + timedelta(60), Decimal(-100), ("F1",))
    here = Source("ledger/main.beancount", 1)
    clients = tuple(Client(account, account[-1], here) for account in ACCOUNTS[:2])
    books = Books(clients, (bill, paid), letters=letters)
    books = replace(books, **facts)  # type: ignore[arg-type]
    small = same_plans(policy, books, START)
    assert sorted(small.letter_ids) == sorted(books.letter_ids)
    return [(letter.date - LONG_AGO).days for letter in small.letters]


def test_letters_about_closed_invoices_alone_are_set_aside() -> None:
    """All but the last to the client: it counts for the gap between two letters to him."""
    assert left_of(told_of(1), told_of(9), told_of(20)) == [20]


def test_letters_that_may_tell_more_stay() -> None:
    last, day = told_of(50), START + timedelta(1)
    here = Source("ledger/main.beancount", 3)
    cited = told_of(1).citations[0]
    for changes in (
        {"citations": (cited, replace(cited, invoice="F2"))},  # about another invoice too
        {"citations": ()},
        {"account": ACCOUNTS[1]},  # not the client who paid it
        {"dispatches": (Dispatch(day),)},  # what is dated later
        {"dispatches": (Dispatch(START - timedelta(9), received=day),)},
        {"returns": (Return(day),)},
        {"cancellation": day, "dispatches": ()},
        {"id": f"R{day:%Y%m%d}-01"},  # whose number the letters of that day go on after
    ):
        assert left_of(told_of(1, **changes), last) == [1, 50]
    assert left_of(told_of(1, rank=0, step="rappel"), told_of(2), last) == [1, 50]
    # START is the last of the five working days on which it may leave.
    assert left_of(told_of(93), told_of(94)) == [93, 94]
    assert left_of(told_of(91), told_of(92)) == [92]
    money = BankDraft(START, Money(Decimal(100), "EUR"), "Actifs:Attente", here, suspense=True)
    assert left_of(told_of(1), last, unsettled=(money,)) == [1, 50]
    moved = Succession(START, ACCOUNTS[0], ACCOUNTS[1], here)
    assert left_of(told_of(1), last, successions=(moved,)) == [1, 50]


def test_a_letter_that_does_not_count_is_not_the_last() -> None:
    cancelled = told_of(50, cancellation=START, dispatches=())
    unsent = told_of(50, dispatches=())
    assert left_of(told_of(1), cancelled) == [1]
    assert left_of(told_of(1), unsent, policy=TRACKED) == [1]
    assert left_of(told_of(1), unsent) == [1, 50]  # the last that left, and the last that counts


@pytest.mark.slow
def test_a_made_up_company_keeps_a_tenth_of_its_movements(tmp_path: Path) -> None:
    write_company(tmp_path, 600)
    company = read_company(tmp_path)
    for until in (TODAY, TODAY - timedelta(200)):
        same_plans(company.policy, company.books, until)
    small = pruned(company.books, company.policy, TODAY)
    # Of 24 months, those of the last six weeks are open; one payment in a hundred names nothing.
    assert len(small.movements) < 0.12 * len(company.books.movements)
    paid = sum(map(len, small.settled.values())), sum(small.paid_long_ago.values())
    assert 0.88 * 600 < sum(paid) < 0.95 * 600
    assert 0.45 * 600 < paid[0] < 0.55 * 600  # within the year that profiles look at
    assert read_up_to(company, TODAY) == small


@pytest.mark.slow
def test_the_example_plans_the_same_on_any_later_day() -> None:
    company = read_company(CHECKOUT)
    for until in (date(2026, 6, 30), date(2026, 11, 20)):
        same_plans(company.policy, company.books, until)


def read_up_to(company: Company, until: date) -> Books:
    """The books of a company as a plan of that day reads them."""
    loaded = beancount.load(company.root / company.policy.ledger.file, company.root)
    return facts(loaded, company.policy, company.root, closed_by=until)


def test_books_read_no_further_than_a_plan_needs_plan_the_same() -> None:
    company = read_company(CHECKOUT)
    for until in (date(2026, 6, 30), date(2026, 11, 20)):
        small = read_up_to(company, until)
        assert small.settled
        assert small.warnings == company.books.warnings
        assert shown(company.policy, small, until) == shown(company.policy, company.books, until)


SHARED = """
2010-01-01 open Actifs:Clients
2010-01-01 open Actifs:Clients:Industrie
  client: "Durand Industrie"
  courriel: "a@industrie.example"
  succede: "Actifs:Clients:Durand"
2026-02-01 * "DURAND INDUSTRIE" "Facture" ^F7
  echeance: 2026-03-01
  Actifs:Clients  50.00 EUR
  Produits:Ventes
2026-02-02 * "Zéphyr" "Facture" ^F8
  echeance: 2026-03-01
  Actifs:Clients  60.00 EUR
  Produits:Ventes
"""


def test_shared_accounts_and_successions_are_recalled(tmp_path: Path) -> None:
    policy = "grand-livre: {client: beneficiaire}\n"
    books = stories.company(tmp_path, BOOKS + SHARED, policy).books
    assert {x.code for x in books.doubtful} == {"client-inconnu"} and len(books.successions) == 1
    assert from_json(Books, to_json(Books, books)) == books
    small = read_up_to(read_company(tmp_path), DAY)
    policy_ = read_company(tmp_path).policy
    assert len(small.movements) < len(books.movements)
    told = shown(policy_, small, DAY)
    assert told == shown(policy_, books, DAY)
    assert told.count("Actifs:Clients:Industrie") >= 2 and "Actifs:Clients:Zéphyr" in told


def test_an_earlier_plan_of_facts_set_aside_is_a_bug() -> None:
    bill = movement(ACCOUNTS[0], START, Decimal(100), ("F1",))
    paid = movement(ACCOUNTS[0], START + timedelta(9), Decimal(-100), ("F1",))
    client = Client(ACCOUNTS[0], "A", bill.source)
    small = pruned(Books((client,), (bill, paid)), POLICY, START + timedelta(30))
    assert (small.movements, small.closed_until) == ((), paid.date)
    with pytest.raises(AssertionError):
        make_plan(OnDay(POLICY, small, START))


# ---------------------------------------------------------------- Never an older truth

DAY = date(2026, 4, 1)
BOOKS = (
    stories.ONE_INVOICE
    + """
2026-02-01 * "Durand" "Facture" ^F0
  echeance: 2026-03-01
  Actifs:Clients:Durand  200.00 EUR
  Produits:Ventes
2026-03-05 * "Durand" "Virement" ^F0
  Actifs:Clients:Durand  -200.00 EUR
  Actifs:Banque
"""
)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The ledgers that Beancount really loaded."""
    found: list[Path] = []
    true = beancount.load

    def counted(path: Path, root: Path) -> beancount.Loaded:
        found.append(path)
        return true(path, root)

    monkeypatch.setattr(beancount, "load", counted)
    return found


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A company under git whose facts are kept already."""
    made = stories.company(tmp_path, BOOKS)
    repositories.git(tmp_path, "init", "-q")
    plan_of(made)
    return made


def plan_of(story: Story, day: date = DAY, tell: Callable[[str], None] = lambda _: None) -> str:
    def made(company: Company) -> str:
        return shown_of(company, day)

    with cached_books.recalled(story.root, lambda _: day, made, tell) as plan:
        return plan


def told(story: Story, day: date = DAY) -> str:
    """What a plan of that day says of how it read the books."""
    words: list[str] = []
    plan_of(story, day, words.append)
    return " / ".join(words)


def served(story: Story) -> AbstractContextManager[Company]:
    """The company as its plan sees it."""
    return cached_books.recalled(story.root, lambda _: DAY, lambda company: company)


def true_plan(story: Story, day: date = DAY) -> str:
    return shown_of(read_company(story.root), day)


def shown_of(company: Company, day: date) -> str:
    return shown(company.policy, company.books, day)


def states(story: Story) -> list[Path]:
    """What is kept of the states of the books, the last used first."""
    files = (story.root / ".git/relance/faits").glob("*.*.json")
    return sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def kept(story: Story) -> Path:
    return states(story)[0]


def test_unchanged_books_are_not_loaded_again(story: Story, loads: list[Path]) -> None:
    later = DAY + timedelta(30)
    found = [plan_of(story), plan_of(story, later)]
    assert not loads
    assert found == [true_plan(story), true_plan(story, later)]


def test_an_earlier_day_reads_the_books_and_keeps_what_was_kept(
    story: Story, loads: list[Path]
) -> None:
    before = kept(story).read_bytes()
    earlier = date(2026, 3, 4)  # F0 is paid the day after
    found = plan_of(story, earlier)
    assert len(loads) == 1
    assert found == true_plan(story, earlier)
    assert '"F0"' in found
    assert kept(story).read_bytes() == before


def payment(story: Story) -> None:
    """A payment of the very length of what it replaces, at the same second."""
    path = story.root / "ledger/main.beancount"
    was = path.stat()
    story.replace('"Virement" ^F0', '"Virement" ^F1')
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (was.st_size, was.st_mtime_ns)


def new_register(story: Story) -> None:
    line = '2026-03-20 note Actifs:Clients:Durand "Payé en partie" ^F1 #litige\n'
    story.write("out/registre/2026-03-20.beancount", stories.REGISTER_HEADER + line)


def policy_change(story: Story) -> None:
    story.write("relance.yaml", stories.CREDITOR + "tolerance: 500\n")


def deleted(story: Story) -> None:
    for file in states(story):
        file.unlink()


def cut_short(story: Story) -> None:
    kept(story).write_bytes(kept(story).read_bytes()[:-40])


def altered(story: Story) -> None:
    """A well-formed lie: the open invoice is smaller."""
    content = kept(story).read_bytes()
    assert b'"100.00"' in content
    kept(story).write_bytes(content.replace(b'"100.00"', b'"001.00"'))


def garbage(story: Story) -> None:
    kept(story).write_bytes(b"\x80\x04\x95\n{}\n[]")


def empty(story: Story) -> None:
    kept(story).write_bytes(b"")


def deep(story: Story) -> None:
    kept(story).write_bytes(b"[" * 100_000 + b"\n{}\n[]")


def other_documents(story: Story) -> None:
    """Whole, by its own fingerprint, but of another make."""
    head, _, books = kept(story).read_bytes().split(b"\n", 2)
    told = json.loads(head) | {"sha256": sha256(b"[3]" + books).hexdigest()}
    kept(story).write_bytes(b"\n".join([json.dumps(told).encode(), b"[3]", books]))


@pytest.mark.parametrize(
    "change",
    [
        payment,
        new_register,
        policy_change,
        deleted,
        cut_short,
        altered,
        garbage,
        empty,
        deep,
        other_documents,
    ],
)
def test_a_change_reads_the_books_again(
    change: Callable[[Story], None], story: Story, loads: list[Path]
) -> None:
    change(story)
    found = plan_of(story)
    assert len(loads) == 1
    assert found == true_plan(story)
    loads.clear()
    assert plan_of(story) == found
    assert not loads  # and kept again


@pytest.mark.slow
def test_another_version_reads_the_books_again(
    story: Story, loads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = evidence.versions()
    for place in range(len(now)):
        other = tuple("0" if n == place else each for n, each in enumerate(now))
        monkeypatch.setattr(evidence, "versions", lambda other=other: other)
        loads.clear()
        plan_of(story)
        assert len(loads) == 1
    monkeypatch.setattr(evidence, "versions", lambda: now)
    plan_of(story)
    assert len(loads) == 2


def test_documents_that_come_and_go_are_seen(story: Story, loads: list[Path]) -> None:
    asked = """
2026-03-12 note Actifs:Clients:Durand "Jamais reçue" ^F1 #appel
  raison: "facture-non-recue"
2026-03-13 document Actifs:Clients:Durand "F1.pdf" ^F1 #facture
"""
    story.add(asked)
    missing = plan_of(story)
    assert "copie à joindre" in missing
    story.write("ledger/F1.pdf", "%PDF")
    assert "copie jointe" in plan_of(story)
    (story.root / "ledger/F1.pdf").unlink()
    assert plan_of(story) == missing
    assert len(loads) == 3


def test_folders_of_documents_are_listed(story: Story, loads: list[Path]) -> None:
    name = "pieces/Actifs/Clients/Durand/2026-03-13.contrat.pdf"
    story.write("pieces/vide.txt", "")
    story.write(
        "ledger/main.beancount", 'option "documents" "../pieces"\n' + stories.PRELUDE + BOOKS
    )
    plan_of(story)
    plan_of(story)
    assert len(loads) == 1
    story.write(name, "%PDF")
    with served(story) as company:
        assert [each.path for each in company.books.documents] == [name]
    assert len(loads) == 2


# ---------------------------------------------------------------- Never in the way


PLUGIN = '__plugins__ = ["same"]\n\n\ndef same(entries, options):\n    return entries, []\n'


def test_a_plugin_of_the_users_own_keeps_nothing(story: Story, loads: list[Path]) -> None:
    story.write("ledger/greffon_du_test.py", PLUGIN)
    head = 'option "insert_pythonpath" "TRUE"\nplugin "greffon_du_test"\n'
    story.write("ledger/main.beancount", head + stories.PRELUDE + BOOKS)
    plan_of(story)
    plan_of(story)
    assert len(loads) == 2


def test_a_plugin_of_beancount_keeps_all(story: Story, loads: list[Path]) -> None:
    head = 'plugin "beancount.plugins.leafonly"\n'
    story.write("ledger/main.beancount", head + stories.PRELUDE + BOOKS)
    assert plan_of(story) == plan_of(story) == true_plan(story)
    assert len(loads) == 1


def test_an_include_that_is_not_recognised_keeps_nothing(story: Story, loads: list[Path]) -> None:
    story.write("ledger/sans\\motif.beancount", "")
    story.add('include "sans\\\\motif.beancount"\n')  # one backslash, escaped
    plan_of(story)
    plan_of(story)
    assert len(loads) == 2


def test_an_include_in_a_comment_is_none(story: Story, loads: list[Path]) -> None:
    story.add('; include "/absent/**"\n')
    plan_of(story)
    plan_of(story)
    assert len(loads) == 1


def test_books_that_change_while_they_are_read_are_not_kept(
    story: Story, loads: list[Path]
) -> None:
    story.add("\n; une ligne de plus\n")
    with served(story):
        story.add("\n; une autre pendant la lecture\n")
    plan_of(story)
    assert len(loads) == 2


def test_refused_books_are_not_kept_and_refused_again(story: Story) -> None:
    story.add('2026-03-20 * "Durand" "Faux" ^F1\n  Actifs:Clients:Durand  -10.00 EUR\n')
    for _ in range(2):
        with pytest.raises(Refusal, match="équilibrée"):
            plan_of(story)


def test_nothing_is_kept_when_what_follows_fails(story: Story, loads: list[Path]) -> None:
    deleted(story)
    with pytest.raises(ZeroDivisionError), served(story):
        _ = 1 / 0
    assert not list((story.root / ".git/relance/faits").iterdir())
    assert len(loads) == 1


def test_a_language_without_letters_is_refused_from_kept_facts_too(story: Story) -> None:
    story.replace('type: "professionnel"', 'type: "professionnel"\n  langue: "pt"')
    for _ in range(2):
        with pytest.raises(Refusal, match="langue"):
            plan_of(story)


def test_a_folder_outside_git_keeps_nothing(tmp_path: Path, loads: list[Path]) -> None:
    made = stories.company(tmp_path, BOOKS)
    before = sorted(tmp_path.rglob("*"))
    assert plan_of(made) == plan_of(made)
    assert len(loads) == 2
    assert sorted(tmp_path.rglob("*")) == before


def test_the_last_states_are_kept_and_the_one_least_used_goes(
    story: Story, loads: list[Path]
) -> None:
    """As between the main branch and that of the letters: what was read there is there still."""
    main = story.root / "ledger/main.beancount"
    texts = [main.read_text("utf-8") + f"; état {n}\n" for n in range(4)]
    for text in (*texts[:3], *texts[:3], texts[3], texts[1]):
        story.write("ledger/main.beancount", text)
        assert plan_of(story) == true_plan(story)
    assert len(loads) == 4  # and not 8
    assert len(states(story)) == 3
    story.write("ledger/main.beancount", texts[0])
    plan_of(story)
    assert len(loads) == 5


def test_states_have_their_bytes_together(
    story: Story, loads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = kept(story).stat().st_size
    monkeypatch.setattr("relance.cache.factfile.LARGEST", size + size // 2)
    story.add("; une ligne de plus\n")
    assert plan_of(story) == plan_of(story)
    assert len(loads) == 1 and len(states(story)) == 1


def test_a_state_that_another_command_let_go_meanwhile_is_no_fault(
    story: Story, loads: list[Path]
) -> None:
    """A link to nothing is listed as such a file is: it is there by name alone."""
    path = kept(story)
    path.with_name(path.name.replace(".json", "0.json")).symlink_to("ailleurs.json")
    story.add("; une ligne de plus\n")
    assert plan_of(story) == plan_of(story) == true_plan(story)
    assert len(loads) == 1


def test_the_file_is_json_for_its_owner_alone(story: Story) -> None:
    assert stat.S_IMODE(kept(story).stat().st_mode) == 0o600
    head, documents, books = map(json.loads, kept(story).read_text("utf-8").split("\n"))
    assert set(head) == {"lu", "sha256"}
    assert documents == []
    assert [each["invoices"] for each in books["movements"]] == [["F1"]]
    assert books["settled"] == {"Actifs:Clients:Durand": [["EUR", "2026-03-05", 4, "200.00"]]}


def test_a_folder_that_cannot_be_written_stops_no_plan(story: Story, loads: list[Path]) -> None:
    deleted(story)
    (story.root / ".git/relance/faits").rmdir()
    (story.root / ".git/relance/faits").write_text("")  # even root cannot make a folder there
    assert plan_of(story) == plan_of(story)
    assert len(loads) == 2


def test_books_too_large_are_not_kept(
    story: Story, loads: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted(story)
    monkeypatch.setattr("relance.cache.factfile.LARGEST", 100)
    assert told(story).endswith("non gardés pour la suite : ils tiennent 0 Mo, plus de 0")
    plan_of(story)
    assert len(loads) == 2


def test_why_the_books_are_read_is_told(story: Story) -> None:
    assert told(story) == "livres repris de leur dernière lecture : rien n'y a changé"
    assert told(story, date(2026, 3, 4)) == (
        "livres lus en entier : ce qui est gardé vaut à partir du 5\xa0mars 2026"
    )
    story.add("; une ligne de plus\n")
    assert told(story) == (
        "livres lus en entier : un fichier, la politique, un document ou une version a changé "
        "depuis la dernière fois, et rien n'est gardé d'une lecture entière / gardés pour la suite"
    )
    deleted(story)
    assert told(story).startswith("livres lus en entier : rien n'est gardé encore / gardés")
    story.write("ledger/greffon_du_test.py", PLUGIN)
    head = 'option "insert_pythonpath" "TRUE"\nplugin "greffon_du_test"\n'
    story.write("ledger/main.beancount", head + stories.PRELUDE + BOOKS)
    assert told(story).endswith("un greffon du grand livre n'est pas de Beancount")


def test_the_plan_says_how_it_read_the_books_when_asked(story: Story) -> None:
    words = ["plan", "--dossier", str(story.root), "--au", str(DAY), "--format", "json"]
    silent, asked = (CliRunner().invoke(cli.relance, [*words, *more]) for more in ([], ["-v"]))
    assert json.loads(silent.stdout) == json.loads(asked.stdout)
    assert (silent.stderr, asked.stderr.count("livres repris")) == ("", 1)


def test_a_plan_keeps_of_the_register_what_it_asks_for(story: Story) -> None:
    letter = replace(
        stories.past_letter("R20260317-01", "relance-1", "F1"),
        markdown_sha256="a" * 64,
        pdf_sha256="b" * 64,
        base="c" * 40,
        policy_sha256="d" * 64,
        version="relance 0.2.0",
    )
    stories.put_into_register(story, "2026-03-17", [letter])
    first = plan_of(story)
    text = kept(story).read_text("utf-8")
    assert '"R20260317-01"' in text
    assert not any(each * 40 in text for each in "abcd") and '"records"' not in text
    assert plan_of(story) == first == true_plan(story)


def test_two_policies_of_one_repository_have_a_file_each(tmp_path: Path) -> None:
    repositories.git(tmp_path, "init", "-q")
    made = [stories.company(tmp_path / name, BOOKS) for name in ("a", "b")]
    made[1].replace("100.00", "300.00")
    for _ in range(2):
        assert [plan_of(each) for each in made] == [true_plan(each) for each in made]
    assert len(list((tmp_path / ".git/relance/faits").iterdir())) == 2


@pytest.mark.parametrize("form", [[], ["--format", "json"]])
@pytest.mark.slow
def test_the_command_tells_the_same_from_kept_facts(form: list[str], story: Story) -> None:
    deleted(story)
    program = [sys.executable, "-m", "relance", "plan"]
    command = [*program, "--dossier", str(story.root), "--au", str(DAY), *form]
    first, second = (
        subprocess.run(command, capture_output=True, check=True).stdout for _ in range(2)
    )
    assert kept(story).exists()
    assert first == second
    assert b"F1" in first


def test_kept_facts_are_for_what_shows_or_proves_the_books_before_it_writes() -> None:
    users = {
        path.name
        for path in (CHECKOUT / "scripts/relance").rglob("*.py")
        if re.search(r"import (?:\w+, )*(before_writing|recalled)", path.read_text("utf-8"))
    }
    shows = {"plan.py", "aujourdhui.py", "expliquer.py", "bilan.py", "verifier.py", "auditing.py"}
    # `rapprocher --liste`, `envoyer --sans-envoi`; a note is rehearsed on whole books.
    assert users == {*shows, "rapprocher.py", "run.py", "noter.py"}
