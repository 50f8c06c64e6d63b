"""Where the originals are filed, under names that their content alone decides."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from relance.imports.inbox import IncomingFile
from relance.incoming import status_archive
from relance.incoming.bank_statement import Statement
from relance.incoming.invoice import Invoice
from relance.ledger.imported import ORIGINALS, STATEMENTS, STATUSES

_EXTENSIONS = {"OFX": "ofx", "CFONB 120": "cfonb", "MT940": "sta"}
_PRINT = 8


class Originals:
    """Names for the files that come in, below the folder of the books; no two files share one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._given: dict[str, str] = {}

    def of_invoices(self, file: IncomingFile, invoices: Sequence[Invoice]) -> str:
        """A single invoice by its number, which its receiver reads; a sheet by its content."""
        mark = file.sha256[:_PRINT]
        suffix = (
            file.path.suffix.lower() if re.fullmatch(r"\.\w{1,5}", file.path.suffix) else ".txt"
        )
        if len(invoices) != 1 or suffix == ".csv":
            return self._free(f"{ORIGINALS}/factures-{mark}.csv", file.sha256)
        kind = ".pdf" if file.outcome.kind == "facture PDF" else ".xml"
        return self._free(f"{ORIGINALS}/{safe_name(invoices[0].number)}{kind}", file.sha256)

    def of_clients(self, file: IncomingFile) -> str:
        """A sheet of clients."""
        return self._free(f"{ORIGINALS}/clients-{file.sha256[:_PRINT]}.csv", file.sha256)

    def of_statements(self, file: IncomingFile, bank: str, statement: Statement) -> str:
        """A statement by its account, its last day and its content; the end says its format."""
        days = [line.date for line in statement.lines]
        last = statement.closing.date if statement.closing else max(days, default=None)
        parts = [bank, last.isoformat() if last else "", file.sha256[:_PRINT]]
        name = f"{'-'.join(filter(None, parts))}.{extension_of(statement.form)}"
        return self._free(f"{STATEMENTS}/{name}", file.sha256)

    def of_statuses(self, file: IncomingFile) -> str:
        """The status of one invoice by its number and code; several by their content."""
        mark = file.sha256[:_PRINT]
        zipped = file.outcome.kind == status_archive.KIND.name
        single = file.facts[0] if len(file.facts) == 1 else None
        if single is None or zipped:
            suffix = "zip" if zipped else "xml"
            return self._free(f"{STATUSES}/statuts-{mark}.{suffix}", file.sha256)
        name = f"{safe_name(single.number)}-{safe_name(single.code)}-{mark}.xml"
        return self._free(f"{STATUSES}/{name}", file.sha256)

    def _free(self, name: str, sha256: str) -> str:
        """The name, with a print of the content when another file has it."""
        if self._content(name) not in ("", sha256):
            path = PurePosixPath(name)
            name = f"{path.with_suffix('')}-{sha256[:_PRINT]}{path.suffix}"
        self._given[name] = sha256
        return name

    def _content(self, name: str) -> str:
        """The hash of what bears the name, "" when nothing does."""
        if name in self._given:
            return self._given[name]
        path = self._folder / name
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def extension_of(form: str) -> str:
    """How the names of the files of a format end: « camt053.xml », « ofx », « csv »."""
    if form.startswith("camt."):
        return f"{form.replace('.', '')}.xml"
    return _EXTENSIONS.get(form, "csv")


def safe_name(number: str) -> str:
    """An invoice's number as a file's name in ASCII, anywhere."""
    ascii_ = unicodedata.normalize("NFKD", number).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_)[:60].strip("-.")
    return name or f"facture-{hashlib.sha256(number.encode()).hexdigest()[:_PRINT]}"
