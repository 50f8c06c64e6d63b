"""Whether an entry's number, payee and accounts are about the same client (rules 3.18, 3.19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from relance.ledger.beancount import Loaded, Transaction
from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.penalty_income import only_penalties
from relance.ledger.postings import DRAFT_FLAG, posting_meta
from relance.ledger.questions import Question, asked
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.text.firms import may_be_one
from relance.values.facts import Client, DoubtfulEntry

Sale = tuple[str, str, str]  # account, currency, invoice


class Parties:
    """Who is who: `sold` are the sales that the books have."""

    def __init__(
        self, clients: Iterable[Client], sold: Collection[Sale], complaints: Complaints
    ) -> None:
        self._accounts: dict[str, set[str]] = defaultdict(set)  # by name of the client
        self._names: dict[str, str] = {}  # of accounts that another has too
        for client in clients:
            for name in client.names if client.name else ():
                self._accounts[name].add(client.account)
        for name, accounts in self._accounts.items():
            if len(accounts) > 1:
                self._names.update(dict.fromkeys(accounts, name))
        self._declared = {account for accounts in self._accounts.values() for account in accounts}
        self._sold = sold
        self._complaints = complaints

    def entries(self, posted: Sequence[Posted]) -> Iterator[DoubtfulEntry]:
        """What bears the name of another client than its account's; drafts of invoices. Who pays
        for another, and says for which invoice, is nobody's doubt."""
        for line in posted:
            payee = line.entry.payee
            draft = DRAFT_FLAG in (line.entry.flag, line.posting.flag)
            if draft and line.number > 0 and line.invoices:
                yield self._draft(line)
            if line.account in self._names and payee and line.number > 0 and not draft:
                yield from self._of_nobody(line)
            elif payee in self._accounts and not draft:
                named = self._accounts[payee]
                if line.account not in named and (line.number > 0) == bool(line.invoices):
                    yield from self._of_another(line, named, posted)

    def _draft(self, bill: Posted) -> DoubtfulEntry:
        return DoubtfulEntry(
            date=bill.date,
            source=self._complaints.place(bill.entry.meta),
            code=None,
            what=f"{', '.join(bill.invoices)} est une facture en brouillon (!) : elle n'est pas "
            "relancée",
            remedy="remplacez ! par * quand elle est émise",
        )

    def _of_nobody(self, line: Posted) -> Iterator[DoubtfulEntry]:
        """An invoice on an account with the name of another account: its payee must be that."""
        name, payee = self._names[line.account], line.entry.payee
        if not may_be_one(payee, name):
            others = ", ".join(sorted(self._accounts[name] - {line.account}))
            what = f"l'écriture nomme « {payee} », son compte {line.account} « {name} », comme "
            question = Question("autre-tiers", what + others, "corrigez le nom qui est faux")
            yield asked(line, question, self._complaints)

    def _of_another(
        self, line: Posted, named: Iterable[str], posted: Iterable[Posted]
    ) -> Iterator[DoubtfulEntry]:
        """An invoice is held; money without a reference may be of the one or of the other, and so
        may an invoice on nobody's account, and what the other paid without a reference."""
        invoices = line.invoices
        others = {*named}
        if invoices and line.account in self._declared:
            others &= {x.account for x in posted if x.number < 0 and not x.invoices}
        for account in (line.account, *sorted(others)):
            yield DoubtfulEntry(
                date=line.date,
                source=self._complaints.place(posting_meta(line.entry, line.posting)),
                code="autre-tiers",
                what=f"l'écriture nomme « {line.entry.payee} », son compte {line.account} est "
                "celui d'un autre client",
                remedy="corrigez celui des deux qui est faux",
                account=account,
                invoices=invoices if account == line.account else (),
                currency=line.currency,
            )

    def outside(
        self,
        loaded: Loaded,
        posted: Sequence[Posted],
        settings: LedgerSettings,
        penalties: frozenset[str],
    ) -> Iterator[DoubtfulEntry]:
        """Income or money received under an invoice's number, on no client's account: income from
        `penalties` alone is another thing."""
        on_accounts = {id(line.entry) for line in posted}
        links = InvoiceNames(settings.invoice)
        numbers = {name for _, _, name in self._sold}
        keys = {*settings.due, "date-facture"}  # what only an invoice has
        roots = [loaded.root_of(f"name_{kind}") + ":" for kind in ("assets", "income", "expenses")]
        for entry in loaded.entries:
            if type(entry) is not Transaction or id(entry) in on_accounts:
                continue
            names = links.of(entry)
            sold = tuple(name for name in names if name in numbers)
            client = entry.payee in self._accounts
            if only_penalties(entry, penalties, roots[1]):
                continue
            if not names or not (sold or client):
                continue
            lost = sold and _gives_up(entry, roots, client=client)
            if client and not sold and not keys.isdisjoint(entry.meta):
                for account in sorted(self._accounts[str(entry.payee)]):
                    yield replace(self._nobodys(entry, names, names), account=account, invoices=())
            elif lost or _earns(entry, *roots[:2]):
                yield self._nobodys(entry, names, sold)

    def _nobodys(self, entry: Any, names: Sequence[str], sold: tuple[str, ...]) -> DoubtfulEntry:
        """It holds the numbers that the books know, and else is told."""
        source, what = self._complaints.place(entry.meta), f"une écriture porte {', '.join(names)}"
        what += " et ne touche aucun compte client"
        remedy = "mettez-y le compte du client, ou retirez ce lien"
        if not sold:
            return DoubtfulEntry(entry.date, source, None, what, remedy)
        return DoubtfulEntry(entry.date, source, "hors-compte", what, remedy, invoices=sold)


def _gives_up(entry: Any, roots: Sequence[str], *, client: bool) -> bool:
    """Whether it may be a loss whose other line is not the client's: one account alone, or a cost
    under a client's name that no asset pays."""
    assets, _, expenses = roots
    accounts = {posting.account for posting in entry.postings}
    cost = any(name.startswith(expenses) for name in accounts)
    return cost and (
        len(accounts) == 1 or (client and not any(name.startswith(assets) for name in accounts))
    )


def _earns(entry: Any, assets: str, income: str) -> bool:
    return any(
        posting.account.startswith(income)
        or (posting.account.startswith(assets) and posting.units and posting.units.number > 0)
        for posting in entry.postings
    )
