"""One account for several clients: whose each of its entries is (rules 2.7 and 2.8).

A client of such an account has an account of its own that only describes it: `open` with
`client:`, and perhaps no entry at all. The register and the notes are written there. The entries
stay where they are; the policy says what names their client (`grand-livre.client`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from relance.ledger.clients import Clients
from relance.ledger.fields import Complaints
from relance.ledger.postings import PADDING_FLAG, is_uncertain, posting_meta
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.text.escapes import plain
from relance.text.firms import marks, may_be_one, spelt
from relance.text.words import count
from relance.values.facts import Client, Document, DoubtfulEntry, Note, Succession
from relance.values.issued import IssuedLetter
from relance.values.problem import Source


class SharedAccounts:
    """Attributes what is on the accounts that are no client's own; does nothing unless the policy
    says what names a client."""

    def __init__(self, clients: Clients, settings: LedgerSettings, complaints: Complaints) -> None:
        self._clients = clients
        self._named_by = settings.client or ()
        self._complaints = complaints
        self._bearers: dict[str, list[Client]] = defaultdict(list)  # by name as it is spelt
        self._near: dict[str, dict[str, Client]] = defaultdict(dict)  # by what near names share
        for client in clients.all if self._named_by else ():
            for name in dict.fromkeys(map(spelt, client.names)):
                self._bearers[name].append(client)
            for mark in {mark for name in client.names for mark in marks(name)}:
                self._near[mark][client.account] = client
        self._owners: dict[str, str] = {}  # the account of each invoice's first sale
        self._strangers: dict[str, str] = {}  # by name as it is spelt, the account they lack
        self._lacking: set[str] = set()
        self._taken = {client.account for client in clients.all}
        self._members: dict[str, set[str]] = defaultdict(set)  # who has invoices on each account
        self._nobodys: list[Posted] = []
        self._named: dict[str, Client | None] = {}
        self.doubtful: list[DoubtfulEntry] = []

    def is_shared(self, account: str) -> bool:
        """Whether it is no client's own account."""
        client = self._clients.of(account) if self._named_by else None
        return client is not None and client.name is None

    def is_stranger(self, account: str) -> bool:
        """Whether it is the account that a name lacks."""
        return account in self._lacking

    def attributed(self, posted: list[Posted]) -> list[Posted]:
        """The postings, each on the account of its client. A debit is whom it names, else whose
        its invoice is; a credit whose its invoice is, else whom it names."""
        if not self._named_by:
            return posted
        for line in posted:
            self._meet(line)
        placed = [
            line._replace(account=self._account(line)) if self.is_shared(line.account) else line
            for line in posted
        ]
        self.doubtful.extend(self._of_nobody())
        return placed

    # ------------------------------------------------------------ Names

    def _meet(self, line: Posted) -> None:
        """Learn whose an invoice is from its first sale, and who has no account to describe it."""
        if line.number <= 0 or is_uncertain(line):
            return
        account = line.account
        if self.is_shared(account):
            name = self._name(line)
            client = self._client(name, line) if name else None
            owners = [self._owners[number] for number in line.invoices if number in self._owners]
            if client:
                account = client.account
            elif owners or not name:
                return
            else:
                account = self._stranger(name, line)
            self._members[line.account].add(account)
        for number in line.invoices:
            self._owners.setdefault(number, account)

    def _name(self, line: Posted) -> str:
        """What names the client of a posting; "" when nothing does."""
        meta = posting_meta(line.entry, line.posting)
        for by in self._named_by:
            value = meta.get(by.meta) if by.meta else line.entry.payee
            if value is not None and (text := plain(str(value))):
                return text
        return ""

    def _client(self, name: str, line: Posted) -> Client | None:
        """The one client of that name; written otherwise than its own, it is told once."""
        if name not in self._named:
            bearers = self._bearers.get(spelt(name), [])
            self._named[name] = client = bearers[0] if len(bearers) == 1 else None
            if client and name not in client.names:
                self._complaints.warn(
                    self._place(line),
                    f"« {name} » est lu comme « {client.label} » ({client.source})",
                    f'écrivez le même nom partout, ou autres-noms: "{name}" à son ouverture',
                )
        return self._named[name]

    def _stranger(self, name: str, line: Posted) -> str:
        """The account that a name without one lacks, told with what to write."""
        if (account := self._strangers.get(spelt(name))) is None:
            account = self._strangers[spelt(name)] = self._free_account(name, line.account)
            self._lacking.add(account)
            opening = f'{line.date} open {account}, puis client: "{name}"'
            likely = "".join(
                f' ; si c\'est « {client.label} » ({client.source}), autres-noms: "{name}"'
                for client in self._like(name)[:3]
            )
            self.doubtful.append(
                DoubtfulEntry(
                    date=line.date,
                    source=self._place(line),
                    code="client-inconnu",
                    what=f"« {name} » n'est le nom d'aucun client",
                    remedy=f"ouvrez-lui un compte qui le décrive : {opening}{likely}",
                    account=account,
                )
            )
        return account

    def _free_account(self, name: str, shared: str) -> str:
        words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name))[:6]
        base = f"{shared}:{'-'.join(words)[:40].capitalize() or 'Sans-nom'}"
        account, place = base, 2
        while account in self._taken:
            account, place = f"{base}-{place}", place + 1
        self._taken.add(account)
        return account

    def _like(self, name: str) -> list[Client]:
        """The clients whose name it is, several, or may be."""
        if same := self._bearers.get(spelt(name)):
            return same
        near = {
            account: c for mark in marks(name) for account, c in self._near.get(mark, {}).items()
        }
        return [c for _, c in sorted(near.items()) if any(may_be_one(name, x) for x in c.names)]

    # ------------------------------------------------------------ Whose it is

    def _account(self, line: Posted) -> str:
        name = self._name(line)
        client = self._client(name, line) if name else None
        owners = {self._owners[number] for number in line.invoices if number in self._owners}
        if line.number > 0 and client:
            return client.account
        if len(owners) == 1:
            return owners.pop()
        if not owners and client:
            return client.account
        stranger = self._strangers.get(spelt(name)) if name and not owners else None
        likely = self._like(name) if name and not owners else []
        if line.number < 0 and line.entry.flag != PADDING_FLAG:
            self._of_a_likeness(name, line, likely)
            if not likely and not stranger:
                self._nobodys.append(line)
        return stranger or line.account

    def _of_a_likeness(self, name: str, credit: Posted, likely: Iterable[Client]) -> None:
        """Money of a name without account, that may be one of these clients' own."""
        for client in likely:
            self.doubtful.append(
                DoubtfulEntry(
                    date=credit.date,
                    source=self._place(credit),
                    code="tiers-inconnu",
                    what=f"{_amount(credit)} reçus de « {name} » : est-ce « {client.label} » ?",
                    remedy=f'dites-le par autres-noms: "{name}", ou liez ce règlement à sa facture',
                    account=client.account,
                    currency=credit.currency,
                )
            )

    def _of_nobody(self) -> Iterator[DoubtfulEntry]:
        """Money that names nobody known may have paid anyone who has invoices on its account:
        all of them wait, for the first of each currency."""
        firsts: dict[tuple[str, str], list[Posted]] = defaultdict(list)
        for credit in sorted(self._nobodys, key=lambda credit: credit.date):
            firsts[credit.account, credit.currency].append(credit)
        for (account, currency), credits in firsts.items():
            first, *others = credits
            name = self._name(first)
            more = f", et {count(len(others), 'autre crédit')} de même" if others else ""
            for member in sorted(self._members[account]):
                yield DoubtfulEntry(
                    date=first.date,
                    source=self._place(first),
                    code="tiers-inconnu",
                    what=f"{_amount(first)} reçus "
                    + (f"de « {name} », qui n'est aucun client" if name else "sans nom")
                    + f", sur {account}, commun à plusieurs{more}",
                    remedy="liez ce règlement à sa facture, ou écrivez ce nom dans autres-noms du "
                    "client",
                    account=member,
                    currency=currency,
                )

    # ------------------------------------------------------------ Notes and documents

    def owner(self, invoices: Collection[str]) -> str | None:
        """Whose a note or document is, by the invoices that it names; None when
        that tells nobody."""
        owners = {self._owners[number] for number in invoices if number in self._owners}
        return owners.pop() if len(owners) == 1 else None

    def notes(self, notes: Iterable[Note]) -> Iterator[Note]:
        """The notes, each on the account of its client; one that tells nobody is a fault."""
        for note in notes:
            if not self.is_shared(note.account):
                yield note
            elif account := self.owner(note.invoices):
                yield replace(note, account=account)
            else:
                self._complaints.fault(
                    note.source,
                    f"{note.account} est commun à plusieurs clients : cette note ne dit pas duquel "
                    "elle parle",
                    "écrivez-la sur le compte du client, ou liez-la à sa facture",
                )

    def documents(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents, each on the account of its client; one that tells nobody stays."""
        for document in documents:
            shared = self.is_shared(document.account)
            owner = self.owner(document.invoices) if shared else None
            yield replace(document, account=owner) if owner else document

    def letters(self, letters: Iterable[IssuedLetter]) -> Iterator[Succession]:
        """Whose the claims are now that letters cited when the account was taken for one client."""
        for letter in letters if self._named_by else ():
            if self.is_shared(letter.account):
                for name in dict.fromkeys(citation.invoice for citation in letter.citations):
                    if owner := self.owner((name,)):
                        yield Succession(
                            *(letter.date, letter.account, owner, letter.source, (name,)),
                            same_debtor=False,
                        )

    def doubts(self, entries: Iterable[DoubtfulEntry]) -> Iterator[DoubtfulEntry]:
        """What holds an account's claims, on the accounts of those whom it holds."""
        for entry in entries:
            if entry.account is None or not self.is_shared(entry.account):
                yield entry
            elif account := self.owner(entry.invoices):
                yield replace(entry, account=account)
            else:
                for member in sorted(self._members[entry.account]):
                    yield replace(entry, account=member)

    def _place(self, line: Posted) -> Source:
        return self._complaints.place(posting_meta(line.entry, line.posting))


def _amount(credit: Posted) -> str:
    return f"{-credit.number:.2f} {credit.currency}"
