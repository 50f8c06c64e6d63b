"""Where the page leads: every address is made by Fava's own maker of addresses, which escapes
what it is given and carries the filters on."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlencode

from fava.core import FavaLedger
from flask import url_for

from relance.ledger.syntax import spells
from relance.values.problem import Source


class Links:
    """The addresses of one ledger; « » where there is nothing to open."""

    def __init__(self, ledger: FavaLedger, extension: str, root: Path) -> None:
        self._extension = extension
        self._root = root
        self._files = frozenset(ledger.options["include"])
        self._documents = frozenset(x.filename for x in ledger.all_entries_by_type.Document)
        self._clients: dict[str, str] = {}  # a page names one many times, and an address is slow

    def day(self) -> str:
        """The page of the day."""
        return url_for("extension_report", extension_name=self._extension)

    def client(self, account: str) -> str:
        """The page of one client."""
        if account not in self._clients:
            address = url_for("extension_report", extension_name=self._extension, compte=account)
            self._clients[account] = address
        return self._clients[account]

    def account(self, account: str) -> str:
        """Fava's page of an account."""
        return url_for("account", name=account)

    def invoice(self, name: str | None, account: str) -> str:
        """All that Fava's journal has of an invoice, at any date; its client's account when no
        link can spell its number."""
        if not name or not spells(name):
            return self.account(account)
        link = f"^{name}"
        return url_for("report", report_name="journal", filter=link, account=None, time=None)

    def letter(self, name: str) -> str:
        """The file of a letter, from the page that names it."""
        return f"lettre?{urlencode({'numero': name})}"

    def document(self, path: str) -> str:
        """A document that the ledger declares, opened by Fava."""
        name = os.path.normpath(self._root / path)
        return url_for("document", filename=name) if name in self._documents else ""

    def source(self, source: Source) -> str:
        """The line of a file of the ledger, in Fava's editor."""
        name = os.path.normpath(self._root / source.path)
        if name not in self._files:
            return ""
        return url_for("report", report_name="editor", file_path=name, line=source.line or 1)
