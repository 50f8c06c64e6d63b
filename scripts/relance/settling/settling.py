"""A settlement put into the files of the company: rehearsed, shown as a diff, then written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from relance.cache.book_states import proved
from relance.claims.on_day import OnDay
from relance.ledger.beancount import Loaded, OpenEntry
from relance.ledger.company import Company
from relance.ledger.fields import Complaints
from relance.ledger.invoice_names import InvoiceNames
from relance.ledger.mirror import mirrored
from relance.ledger.penalty_income import penalty_accounts
from relance.notes.addition import Addition
from relance.settling.entry_text import EntryText, with_payer
from relance.settling.settlement import BankAnswer
from relance.values.facts import Books
from relance.values.movement import Movement
from relance.values.problem import Refusal, refuse


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that the books open, and those of them that are penalties'."""

    opened: frozenset[str]
    penalties: tuple[str, ...]

    @classmethod
    def of(cls, company: Company, loaded: Loaded) -> Accounts:
        """Those of a ledger just loaded."""
        opened = (entry.account for entry in loaded.entries if isinstance(entry, OpenEntry))
        penalties = penalty_accounts(company.policy, loaded, Complaints(company.root))
        return cls(frozenset(opened), tuple(sorted(penalties)))


def settle(company: Company, on: OnDay, accounts: Accounts, made: BankAnswer) -> list[Addition]:
    """The files with the entry settled and the payer learned, proven by loading the whole ledger
    again. Raises `Refusal` with every reason why it cannot be; writes nothing itself.
    """
    if problems := list(made.faults(on, accounts.opened)):
        raise Refusal(problems)
    changes = list(_changes(company, made, accounts))
    new = {change.path: change.new.encode() for change in changes}
    with mirrored(company.root, company.books.files, new) as root:
        after = proved(root).company.books
    if not _only_settled(company.books, after, made):
        where = made.draft.source.path
        what = "l'écriture ne se relirait pas comme elle est décidée, ou changerait autre chose"
        raise refuse(where, what, "corrigez-la dans le fichier ; rien n'est écrit")
    return changes


def _changes(company: Company, made: BankAnswer, accounts: Accounts) -> Iterator[Addition]:
    """What each file becomes; the payer's first, which is harmless alone."""
    texts: dict[str, tuple[str, str]] = {}

    def text(path: str) -> str:
        if path not in texts:
            old = (company.root / path).read_bytes().decode()
            texts[path] = (old, old)
        return texts[path][1]

    # The entry first: an IBAN learned above it in the same file would move its line.
    path = made.draft.source.path
    new = _entry_text(company, made, accounts).settled(text(path), made)
    texts[path] = (texts[path][0], new)
    if made.learn and made.client:
        opened = made.client.source
        learned = with_payer(text(opened.path), _line_of(made, opened.path, new), made.learn)
        texts[opened.path] = (texts[opened.path][0], learned)
    for name in sorted(texts, key=lambda name: name == path):
        yield Addition(company.root, name, *texts[name])


def _line_of(made: BankAnswer, path: str, new: str) -> int:
    """The line of the client's `open`, which a settled entry above it in the same file moves."""
    assert made.client
    line = made.client.source.line
    if path != made.draft.source.path:
        return line
    head = f"open {made.client.account}"
    near = [n for n, text in enumerate(new.split("\n"), 1) if head in " ".join(text.split())]
    return min(near, key=lambda n: abs(n - line), default=line)


def _entry_text(company: Company, made: BankAnswer, accounts: Accounts) -> EntryText:
    """What rewrites the lines of the client, or of nobody, and of the penalties beside them."""
    ledger = company.policy.ledger
    waiting = {made.draft.account, *accounts.penalties} | {
        part
        for movement in company.books.movements
        if movement.draft and movement.account == made.draft.account
        for part in (movement.part,)
        if part
    }
    links, meta = InvoiceNames(ledger.invoice), ledger.invoice.meta[0]
    return EntryText(waiting, links, meta, company.books.roots)


# ---------------------------------------------------------------- The proof


def _only_settled(before: Books, after: Books, made: BankAnswer) -> bool:
    """Whether the books say of this entry what was decided, and all the rest as before."""
    place = made.draft.source
    old, new = Counter(map(_bare, before.movements)), Counter(map(_bare, after.movements))
    of_entry = Counter(_bare(m) for m in before.movements if _is_of(m, made))
    added = new - (old - of_entry)
    gone = (old - of_entry) - new
    waits = [
        draft
        for draft in after.unsettled
        if (draft.source, draft.account) == (place, made.draft.account)
    ]
    return not (gone or waits) and _moved(added) == _expected(made) and _rest(before, after, made)


def _is_of(movement: Movement, made: BankAnswer) -> bool:
    """Whether it is of the entry, and of what waits there."""
    place = made.draft.source
    key = (movement.source.path, movement.entry, movement.account)
    return key == (place.path, place.line, made.draft.account)


def _bare(movement: Movement) -> Movement:
    return replace(movement, source=replace(movement.source, path="", line=0, column=0), entry=0)


def _moved(added: Counter[Movement]) -> Counter[tuple[object, ...]]:
    return Counter(
        {
            (m.account, m.number, m.currency, m.invoices, m.draft): times
            for m, times in added.items()
        }
    )


def _expected(made: BankAnswer) -> Counter[tuple[object, ...]]:
    """What the client's account must say."""
    client, amount = made.client, made.draft.amount
    if client is None:
        return Counter()
    sign = -1 if amount.number > 0 else 1
    parts = [(sign * part.amount, (part.invoice,)) for part in made.parts]
    rest = [(sign * made.rest, ())] if made.rest else []
    account, currency = client.account, amount.currency
    return Counter((account, number, currency, names, False) for number, names in (*parts, *rest))


def _rest(before: Books, after: Books, made: BankAnswer) -> bool:
    """Whether clients, notes, letters and documents are as before, the payer learned apart."""
    same = [len(before.notes), len(before.documents), before.letters]
    then = [len(after.notes), len(after.documents), after.letters]
    accounts = [client.account for client in before.clients]
    if same != then or accounts != [client.account for client in after.clients]:
        return False
    for old, new in zip(before.clients, after.clients, strict=True):
        learned = made.client is not None and made.learn and old.account == made.client.account
        ibans = (*old.payer_ibans, made.learn) if learned else old.payer_ibans
        if new.payer_ibans != ibans or new.label != old.label:
            return False
    return True
