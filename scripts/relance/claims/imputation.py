"""One client in one currency: every movement imputed to its invoices (rules 3.4 to 3.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from relance.claims import doubts
from relance.claims.claim import Claim, Doubt
from relance.claims.imputed import (
    ImputedCredit,
    ImputedDebit,
    ImputedInvoice,
    astray,
    booked_penalties,
    due_key,
    entry_of,
    number_of,
    pay_on_their_account,
    received,
    turned,
    undo,
    undoable,
)
from relance.claims.penalties import DemandedSum
from relance.claims.unread import unread
from relance.values.amounts import ZERO
from relance.values.facts import Client
from relance.values.movement import Movement
from relance.values.problem import Problem
from relance.values.terms import Terms


class ImputationSheet:
    """Imputes the movements of one client in one currency."""

    def __init__(
        self,
        client: Client,
        currency: str,
        terms: Terms | None,
        demanded: Sequence[DemandedSum] = (),
    ) -> None:
        self.client = client
        self.currency = currency
        self._terms = client.terms or terms
        self._demanded = demanded
        self._invoices: dict[str, ImputedInvoice] = {}
        self._numberless: list[ImputedDebit] = []
        self._free: list[ImputedCredit] = []
        self._kept: list[ImputedCredit] = []
        self._entries: dict[tuple[date, str, int], Decimal] = defaultdict(Decimal)
        self.claims: tuple[Claim, ...] = ()
        self.rejections: list[Movement] = []
        self.refunds: list[Movement] = []
        self.warnings: list[Problem] = []
        self._unsure: Doubt | None = None  # of everything that it has
        self._undone: list[tuple[str, Movement]] = []

    @property
    def left(self) -> Decimal:
        """What remains after all imputations: an overpayment, penalties paid among it."""
        return sum((credit.left for credit in (*self._free, *self._kept)), ZERO)

    @property
    def idle(self) -> Decimal:
        """What of it names no invoice at all: it may have paid anything."""
        return sum((c.left for c in self._free if not c.movement.invoices), ZERO)

    def impute(self, movements: Sequence[Movement]) -> None:
        """Invoices first, then what they received and lost again, at last what names none."""
        certain = [m for m in movements if not m.draft]
        debits = [m for m in certain if m.number > 0]
        for movement in certain:
            self._entries[entry_of(movement)] += movement.number
        numbers = {m.invoices[0] for m in debits if len(m.invoices) == 1 and not m.padding}
        if booked := booked_penalties(debits, numbers):
            debits = [m for m in debits if m not in booked]
        rejections = [m for m in debits if not self._open(m, numbers)]
        for movement in certain:
            if movement.number < 0 and not (booked and movement.penalty):
                self._credit(movement, numbers)
        for movement in rejections:
            self._reject(movement, numbers)
        if booked:
            self._book(booked, [m for m in certain if m.penalty and m.number < 0], numbers)
        self.claims = tuple(self._settled())

    def _open(self, movement: Movement, numbers: set[str]) -> bool:
        """Open the claim of a debit; False when it is a rejection to be undone later."""
        if movement.padding:
            remedy = "écrivez une entrée par facture ouverte, avec son lien et son échéance"
            self._warn(
                movement, "solde de reprise (pad) sans facture : il n'est pas relancé", remedy
            )
            return True
        name = number_of(movement, numbers)
        if name is None:
            self._numberless.append(self._debit(movement, None))
            return True
        invoice = self._invoices.get(name)
        debit = self._debit(movement, name)
        if invoice is None:
            invoice = self._invoices[name] = ImputedInvoice(movement)
            if movement.given_back and not movement.own_due:
                debit.doubt = debit.doubt or doubts.no_sale(movement, name)
        elif entry_of(movement) != entry_of(invoice.first) and not movement.instalment:
            moved = self._entries[entry_of(movement)] <= ZERO  # between accounts of the client
            undoes = moved or movement.credit_note or not movement.billed
            if movement.own_due is None and undoes:
                return False
            if not moved:
                invoice.twice.append(movement)
        invoice.add(debit)
        return True

    def _debit(self, movement: Movement, name: str | None) -> ImputedDebit:
        invoiced = movement.invoiced or movement.date
        due = movement.own_due or (self._terms.due(invoiced) if self._terms else None)
        doubt = unread(movement, self.client, due) if name else doubts.numberless(movement)
        return ImputedDebit(movement, movement.number, name, due, doubt)

    def _credit(self, movement: Movement, numbers: set[str]) -> None:
        credit = ImputedCredit(movement, -movement.number)
        names = [name for name in movement.invoices if name in numbers]
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
        if not movement.invoices:
            words = (word.strip("().,:;") for word in movement.text.split())
            credit.meant = frozenset(word for word in words if word in numbers)
        self._free.append(credit)

    def _share(self, credit: ImputedCredit, names: Sequence[str]) -> None:
        """One credit for several invoices without `facture:`: the oldest due first among them."""
        self._warn(
            credit.movement,
            f"un seul crédit pour {', '.join(names)} : imputé dans l'ordre des échéances",
            'écrivez une ligne par facture, avec facture: "…"',
        )
        oldest = sorted(names, key=lambda name: min(map(due_key, self._invoices[name].instalments)))
        for name in oldest:
            invoice = self._invoices[name]
            open_ = sum((c.amount for c in invoice.instalments), ZERO) - sum(
                (c.left for c in invoice.credits), ZERO
            )
            if taken := credit.take(max(open_, ZERO)):
                invoice.credits.append(ImputedCredit(credit.movement, taken))

    def _reject(self, movement: Movement, numbers: set[str]) -> None:
        """A later debit without due date undoes the invoice's credits, latest first: the claim
        is open again at its original due date. What exceeds them, the bank's costs perhaps, is
        never dunned (CPCE L111-8)."""
        name = number_of(movement, numbers)
        assert name is not None
        invoice = self._invoices[name]
        covered = sum((credit.left for credit in invoice.credits), ZERO)
        undone = undo(movement.number, undoable(movement, invoice.credits))
        whole = {-credit.movement.number for credit in self._free}
        free = undo(movement.number - undone, undoable(movement, self._free))
        reopened = invoice.reopen(covered - undone, covered + free)
        (self.rejections if reopened or not undone + free else self.refunds).append(movement)
        if not undone + free:
            invoice.doubt(doubts.undoes_nothing(movement))
            self._undone.append((name, movement))
        if (left := movement.number - undone - free) > 0:
            invoice.beyond.append(ImputedDebit(movement, left, name, None, doubts.beyond(left)))
        if free and (left > 0 or whole.isdisjoint((free, self._entries[entry_of(movement)]))):
            self._unsure = doubts.undoes_too_much(movement)  # a bank gives back payments whole

    def _book(
        self, booked: Sequence[Movement], taken_back: Iterable[Movement], numbers: set[str]
    ) -> None:
        """Booked penalties are no sale: what is left of their invoice's money pays them, then
        what names none, and nothing asks for them but the letters about the invoice."""
        debits = []
        for movement in booked:
            name = number_of(movement, numbers)
            debits.append(ImputedDebit(movement, movement.number, name, None, doubts.BOOKED))
            (self._invoices[name].beyond if name else self._numberless).append(debits[-1])
        for movement in taken_back:
            credit = ImputedCredit(replace(movement, waived=True), -movement.number)
            for debit in debits:
                if debit.invoice == number_of(movement, numbers):
                    debit.pay([credit], linked=True)
            if credit.left:
                self._credit(replace(movement, number=-credit.left), numbers)

    def _keep(self, debits: Sequence[ImputedDebit], left: Sequence[ImputedCredit]) -> None:
        """Set aside the money that pays, to the cent, what a letter demanded as penalties: what
        is left on its invoices, or of a sum without a reference that is the letter's total."""
        for letter in self._demanded:
            left_over = [
                credit
                for name in letter.invoices & self._invoices.keys()
                for credit in self._invoices[name].credits
                if credit in left and credit not in self._kept
                if letter.date <= credit.movement.date
            ]
            if sum((credit.left for credit in left_over), ZERO) == letter.penalties:
                self._kept += left_over
                continue
            owed = [debit for debit in debits if debit.invoice in letter.invoices and debit.due]
            principal = sum((debit.left for debit in owed), ZERO)
            whole = principal + letter.penalties
            for credit in self._free if principal else ():
                named = credit.movement.invoices or credit.movement.date < letter.date
                if credit.left == whole and not named:
                    for debit in owed:
                        debit.pay([credit], linked=False)
                    self._kept.append(credit)
                    break

    def _settled(self) -> list[Claim]:
        """Every claim by due date, once invoices took their own credits and then, the oldest due
        first, what named no invoice or was left; numberless debits come last."""
        self._spread_doubts()
        linked = [
            debit for _, imputed in sorted(self._invoices.items()) for debit in imputed.settle()
        ]
        linked.sort(key=due_key)
        self._numberless.sort(key=due_key)
        left = [
            c for _, imputed in sorted(self._invoices.items()) for c in imputed.credits if c.left
        ]
        debits = [*linked, *self._numberless]
        self._keep(debits, left)
        free = [credit for credit in (*self._free, *left) if credit not in self._kept]
        self._free = sorted(free, key=received)
        # Of an invoice with several numbers nobody knows whether it comes first.
        unsure = next((x.doubt for x in self._numberless if x.movement.invoices), None)
        for debit in linked if self._free and unsure else ():
            debit.doubt = debit.doubt or unsure
        pay_on_their_account(debits, self._free, linked=False)
        if self._free:
            for debit in debits:
                debit.pay(self._free, linked=False)
        if asked := [*astray(self._free, debits), *turned(self._undone, debits)]:
            for debit in debits:
                debit.doubt = debit.doubt or asked[0]
        debits.sort(key=due_key)
        parts = {name: len(imputed.instalments) for name, imputed in self._invoices.items()}
        return [debit.claim(self.client, parts.get(debit.invoice or "", 1)) for debit in debits]

    def _spread_doubts(self) -> None:
        """What is doubtful of one instalment is of its whole invoice."""
        for name, invoice in self._invoices.items():
            for movement in invoice.twice:
                invoice.doubt(doubts.twice(name, invoice.first, movement))
            if doubt := next((x.doubt for x in invoice.instalments if x.doubt), self._unsure):
                invoice.doubt(doubt)

    def _warn(self, movement: Movement, what: str, remedy: str) -> None:
        self.warnings.append(Problem(movement.source, what, remedy))
