"""Companies into which files come: their folder, their inbox, the command that imports it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from click.testing import Result

from electronic import Bill, cii, facturx, ubl
from relance.ledger.beancount import Transaction, load
from relance.ledger.books import read_books
from relance.policy.reader import read_policy
from relance.values.facts import Books
from repositories import run
from story import OPTIONS

POLICY = """\
creancier:
  nom: Atelier Lumen
  adresse: [12 rue des Lanternes, 69004 LYON]
  siren: "732829320"
  iban: FR7630001007941234567890185
"""
ACCOUNTS = """\
include "importe/*.beancount"
2010-01-01 open Actifs:Banque
2010-01-01 open Produits:Ventes
2010-01-01 open Passifs:TVA-collectée
2010-01-01 open Charges:Divers
2010-01-01 open Capitaux:Reprise
"""
DUPONT = """\
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
  siren: "404833048"
"""
HEADER = "; importe\n"


def company(root: Path, ledger: str = DUPONT, policy: str = "") -> Path:
    """A company with these clients and entries, nothing imported yet."""
    write(root, "relance.yaml", POLICY + policy)
    write(root, "ledger/main.beancount", OPTIONS + ACCOUNTS + ledger)
    write(root, "ledger/importe/0000-entete.beancount", HEADER)
    write(root, "out/registre/0000-entete.beancount", "; registre\n")
    return root


def write(root: Path, path: str, text: str | bytes) -> Path:
    """A file of the company."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return target


def drop(root: Path, **files: bytes | Bill) -> None:
    """Files into the inbox: `F1_xml` is F1.xml; a bill is written as its ending says (`xml` UBL,
    `cii`, `pdf`)."""
    for name, content in files.items():
        stem, _, kind = name.rpartition("_")
        if isinstance(content, Bill):
            content = {"xml": ubl, "cii": cii, "pdf": facturx}[kind](content)  # noqa: PLW2901
        write(root, f"ledger/a-importer/{stem}.{kind}", content)


def imports(root: Path, *options: str, status: int = 0, columns: int = 1000) -> str:
    """What `relance importer` says on a screen so wide."""
    result: Result = run(root, "importer", *options, columns=columns)
    said = result.output + (str(result.exception) if result.exit_code > 1 else "")
    assert result.exit_code == status, said
    return said.replace("\u202f", " ").replace("\xa0", " ")


def left(root: Path) -> list[str]:
    """What still lies in the inbox."""
    box = root / "ledger/a-importer"
    return sorted(path.name for path in box.rglob("*") if path.is_file()) if box.exists() else []


def written(root: Path) -> dict[str, str]:
    """Everything that the books hold, and the names of the originals, by path."""
    folder = root / "ledger"
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.beancount"))
    }
    kept = (path for name in ("pieces", "releves") for path in (folder / name).glob("*"))
    return texts | {path.relative_to(folder).as_posix(): "" for path in sorted(kept)}


def books(root: Path) -> Books:
    """The books as the program reads them."""
    return read_books(read_policy(root / "relance.yaml"), root)


def balance(root: Path, account: str, currency: str = "EUR") -> Decimal:
    """What an account holds, and those below it."""
    loaded = load(root / "ledger/main.beancount", root)
    return sum(
        (
            posting.units.number
            for entry in loaded.entries
            if isinstance(entry, Transaction)
            for posting in entry.postings
            if posting.units and posting.units.number is not None
            if posting.units.currency == currency
            if f"{posting.account}:".startswith(f"{account}:")
        ),
        Decimal(0),
    )


def entries(root: Path, kind: str) -> Mapping[str, str]:
    """The text of what was imported of a kind (« facture », « banque »), by id."""
    found = {}
    for text in written(root).values():
        for block in text.split("\n\n"):
            name = next((x for x in block.split("\n") if x.startswith('  import: "')), "")
            if name.startswith(f'  import: "{kind}:'):
                found[name[11:-1]] = block.strip("\n")
    return found
