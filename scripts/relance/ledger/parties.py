"""Whether an entry's number, payee and accounts are about the same client (rules 3.18, 3.19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from relance.ledger.beancount import Loaded, Transaction
from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.penalty_income import only_penalties
from relance.ledger.postings import DRAFT_FLAG, posting_meta
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.values.facts import Client, DoubtfulEntry

Sale = tuple[str, str, str]  # account, currency, invoice


class Parties:
    """Who is who: `sold` are the sales that the books have."""

    def __init__(
        self, clients: Iterable[Client], sold: Collection[Sale], complaints: Complaints
    ) -> None:
        self._accounts: dict[str, set[str]] = defaultdict(set)  # by name of the client
        for client in clients:
            for name in client.names if client.name else ():
                self._accounts[name].add(client.account)
        self._sold = sold
        self._complaints = complaints

    def entries(self, posted: Iterable[Posted]) -> Iterator[DoubtfulEntry]:
        """What bears the name of another client than its account's; drafts of invoices. Who pays
        for another, and says for which invoice, is nobody's doubt."""
        for each in posted:
            payee = each.entry.payee
            draft = DRAFT_FLAG in (each.entry.flag, each.posting.flag)
            if draft and each.number > 0 and each.invoices:
                yield self._draft(each)
            if payee in self._accounts and not draft:
                named = self._accounts[payee]
                if each.account not in named and (each.number > 0) == bool(each.invoices):
                    yield from self._of_another(each, named)

    def _draft(self, bill: Posted) -> DoubtfulEntry:
        return DoubtfulEntry(
            date=bill.date,
            source=self._complaints.place(bill.entry.meta),
            code=None,
            what=f"{', '.join(bill.invoices)} est une facture en brouillon (!) : elle n'est pas "
            "relancée",
            remedy="remplacez ! par * quand elle est émise",
        )

    def _of_another(self, each: Posted, named: Iterable[str]) -> Iterator[DoubtfulEntry]:
        """An invoice is held; money without a reference may be of the one or of the other."""
        accounts = (each.account,) if each.invoices else (each.account, *sorted(named))
        for account in accounts:
            yield DoubtfulEntry(
                date=each.date,
                source=self._complaints.place(posting_meta(each.entry, each.posting)),
                code="autre-tiers",
                what=f"l'écriture nomme « {each.entry.payee} », son compte {each.account} est "
                "celui d'un autre client",
                remedy="corrigez celui des deux qui est faux",
                account=account,
                invoices=each.invoices,
                currency=each.currency,
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
        on_accounts = {id(each.entry) for each in posted}
        links = InvoiceNames(settings.invoice)
        numbers = {name for _, _, name in self._sold}
        roots = (loaded.root_of("name_assets") + ":", loaded.root_of("name_income") + ":")
        for entry in loaded.entries:
            if type(entry) is not Transaction or id(entry) in on_accounts:
                continue
            names = links.of(entry)
            known = tuple(name for name in names if name in numbers)
            client = entry.payee in self._accounts
            if only_penalties(entry, penalties, roots[1]):
                continue
            if names and (known or client) and _earns(entry, *roots):
                yield self._nobodys(entry, names, known)

    def _nobodys(self, entry: Any, names: Sequence[str], known: tuple[str, ...]) -> DoubtfulEntry:
        """It holds the numbers that the books know, and else is told."""
        source, what = self._complaints.place(entry.meta), f"une écriture porte {', '.join(names)}"
        what += " et ne touche aucun compte client"
        remedy = "mettez-y le compte du client, ou retirez ce lien"
        if not known:
            return DoubtfulEntry(entry.date, source, None, what, remedy)
        return DoubtfulEntry(entry.date, source, "hors-compte", what, remedy, invoices=known)


def _earns(entry: Any, assets: str, income: str) -> bool:
    return any(
        posting.account.startswith(income)
        or (posting.account.startswith(assets) and posting.units and posting.units.number > 0)
        for posting in entry.postings
    )
