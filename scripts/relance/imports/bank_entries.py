"""A line of the bank as an entry: who paid what, or what a person must settle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.imports.bank_lines import BookLine
from relance.imports.directives import NewDirective, NewPosting, Wording
from relance.imports.hand_entries import HandEntry
from relance.imports.import_accounts import ImportAccounts
from relance.imports.invoice_entries import naming
from relance.ledger import syntax
from relance.ledger.imported import MATCH, TYPED
from relance.policy.settings import LedgerSettings
from relance.reconciliation.match import Grade, Match
from relance.values.amounts import ZERO, Money


@dataclass(frozen=True, slots=True)
class BankEntries:
    """Writes lines of the bank to the books of a company."""

    settings: LedgerSettings
    chart: ImportAccounts

    def matched(self, line: BookLine, match: Match | None, doubt: str) -> NewDirective:
        """The entry of a line: a draft unless it is certain which claims it pays. A debit that is
        nobody's payment come back waits on the account of money to be explained."""
        if match is None:
            head = Wording(line.line.party, line.words).head(draft=True)
            answers = (self._posting(line, self.chart.suspense, -line.amount),)
            return self._entry(line, head, {}, answers)
        if match.client and not self.chart.takes(match.client.account, line.date, line.currency):
            doubt = f"{match.client.account} ne prend pas d'écriture de ce jour ou de cette devise"
            match = replace(match, grade=Grade.UNKNOWN, client=None, parts=(), surplus=ZERO)
        draft = not match.grade.certain
        reason = f"{match.told} ; {doubt}" if doubt and draft else match.told
        numbers = tuple(dict.fromkeys(part.invoice for part in match.parts))
        links, _ = naming(self.settings, numbers) if numbers else ((), {})
        payee = match.client.label if match.client else line.line.party
        head = Wording(payee, line.words, links).head(draft=draft)
        return self._entry(line, head, {MATCH: reason}, tuple(self._answers(line, match)))

    def typed(self, line: BookLine, entry: HandEntry) -> NewDirective:
        """What remembers that a person wrote the entry of a line already."""
        metadata = {
            **line.metadata(),
            "montant": Money(line.amount, line.currency),
            TYPED: entry.date,
        }
        head = f"note {line.account} {syntax.text(line.words)}"
        return NewDirective(line.date, line.id, head, metadata)

    def _entry(
        self,
        line: BookLine,
        head: str,
        more: dict[str, object],
        answers: tuple[NewPosting, ...],
    ) -> NewDirective:
        posting = self._posting(line, line.account, line.amount)
        return NewDirective(
            line.date, line.id, head, {**line.metadata(), **more}, (posting, *answers)
        )

    def _answers(self, line: BookLine, match: Match) -> Iterator[NewPosting]:
        """One posting for each invoice, then the interest and the fee, then what is left. Without
        an account of penalties these stay on the client's, where they pay the invoice's."""
        sign = -1 if line.amount > 0 else 1
        client = match.client.account if match.client else self.chart.suspense
        several, key = len({part.invoice for part in match.parts}) > 1, dict[str, object]()
        for part in match.parts:
            _, named = naming(self.settings, (part.invoice,))
            key = {self.settings.invoice.meta[0]: part.invoice} if several else named
            yield self._posting(line, client, sign * part.amount, key)
        if match.surplus:
            account = self.chart.penalties or client
            metadata = {} if self.chart.penalties else key
            yield self._posting(line, account, sign * match.surplus, metadata)
        if match.rest:
            yield self._posting(line, client, sign * match.rest)

    @staticmethod
    def _posting(
        line: BookLine, account: str, amount: Decimal, key: dict[str, object] | None = None
    ) -> NewPosting:
        return NewPosting(account, Money(amount, line.currency), key or {})
