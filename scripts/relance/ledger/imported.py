"""What the books hold of files that came in: entries that bear the id they were imported under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from relance.ledger.beancount import Loaded
from relance.ledger.blocks import PRINT, DirectiveBlock, blocks
from relance.ledger.files import relative

ID, SOURCE, MATCH = "import", "source", "rapprochement"
FOLDER, INBOX, ORIGINALS, STATEMENTS = "importe", "a-importer", "pieces", "releves"
STATUSES = "statuts"  # the messages in which platforms told them
# What an entry keeps of a line of the bank, beside its day, its amount and its words.
PARTY, PARTY_IBAN, VALUE_DATE = "payeur", "iban-payeur", "date-valeur"
END_TO_END, MANDATE, STRUCTURED, BATCH = (
    "bout-en-bout",
    "mandat-sepa",
    "ref-structuree",
    "lot-banque",
)
REJECT, REJECT_REASON, REJECT_ORIGIN = "rejet-code", "rejet-motif", "rejet-origine"
LETTERS = "lettrage"  # of a line of a FEC: what ties it to what it settles
CLIENT_NUMBER = "fec"  # of a client: its auxiliary account in the FEC
FILE_PRINT = "fichier-sha256"  # of a document: the print of the file as it came in
TYPED = "saisie"  # a line of which a person had already written the entry: its day there
KEYS = frozenset(
    {ID, SOURCE, MATCH, PRINT, PARTY, PARTY_IBAN, VALUE_DATE, END_TO_END, MANDATE, STRUCTURED}
    | {BATCH, REJECT, REJECT_REASON, REJECT_ORIGIN, TYPED, LETTERS, CLIENT_NUMBER, FILE_PRINT}
)


@dataclass(frozen=True)
class ImportedEntry:
    """An entry imported earlier: as Beancount reads it, and as it stands in its file (`path`, from
    the root)."""

    id: str
    entry: Any
    path: str
    block: DirectiveBlock

    @cached_property
    def untouched(self) -> bool:
        """Whether it is still as it was written; asked of few."""
        return self.block.untouched

    @property
    def kind(self) -> str:
        """The sort of fact that its id names: « banque », « facture »."""
        return self.id.partition(":")[0]


def id_of(meta: Mapping[str, Any]) -> str:
    """The id under which an entry was imported; "" for one written by hand."""
    written = meta.get(ID)
    return written if isinstance(written, str) and ":" in written else ""


def imported(loaded: Loaded, root: Path) -> Iterator[ImportedEntry]:
    """Every entry that was imported, in the loader's order."""
    by_file: dict[str, dict[int, DirectiveBlock]] = {}
    for entry in loaded.entries:
        if not (name := id_of(entry.meta)):
            continue
        path, line = relative(str(entry.meta["filename"]), root), entry.meta["lineno"]
        if path not in by_file:
            by_file[path] = _blocks_of(root / path)
        block = by_file[path].get(line)
        if block is not None:
            yield ImportedEntry(name, entry, path, block)
        elif not by_file[path]:  # handed over by another program: nobody knows whether it changed
            yield ImportedEntry(name, entry, path, DirectiveBlock("", line))


def _blocks_of(path: Path) -> dict[int, DirectiveBlock]:
    """The directives of a file by their line; none for what is no file."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {block.line: block for block in blocks(text)[0]}
