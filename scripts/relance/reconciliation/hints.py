"""Drafts of the books as the lines of the bank that they were, and what these say of clients."""

from __future__ import annotations

from relance.claims.on_day import OnDay
from relance.incoming.bank_statement import BankLine, Reversal
from relance.reconciliation.label_numbers import Strength
from relance.reconciliation.letter_totals import LetterTotals
from relance.reconciliation.match import StatementLine
from relance.reconciliation.payers import Payers
from relance.reconciliation.quotes import Quotes
from relance.values.bank_drafts import BankDraft


def line_of(draft: BankDraft) -> StatementLine:
    """The line of the bank that a draft keeps."""
    back = Reversal(reason=draft.reject) if draft.reject is not None else None
    line = BankLine(
        draft.date,
        draft.amount.number,
        draft.labels,
        draft.source,
        end_to_end=draft.end_to_end,
        mandate=draft.mandate,
        structured=draft.structured,
        party=draft.payer,
        party_iban=draft.payer_iban,
        reversal=back or (Reversal() if draft.amount.number < 0 else None),
        batch=draft.batch,
    )
    return StatementLine(draft.import_id or str(draft.source), draft.amount.currency, line)


class Hints:
    """What a draft says of clients, however little."""

    def __init__(self, on: OnDay) -> None:
        self._payers = Payers(on.clients.values())
        self._quotes = Quotes(on, LetterTotals(on))

    def payers(self, draft: BankDraft) -> set[str]:
        """The accounts of the clients who may have paid it."""
        payer = self._payers.of(line_of(draft).line)
        clients = (*payer.others, *((payer.client,) if payer.client else ()))
        return {client.account for client in clients}

    def invoices(self, draft: BankDraft) -> set[tuple[str, str]]:
        """The invoices that it quotes, itself or by a letter: account and number."""
        quoted = self._quotes.of(line_of(draft).line)
        numbers = {
            (account, number)
            for account, quote in quoted.items()
            for number in quote.at_least(Strength.SHORT)
        }
        letters = [letter for quote in quoted.values() for letter in quote.letters]
        cited = {(x.account, citation.invoice) for x in letters for citation in x.citations}
        return numbers | cited
