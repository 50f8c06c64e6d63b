"""Files damaged at random, one at a time: read, or refused; never a crash.

Seeded and bounded: `RELANCE_ESSAIS=2000` tries as many cases of each sort of file, for hours. The
counts are printed (`pytest -s`).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from relance.ledger.company import read_company
from relance.sending.attempts import AttemptState, SendingJournal, attempt_of
from relance.text.frontmatter import front_matter
from relance.values.kinds import Channel
from repositories import DAY, LEDGER, found, git, run
from text.test_letter_file import in_its_head

CASES = int(os.environ.get("RELANCE_ESSAIS", "30"))
SEED = 20261129
LONGEST = 60  # seconds of processor for a command on books of one invoice
WORDS = [
    *('"', "'", "\\", "\n", "\t", "\x00", "\x1b[2J", "\u202e", "\u200b", "\ufeff", "é", "\r", " "),
    *("{{ 7*7 }}", "{% raw %}", "<script>", "&a *a", "!!python/object:os.system x", "%YAML 1.9\n"),
    *("1/0", "1e999999", "9" * 5000, "-0", "0,5", ".nan", "0x1F", "1_000", "2026-02-31"),
    *("null", "true", "~", "[", "]", "{", "}", "---\n", "? ", "- ", "#", "^F1", "#relance", "*"),
    *("!", "9999-12-31"),
    *("TRUE", "EUR", "USD 1", "Actifs:Clients", 'include "/etc/passwd"\n', 'plugin "os"\n'),
    *('option "documents" "/"\n', "pushtag #x\n", "../..", "~/x", "$(id)", "`id`", "=1+1", "@"),
]  # fmt: skip
BYTES = [b"\xff", b"\xfe\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f", b"\x80"]
POLICY = """
tolerance: 1
ecart: 7
regles:
  - si: {client: Dupont}
    parcours: standard
promesse: {grace: 2}
envoi: {suivi: true}
page: {fenetre: {gauche: 110}}
"""
NOTES = """
2026-09-10 note Actifs:Clients:Dupont "Promet." #promesse ^F2026-0001
  echeance: 2026-09-20
2026-09-22 note Actifs:Clients:Dupont "Paie bientôt." #appel
"""
LETTERS = ["letter", "earlier letter"]
TARGETS = ["relance.yaml", "ledger/main.beancount", "registre", *LETTERS, "envois.jsonl"]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content after one small accident, or two."""
    for _ in range(chance.choice([1, 1, 2])):
        place = chance.randint(0, len(content))
        end = min(len(content), place + chance.choice([1, 3, 10, 60, 400]))
        lines = content.splitlines(keepends=True) or [b""]
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(8):
            case 0:
                content = content[:place] + content[end:]
            case 1:
                content = content[:end] + content[place:]
            case 2 | 3:
                content = content[:place] + chance.choice(WORDS).encode() + content[place:]
            case 4:
                content = content[:place] + chance.choice(BYTES) + content[place:]
            case 5:
                lines[one], lines[other] = lines[other], lines[one]
                content = b"".join(lines)
            case 6:
                words = re.split(rb"(\W+)", lines[one])
                words[chance.randrange(len(words))] = chance.choice(WORDS).encode()
                lines[one] = b"".join(words)
                content = b"".join(lines)
            case _:
                content = content[:place]
    return content


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with a letter issued, merged and on its way."""
    folder = found(tmp_path_factory.mktemp("fuzz") / "origine", LEDGER + NOTES, POLICY)
    assert run(folder, "emettre", "--au", DAY).exit_code == 0
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", f"relance/{DAY}")
    journal = SendingJournal(folder / ".git/relance")
    for letter in read_company(folder).books.letters:
        for state in AttemptState:
            journal.write(attempt_of(letter, Channel.EMAIL, state, date(2026, 10, 7)))
    return folder


def file_of(folder: Path, target: str) -> Path:
    """The file that a target names."""
    if target == "registre":
        return next((folder / "out/registre").glob("*.beancount"))
    if target in LETTERS:
        return next((folder / "out/lettres").rglob("R*.md"))
    return folder / (".git/relance/envois.jsonl" if target == "envois.jsonl" else target)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_damaged_file_is_read_or_refused(origin: Path, tmp_path: Path, target: str) -> None:
    chance, tried = random.Random(f"{SEED} {target}"), Counter[str]()
    folder = shutil.copytree(origin, tmp_path / "société")
    path = file_of(folder, target)
    whole = path.read_bytes()
    if target == "earlier letter":
        facts, body = front_matter(whole.decode())
        whole = in_its_head(facts, body[1:-1]).encode()
    commands = [["verifier"], ["plan", "--au", "2026-10-20", "--format", "json"]]
    if target in LETTERS:
        commands.append(["audit", "--sans-pdf"])
    for number in range(CASES):
        path.write_bytes(damaged(whole, chance))
        for words in commands:
            began = time.process_time()
            done = run(folder, *words)  # raises what is no refusal
            case = f"{target} {number}, {words[0]}: {done.output}"
            assert time.process_time() - began < LONGEST, case
            assert done.exit_code in (0, 1, 2, 3), case
            assert "Traceback" not in done.output, case
            tried[f"{words[0]} {done.exit_code}"] += 1
    print(f"\n{target}: {CASES} damages; {dict(sorted(tried.items()))}")


@pytest.mark.slow
def test_a_damaged_journal_sends_nothing(origin: Path, tmp_path: Path) -> None:
    """`envoyer` reads it before anything else: what it cannot read it refuses."""
    chance, tried = random.Random(f"{SEED} envoyer"), Counter[int]()
    folder = shutil.copytree(origin, tmp_path / "société")
    path = file_of(folder, "envois.jsonl")
    whole = path.read_bytes()
    for number in range(CASES):
        path.write_bytes(damaged(whole, chance))
        done = run(folder, "envoyer", "--sans-envoi", "--au", "2026-10-08")
        assert done.exit_code in (0, 1, 2, 3), f"{number}: {done.output}"
        tried[done.exit_code] += 1
    print(f"\nenvoyer: {CASES} damages; {dict(sorted(tried.items()))}")
