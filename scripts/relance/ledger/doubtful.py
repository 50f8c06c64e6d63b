"""Entries that cannot be taken at their word, found while the whole books are read: what names
an invoice that nobody knows, what ties together things that do not belong together.

What is closed is set aside after this, so a plan of whole books and one of small ones hold the
same claims for the same reasons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from relance.ledger.fields import Complaints
from relance.ledger.postings import DRAFT_FLAG, PADDING_FLAG, posting_meta
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.values.facts import DoubtfulEntry
from relance.values.invoice_numbers import prefix
from relance.values.problem import suggest


class Doubtful:
    """What is doubtful in these postings on client accounts."""

    def __init__(
        self, posted: Sequence[Posted], settings: LedgerSettings, complaints: Complaints
    ) -> None:
        self._posted = posted
        self._pattern = settings.invoice.link
        self._complaints = complaints
        self._sold: dict[tuple[str, str, str], dt.date] = {}  # the day of the first sale
        self._padded: set[str] = set()
        for each in posted:
            if each.number > 0 and len(each.invoices) == 1:
                self._sell(each)

    def _sell(self, debit: Posted) -> None:
        flag = debit.entry.flag
        if flag == PADDING_FLAG:
            self._padded.update(debit.invoices)
        elif DRAFT_FLAG not in (flag, debit.posting.flag):
            sale = (debit.account, debit.currency, debit.invoices[0])
            self._sold[sale] = min(debit.date, self._sold.get(sale, debit.date))

    def entries(self) -> tuple[DoubtfulEntry, ...]:
        """All of them, in the order of dates and places."""
        found = [*self._unknown_invoices()]
        return tuple(sorted(found, key=lambda each: (each.date, each.source, each.code)))

    # ------------------------------------------------------------ Money for unknown invoices

    def _unknown_invoices(self) -> Iterator[DoubtfulEntry]:
        """Credits that name invoices, none of which the client has (rule 3.14)."""
        for each in self._posted:
            if each.number < 0 and each.invoices and not each.credit_note:
                days = [
                    self._sold.get((each.account, each.currency, name)) for name in each.invoices
                ]
                known = [day for day in days if day]
                if not any(day <= each.date for day in known) and self._is_number(each):
                    yield from self._unexplained(each, min(known, default=None))

    def _is_number(self, credit: Posted) -> bool:
        """Whether what a credit names can be an invoice of these books: without a pattern, any
        link is taken for one when none begins with F."""
        names = [name for name in credit.invoices if name not in self._padded]
        return bool(names) and (
            self._pattern is not None
            or any(prefix(name) in ("", *self._prefixes) for name in names)
        )

    @property
    def _prefixes(self) -> set[str]:
        return {"f", *(prefix(name) for _, _, name in self._sold)}

    def _unexplained(self, credit: Posted, until: dt.date | None) -> Iterator[DoubtfulEntry]:
        if DRAFT_FLAG in (credit.entry.flag, credit.posting.flag):
            return
        source = self._complaints.place(posting_meta(credit.entry, credit.posting))
        amount = f"{-credit.number:.2f} {credit.currency}"
        names = ", ".join(credit.invoices)
        own = [name for account, _, name in self._sold if account == credit.account]
        hint = suggest(names, own) if own else ""
        near = f", {hint}" if hint.startswith("vouliez-vous") else ""
        yield DoubtfulEntry(
            date=credit.date,
            source=source,
            code="credit-inexplique",
            what=f"{amount} reçus pour {names}, qu'aucune facture de ce client ne porte",
            remedy=f"corrigez le lien de ce règlement{near}, ou celui de la facture",
            account=credit.account,
            currency=credit.currency,
            until=until,
        )
