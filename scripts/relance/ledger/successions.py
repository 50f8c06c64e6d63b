"""One client on two accounts, one after the other (rule 2.9): said by `succede` on `open`, or by
the entry that moves what is left of an invoice from the one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from relance.ledger.beancount import OpenEntry
from relance.ledger.fields import Complaints
from relance.ledger.postings import is_uncertain, posting_meta
from relance.ledger.settled import Posted
from relance.text.firms import may_be_one, siren_of
from relance.values.amounts import ZERO
from relance.values.facts import Client, Document, Succession
from relance.values.issued import Citation, IssuedLetter
from relance.values.problem import suggest

Placed = TypeVar("Placed", Client, IssuedLetter)


def declared(
    entries: Iterable[Any], clients: Sequence[Client], complaints: Complaints
) -> Iterator[Succession]:
    """The accounts that `succede` names, from the day on which their successor opens."""
    accounts = {client.account for client in clients}
    days = {e.account: e.date for e in entries if isinstance(e, OpenEntry)}
    successors: dict[str, Client] = {}
    for client in clients:
        for old in client.succeeds:
            if old not in accounts or old == client.account:
                what = f"« succede » : « {old} » n'est pas le compte d'un autre client"
                remedy = suggest(old, accounts - {client.account})
                complaints.fault(client.source, what, remedy)
            elif other := successors.get(old):
                what = f"« succede » : {old} a déjà un successeur, {other.account} ({other.source})"
                complaints.fault(client.source, what, "gardez l'un des deux")
            elif _leads_to(client.account, old, successors):
                what = f"« succede » : {old} succède à {client.account}, et l'inverse"
                complaints.fault(client.source, what, "gardez l'un des deux")
            else:
                successors[old] = client
                yield Succession(days[client.account], old, client.account, client.source)


def _leads_to(account: str, end: str, successors: Mapping[str, Client]) -> bool:
    """Whether the account's successors come to that one."""
    while client := successors.get(account):
        account = client.account
        if account == end:
            return True
    return False


class LastAccounts:
    """The account that each one succeeded as a whole came to be, whose numbers and names what is
    on it is held against."""

    def __init__(self, successions: Iterable[Succession]) -> None:
        self._successors = {
            succession.old: succession.new for succession in successions if not succession.invoices
        }

    def of(self, account: str) -> str:
        """The account itself when nothing succeeds it."""
        while account in self._successors:
            account = self._successors[account]
        return account

    def postings(self, posted: list[Posted]) -> list[Posted]:
        """The postings, each on its last account."""
        if not self._successors:
            return posted
        return [line._replace(account=self.of(line.account)) for line in posted]

    def placed(self, facts: Iterable[Placed]) -> list[Placed]:
        """The facts, each on its last account."""
        return [
            replace(fact, account=last) if (last := self.of(fact.account)) != fact.account else fact
            for fact in facts
        ]


class Transfers:
    """Entries between two clients' accounts that move all that is left of an invoice."""

    def __init__(
        self,
        posted: Sequence[Posted],
        clients: Iterable[Client],
        last: LastAccounts,
        complaints: Complaints,
    ) -> None:
        self._posted = posted
        self._last = last
        self._clients = {client.account: client for client in clients}
        self._complaints = complaints
        self._entries: set[int] = set()  # the identities of those that were found

    def moved(self, line: Posted) -> bool:
        """Whether a posting only moves an invoice, as `successions` found."""
        return id(line.entry) in self._entries

    def successions(self, letters: Iterable[IssuedLetter]) -> list[Succession]:
        """Each of them whose accounts are visibly one client's, or whose invoice no letter of the
        old one cites: what was said to one debtor was not said to another."""
        cited = {(letter.account, c.invoice) for letter in letters for c in letter.citations}
        return list(self._found(cited))

    def _found(self, cited: Collection[tuple[str, str]]) -> Iterator[Succession]:
        for old, new, invoice, lines in self._moves():
            one = self._is_one_debtor(self._clients[old], self._clients[new])
            if (one or (old, invoice) not in cited) and self._leaves_nothing(old, invoice, lines):
                self._entries.add(id(lines[0].entry))
                place = self._complaints.place(posting_meta(lines[0].entry, lines[0].posting))
                yield Succession(lines[0].date, old, new, place, (invoice,), one)

    def _moves(self) -> Iterator[tuple[str, str, str, list[Posted]]]:
        """What is taken from one client and given to another, under one number in one entry."""
        for _, group in groupby(self._posted, key=lambda line: id(line.entry)):
            first, *others = group
            if all(line.account == first.account for line in others):
                continue
            by_invoice: dict[tuple[str, ...], list[Posted]] = defaultdict(list)
            for line in (first, *others):
                by_invoice[line.invoices].append(line)
            for names, lines in by_invoice.items():
                taken = {line.account for line in lines if line.number < 0}
                given = {line.account for line in lines if line.number > 0}
                sums: dict[str, Any] = defaultdict(lambda: ZERO)
                for line in lines:
                    sums[line.currency] += line.number
                clear = len(names) == len(taken) == len(given) == 1 and taken != given
                if clear and not any(sums.values()) and not any(map(is_uncertain, lines)):
                    (old,), (new,) = taken, given
                    both = {old, new} <= self._clients.keys()
                    if both and self._last.of(old) != self._last.of(new):
                        yield old, new, names[0], lines

    def _leaves_nothing(self, old: str, invoice: str, lines: Sequence[Posted]) -> bool:
        """Whether the old account is left without a balance of the invoice that day."""
        left: dict[str, Any] = defaultdict(lambda: ZERO)
        for line in self._by_invoice[invoice]:
            if line.account == old and line.date <= lines[0].date:
                left[line.currency] += line.number
        return not any(left.values())

    @cached_property
    def _by_invoice(self) -> Mapping[str, list[Posted]]:
        by_invoice: dict[str, list[Posted]] = defaultdict(list)
        for line in self._posted:
            for name in line.invoices:
                by_invoice[name].append(line)
        return by_invoice

    def _is_one_debtor(self, one: Client, other: Client) -> bool:
        """Whether two accounts are visibly one client's: by number, e-mail address or name."""
        numbers = [siren_of(client.siren or "") for client in (one, other)]
        if all(numbers):
            return numbers[0] == numbers[1]
        return bool({*one.emails} & {*other.emails}) or any(
            may_be_one(name, theirs) for name in one.names for theirs in other.names
        )


def on_new_accounts(
    letters: Iterable[IssuedLetter], successions: Iterable[Succession]
) -> Iterator[IssuedLetter]:
    """The letters, and those about invoices that were moved on the account that has them now."""
    new = {
        (succession.old, name): succession.new
        for succession in successions
        for name in succession.invoices
    }
    for letter in letters:
        if not new:
            yield letter
            continue
        accounts: dict[str, list[Citation]] = defaultdict(list)
        for citation in letter.citations:
            accounts[new.get((letter.account, citation.invoice), letter.account)].append(citation)
        for account, cited in accounts.items():
            yield replace(letter, account=account, citations=tuple(cited))


def on_both_accounts(
    documents: Iterable[Document], successions: Sequence[Succession]
) -> Iterator[Document]:
    """The documents, each also on the account that came to have what it is about: letters of
    either enclose it."""
    after: dict[str, list[Succession]] = defaultdict(list)
    for succession in successions:
        after[succession.old].append(succession)
    for document in documents:
        accounts, seen = [document.account], set[str]()
        while accounts:
            account = accounts.pop()
            if account not in seen:
                seen.add(account)
                yield replace(document, account=account) if len(seen) > 1 else document
                accounts.extend(
                    succession.new
                    for succession in after.get(account, ())
                    if not succession.invoices or {*succession.invoices} & {*document.invoices}
                )
