"""Postings on client accounts, read in two steps: enough of each to see which invoices are closed,
then the movements of those that are left."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from relance import nearkeys, register
from relance.clients import Clients
from relance.closing import Posted
from relance.fields import Complaints, Fields, is_near, line
from relance.ledger import Loaded, Transaction
from relance.model import Movement, one_line
from relance.policy import LedgerSettings

DRAFT_FLAG = "!"
PADDING_FLAG = "P"
_MONEY = re.compile(r"[A-Z]{3}")
# What few invoices say of themselves, looked for only where one of these keys stands.
_SELDOM = frozenset({"numero", "date-facture", "prestation", "relance", "taux", "penalites"}) | {
    "lien-paiement"
}


class PostingReader:
    """Reads the postings of one ledger; what is wrong with one is told by the first step, or by
    the second for what only that looks at."""

    def __init__(self, settings: LedgerSettings, loaded: Loaded, complaints: Complaints) -> None:
        self._settings = settings
        self._entries = loaded.entries
        self._expenses = f"{loaded.root_of('name_expenses')}:"
        self._complaints = complaints
        self._links = InvoiceLinks(settings.invoice.link)
        self._debits = nearkeys.Watch(nearkeys.invoice(settings), settings, complaints)
        self._credits = nearkeys.Watch(nearkeys.settlement(settings), settings, complaints)
        self._money: dict[str, bool] = {}
        self._not_money: set[tuple[str, str]] = set()

    def posted(self, clients: Clients) -> Iterator[Posted]:
        """Every posting that moves money on an account of a client, in the loader's order."""
        of, owners = clients.of, clients.known
        for entry in self._entries:
            if type(entry) is not Transaction:
                continue
            for posting in entry.postings:
                name = posting.account
                client = owners[name] if name in owners else of(name)
                if client and posting.units and posting.units.number:
                    if entry.tags:
                        self._check_links(entry)
                    if found := self._posted(entry, posting, client.account):
                        yield found

    def _posted(self, entry: Any, posting: Any, account: str) -> Posted | None:
        meta = _meta(entry, posting)
        number, currency = posting.units
        if not self._is_money(currency):
            self._skip(account, currency, meta)
            return None
        # Only an invoice says so of itself; a cheque may have a `numero` of its own.
        debit = number > 0
        (self._debits if debit else self._credits).look(entry.meta, posting.meta)
        certain = entry.flag not in _UNCERTAIN and posting.flag != DRAFT_FLAG
        return Posted(
            entry.date,
            account,
            number,
            currency,
            self._invoices(entry, meta),
            certain and not (debit and any(key in meta for key in _SELDOM)),
            "avoir" in entry.tags,
            self._own_due(meta) if debit else None,
            entry,
            posting,
        )

    def _is_money(self, currency: str) -> bool:
        known = self._money.get(currency)
        if known is None:
            known = self._money[currency] = bool(_MONEY.fullmatch(currency))
        return known

    def _invoices(self, entry: Any, meta: dict[str, Any]) -> tuple[str, ...]:
        for key in self._settings.invoice.meta:
            if key in meta:
                written = Fields(self._complaints, meta).text(*self._settings.invoice.meta)
                return self._links.among(entry.links) if written is None else (one_line(written),)
        return self._links.among(entry.links)

    def _own_due(self, meta: dict[str, Any]) -> date | None:
        for key in self._settings.due:
            if (value := meta.get(key)) is not None:
                near = type(value) is date and is_near(value)
                return value if near else Fields(self._complaints, meta).day(*self._settings.due)
        return None

    def _check_links(self, entry: Any) -> None:
        """`^FA#31` is read as the link ^FA and the tag #31, without a word."""
        if entry.links and (cut := [tag for tag in entry.tags if tag[0].isdigit()]):
            link = min(entry.links)
            what = f"« ^{link}#{cut[0]} » se lit comme le lien ^{link} et l'étiquette #{cut[0]}"
            source = self._complaints.place(entry.meta)
            self._complaints.warn(
                source, what, "un lien n'a pas de # : employez un tiret, ou numero:"
            )

    def _skip(self, account: str, currency: str, meta: dict[str, Any]) -> None:
        if (account, currency) not in self._not_money:
            self._not_money.add((account, currency))
            self._complaints.warn(
                self._complaints.place(meta),
                f"« {currency} » n'est pas une monnaie : {account} n'y est pas relancé",
                "facturez en monnaie, ou ignorez ce message",
            )

    def movements(self, posted: Iterable[Posted]) -> tuple[Movement, ...]:
        """The movements of these postings, by (date, path, line)."""
        found = [self._movement(each) for each in posted]
        # Beancount orders one day by line number alone, whatever the file.
        found.sort(key=lambda m: (m.date, m.source.path, m.entry, m.source.line))
        return tuple(found)

    def _movement(self, posted: Posted) -> Movement:
        entry, posting = posted.entry, posted.posting
        meta = _meta(entry, posting)
        fields = Fields(self._complaints, meta)
        debit = posted.number > 0
        more = debit and not _SELDOM.isdisjoint(meta)
        return Movement(
            date=posted.date,
            account=posted.account,
            number=posted.number,
            currency=posted.currency,
            source=fields.source,
            invoices=posted.invoices,
            label=fields.text("numero") if more else None,
            text=" · ".join(filter(None, (entry.payee, entry.narration))),
            draft=DRAFT_FLAG in (entry.flag, posting.flag),
            padding=entry.flag == PADDING_FLAG,
            tags=entry.tags,
            credit_note=posted.credit_note,
            waived=not debit and self._waived(entry),
            own_due=posted.own_due,
            invoiced=fields.day("date-facture") if more else None,
            service=fields.day("prestation") if more else None,
            excluded=more and fields.flag("relance") is False,
            rate=fields.rate() if more else None,
            bears_interest=not more or fields.flag("penalites") is not False,
            payment_link=fields.link("lien-paiement") if more else None,
            entry=line(entry.meta),
        )

    def _waived(self, entry: Any) -> bool:
        """Whether nothing came in for a credit: all that answers it is the creditor's cost."""
        answers = [p.account for p in entry.postings if p.units and p.units.number > 0]
        return bool(answers) and all(name.startswith(self._expenses) for name in answers)


_UNCERTAIN = (DRAFT_FLAG, PADDING_FLAG)


def _meta(entry: Any, posting: Any) -> dict[str, Any]:
    """A posting's own metadata wins over its transaction's, its place included."""
    return {**entry.meta, **posting.meta} if posting.meta else entry.meta


class InvoiceLinks:
    """Which links are invoice numbers: those the policy's pattern matches whole (its first group
    if it has one); without a pattern those that begin with F, and every one when none does."""

    def __init__(self, pattern: str | None) -> None:
        self._pattern = re.compile(pattern) if pattern is not None else None
        self._alone: dict[str, tuple[str]] = {}  # a bill and its payment share what they name

    def among(self, links: Collection[str] | None) -> tuple[str, ...]:
        """The invoice numbers among links, letter ids apart."""
        if not links:
            return ()
        if self._pattern is None and len(links) == 1 and (name := next(iter(links)))[0] == "F":
            return self._alone.setdefault(name, (name,))
        names = [link for link in sorted(links) if not register.LETTER_ID.fullmatch(link)]
        if self._pattern is None:
            return tuple(name for name in names if name.startswith("F")) or tuple(names)
        matches = [match for name in names if (match := self._pattern.fullmatch(name))]
        return tuple(match[1] if match.re.groups and match[1] else match[0] for match in matches)
