"""A kind of file as beangulp asks about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beangulp.exceptions import Error
from beangulp.extract import DUPLICATE
from beangulp.importer import Importer

from relance.beangulp.company_files import CompanyFiles
from relance.incoming.reading import Kind
from relance.incoming.recognition import kinds
from relance.ledger.imported import id_of
from relance.values.problem import Refusal


def importers(policy: str | Path) -> list[FileImporter]:
    """An importer for each kind of file that `relance importer` knows, for the company of this
    `relance.yaml`; raises beangulp's `Error` when the policy cannot be read."""
    try:
        files = CompanyFiles(Path(policy))
    except Refusal as refusal:
        raise _error(refusal) from None
    return [FileImporter(kind, files) for kind in kinds()]


class FileImporter(Importer):  # type: ignore[misc]  # beangulp carries no types
    """Reads one kind of file into the entries that `relance importer` writes of it."""

    def __init__(self, kind: Kind[Any], files: CompanyFiles) -> None:
        self._kind = kind
        self._files = files

    @property
    def name(self) -> str:
        """The module of its reader: « relance.incoming.camt »."""
        return self._kind.read.__module__

    def identify(self, filepath: str) -> bool:
        """Whether the file is of this kind, sound or not, and no invoice of someone else's. Never
        raises: one file would hide all others in Fava."""
        file = self._files.read(filepath)
        return file.outcome.kind == self._kind.name and not self._files.is_received(file)

    def account(self, filepath: str) -> str:
        """The bank account or the client that it is filed under; "" for a file that is refused,
        and then `extract` says why."""
        return self._files.filed(filepath).account

    def date(self, filepath: str) -> dt.date | None:
        """The last day of a statement, the day of an invoice."""
        return self._files.filed(filepath).date

    def filename(self, filepath: str) -> str:
        """The name under which `relance importer` would file it. That of a file that is refused
        is in a folder, which beangulp's `archive` does not take: the file stays where it is."""
        return self._files.filed(filepath).name

    def extract(self, filepath: str, existing: Sequence[Any] | None) -> list[Any]:
        """What it says, matched with the `existing` entries, without any with the company's own
        books; raises `Error` with all that stands against it."""
        try:
            return self._files.entries(filepath, existing or ())
        except Refusal as refusal:
            raise _error(refusal) from None

    def deduplicate(self, entries: list[Any], existing: Sequence[Any]) -> None:
        """Mark what the existing entries hold under the same id; nothing is likened."""
        by_id = {name: entry for entry in existing if (name := id_of(entry.meta))}
        for entry in entries:
            if original := by_id.get(id_of(entry.meta)):
                entry.meta[DUPLICATE] = original


def _error(refusal: Refusal) -> Error:
    return Error("\n".join(map(str, refusal.problems)))
