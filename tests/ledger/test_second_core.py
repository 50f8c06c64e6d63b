"""Work on a second core: its answer, its death, and the validation of large books."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from beancount import loader

import story
from relance.ledger import beancount
from relance.ledger.second_core import MOST_PIECES, aside, shared

WITHOUT_THREADS = (
    "import os, signal, sys\n"
    "from relance.ledger.second_core import aside, shared\n"
    "here = os.getpid()\n"
)


def alone(program: str, *arguments: str) -> str:
    """What a program prints in a process of its own: the tests' runner has threads, in which
    no copy is made."""
    command = [sys.executable, "-c", WITHOUT_THREADS + program, *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout


def test_an_answer_comes_back_wherever_it_was_made() -> None:
    assert aside(lambda: {"a": ["é", 1]}, dict)() == {"a": ["é", 1]}
    program = "print(aside(lambda: ['é', os.getpid() == here], list)())"
    assert alone(program) in ("['é', False]\n", "['é', True]\n")  # True on a single core


def test_an_answer_can_be_asked_for_again() -> None:
    program = "wait = aside(lambda: ['fait'], list)\nprint(wait(), wait())"
    assert alone(program) == "['fait'] ['fait']\n"


@pytest.mark.parametrize(
    "end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)", "raise ValueError", "1 / 0"]
)
def test_a_job_whose_copy_dies_is_asked_again_here(end: str) -> None:
    program = f"def job():\n    if os.getpid() != here:\n        {end}\n    return 'fait'\n"
    assert alone(program + "print(aside(job, lambda: 'refait')())") in ("refait\n", "fait\n")


def test_a_parent_that_wants_no_news_of_children_gets_its_answer_all_the_same() -> None:
    program = "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nprint(aside(lambda: 'fait', list)())"
    assert alone(program) == "fait\n"


def test_a_machine_full_of_processes_does_the_work_here() -> None:
    program = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
    assert alone(program + "print(aside(lambda: os.getpid() == here, bool)())") == "True\n"


@pytest.mark.parametrize("pieces", [0, 1, 2, MOST_PIECES, MOST_PIECES + 1])
def test_every_piece_of_a_shared_work_is_answered_once(pieces: int) -> None:
    expected = [(piece, {piece: "é"}) for piece in range(pieces)]
    with shared(pieces, lambda piece: {piece: "é"}) as answers:
        assert sorted(answers(), key=lambda pair: pair[0]) == expected
    program = "with shared(int(sys.argv[1]), lambda piece: {piece: 'é'}) as answers:\n"
    program += "    print(sorted(answers(), key=lambda pair: pair[0]))\n"
    assert alone(program, str(pieces)) == f"{expected}\n"


@pytest.mark.parametrize(
    "end",
    ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)", "raise ValueError", "return lambda: 0"],
)
def test_what_a_copy_that_dies_took_is_done_here(end: str) -> None:
    program = (
        "def piece(number):\n"
        f"    if os.getpid() != here and number > 3:\n        {end}\n"
        "    return [number]\n"
        "with shared(50, piece) as answers:\n"
        "    print(sorted(answers()) == [(number, [number]) for number in range(50)])\n"
    )
    assert alone(program) == "True\n"


def test_facts_come_back_as_they_were() -> None:
    program = (
        "from datetime import date\nfrom decimal import Decimal\n"
        "from relance.incoming.bank_statement import BankLine\n"
        "from relance.imports.outcome import FileFate, FileOutcome\n"
        "from relance.values.problem import Problem, Source\n"
        "def fact(number):\n"
        "    line = BankLine(date(2026, 1, 2), Decimal(number), ('é',), Source('f', number))\n"
        "    outcome = FileOutcome('f', 'OFX', FileFate.PARTLY, number)\n"
        "    outcome.refuse(Problem(Source('f'), 'quoi', 'que faire'))\n"
        "    return [line, outcome]\n"
        "with shared(30, fact) as answers:\n"
        "    print(sorted(answers()) == [(number, fact(number)) for number in range(30)])\n"
    )
    assert alone(program) == "True\n"


def test_a_copy_ends_with_the_block_that_asks_it_nothing() -> None:
    program = (
        "def piece(number):\n    return bytes(2**20)\n"
        "try:\n    with shared(9, piece):\n        raise KeyError('faute')\n"
        "except KeyError as fault:\n    print(fault)\n"
        "try:\n    os.waitpid(-1, 0)\nexcept ChildProcessError:\n    print('personne')\n"
    )
    assert alone(program) == "'faute'\npersonne\n"


def large_books(root: Path, last: str = "") -> Path:
    """More entries than the number below which validation stays in this process."""
    first = date(2020, 1, 1)
    entries = "".join(
        f'{first + timedelta(n // 4)} * "Facture" ^F{n}\n'
        f"  Actifs:Clients:Durand  10.00 EUR\n  Produits:Ventes\n"
        for n in range(beancount.LARGE + 10)
    )
    return story.company(root, entries + last).root


UNBALANCED = (
    '2026-01-01 * "Écart"\n  Actifs:Clients:Durand  10.00 EUR\n  Produits:Ventes  -9.00 EUR\n'
)


@pytest.mark.slow
def test_large_books_that_do_not_balance_are_refused(tmp_path: Path) -> None:
    root = large_books(tmp_path, UNBALANCED)
    command = [sys.executable, "-m", "relance", "plan", "--dossier", str(root), "--format", "json"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "l'écriture n'est pas équilibrée : écart de 1.00 EUR" in done.stderr
    assert "ledger/main.beancount:" in done.stderr


@pytest.mark.slow
def test_large_books_are_loaded_as_beancount_loads_them(tmp_path: Path) -> None:
    root = large_books(tmp_path)
    path = root / "ledger/main.beancount"
    loaded = beancount.load(path, root)
    entries, errors, _ = loader.load_file(str(path))
    assert list(loaded.entries) == entries
    assert not errors
    loaded.prove()


PROVED = """
from pathlib import Path
from relance.ledger import beancount as ledger
from relance.values.problem import Refusal
true = ledger.invalid
def dying(*books):
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return true(*books)
ledger.invalid = dying
root = Path(sys.argv[1])
try:
    ledger.load(root / "ledger/main.beancount", root).prove()
    print("rien")
except Refusal as refusal:
    print(refusal)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("last", "told"), [(UNBALANCED, "écart de 1.00 EUR"), ("", "rien")])
def test_books_whose_checks_were_killed_are_checked_again(
    tmp_path: Path, last: str, told: str
) -> None:
    assert told in alone(PROVED, str(large_books(tmp_path, last)))


LEFT_OUT = """
2026-01-01 * "Sans montant, sans monnaie, sans nombre"
  Actifs:Clients:Durand  10.00
  Actifs:Clients:Durand  EUR
  Produits:Ventes  -4.00 EUR
2026-01-02 * "Une autre monnaie"
  note-interne: "oui"
  Actifs:Clients:Durand  1 GBP @ 1.20 EUR
  Produits:Ventes
"""


def test_one_text_of_each_currency_is_kept(tmp_path: Path) -> None:
    path = story.company(tmp_path, LEFT_OUT).root / "ledger/main.beancount"
    loaded = beancount.load(path, tmp_path)
    entries, errors, _ = loader.load_file(str(path))
    assert not errors
    assert list(loaded.entries) == entries
    transactions = [entry for entry in loaded.entries if isinstance(entry, beancount.Transaction)]
    units = [posting.units for entry in transactions for posting in entry.postings]
    currencies = [amount.currency for amount in units if amount]
    assert set(currencies) == {"EUR", "GBP"}
    assert len({id(currency) for currency in currencies}) == 2
