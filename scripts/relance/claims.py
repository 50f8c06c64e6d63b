"""What is open: invoices, instalments and what reduced them (design §4). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.model import ZERO, Books, Client, IssuedLetter, Movement, Rate, Terms
from relance.problem import Problem, Source


@dataclass(frozen=True, slots=True)
class Receipt:
    """What reduced a claim: a payment or a credit note; `amount` > 0.

    `linked` is False when it named no invoice and was imputed to the oldest due date.
    """

    date: date
    amount: Decimal
    credit_note: bool = False
    linked: bool = True


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the books alone forbid to write about a claim: a code and a reason in French."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One instalment of one invoice, `instalment` being its place by original due date.

    `invoice` is None for a debit that names none. `label` is the number letters print.
    `rejected` says that a payment of it came back.
    """

    client: Client
    invoice: str | None
    label: str
    instalment: int
    instalments: int
    amount: Decimal
    currency: str
    invoiced: date
    due: date | None
    source: Source
    receipts: tuple[Receipt, ...] = ()
    service: date | None = None
    tags: frozenset[str] = frozenset()
    excluded: bool = False
    rate: Rate | None = None
    bears_interest: bool = True
    rejected: bool = False
    doubt: Doubt | None = None

    @property
    def balance(self) -> Decimal:
        """What is open, every receipt taken off."""
        return self.amount - self.received

    @property
    def born(self) -> date:
        """The day the debt was born: that of the work, or of the invoice if it came first."""
        return min(filter(None, (self.service, self.invoiced)))

    @property
    def received(self) -> Decimal:
        """What was received or credited."""
        return sum((receipt.amount for receipt in self.receipts), ZERO)

    @property
    def unallocated(self) -> Decimal:
        """What of it came without a link."""
        return sum((r.amount for r in self.receipts if not r.linked), ZERO)


@dataclass(frozen=True, slots=True)
class Overpayment:
    """What a client paid beyond all its claims in a currency: reported, never dunned."""

    client: Client
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Receivables:
    """The claims at a date, settled ones included, ordered by client and due date.

    A claim covered by unlinked credit alone has a balance of zero and `unallocated` > 0.
    """

    claims: tuple[Claim, ...]
    overpayments: tuple[Overpayment, ...]
    warnings: tuple[Problem, ...]


def receivables(books: Books, terms: Terms | None, day: date) -> Receivables:
    """Impute every movement up to `day`: linked ones first, then the others, oldest due first.

    `terms` are the policy's, for an invoice and a client that have none.
    """
    clients = {client.account: client for client in books.clients}
    accounts: dict[str, list[Movement]] = defaultdict(list)
    for movement in books.movements:
        if movement.date <= day:
            accounts[movement.account].append(movement)
    owners = _owners(accounts)
    sheets = [
        (sheet, _Doubts(accounts[account], sheet.currency, owners))
        for account in sorted(accounts)
        for sheet in _sheets(clients.get(account), accounts[account], terms)
    ]
    numbers = _Numbers(books.letters, day)
    return Receivables(
        claims=tuple(
            doubts.cast(claim) for sheet, doubts in sheets for claim in numbers.kept(sheet.claims)
        ),
        overpayments=tuple(
            Overpayment(sheet.client, sheet.left, sheet.currency)
            for sheet, _ in sheets
            if sheet.left > 0
        ),
        warnings=tuple(warning for sheet, _ in sheets for warning in sheet.warnings),
    )


def _sheets(
    client: Client | None, movements: Sequence[Movement], terms: Terms | None
) -> Iterable[_Sheet]:
    client = client or Client(movements[0].account, None, movements[0].source)
    for currency in sorted({m.currency for m in movements}):
        sheet = _Sheet(client, currency, terms)
        sheet.impute([m for m in movements if m.currency == currency])
        yield sheet


# ---------------------------------------------------------------- One client, one currency


@dataclass(slots=True)
class _Credit:
    """What is left to impute of one credit posting."""

    movement: Movement
    left: Decimal

    def take(self, amount: Decimal) -> Decimal:
        taken = min(self.left, amount)
        self.left -= taken
        return taken


@dataclass(slots=True)
class _Invoice:
    """The debits and credits that name one invoice, in the ledger's order."""

    instalments: list[Claim]
    credits: list[_Credit]
    first_entry: tuple[date, str, int]

    def reopen(self, after: Decimal, before: Decimal) -> None:
        """Mark the instalments, oldest first, that `before` paid and `after` no longer does."""
        end = ZERO
        for place, claim in sorted(enumerate(self.instalments), key=lambda x: _by_due(x[1])):
            start, end = end, end + claim.amount
            if after < end and start < before and after < before:
                self.instalments[place] = replace(claim, rejected=True)


class _Sheet:
    """Imputes the movements of one client in one currency."""

    def __init__(self, client: Client, currency: str, terms: Terms | None) -> None:
        self.client = client
        self.currency = currency
        self._terms = client.terms or terms
        self._invoices: dict[str, _Invoice] = {}
        self._numberless: list[Claim] = []
        self._free: list[_Credit] = []
        self.claims: tuple[Claim, ...] = ()
        self.warnings: list[Problem] = []

    @property
    def left(self) -> Decimal:
        """What remains after all imputations: an overpayment."""
        return sum((credit.left for credit in self._free), ZERO)

    def impute(self, movements: Sequence[Movement]) -> None:
        """Invoices first, then what they received and lost again, at last what names none."""
        certain = [m for m in movements if not m.draft]
        known = {m.invoices[0] for m in certain if m.number > 0 and len(m.invoices) == 1}
        rejections = [m for m in certain if m.number > 0 and not self._open(m, known)]
        for movement in certain:
            if movement.number < 0:
                self._credit(movement, known)
        for movement in rejections:
            self._reject(movement, known)
        linked = [claim for name in sorted(self._invoices) for claim in self._settle(name)]
        self.claims = tuple(sorted(self._cover(linked), key=_by_due))

    def _open(self, movement: Movement, known: set[str]) -> bool:
        """Open the claim of a debit; False when it is a rejection to be undone later."""
        if movement.padding:
            remedy = "écrivez une entrée par facture ouverte, avec son lien et son échéance"
            self._warn(
                movement, "solde de reprise (pad) sans facture : il n'est pas relancé", remedy
            )
            return True
        name = _number(movement, known)
        if name is None:
            self._numberless.append(self._claim(movement, None))
            return True
        entry = (movement.date, movement.source.path, movement.entry)
        invoice = self._invoices.setdefault(name, _Invoice([], [], entry))
        if movement.own_due is None and entry != invoice.first_entry:
            return False
        self._instalment(invoice, self._claim(movement, name))
        return True

    def _instalment(self, invoice: _Invoice, claim: Claim) -> None:
        """Add a claim; two postings of one entry with one due date are one instalment."""
        for place, other in enumerate(invoice.instalments):
            if (other.due, other.invoiced, other.source.path) == (
                claim.due,
                claim.invoiced,
                claim.source.path,
            ):
                invoice.instalments[place] = replace(other, amount=other.amount + claim.amount)
                return
        invoice.instalments.append(claim)

    def _claim(self, movement: Movement, name: str | None) -> Claim:
        invoiced = movement.invoiced or movement.date
        due = movement.own_due or (self._terms.due(invoiced) if self._terms else None)
        return Claim(
            client=self.client,
            invoice=name,
            label=movement.label or name or "",
            instalment=1,
            instalments=1,
            amount=movement.number,
            currency=self.currency,
            invoiced=invoiced,
            due=due,
            source=movement.source,
            service=movement.service,
            tags=movement.tags,
            excluded=movement.excluded,
            rate=movement.rate,
            bears_interest=movement.bears_interest,
            doubt=None if name else _numberless(movement),
        )

    def _credit(self, movement: Movement, known: set[str]) -> None:
        credit = _Credit(movement, -movement.number)
        names = [name for name in movement.invoices if name in known]
        if len(names) == 1:
            self._invoices[names[0]].credits.append(credit)
            return
        if len(names) > 1:
            self._share(credit, names)
        elif movement.invoices and not movement.credit_note:
            self._warn(
                movement,
                f"ce règlement nomme {', '.join(movement.invoices)}, qu'aucune facture de "
                f"{self.client.label} ne porte : il est imputé aux plus anciennes échéances",
                "corrigez le lien",
            )
        self._free.append(credit)

    def _share(self, credit: _Credit, names: Sequence[str]) -> None:
        """One credit for several invoices without `facture:`: the oldest due first among them."""
        self._warn(
            credit.movement,
            f"un seul crédit pour {', '.join(names)} : imputé dans l'ordre des échéances",
            'écrivez une ligne par facture, avec facture: "…"',
        )
        by_due = sorted(names, key=lambda name: min(map(_by_due, self._invoices[name].instalments)))
        for name in by_due:
            invoice = self._invoices[name]
            open_ = sum((c.amount for c in invoice.instalments), ZERO) - sum(
                (c.left for c in invoice.credits), ZERO
            )
            if taken := credit.take(max(open_, ZERO)):
                invoice.credits.append(_Credit(credit.movement, taken))

    def _reject(self, movement: Movement, known: set[str]) -> None:
        """A later debit without due date undoes the invoice's credits, latest first: the claim
        is open again at its original due date. What exceeds them, the bank's costs perhaps, is
        never dunned (CPCE L111-8)."""
        name = _number(movement, known)
        assert name is not None
        invoice = self._invoices[name]
        covered = sum((credit.left for credit in invoice.credits), ZERO)
        own = _undo(movement.number, _undoable(movement, invoice.credits))
        free = _undo(movement.number - own, _undoable(movement, self._free))
        invoice.reopen(covered - own, covered + free)
        if (left := movement.number - own - free) > 0:
            more = replace(self._claim(movement, name), amount=left, due=None, doubt=_beyond(left))
            invoice.instalments.append(more)

    def _settle(self, name: str) -> list[Claim]:
        """Impute an invoice's own credits to its instalments; what is left is free."""
        invoice = self._invoices[name]
        ordered = sorted(invoice.instalments, key=_by_due)
        if len(ordered) > 1:
            total = len(ordered)
            ordered = [
                replace(c, instalment=n, instalments=total) for n, c in enumerate(ordered, 1)
            ]
        claims = [_paid(claim, invoice.credits, linked=True) for claim in ordered]
        self._free.extend(credit for credit in invoice.credits if credit.left)
        return claims

    def _cover(self, claims: Sequence[Claim]) -> list[Claim]:
        """Impute what named no invoice to the oldest due dates; numberless debits come last."""
        self._free.sort(key=lambda c: (c.movement.date, c.movement.source))
        ordered = [*sorted(claims, key=_by_due), *sorted(self._numberless, key=_by_due)]
        return [_paid(claim, self._free, linked=False) for claim in ordered]

    def _warn(self, movement: Movement, what: str, remedy: str) -> None:
        self.warnings.append(Problem(movement.source, what, remedy))


def _paid(claim: Claim, credits: Iterable[_Credit], *, linked: bool) -> Claim:
    receipts = list(claim.receipts)
    left = claim.balance
    for credit in credits:
        if taken := credit.take(left):
            left -= taken
            receipts.append(
                Receipt(credit.movement.date, taken, credit.movement.credit_note, linked)
            )
    return (
        replace(claim, receipts=tuple(receipts)) if len(receipts) > len(claim.receipts) else claim
    )


def _undoable(movement: Movement, credits: Iterable[_Credit]) -> list[_Credit]:
    """The credits a debit can undo, in its order: its own kind first (a cancelled credit note
    is no rejected payment), the latest first."""
    before = [c for c in credits if c.movement.date <= movement.date]
    before.sort(key=lambda c: (c.movement.credit_note == movement.credit_note, c.movement.date))
    return before[::-1]


def _undo(amount: Decimal, credits: Iterable[_Credit]) -> Decimal:
    """Take so much back from the credits; returns what was found there."""
    left = amount
    for credit in credits:
        left -= credit.take(left)
    return amount - left


def _number(movement: Movement, known: set[str]) -> str | None:
    """The one invoice a debit names; with several links, the one that another debit names alone."""
    names = movement.invoices
    if len(names) > 1:
        names = tuple(name for name in names if name in known)
    return names[0] if len(names) == 1 else None


def _by_due(claim: Claim) -> tuple[date, date, str, int]:
    return (claim.due or date.max, claim.invoiced, claim.invoice or "", claim.instalment)


class _Numbers:
    """The instalment numbers that letters already used: a corrected due date keeps its number,
    so that the claim keeps its steps."""

    def __init__(self, letters: Iterable[IssuedLetter], day: date) -> None:
        self._cited: dict[tuple[str, str, str], dict[int, date]] = defaultdict(dict)
        for letter in letters:
            for citation in letter.citations if letter.date <= day else ():
                invoice = (letter.account, citation.invoice, citation.balance.currency)
                self._cited[invoice][citation.instalment] = citation.due

    def kept(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """The claims of one sheet, renumbered where the register knows better."""
        invoices: dict[str | None, list[Claim]] = defaultdict(list)
        for claim in claims:
            invoices[claim.invoice].append(claim)
        for claim in claims:
            own = invoices[claim.invoice]
            cited = self._cited.get((claim.client.account, claim.invoice or "", claim.currency))
            if cited and len(own) > 1:
                yield replace(claim, instalment=_renumbered(own, cited)[claim.instalment])
            else:
                yield claim


def _renumbered(claims: Sequence[Claim], cited: Mapping[int, date]) -> dict[int, int]:
    """From the number by due date to the number kept: that of the letter which cited this due
    date; what is left in the order of the ledger."""
    left = {claim.instalment: claim for claim in claims}
    kept: dict[int, int] = {}
    for number, due in sorted(cited.items()):
        match = next((claim for claim in left.values() if claim.due == due), None)
        if match is not None:
            kept[match.instalment] = number
            del left[match.instalment]
    free = [n for n in range(1, len(claims) + 1) if n not in kept.values()]
    written = sorted(left.values(), key=lambda claim: (claim.source, claim.instalment))
    return kept | {claim.instalment: n for claim, n in zip(written, free, strict=False)}


# ---------------------------------------------------------------- Doubts


def _numberless(movement: Movement) -> Doubt:
    if movement.invoices:
        names = ", ".join(movement.invoices)
        return Doubt("sans-numero", f'plusieurs numéros ({names}) : précisez facture: "…"')
    return Doubt("sans-numero", "débit sans numéro de facture : ajoutez un lien ^F…")


def _beyond(amount: Decimal) -> Doubt:
    reason = f"{amount:.2f} débités sans échéance au-delà des règlements : frais de rejet ?"
    return Doubt("sans-echeance", f"{reason} S'ils sont dus, écrivez leur echeance")


def _owners(accounts: Mapping[str, Sequence[Movement]]) -> dict[str, set[str]]:
    """The accounts whose entries carry each invoice number. Credits count: a payment entered
    on another client's account may well have paid the invoice it names."""
    owners: dict[str, set[str]] = defaultdict(set)
    for account, movements in accounts.items():
        for movement in movements:
            if not movement.draft:
                for name in movement.invoices:
                    owners[name].add(account)
    return owners


class _Doubts:
    """What forbids to write about claims of one client in one currency."""

    def __init__(
        self, movements: Sequence[Movement], currency: str, owners: Mapping[str, set[str]]
    ) -> None:
        credits = [m for m in movements if m.number < 0]
        drafts = [m for m in credits if m.draft]
        known = {name for m in movements if m.number > 0 and not m.draft for name in m.invoices}
        self._owners = owners
        self._all_drafted = any(known.isdisjoint(m.invoices) for m in drafts)
        self._drafted = {name for m in drafts for name in m.invoices}
        self._foreign = {
            name for m in credits if m.currency != currency and not m.draft for name in m.invoices
        }

    def cast(self, claim: Claim) -> Claim:
        """The claim with its doubt, if there is one."""
        if claim.doubt is not None or claim.invoice is None:
            return claim
        doubt = self._doubt(claim.invoice)
        return replace(claim, doubt=doubt) if doubt else claim

    def _doubt(self, invoice: str) -> Doubt | None:
        if len(sharing := self._owners[invoice]) > 1:
            names = ", ".join(sorted(sharing))
            return Doubt("numero-en-double", f"{invoice} est porté par plusieurs clients : {names}")
        if self._all_drafted or invoice in self._drafted:
            return Doubt(
                "reglement-brouillon", "un règlement en brouillon (!) attend d'être validé"
            )
        if invoice in self._foreign:
            reason = "un règlement en autre devise porte son numéro : passez l'écriture de change"
            return Doubt("autre-devise", reason)
        return None
