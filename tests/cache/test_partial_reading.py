"""Books read in part give the plan of the whole ones, or their faults; else they are read whole,
and the reason is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import repositories
import story as stories
from bench.companies import CHECKOUT
from drawnbooks import LAST, DrawnBooks
from relance.cache import cached_books, cutting, new_entries, partial_reading
from relance.cache.reduction import Whole
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger.beancount import load
from relance.ledger.books import BooksReading, facts
from relance.ledger.company import Company, read_company
from relance.terminal.views.json_text import printed
from relance.terminal.views.plan_json import plan_as_json
from relance.values.problem import Refusal
from story import Story

DAY = LAST + timedelta(12)
PARTLY = "livres repris de leur dernière lecture entière, avec ce qui s'y est ajouté"
UNCHANGED = "livres repris de leur dernière lecture : rien n'y a changé"
ASKED = ("doubtful", "warnings", "ignored", "penalty_income", "unsettled", "bank_dates")
FACTS = (
    *ASKED,
    "clients",
    "movements",
    "notes",
    "documents",
    "letters",
    "letters_aside",
    "files",
    "roots",
)


def plan_of(company: Company, day: date) -> str:
    return "\n".join(printed(plan_as_json(make_plan(OnDay(company.policy, company.books, day)))))


def told(refusal: Refusal) -> str:
    return "\n".join(map(str, refusal.problems))


def recalled(root: Path, day: date) -> tuple[str, Company | None, str]:
    """The plan or the faults, the company, how it was read."""
    words: list[str] = []
    try:
        with cached_books.recalled(root, lambda _: day, lambda made: made, words.append) as company:
            return plan_of(company, day), company, words[0]
    except Refusal as refusal:
        return told(refusal), None, words[0]


def read(root: Path, day: date) -> tuple[str, Company | None]:
    """The same of the books read whole."""
    try:
        company = read_company(root)
    except Refusal as refusal:
        return told(refusal), None
    return plan_of(company, day), company


def compare(root: Path, day: date) -> str:
    """How the books were read: their plan is that of whole ones, and so is every fact and all that
    is asked about entries; the faults are the same."""
    plan, company, how = recalled(root, day)
    true_plan, whole = read(root, day)
    assert plan == true_plan
    if company and whole and how == PARTLY:
        loaded = load(root / whole.policy.ledger.file, root)
        small = facts(loaded, whole.policy, root, closed_by=day)
        for name in FACTS:
            assert getattr(company.books, name) == getattr(small, name), name
    return how


# ---------------------------------------------------------------- Drawn books, drawn changes


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small books are read in part, too, however little that spares."""
    monkeypatch.setattr(cutting, "ADDED", 20)
    monkeypatch.setattr(new_entries, "ADDED", 20)
    monkeypatch.setattr(cutting, "_WORTH", 1_000_000)
    monkeypatch.setattr(partial_reading, "_HALF", 1)


def edited(root: Path, seed: int, edits: int) -> Counter[str]:
    """How the books drawn from that number were read after each of so many changes."""
    books, ways, day = DrawnBooks(root, seed), Counter[str](), DAY
    repositories.git(root, "init", "-q")
    compare(root, day)
    main = root / "ledger/main.beancount"
    main.write_text(main.read_text("utf-8") + "\n", "utf-8")
    compare(root, day)
    for _ in range(edits):
        before = {path: path.read_bytes() for path in root.rglob("*.beancount")}
        kind = books.edit()
        day += timedelta(books.random.choice([0, 0, 0, 1, 20]))
        try:
            ways[compare(root, day).rpartition(", et ")[2]] += 1
        except AssertionError as error:
            error.add_note(f"{seed}: {kind}")
            raise
        if read(root, day)[1] is None:  # what is wrong is mended before anything else comes
            for path in root.rglob("*.beancount"):
                if path in before:
                    path.write_bytes(before[path])
                else:
                    path.unlink()
    return ways


@pytest.mark.parametrize("seed", range(3))
def test_changed_books_plan_as_whole_ones_do(seed: int, tmp_path: Path, eager: None) -> None:
    assert edited(tmp_path, seed, 8)[PARTLY.rpartition(", et ")[2]] >= 1


@pytest.mark.parametrize("seed", range(100, 120))
@pytest.mark.slow
def test_2000_changes_of_drawn_books_plan_as_whole_ones_do(
    seed: int, tmp_path: Path, eager: None
) -> None:
    ways = Counter[str]()
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        ways += edited(folder, seed * 10 + number, 10)
    assert ways.total() == 100
    assert ways[PARTLY] >= 20


# ---------------------------------------------------------------- Each way, by hand

NAMES = ["Durand", "Martin", "Lune", "Noël", "Zéphyr", "Rivière", "Dupré", "Valois"]
CLIENTS = "".join(
    f'2010-01-01 open Actifs:Clients:{name}\n  client: "{name}"\n  courriel: "{n}@example.fr"\n'
    f'  adresse: "{n} rue\\n69001 LYON"\n'
    for n, name in enumerate(NAMES, 1)
)
SALE = '{} * "{}" "Facture" ^{}\n  Actifs:Clients:{}  {}.00 EUR\n  Produits:Ventes\n\n'
PAID = '{} * "{}" "Virement" ^{}\n  Actifs:Clients:{}  -{}.00 EUR\n  Actifs:Banque\n\n'
NUMBERS = range(1, 81)
LATER = date(2026, 10, 1)


def entries() -> str:
    """An invoice every third day, paid on the next; the last three are open."""
    made = []
    for n in NUMBERS:
        day = date(2026, 1, 1) + timedelta(3 * n)
        client = NAMES[n % 8]
        made.append(SALE.format(day, client, f"F{n:03}", client, 100 + n))
        if n <= NUMBERS[-4]:
            made.append(PAID.format(day + timedelta(1), client, f"F{n:03}", client, 100 + n))
    return "".join(made)


def company(root: Path, more: str = "", policy: str = "", ledger: str = "") -> Story:
    """A company of which the second reading was whole, as the first one was."""
    prelude = more + stories.OPTIONS + stories.ACCOUNTS + CLIENTS
    made = stories.company(root, ledger or entries(), policy, prelude=prelude)
    made.write("pieces/lisez-moi.txt", "")
    repositories.git(root, "init", "-q")
    compare(root, LATER)
    made.add("; une ligne de plus\n")
    compare(root, LATER)
    return made


NOTHING = '2026-09-21 * "Rien"\n  Actifs:Banque  1.00 EUR\n  Charges:Pertes\n'

ADDED = [
    '2026-09-20 * "Papeterie" "Achat"\n  Charges:Pertes  5.00 EUR\n  Actifs:Banque\n',
    PAID.format("2026-09-20", "Durand", "F080", "Durand", 180),
    PAID.format("2026-09-20", "Durand", "F040", "Durand", 140),  # twice
    PAID.format("2026-09-20", "Durand", "F041", "Durand", 141),  # another client's
    PAID.format("2026-09-20", "Durand", "F200", "Durand", 20),
    SALE.format("2026-09-20", "Durand", "F081", "Durand", 20),
    SALE.format("2026-09-20", "Lune", "F040", "Lune", 20),  # another client's
    '2026-09-20 note Actifs:Clients:Durand "Conteste" ^F040 #litige\n',
    '2026-09-20 note Actifs:Clients:Durand "Conteste tout"\n',
]


@pytest.mark.parametrize("text", ADDED)
def test_what_is_added_is_read_in_part(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, sizes = company(tmp_path), list[int]()
    true = new_entries.check_new

    def counted(made: BooksReading, *more: Any) -> None:
        sizes.append(len(made.loaded.entries))
        true(made, *more)

    monkeypatch.setattr(partial_reading, "check_new", counted)
    story.add(text)
    assert compare(tmp_path, LATER) == PARTLY
    whole = load(tmp_path / "ledger/main.beancount", tmp_path)
    assert sizes[0] < 0.7 * len(whole.entries)


ZED = """2010-01-01 open Actifs:Clients:Zed
  client: "Zed"
"""
LOOKED_AT = {
    "money given back, where others' payments come in": """2026-09-20 * "Zed" "Rendu" ^F081
  Actifs:Clients:Zed  9.00 EUR
  Actifs:Banque
""",
    "one line in another currency": SALE.format("2026-09-20", "Zed", "F081", "Zed", 20)
    + PAID.format("2026-09-20", "Zed", "F081", "Zed", 20).replace("EUR", "USD"),
    "one entry long after all others": PAID.format("2027-09-20", "Zed", "F081", "Zed", 20),
    "a number in words": SALE.format("2026-09-20", "Zed", "F081", "Zed", 20).replace(
        "Facture", "Facture F001"
    ),
    "a name that another client has": NOTHING.replace("Rien", "Lune"),
}


@pytest.mark.parametrize("text", LOOKED_AT.values(), ids=LOOKED_AT)
def test_what_is_asked_about_whole_books_is_told_of_a_part(text: str, tmp_path: Path) -> None:
    story = company(tmp_path, ledger=ZED + entries())
    story.add(text)
    assert compare(tmp_path, date(2027, 10, 1)) == PARTLY


def test_a_register_file_more_is_read_in_part(tmp_path: Path) -> None:
    story = company(tmp_path)
    letter = stories.past_letter("R20260920-01", "relance-1", "F080")
    stories.put_into_register(story, "2026-09-20", [letter])
    assert compare(tmp_path, LATER) == PARTLY


def test_what_was_added_is_recalled_and_added_to(tmp_path: Path) -> None:
    story = company(tmp_path)
    for text in ADDED:
        story.add(text)
        assert compare(tmp_path, LATER) == PARTLY
        assert compare(tmp_path, LATER) == UNCHANGED


PADDED = """2026-01-01 pad Actifs:Banque Capitaux:Reprise
2026-01-02 balance Actifs:Banque 7.00 EUR
"""
BOUGHT = """2026-01-01 * "Titres"
  Actifs:Banque  1 ABC {2.00 EUR}
  Actifs:Banque  -2.00 EUR
"""
OTHERS = "".join(
    SALE.format(f"2026-01-{n:02}", "Durand", f"X-{n:02}", "Durand", 9) for n in range(1, 11)
)
COMMENTED = '2025-01-01 balance Actifs:Banque 0.00 EUR ; "echeance: 2026-01-01"\n'
SUCCEEDED = """2026-01-01 open Actifs:Clients:Durand2
  client: "Durand SARL"
  succede: "Actifs:Clients:Durand"
"""
BOOKS_READ_WHOLE = [
    (Whole.PLUGIN, 'plugin "beancount.plugins.leafonly"\n', "", ""),
    (Whole.FOLDERS, 'option "documents" "../pieces"\n', "", ""),
    (Whole.SHARED, "", "grand-livre: {client: beneficiaire}\n", ""),
    (Whole.FEW, "", "", stories.ONE_INVOICE),
    (Whole.PAD, "", "", PADDED),
    (Whole.COST, "", "", BOUGHT),
    (Whole.YEARS, "", "", SALE.format("2026-01-02", "Durand", "F2023-1", "Durand", 9)),
    (Whole.SHAPES, "", "", OTHERS),
    (Whole.ASSERTION, "", "", COMMENTED),
    (Whole.SUCCESSION, "", "", SUCCEEDED),
]


@pytest.mark.parametrize(("why", "more", "policy", "first"), BOOKS_READ_WHOLE)
def test_some_books_are_read_whole(
    why: Whole, more: str, policy: str, first: str, tmp_path: Path
) -> None:
    ledger = first if why is Whole.FEW else first + "\n" + entries()
    story = company(tmp_path, more, policy, ledger)
    story.add(NOTHING)
    assert compare(tmp_path, LATER).endswith(f", et {why}")


def inserted(story: Story) -> None:
    story.replace("; une ligne de plus", "; une ligne de mieux")


def policy_changed(story: Story) -> None:
    story.write("relance.yaml", (story.root / "relance.yaml").read_text("utf-8") + "tolerance: 1\n")


def forgotten(story: Story) -> None:
    for path in (story.root / ".git/relance/faits").glob("*-partie.json"):
        path.write_bytes(path.read_bytes()[:-9])
    story.add(NOTHING)


def outside(story: Story) -> None:
    (story.root.parent / "hors.pdf").write_text("%PDF")
    story.add('2026-09-20 document Actifs:Clients:Durand "../../hors.pdf" ^F080 #facture\n')


def unread(story: Story) -> None:
    (story.root / "out/registre/0000-entete.beancount").rename(story.root / "out/registre/x.txt")
    story.write("out/registre/0001.beancount", stories.REGISTER_HEADER)


def not_in_utf8(story: Story) -> None:
    path = story.root / "ledger/main.beancount"
    path.write_bytes(path.read_bytes() + NOTHING.replace("Rien", "été").encode("latin-1"))


def lost(story: Story) -> None:
    letter = stories.past_letter("R20260920-01", "relance-1", "F777")
    stories.put_into_register(story, "2026-09-20", [letter])


def added(text: str) -> Callable[[Story], None]:
    return lambda story: story.add(text)


def sale(number: str) -> str:
    return SALE.format("2026-09-20", "Durand", number, "Durand", 20)


OF_ALL = "".join(PAID.format("2026-09-20", name, "F080", name, 1) for name in NAMES)
OF_TWO = """2026-09-20 * "x" ^F080
  Actifs:Clients:Durand  1.00 EUR
  Actifs:Clients:Martin
"""
UNKNOWN = NOTHING.replace("Charges:Pertes", "Actifs:Inconnu")
CHANGES_READ_WHOLE = [
    (Whole.NOT_AT_THE_END, inserted),
    (Whole.NOT_AT_THE_END, added('  cle: "sous la dernière ligne"\n')),
    (Whole.OTHER_READER, policy_changed),
    (Whole.NOTHING_KEPT, forgotten),
    (Whole.OUTSIDE, outside),
    (Whole.FILE_GONE, unread),
    (Whole.LOST, lost),
    (Whole.DIRECTIVE, added("2026-09-20 balance Actifs:Clients:Lune 0.00 EUR\n")),
    (Whole.DIRECTIVE, added('2026-09-20 open Actifs:Clients:Zed\n  client: "Zed"\n')),
    (Whole.MUCH, added("; rien\n" * 40_000)),
    (Whole.MUCH, added(OF_ALL)),
    (Whole.NEW_NUMBER, added(sale("F-81"))),
    (Whole.NEW_NUMBER, added(sale("F2023"))),
    (Whole.DISORDER, added(PAID.format("2026-02-20", "Durand", "F080", "Durand", 180))),
    (Whole.TWO_CLIENTS, added(OF_TWO)),
    (Whole.FAULTY, added(UNKNOWN)),
    (Whole.FAULTY, not_in_utf8),
]


@pytest.mark.parametrize(("why", "change"), CHANGES_READ_WHOLE)
def test_some_changes_read_the_books_whole(
    why: Whole, change: Callable[[Story], None], tmp_path: Path
) -> None:
    folder = tmp_path / "livres"
    folder.mkdir()
    story = company(folder)
    change(story)
    assert compare(folder, LATER).endswith(f", et {why}")


def test_what_an_old_assertion_checks_is_read_whole(tmp_path: Path) -> None:
    paid = sum(100 + n for n in range(1, 71))  # F071 is paid on 3 August
    asserted = f"2026-08-01 balance Actifs:Banque {paid}.00 EUR\n"
    story = company(tmp_path, ledger=entries() + asserted)
    story.add(NOTHING)
    assert compare(tmp_path, LATER) == PARTLY
    story.add(NOTHING.replace("2026-09-21", "2026-07-21"))
    assert compare(tmp_path, LATER).endswith(f", et {Whole.ASSERTED}")


def test_an_earlier_day_reads_the_books_whole(tmp_path: Path) -> None:
    story = company(tmp_path)
    story.add(NOTHING)
    assert compare(tmp_path, date(2026, 3, 1)).endswith(f", et {Whole.EARLIER}")


def test_what_takes_too_much_room_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relance.cache.reduction_file.LARGEST", 100)
    story = company(tmp_path)
    story.add(NOTHING)
    assert compare(tmp_path, LATER).endswith(f", et {Whole.TOO_LARGE}")


def test_without_room_for_a_copy_the_books_are_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    story = company(tmp_path)
    monkeypatch.setattr(partial_reading, "mirrored", full)
    story.add(NOTHING)
    assert compare(tmp_path, LATER).endswith(f", et {Whole.NO_ROOM}")


def test_the_guide_tells_each_reason_and_each_is_tried() -> None:
    page = (CHECKOUT / "scripts/relance/guide/livres-relus.md").read_text("utf-8")
    told = set(re.findall(r"(?m)^\| «\s(.+?)\s» \| ", page))
    assert {why.replace("'", "’") for why in Whole} <= told
    by_themselves = {Whole.EARLIER, Whole.TOO_LARGE, Whole.ASSERTED, Whole.NO_ROOM}
    tried = {case[0] for case in BOOKS_READ_WHOLE} | {case[0] for case in CHANGES_READ_WHOLE}
    assert tried | by_themselves == set(Whole)
