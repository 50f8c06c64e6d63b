"""The accounts of the books that answer the lines of clients in a FEC."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from relance.imports.import_accounts import ImportAccounts
from relance.incoming.fec_export import Counterpart
from relance.policy.importing import ImportSettings


class FecAccounts:
    """Answers which account each counterpart is; `Refusal` (2) with the remedy when neither the
    policy nor the books say."""

    def __init__(self, settings: ImportSettings, chart: ImportAccounts) -> None:
        self._settings = settings
        self._chart = chart
        self.suspense, self.equity = chart.fec_suspense, chart.fec_equity
        self._accounts: dict[Counterpart, str] = {}

    def of(self, side: Counterpart) -> str:
        """The account of a counterpart."""
        if side not in self._accounts:
            self._accounts[side] = self._find(side)
        return self._accounts[side]

    def _find(self, side: Counterpart) -> str:
        settings, chart = self._settings.fec, self._chart
        if side is Counterpart.LOSS:
            return chart.fec_losses
        if side is Counterpart.OTHER:
            return self.suspense
        if side is Counterpart.VAT:
            return self._vat or self.of(Counterpart.SALES)
        if side is Counterpart.BANK:
            named, key = settings.bank, "banque"
        else:
            named, key = settings.sales, "vente"
        if named:
            return chart.known(named, f"importer.fec.{key}")
        return chart.only_bank if side is Counterpart.BANK else chart.sales(None)

    @property
    def _vat(self) -> str | None:
        """The one account of VAT; a table says that of a rate, which no line of a FEC tells."""
        by_rate = isinstance(self._settings.vat, Mapping)
        return None if by_rate else self._chart.vat(Decimal(0))
