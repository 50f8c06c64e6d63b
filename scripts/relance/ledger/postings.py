"""Postings on client accounts, read in two steps: enough of each to see which invoices are closed,
then the movements of those that are left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from relance.ledger import mistyped_keys, unread_keys
from relance.ledger.answers import Answers
from relance.ledger.bank_accounts import BankAccounts
from relance.ledger.beancount import Loaded, Transaction
from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints, Fields, is_near, line_of
from relance.ledger.imported import KEYS as IMPORTED
from relance.ledger.imported import id_of
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.mistyped_keys import DEPOSIT
from relance.ledger.settled import Posted, Skipped
from relance.policy.settings import Policy
from relance.text.escapes import one_line
from relance.values.amounts import ZERO
from relance.values.facts import Client
from relance.values.movement import Movement, Unread
from relance.values.terms import Terms

DRAFT_FLAG = "!"
PADDING_FLAG = "P"
_PUBLIC_TERMS = Terms(30)  # C. commande publique R2192-10
UNCERTAIN = (DRAFT_FLAG, PADDING_FLAG)
_PLACE = {"filename", "lineno"}  # all the metadata that most postings have
_MONEY = re.compile(r"[A-Z]{3}")


class _Shape(NamedTuple):
    """What a set of metadata keys makes worth reading: most entries have one of a few sets."""

    quiet: tuple[bool, bool]  # no key to weigh in a credit, in a debit
    seldom: bool  # few invoices say anything of themselves
    due: bool
    named: bool


class PostingReader:
    """Reads the postings of one ledger; what is wrong with one is told by the first step, or by
    the second for what only that looks at."""

    def __init__(
        self,
        policy: Policy,
        loaded: Loaded,
        complaints: Complaints,
        penalties: frozenset[str] = frozenset(),
    ) -> None:
        self._settings = settings = policy.ledger
        self._tags = {tag for rule in policy.rules for tag in rule.condition.tags or ()}
        self._entries = loaded.entries
        self.answers = Answers(loaded, settings, penalties)
        self._banks = BankAccounts(policy, loaded)
        self._complaints = complaints
        self._links = InvoiceNames(settings.invoice)
        # Only an invoice says so of itself; a cheque may have a `numero` of its own.
        kinds = (mistyped_keys.settlement(settings), mistyped_keys.invoice(settings))
        self._watches = tuple(mistyped_keys.Watch(kind, settings, complaints) for kind in kinds)
        self._read = kinds[1]
        self._deposit = () if DEPOSIT in (settings.other_keys or ()) else (DEPOSIT,)
        self._terms = policy.terms or _PUBLIC_TERMS
        self._clients = Clients((), ())
        self._owners: Mapping[str, Client | None] = {}
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._not_money: set[tuple[str, str]] = set()
        self.skipped: list[Skipped] = []
        self.not_money: list[Skipped] = []

    def posted(self, clients: Clients) -> Iterator[Posted]:
        """Every posting that moves money on an account of a client, in the loader's order."""
        of, owners = clients.of, clients.known
        self._clients, self._owners, self.answers.owners = clients, owners, owners
        for entry in self._entries:
            if type(entry) is not Transaction:
                continue
            for posting in entry.postings:
                account, units = posting.account, posting.units
                client = owners[account] if account in owners else of(account)
                if client is None or units is None:
                    continue
                if not units.number:
                    owner = client.account if client.name else ""
                    self.skipped.append(Skipped(owner, entry, posting))
                elif read := self._posted(entry, posting, client.account):
                    yield read

    def _posted(self, entry: Any, posting: Any, account: str) -> Posted | None:
        meta, tags, line_meta = entry.meta, entry.tags, posting.meta
        number, currency = posting.units
        if tags:
            self._check_links(entry)
        if not _is_money(currency):
            self._skip(account, currency, posting_meta(entry, posting))
            self.not_money.append(Skipped(account, entry, posting))
            return None
        debit = number > ZERO
        keys = (*meta,) if not line_meta or line_meta.keys() == _PLACE else (*meta, *line_meta)
        shape = self._shapes.get(keys) or self._shape(keys)
        if not shape.quiet[debit]:
            self._watches[debit].look(meta, line_meta)
        certain = entry.flag not in UNCERTAIN and posting.flag != DRAFT_FLAG
        return Posted(
            entry.date,
            account,
            number,
            currency,
            self._invoices(entry, posting) if shape.named else self._links.of_line(entry, posting),
            certain and not (debit and shape.seldom),
            bool(tags) and "avoir" in tags,
            not debit and self.answers.waived(entry),
            self._own_due(entry, posting) if debit and shape.due else None,
            entry,
            posting,
        )

    def _shape(self, keys: tuple[str, ...]) -> _Shape:
        names = set(keys)
        credit, debit = (watch.is_quiet(names) for watch in self._watches)
        return self._shapes.setdefault(
            keys,
            _Shape(
                quiet=(credit, debit),
                seldom=not names.isdisjoint(mistyped_keys.OF_INVOICES),
                due=not names.isdisjoint(self._settings.due),
                named=not names.isdisjoint(self._settings.invoice.meta),
            ),
        )

    def _invoices(self, entry: Any, posting: Any) -> tuple[str, ...]:
        fields = Fields(self._complaints, posting_meta(entry, posting))
        written = fields.text(*self._settings.invoice.meta)
        return self._links.of_line(entry, posting) if written is None else (one_line(written),)

    def _own_due(self, entry: Any, posting: Any) -> date | None:
        line_meta = posting.meta or {}
        for key in self._settings.due:
            value = (line_meta if key in line_meta else entry.meta).get(key)
            if type(value) is date and is_near(value):
                return value
            if value is not None:
                fields = Fields(self._complaints, posting_meta(entry, posting))
                return fields.day(*self._settings.due)
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
        movements = [self._movement(line) for line in posted]
        # Beancount orders one day by line number alone, whatever the file.
        movements.sort(key=lambda m: (m.date, m.source.path, m.entry, m.source.line))
        return tuple(movements)

    def _movement(self, posted: Posted) -> Movement:
        entry, posting = posted.entry, posted.posting
        meta = posting_meta(entry, posting)
        fields = Fields(self._complaints, meta)
        debit = posted.number > 0
        more = debit and not mistyped_keys.OF_INVOICES.isdisjoint(meta)
        deposited = fields.day(*self._deposit) if more else None
        penalty = self.answers.books_penalties(entry, -1 if debit else 1)
        billed = debit and self.answers.billed(entry)
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
            waived=posted.waived or (debit and self.answers.waived(entry, -1)),
            penalty=penalty,
            own_due=self._due(posted, deposited),
            invoiced=fields.day("date-facture") if more else None,
            service=fields.day("prestation") if more else None,
            deposited=deposited,
            excluded=more and fields.flag("relance") is False,
            rate=fields.rate() if more else None,
            limitation=fields.period() if more else None,
            bears_interest=not penalty and (not more or fields.flag("penalites") is not False),
            payment_link=fields.link("lien-paiement") if more else None,
            entry=line_of(entry.meta),
            unread=self._unread(posted) if debit else (),
            billed=billed,
            given_back=debit and not billed and self.answers.given_back(entry),
            banked=not debit and self._banks.received(entry, self._owners),
            opening=debit and self.answers.taken_over(entry),
            part=self._part(posting.account, posted.account),
            instalment=more and fields.flag("tranche") is True,
        )

    def _part(self, account: str, client: str) -> str:
        """The account below the client's own; an account shared by several is no part of any."""
        owner = self._owners.get(account)
        return account if account != client and owner and owner.account == client else ""

    def _due(self, posted: Posted, deposited: date | None) -> date | None:
        """The due date written; a public body's term runs from the deposit of the invoice when
        that makes it later (C. commande publique R2192-12)."""
        client = self._clients.of(posted.account) if deposited else None
        if deposited is None or client is None or not client.owes_from_deposit:
            return posted.own_due
        due = (client.terms or self._terms).due(deposited)
        return max(due, posted.own_due) if posted.own_due else due

    def _unread(self, posted: Posted) -> tuple[Unread, ...]:
        """What an invoice says under keys that are not read: its entry, its own line, and the
        lines of accounts that are nobody's. A sum that the entry has anyway says nothing."""
        entry, posting = posted.entry, posted.posting
        meta = posting_meta(entry, posting)
        if id_of(entry.meta):  # what an import keeps of its file says nothing of an invoice
            meta = {key: value for key, value in meta.items() if key not in IMPORTED}
        sayings = list(unread_keys.said(meta, self._settings, self._read)) if _more(meta) else []
        if entry.tags:
            sayings.extend(unread_keys.tagged(entry.tags - self._tags, self._settings))
        for other in entry.postings:
            if _more(other.meta) and self._owners.get(other.account) is None:
                sayings.extend(unread_keys.misplaced(other.meta, self._settings, meta))
        if not sayings:
            return ()
        numbers = [p.units.number for p in entry.postings if p.units and p.units.number]
        sums = {*map(abs, numbers), sum(number for number in numbers if number > ZERO)}
        return tuple(
            saying for saying in sayings if not saying.amount or saying.amount.number not in sums
        )


@lru_cache
def _is_money(currency: str) -> bool:
    return _MONEY.fullmatch(currency) is not None


def is_uncertain(line: Posted) -> bool:
    """Whether it is a draft, or what Beancount pads with."""
    return line.entry.flag in UNCERTAIN or line.posting.flag == DRAFT_FLAG


def posting_meta(entry: Any, posting: Any) -> dict[str, Any]:
    """A posting's own metadata wins over its transaction's, its place included."""
    return {**entry.meta, **posting.meta} if posting.meta else entry.meta


def _more(meta: Mapping[str, Any] | None) -> bool:
    """Whether it says more than its place."""
    return meta is not None and len(meta) > len(_PLACE)
