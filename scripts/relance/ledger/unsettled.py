"""Entries of the bank that wait for a person: drafts that were imported, money on the account of
what nobody is known to have paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from relance.ledger.beancount import Transaction
from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.text.escapes import one_line
from relance.values.amounts import ZERO, Money
from relance.values.bank_drafts import BETWEEN, BankDraft

_DRAFT = "!"


class UnsettledReader:
    """Reads what is unsettled among a ledger's entries; `suspense` is the account of money that
    nobody is known to have paid."""

    def __init__(self, suspense: str, links: InvoiceNames, complaints: Complaints) -> None:
        self._suspense = suspense
        self._links = links
        self._complaints = complaints

    def read(self, entries: Iterable[Any], clients: Clients) -> tuple[BankDraft, ...]:
        """Every such entry, by day and place."""
        drafts: list[BankDraft] = []
        taken: dict[tuple[str, Decimal], list[date]] = defaultdict(list)
        for entry in entries:
            if not isinstance(entry, Transaction):
                continue
            waits = [x.units for x in entry.postings if x.account == self._suspense and x.units]
            if entry.flag == _DRAFT or waits:
                drafts += self._of(entry, clients)
            for units in waits if entry.flag != _DRAFT else ():
                if units.number and units.number > 0:
                    taken[units.currency, units.number].append(entry.date)
        drafts.sort(key=lambda draft: (draft.date, draft.source))
        return tuple(_settled(draft, taken) for draft in drafts)

    def _of(self, entry: Any, clients: Clients) -> Iterator[BankDraft]:
        """The draft that an entry is, one for each currency and account of a client."""
        sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        imported = entry.flag == _DRAFT and bool(_text(entry.meta, "import"))
        for posting in entry.postings:
            if not posting.units or not posting.units.number:
                continue
            client = clients.of(posting.account)
            if posting.account == self._suspense or (imported and client):
                account = client.account if client else posting.account
                sums[account, posting.units.currency] -= posting.units.number
        for (account, currency), owned in sums.items():
            suspense = account == self._suspense
            alone = len(sums) == 1 and not suspense
            amount = _moved(entry, currency, owned) if alone else owned
            if amount > 0 or (amount and (imported or not suspense)):
                yield self._draft(entry, account, Money(amount, currency), suspense=suspense)

    def _draft(self, entry: Any, account: str, amount: Money, *, suspense: bool) -> BankDraft:
        meta = entry.meta
        reject = _text(meta, "rejet-motif") or _text(meta, "rejet-code")
        structured = _text(meta, "ref-structuree")
        named = {_text(posting.meta or {}, "facture") for posting in entry.postings} - {""}
        return BankDraft(
            entry.date,
            amount,
            account,
            self._complaints.place(meta),
            suspense,
            tuple(sorted({*self._links.of(entry), *named})),
            one_line(entry.narration or ""),
            _text(meta, "rapprochement"),
            _text(meta, "import"),
            _text(meta, "payeur") or one_line(entry.payee or ""),
            _text(meta, "iban-payeur").replace(" ", ""),
            _text(meta, "bout-en-bout"),
            _text(meta, "mandat-sepa"),
            tuple(filter(None, structured.split(BETWEEN))),
            reject if "rejet-code" in meta else None,
            int(meta["lot-banque"]) if isinstance(meta.get("lot-banque"), Decimal) else 0,
        )


def _moved(entry: Any, currency: str, owned: Decimal) -> Decimal:
    """What the bank moved: all that comes in, or goes out, of an entry."""
    numbers = [p.units.number for p in entry.postings if p.units and p.units.currency == currency]
    side = 1 if owned > 0 else -1
    return side * sum((abs(number) for number in numbers if number * side > 0), ZERO)


def _settled(draft: BankDraft, taken: Mapping[tuple[str, Decimal], list[date]]) -> BankDraft:
    """The draft with the day on which an entry took just its money from the account again; each
    takes one."""
    days = taken.get((draft.amount.currency, draft.amount.number), []) if draft.suspense else []
    for day in sorted(days):
        if day >= draft.date:
            days.remove(day)
            return replace(draft, settled=day)
    return draft


def _text(meta: Mapping[str, Any], key: str) -> str:
    value = meta.get(key)
    return one_line(value) if isinstance(value, str) else ""
