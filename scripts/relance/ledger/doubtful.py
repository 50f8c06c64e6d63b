"""Entries that cannot be taken at their word, found while the whole books are read: what names
an invoice that nobody knows, what ties together things that do not belong together.

What is closed is set aside after this, so a plan of whole books and one of small ones hold the
same claims for the same reasons.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from relance.ledger.fields import Complaints
from relance.ledger.mistyped_keys import distance
from relance.ledger.postings import DRAFT_FLAG, PADDING_FLAG, posting_meta
from relance.ledger.settled import Posted
from relance.policy.settings import LedgerSettings
from relance.values.facts import DoubtfulEntry
from relance.values.invoice_numbers import alike, bare, prefix, shape
from relance.values.issued import IssuedLetter
from relance.values.problem import suggest

_LETTERS = "".join(map(chr, range(97, 123)))
_NEAR = 2  # letters or digits that differ
_HINTS = 50  # doubts for which a number nearby is looked for


class Doubtful:
    """What is doubtful in these postings on client accounts."""

    def __init__(
        self, posted: Sequence[Posted], settings: LedgerSettings, complaints: Complaints
    ) -> None:
        self._posted = posted
        self._pattern = settings.invoice.link
        self._complaints = complaints
        self.sold: dict[tuple[str, str, str], dt.date] = {}  # the day of the first sale
        self._padded: set[str] = set()
        self._hinted = 0
        for line in posted:
            if line.number > 0 and len(line.invoices) == 1:
                self._sell(line)

    def _sell(self, debit: Posted) -> None:
        flag = debit.entry.flag
        if flag == PADDING_FLAG:
            self._padded.update(debit.invoices)
        elif DRAFT_FLAG not in (flag, debit.posting.flag):
            sale = (debit.account, debit.currency, debit.invoices[0])
            self.sold[sale] = min(debit.date, self.sold.get(sale, debit.date))

    @cached_property
    def debits(self) -> Mapping[tuple[str, str], Sequence[Posted]]:
        """The debits that name each invoice of each account."""
        debits: dict[tuple[str, str], list[Posted]] = defaultdict(list)
        for line in self._posted:
            if line.number > 0:
                for name in line.invoices:
                    debits[line.account, name].append(line)
        return debits

    @cached_property
    def _names(self) -> Mapping[str, Sequence[str]]:
        """The invoices sold, by account."""
        names: dict[str, list[str]] = defaultdict(list)
        for account, _, name in self.sold:
            names[account].append(name)
        return names

    @property
    def owners(self) -> dict[str, set[str]]:
        """The accounts on which each number was sold."""
        owners: dict[str, set[str]] = defaultdict(set)
        for account, _, name in self.sold:
            owners[name].add(account)
        return owners

    def entries(self, letters: Iterable[IssuedLetter]) -> Iterator[DoubtfulEntry]:
        """All of them; `letters` are the register's."""
        self._check_tags()
        yield from self._unknown_invoices()
        yield from self._alike()
        yield from self._misspelt()
        yield from self._forgotten(letters)

    # ------------------------------------------------------------ Tags and links

    def _check_tags(self) -> None:
        """A tag built as the invoice numbers are: a fault, since nothing reads it."""
        shapes: set[str] = set()
        for line in self._posted:
            for tag in line.entry.tags or ():
                shapes = shapes or {shape(name) for _, _, name in self.sold}
                cut = [f"{link}-{tag}" for link in line.entry.links or () if tag[0].isdigit()]
                if meant := next((x for x in (tag, *cut) if shape(x) in shapes), None):
                    self._complaints.fault(
                        self._complaints.place(line.entry.meta),
                        f"#{tag} est une étiquette : aucun numéro de facture n'est lu là",
                        f"écrivez le lien ^{meant}",
                    )

    # ------------------------------------------------------------ Numbers that resemble others

    def _alike(self) -> Iterator[DoubtfulEntry]:
        """Two spellings of one number on one account (rule 3.17)."""
        spellings: dict[tuple[str, str], set[str]] = defaultdict(set)
        for account, name in {(account, name) for account, _, name in self.sold}:
            spellings[account, bare(name).lstrip(_LETTERS)].add(name)
        for (account, _), names in spellings.items():
            if len(names) > 1 and (same := _confused(names)):
                yield self._twice(account, same)

    def _twice(self, account: str, names: set[str]) -> DoubtfulEntry:
        last = max((x for name in names for x in self.debits[account, name]), key=lambda x: x.date)
        numbers = " et ".join(sorted(names))
        return self._doubtful(last, f"{numbers} : est-ce un seul numéro ?", tuple(sorted(names)))

    def _misspelt(self) -> Iterator[DoubtfulEntry]:
        """A number built as no other, which would fill a gap if it were (rule 3.17)."""
        counts = Counter(shape(name) for _, _, name in self.sold)
        if len(counts) < 2:
            return
        usual, times = counts.most_common(1)[0]
        numbers = sorted({name for _, _, name in self.sold if shape(name) == usual})
        days: dict[str, dt.date] = {}
        for (_, _, name), day in self.sold.items():
            days[name] = min(day, days.get(name, day))
        odd = [sale for sale in self.sold if counts[shape(sale[2])] * 10 <= times]
        for account, currency, name in odd:
            near = (x for x in respelt(name, usual) if bare(x) == bare(name) or x < numbers[-1])
            meant = next((x for x in near if x > numbers[0]), None)
            if meant and days.get(meant, dt.date.max) > days[name]:
                debits = self.debits[account, name]
                sale = next(x for x in debits if x.currency == currency and len(x.invoices) == 1)
                yield self._doubtful(sale, f"{name} : vouliez-vous {meant} ?", (name,))

    def _doubtful(self, line: Posted, what: str, names: tuple[str, ...]) -> DoubtfulEntry:
        return DoubtfulEntry(
            date=line.date,
            source=self._complaints.place(posting_meta(line.entry, line.posting)),
            code="numero-douteux",
            what=what,
            remedy="corrigez le numéro qui est faux",
            account=line.account,
            invoices=names,
        )

    def _forgotten(self, letters: Iterable[IssuedLetter]) -> Iterator[DoubtfulEntry]:
        """What a letter cites and the books that go back to its day no longer know: the one that
        resembles it, cited by none, waits (rule 3.17)."""
        first = min((line.date for line in self._posted), default=dt.date.max)
        sent = [x for x in letters if x.cancelled_on is None and x.date >= first]
        cited = {(x.account, c.invoice) for x in sent for c in x.citations}
        sales = {(account, name) for account, _, name in self.sold}
        lost = cited - sales
        places = {(x.account, c.invoice): (x, c) for x in reversed(sent) for c in x.citations}
        owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
        fresh: dict[str, list[str]] = defaultdict(list)  # what no letter cites, by account
        for sale in sorted(sales) if lost else ():
            owners[sale[1]].append(sale)
        for account, name in self.debits if lost else ():
            if (account, name) not in cited:
                fresh[account].append(name)
        for place, (account, invoice) in enumerate(sorted(lost)):
            letter, citation = places[account, invoice]
            elsewhere = owners[invoice]
            near = {
                (account, name)
                for name in (fresh[account] if place < _HINTS else ())
                if abs(len(name) - len(invoice)) <= _NEAR >= distance(name, invoice)
                and any(x.own_due in (None, citation.due) for x in self.debits[account, name])
            }
            for owner, name in elsewhere or sorted(near) or [(account, "")]:
                yield DoubtfulEntry(
                    date=letter.date,
                    source=letter.source,
                    code="numero-douteux" if name else None,
                    what=f"la lettre {letter.id} cite {invoice}, que {account} n'a plus",
                    remedy=_whereabouts(account, invoice, owner, name),
                    account=owner,
                    invoices=(name,) if name else (),
                )

    # ------------------------------------------------------------ Money for unknown invoices

    def _unknown_invoices(self) -> Iterator[DoubtfulEntry]:
        """Credits that name invoices, none of which the client has (rule 3.14)."""
        for credit in self._posted:
            if credit.number < 0 and credit.invoices:
                days = [
                    self.sold.get((credit.account, credit.currency, name))
                    for name in credit.invoices
                ]
                sale_days = [day for day in days if day]
                if not any(day <= credit.date for day in sale_days) and self._is_number(credit):
                    yield from self._unexplained(credit, min(sale_days, default=None))

    def _is_too_large(self, credit: Posted) -> bool:
        """Whether a credit is more than what it names."""
        bills = (self.debits.get((credit.account, name), ()) for name in credit.invoices)
        return sum((bill.number for debits in bills for bill in debits), credit.number) < 0

    def _is_number(self, credit: Posted) -> bool:
        """Whether what a credit names can be an invoice of these books: without a pattern, any
        link is taken for one when none begins with F."""
        names = [name for name in credit.invoices if name not in self._padded]
        usual = self._prefixes if credit.credit_note else {"", "f", *self._prefixes}
        return bool(names) and (
            (self._pattern is not None and not credit.credit_note)
            or any(prefix(name) in usual for name in names)
            or not self._bare[credit.account].isdisjoint(map(bare, names))
        )

    @cached_property
    def _bare(self) -> Mapping[str, set[str]]:
        """The numbers of each account without the letters that they begin with."""
        numbers: dict[str, set[str]] = defaultdict(set)
        for account, names in self._names.items():
            numbers[account] = {bare(name).lstrip(_LETTERS) for name in names}
        return numbers

    @cached_property
    def _prefixes(self) -> set[str]:
        return {prefix(name) for _, _, name in self.sold}

    def _unexplained(self, credit: Posted, until: dt.date | None) -> Iterator[DoubtfulEntry]:
        if DRAFT_FLAG in (credit.entry.flag, credit.posting.flag):
            return
        source = self._complaints.place(posting_meta(credit.entry, credit.posting))
        what = "d'avoir sur" if credit.credit_note else "reçus pour"
        kind = "cet avoir" if credit.credit_note else "ce règlement"
        amount = f"{-credit.number:.2f} {credit.currency}"
        names, lack = ", ".join(credit.invoices), "qu'aucune facture de ce client ne porte"
        if until and self._is_too_large(credit):  # no deposit is
            until, lack = None, "facturée plus tard et pour moins"
        self._hinted += 1
        choices = self._names[credit.account] if self._hinted <= _HINTS else ()
        hint = suggest(names, choices) if choices else ""
        near = f", {hint}" if hint.startswith("vouliez-vous") else ""
        yield DoubtfulEntry(
            date=credit.date,
            source=source,
            code="credit-inexplique",
            what=f"{amount} {what} {names}, {lack}",
            remedy=f"corrigez le lien de {kind}{near}, ou celui de la facture",
            account=credit.account,
            currency=credit.currency,
            until=until,
        )


def _confused(names: Iterable[str]) -> set[str]:
    """Those of the numbers, the same but for their letters and marks, that another is alike."""
    bares = Counter(map(bare, names))
    without = any(prefix(name) == "" for name in bares)
    return {name for name in names if bares[bare(name)] > 1 or (without and len(bares) > 1)}


def _whereabouts(account: str, invoice: str, owner: str, name: str) -> str:
    """What may have become of an invoice that a letter cites."""
    if name == invoice:
        return (
            f"{owner} l'a ; si ce client a changé de compte, écrivez à l'ouverture de {owner} "
            f'succede: "{account}"'
        )
    return f"était-ce {name}, de {owner} ?" if name else "rétablissez la facture"


def respelt(number: str, usual: str) -> Iterator[str]:
    """The number as one of that shape, when its digits fill it."""
    digits = [letter for letter in number if letter.isdigit()]
    if len(digits) == usual.count("9"):
        left = iter(digits)
        respelt = "".join(next(left) if letter == "9" else letter for letter in usual)
        if alike(respelt, number):
            yield respelt
