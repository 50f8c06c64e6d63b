"""One client in one currency: every movement imputed to its invoices (design §4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from relance.claims import Claim, Doubt, Receipt, by_due
from relance.model import ZERO, Client, Movement, Terms
from relance.problem import Problem


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
        for place, claim in sorted(enumerate(self.instalments), key=lambda x: by_due(x[1])):
            start, end = end, end + claim.amount
            if after < end and start < before and after < before:
                self.instalments[place] = replace(claim, rejected=True)


class Sheet:
    """Imputes the movements of one client in one currency."""

    def __init__(self, client: Client, currency: str, terms: Terms | None) -> None:
        self.client = client
        self.currency = currency
        self._terms = client.terms or terms
        self._invoices: dict[str, _Invoice] = {}
        self._numberless: list[Claim] = []
        self._free: list[_Credit] = []
        self.claims: tuple[Claim, ...] = ()
        self.rejections: tuple[Movement, ...] = ()
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
        self.rejections = tuple(rejections)
        for movement in rejections:
            self._reject(movement, known)
        linked = [claim for name in sorted(self._invoices) for claim in self._settle(name)]
        self.claims = tuple(sorted(self._cover(linked), key=by_due))

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
        oldest = sorted(names, key=lambda name: min(map(by_due, self._invoices[name].instalments)))
        for name in oldest:
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
        ordered = sorted(invoice.instalments, key=by_due)
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
        ordered = [*sorted(claims, key=by_due), *sorted(self._numberless, key=by_due)]
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


def _numberless(movement: Movement) -> Doubt:
    if movement.invoices:
        names = ", ".join(movement.invoices)
        return Doubt("sans-numero", f'plusieurs numéros ({names}) : précisez facture: "…"')
    return Doubt("sans-numero", "débit sans numéro de facture : ajoutez un lien ^F…")


def _beyond(amount: Decimal) -> Doubt:
    reason = f"{amount:.2f} débités sans échéance au-delà des règlements : frais de rejet ?"
    return Doubt("sans-echeance", f"{reason} S'ils sont dus, écrivez leur echeance")
