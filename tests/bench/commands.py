"""The commands of a day against `bean-check` on the same books, each once and by CPU time; what
only shows has its facts kept from the plan before, as on any day."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.companies import TODAY, put_under_git, write_company, write_register
from bench.measure import Row, cost, turns
from bench.plans import BEAN_CHECK, LEDGER, RELANCE, first_plans, plan

TURNS = 3
LETTERS = 24_000
AHEAD = "2027-02-20"  # three months
BOUGHT = f"""
{TODAY} * "Papeterie" "Fournitures"
  Produits:Prestations  12.00 EUR
  Actifs:Banque  -12.00 EUR
"""


def commands(company: Path, folder: Path) -> Iterator[Row]:
    """Yield a row for each command, on a copy of the company; `folder` takes what they write."""
    apart = folder / "commandes"
    shutil.copytree(company, apart)
    size = f"{company.name} invoices"
    debtor = _debtor(apart)
    yield from kept(apart, size)
    call = ("noter", debtor, "--appel", "Rappel.", "--le", str(TODAY))
    yield against_load(apart, f"noter, {size}", call)
    cost([RELANCE, "verifier", "--dossier", str(apart)])  # remembers that templates are sound
    for words in (
        ("expliquer", debtor),
        ("plan", "--risques"),
        ("plan", "--jusqu-au", AHEAD),
        ("dossier", debtor),
        ("verifier",),
        ("bilan",),
        ("bilan", "--ecrire", "--dans", str(folder / "bilan")),
    ):
        name = " ".join(word for word in words[:2] if word != debtor)
        yield against_load(apart, f"{name}, {size}", words)
    _issue(apart)
    for words in (("envoyer", "--sans-envoi"), ("audit", "--sans-pdf")):
        yield against_load(apart, f"{' '.join(words)}, {size}", words)


def against_load(company: Path, name: str, words: tuple[str, ...]) -> Row:
    """Compare a command with `bean-check`, one after the other."""
    ours = cost([RELANCE, *words, "--dossier", str(company), "--au", str(TODAY)])
    load = cost([BEAN_CHECK, str(company / LEDGER)])
    return Row(f"{name}: cpu", "bean-check", "s", ((ours.cpu, load.cpu),))


def kept(company: Path, size: str) -> Iterator[Row]:
    """Compare plans from kept facts as text and as JSON; then, with one more entry in the books,
    a plan with one of books that did not change."""
    as_text = plan(company)[:-2]
    cost(as_text)
    pairs = turns(as_text, plan(company), TURNS)
    cpu = tuple((ours.cpu, theirs.cpu) for ours, theirs in pairs)
    yield Row(f"second plan as text, {size}: cpu", "as JSON", "s", cpu)
    unchanged = cost(plan(company)).cpu
    for _ in range(2):  # the first change reads the books whole, which prepares the next
        with (company / LEDGER).open("a", encoding="utf-8") as ledger:
            ledger.write(BOUGHT)
        appended = cost(plan(company)).cpu
    after = (appended, unchanged)
    yield Row(f"plan after one appended entry, {size}: cpu", "unchanged books", "s", (after,))


def _debtor(company: Path) -> str:
    """The account of a client who gets a letter that day."""
    done = subprocess.run(plan(company), check=True, capture_output=True)
    account: str = json.loads(done.stdout)["lettres"][0]["compte"]
    return account


def _issue(company: Path) -> None:
    """Have the letters of the day written, and approved as they are."""
    git = ["git", "-C", str(company), "-c", "user.name=Banc", "-c", "user.email=banc@banc.example"]
    subprocess.run([*git, "commit", "-q", "-a", "-m", "ledger: the day"], check=True)
    cost([RELANCE, "emettre", "--dossier", str(company), "--au", str(TODAY)])
    subprocess.run([*git, "switch", "-q", "main"], check=True)
    subprocess.run([*git, "merge", "-q", f"relance/{TODAY}"], check=True)


def with_register(company: Path, folder: Path) -> Iterator[Row]:
    """Compare plans of a company that wrote many letters with those of one that wrote none: the
    first, which reads the books, the second, which does not; then what Beancount makes of both."""
    full = folder / "registre"
    write_company(full, int(company.name))
    write_register(full, LETTERS)
    put_under_git(full)
    (ours, load), (theirs, lighter) = (first_plans(of, 1)[0] for of in (full, company))
    again = cost(plan(full)), cost(plan(company))
    name = f"{LETTERS} letters in the register"
    for what, figures in (
        (f"plan, {name}: cpu", (ours.cpu, theirs.cpu)),
        (f"plan, {name}: memory", (ours.memory, theirs.memory)),
        (f"second plan, {name}: cpu", (again[0].cpu, again[1].cpu)),
        (f"bean-check, {name}: cpu", (load.cpu, lighter.cpu)),
    ):
        yield Row(what, "with none", "MB" if "memory" in what else "s", (figures,))
