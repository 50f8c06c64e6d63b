"""The grade of a credit: what it quotes first, then who paid, then how much.

Quoted surely, of one client alone, to the cent: sûr. Less than that: sûr en partie. What can be
read in two ways is neither.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.claims.on_day import OnDay
from relance.reconciliation.credit_case import CreditCase, CreditVerdict, candidates
from relance.reconciliation.guesses import Guesses
from relance.reconciliation.label_numbers import Strength
from relance.reconciliation.letter_totals import LetterTotals
from relance.reconciliation.match import Grade, Match, PossibleMatch, StatementLine
from relance.reconciliation.open_claims import OpenClaims, OpenInvoice
from relance.reconciliation.payers import Payers
from relance.reconciliation.quotes import Quoted, Quotes, surely
from relance.reconciliation.readings import AmountReading, Readings, named
from relance.text.locales import enumeration, french_date, money
from relance.values.amounts import total


class Grader:
    """Grades credits in the order of their days."""

    def __init__(self, on: OnDay, open_claims: OpenClaims, payers: Payers) -> None:
        self._open = open_claims
        self._payers = payers
        self._totals = LetterTotals(on)
        self._quotes = Quotes(on, self._totals)
        self._readings = Readings(open_claims, self._totals)
        self._guesses = Guesses(open_claims, self._readings, payers)

    def grade(self, item: StatementLine) -> Match:
        """What a credit is taken for; its money is taken off the claims."""
        self._open.advance(item.line.date)
        if item.line.reversal is not None:
            why = "un paiement que vous aviez émis est revenu : ce n'est pas un règlement"
            return Match(item, Grade.UNKNOWN, why)
        case = CreditCase(item, self._quotes.of(item.line), self._payers.of(item.line))
        verdict = self._judge(case)
        self._take(verdict)
        return verdict.match(item)

    def candidates(self, item: StatementLine) -> tuple[PossibleMatch, ...]:
        """All that a credit may pay, its match first, without taking anything off the claims."""
        self._open.advance(item.line.date)
        case = CreditCase(item, self._quotes.of(item.line), self._payers.of(item.line))
        more = CreditVerdict(Grade.UNKNOWN, "", candidates=self._guesses.candidates(case))
        first = self._judge(case)
        claimed = (
            (first.reading.as_candidate(first.client),) if first.reading and first.client else ()
        )
        both = CreditVerdict(
            Grade.UNKNOWN, "", None, None, (*claimed, *first.candidates, *more.candidates)
        )
        return both.match(item).candidates

    def quoted_of(self, item: StatementLine) -> list[Quoted]:
        """What a line surely quotes, client by client."""
        return surely(self._quotes.of(item.line))

    def _take(self, verdict: CreditVerdict) -> None:
        change = self._open.pay if verdict.grade.certain else self._open.hold
        for invoice, amount in verdict.reading.parts if verdict.reading else ():
            change(invoice, amount)

    # ------------------------------------------------------------ The table

    def _judge(self, case: CreditCase) -> CreditVerdict:
        quoted = surely(case.quoted)
        if len(quoted) > 1:
            return self._of_several(case, quoted)
        if quoted and self._may_have_paid(case, quoted[0]):
            return self._of_quoted(case, quoted[0])
        if quoted:
            return self._of_another(case, quoted[0])
        if case.known:
            how = f"payeur connu par {case.payer.how}"
            return self._guesses.of_payer(case, case.known, how)
        return self._guesses.of_nobody(case)

    def _may_have_paid(self, case: CreditCase, quoted: Quoted) -> bool:
        """Whether nothing says that another than the client quoted has paid."""
        account = quoted.client.account
        others = [client.account for client in case.payer.others]
        return case.known.account == account if case.known else not others or account in others

    def _of_several(self, case: CreditCase, quoted: Sequence[Quoted]) -> CreditVerdict:
        names = enumeration([quote.client.label for quote in quoted])
        reason = f"cite des factures de plusieurs clients : {names}"
        return CreditVerdict(Grade.UNKNOWN, reason, candidates=self._guesses.candidates(case))

    def _of_another(self, case: CreditCase, quoted: Quoted) -> CreditVerdict:
        """Quoted of one client, paid by another: a third party, or a number that is not ours."""
        invoices = self._invoices(case, quoted)
        who = case.known.label if case.known else case.payer.others[0].label
        reason = f"cite {_numbers(quoted)} de {quoted.client.label}, mais le payeur semble {who}"
        listed = self._guesses.candidates(case)
        exact = bool(invoices) and total(x.left for x in invoices) == case.amount
        payer_readings = case.known and self._readings.by_amount(
            case.known, case.currency, case.amount, case.day
        )
        if exact and case.known and not payer_readings:
            reading = self._readings.quoted(invoices, case.amount)
            return CreditVerdict(Grade.PROBABLE, reason, quoted.client, reading, listed)
        more = candidates(case.known, payer_readings) if case.known and payer_readings else ()
        return CreditVerdict(Grade.UNKNOWN, reason, candidates=(*more, *listed))

    def _invoices(self, case: CreditCase, quoted: Quoted) -> tuple[OpenInvoice, ...]:
        """The open invoices that are surely quoted, those of the letters quoted among them."""
        demands = filter(None, map(self._totals.demand, quoted.letters))
        of_letters = (number for demand in demands for number in demand.invoices)
        numbers = dict.fromkeys((*quoted.whole, *of_letters))
        return self._readings.invoices(quoted.client.account, numbers, case.currency)

    # ------------------------------------------------------------ Quoted of one client

    def _of_quoted(self, case: CreditCase, quoted: Quoted) -> CreditVerdict:
        invoices = self._invoices(case, quoted)
        if not invoices:
            return self._closed(case, quoted)
        open_ = total(invoice.left for invoice in invoices)
        what = _cited(quoted, invoices)
        if case.item.line.batch:
            reason = f"{what}, parmi des règlements que la banque réunit sans les détailler"
            return CreditVerdict(Grade.UNKNOWN, reason, candidates=self._guesses.candidates(case))
        if case.amount == open_:
            return self._to_the_cent(case, quoted, invoices, what)
        if reading := self._with_extras(case, quoted, invoices):
            return CreditVerdict(Grade.SURE, f"{what} : {reading.what}", quoted.client, reading)
        if case.amount < open_:
            return self._less(case, quoted, invoices, what)
        over = money(case.amount - open_, case.currency)
        how = f"{what}, et verse {over} de plus que ce qui y reste"
        return self._guesses.of_payer(case, quoted.client, how, invoices)

    def _to_the_cent(
        self, case: CreditCase, quoted: Quoted, invoices: Sequence[OpenInvoice], what: str
    ) -> CreditVerdict:
        reading = self._readings.quoted(invoices, case.amount)
        balance = "leur solde" if len(invoices) > 1 else "son solde"
        reason = f"{what}, et le montant est {balance}"
        if other := self._other_reading(case, quoted):
            reason = f"{reason} ; mais aussi celui de {other}"
            listed = self._guesses.candidates(case)
            return CreditVerdict(Grade.PROBABLE, reason, quoted.client, reading, listed)
        return CreditVerdict(Grade.SURE, reason, quoted.client, reading)

    def _other_reading(self, case: CreditCase, quoted: Quoted) -> str:
        """Another invoice that the line quotes and the amount would pay: one paid already, of the
        same amount, or one of another client that is perhaps quoted."""
        for number in quoted.whole:
            invoice = self._open.invoice((quoted.client.account, number, case.currency))
            if invoice and not invoice.left and case.amount in _sums(invoice):
                return f"{number}, déjà réglée"
        for other in case.quoted.values():
            for number in other.invoices if other is not quoted else ():
                invoice = self._open.invoice((other.client.account, number, case.currency))
                if invoice and case.amount in invoice.amounts:
                    return f"{number} ({other.client.label})"
        return ""

    def _with_extras(
        self, case: CreditCase, quoted: Quoted, invoices: Sequence[OpenInvoice]
    ) -> AmountReading | None:
        """The balances quoted, with the interest and the fee that a letter demanded of them."""
        account, numbers = quoted.client.account, [invoice.number for invoice in invoices]
        demands = [demand for x in quoted.letters if (demand := self._totals.demand(x))]
        demands += self._totals.about(account, numbers, case.currency, case.day)
        for demand in demands:
            cited = self._readings.invoices(account, demand.invoices, case.currency)
            if cited and demand.extras:
                reading = self._readings.of_demand(demand, cited, case.amount, settles=True)
                if reading and set(cited) >= set(invoices):
                    return reading
        return None

    def _less(
        self, case: CreditCase, quoted: Quoted, invoices: Sequence[OpenInvoice], what: str
    ) -> CreditVerdict:
        """A part payment of what is quoted, unless it may be read in another way."""
        account, day = quoted.client.account, case.day
        if next(self._totals.of_total(account, case.currency, case.amount, day), None):
            return self._doubted(case, quoted, f"{what}, et le montant est le total d'une lettre")
        closed = [n for n in quoted.whole if n not in {invoice.number for invoice in invoices}]
        other = self._readings.second(quoted.client, invoices, case.amount)
        other = other or self._other_reading(case, quoted) or enumeration(closed)
        other = other or self._of_somebody(case, quoted)
        if other:
            reason = f"{what}, et en paie une partie, ou bien {other}"
            return self._doubted(case, quoted, reason)
        left = money(total(x.left for x in invoices) - case.amount, case.currency)
        reading = self._readings.quoted(invoices, case.amount)
        reason = f"{what}, dont il paie une partie : il y reste {left}"
        return CreditVerdict(Grade.PARTIAL, reason, quoted.client, reading)

    def _of_somebody(self, case: CreditCase, quoted: Quoted) -> str:
        """What else may have been paid: a number of which the bank cut the end, an invoice of
        another that is perhaps quoted, or, when nobody knows who paid, one that the amount
        settles."""
        if cut := [quote.read for quote in quoted.invoices.values() if quote.cut]:
            return f"une autre, si la banque a coupé « {cut[0]} »"
        for other in case.quoted.values():
            if other is not quoted and (numbers := other.at_least(Strength.FAINT)):
                return f"{numbers[0]} ({other.client.label})"
        if case.payer.others:
            return f"autre chose : {case.payer.how} désigne plusieurs clients"
        alike = self._open.all_of_amount(case.currency, case.amount, 1)
        return "" if case.known or not alike else f"{alike[0].number} ({alike[0].client.label})"

    def _doubted(self, case: CreditCase, quoted: Quoted, reason: str) -> CreditVerdict:
        """The client is sure, what he pays is not."""
        listed = self._guesses.candidates(case)
        nothing = PossibleMatch(quoted.client, (), "à ce client, sans facture")
        return CreditVerdict(Grade.CLIENT, reason, quoted.client, None, (*listed, nothing))

    def _closed(self, case: CreditCase, quoted: Quoted) -> CreditVerdict:
        """What is quoted is paid, of a later day, or in another currency."""
        for number in quoted.whole:
            invoice = self._open.invoice((quoted.client.account, number, case.currency))
            if invoice is not None:
                why = f"cite {number}, déjà réglée : payée deux fois ?"
                return self._doubted(case, quoted, why)
        why = f"cite {_numbers(quoted)}, qui n'est pas d'avant le {french_date(case.day)}"
        return self._doubted(case, quoted, f"{why}, ou pas en {case.currency}")


def _sums(invoice: OpenInvoice) -> set[object]:
    """What would have paid it."""
    amounts = [claim.amount for claim in invoice.claims]
    return {total(amounts), *amounts}


def _cited(quoted: Quoted, invoices: Sequence[OpenInvoice]) -> str:
    letters = [letter.id for letter in quoted.letters]
    if letters and not quoted.whole:
        return f"cite {'les lettres' if len(letters) > 1 else 'la lettre'} {enumeration(letters)}"
    return f"cite {named(invoices)}"


def _numbers(quoted: Quoted) -> str:
    return enumeration([*quoted.whole, *(letter.id for letter in quoted.letters)])
