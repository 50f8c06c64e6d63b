"""A company in a real repository whose letters wait on a branch, and hands that change them."""

from __future__ import annotations

from pathlib import Path

from relance.ledger.company import read_company
from relance.runs import register_check
from relance.values.problem import Refusal
from repositories import commit, found, git, run

LEDGER = """
option "name_assets" "Actifs"
option "name_income" "Produits"
include "../out/registre/*.beancount"
2026-01-01 open Actifs:Banque
2026-01-01 open Produits:Ventes
2026-01-01 open Actifs:Clients:Dupont
  client: "Dupont Frères"
  adresse: "1 rue Neuve\\n69001 LYON"
  courriel: "compta@dupont.example"
  type: "professionnel"
2026-01-01 open Actifs:Clients:Durand
  client: "Durand"
  adresse: "2 rue Neuve\\n69001 LYON"
  courriel: "d@durand.example"
  telephone: "01 99 00 00 02"
  type: "professionnel"

2026-08-31 * "Dupont" "Facture" ^F2026-0001
  echeance: 2026-09-30
  Actifs:Clients:Dupont   1200.00 EUR
  Produits:Ventes        -1200.00 EUR

2026-08-31 * "Durand" "Facture" ^F2026-0002
  echeance: 2026-09-29
  Actifs:Clients:Durand    300.00 EUR
  Produits:Ventes         -300.00 EUR
"""
FIRST = '2026-08-31 * "Dupont"'
DAY = "2026-10-07"
BRANCH = "relance/2026-10-07"
FOLDER = "out/lettres/2026-10-07"
DUPONT = f"{FOLDER}/R20261007-01-dupont-freres.md"
DURAND = f"{FOLDER}/R20261007-02-durand.md"
REGISTER = "out/registre/2026-10-07.beancount"
SUMMARY = f"{FOLDER}/sommaire.md"
GREETING = "Madame, Monsieur,"


def make_company(folder: Path, policy: str = "", ledger: str = LEDGER) -> Path:
    """A committed company with two late invoices."""
    return found(folder, ledger, policy)


def done(folder: Path, *arguments: str) -> str:
    """What a command that succeeds says."""
    result = run(folder, *arguments)
    assert result.exit_code == 0, f"{result.output}{result.exception}"
    return result.output


def state(folder: Path) -> tuple[str, ...]:
    """All that a refused command must leave as it was."""
    files = sorted(p for p in (folder / "out").rglob("*") if p.is_file())
    texts = {str(p): p.read_bytes() for p in files}
    own = folder / ".git/relance"
    left = sorted(str(p) for p in own.rglob("*") if not {"lock", "pages"} & {*p.parts})
    references = git(folder, "for-each-ref"), git(folder, "branch", "--show-current")
    return (*references, git(folder, "status", "--porcelain"), repr(texts), repr(left))


def refusal(folder: Path, *arguments: str) -> str:
    """The words of a refusal, its status first; the repository is as it was."""
    before = state(folder)
    result = run(folder, *arguments)
    assert isinstance(result.exception, Refusal), result.output
    assert state(folder) == before
    return f"{result.exit_code} {result.exception}"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Change a text by hand, what is changed being there."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def on_main(folder: Path, lines: str) -> None:
    """Write entries on main and come back to the branch of letters."""
    branch = git(folder, "branch", "--show-current")
    git(folder, "switch", "-q", "main")
    path = folder / "ledger/main.beancount"
    path.write_text(path.read_text().replace(FIRST, f"{lines}\n{FIRST}", 1))
    commit(folder, "règlements")
    git(folder, "switch", "-q", branch)


def payment(client: str, invoice: str, amount: str, day: str = "2026-10-08") -> str:
    """A payment received."""
    return (
        f'\n{day} * "{client}" "Virement" ^{invoice}\n'
        f"  Actifs:Clients:{client}  -{amount} EUR\n  Actifs:Banque  {amount} EUR\n"
    )


def faults(folder: Path) -> list[str]:
    """What `verifier` says of letters and registers, a row for each line."""
    try:
        return "\n".join(map(str, register_check.faults(read_company(folder)))).splitlines()
    except Refusal as refused:
        return str(refused).splitlines()
