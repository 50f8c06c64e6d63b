"""Credits of which nothing is surely quoted: what the payer or the amount makes probable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relance.reconciliation.credit_case import CreditCase, CreditVerdict, candidates
from relance.reconciliation.label_numbers import Quote, Strength
from relance.reconciliation.match import Grade, PossibleMatch
from relance.reconciliation.open_claims import OpenClaims, OpenInvoice
from relance.reconciliation.payers import MANDATE, Payers
from relance.reconciliation.quotes import Quoted
from relance.reconciliation.readings import AmountReading, Readings
from relance.text.locales import enumeration
from relance.values.facts import Client

_MOST = 8  # ways to read one line


class Guesses:
    """Never certain, but for an invoice told in short by the client who owes it."""

    def __init__(self, open_claims: OpenClaims, readings: Readings, payers: Payers) -> None:
        self._open = open_claims
        self._readings = readings
        self._payers = payers

    def of_payer(
        self, case: CreditCase, client: Client, how: str, within: Sequence[OpenInvoice] = ()
    ) -> CreditVerdict:
        """The client is known, by `how`; no invoice of his is surely quoted, but for those that
        the money pays `within` more."""
        quoted = case.quoted.get(client.account)
        if case.known and (reading := self._told_in_short(case, quoted)):
            reason = f"{how}, {reading.what}, dont le montant est le solde"
            return CreditVerdict(Grade.SURE, reason, client, reading)
        readings = [
            reading
            for reading in self._readings.by_amount(client, case.currency, case.amount, case.day)
            if {invoice.number for invoice in within} <= {part.invoice for part in reading.told}
        ]
        if len(readings) == 1 and self._is_collected(case, client):
            reason = f"prélevé sur {case.payer.how}, et {readings[0].what}"
            return CreditVerdict(Grade.SURE, reason, client, readings[0])
        hints = [] if within else list(self._hinted(case, quoted))
        chosen = hints if len(hints) == 1 else readings
        listed = candidates(client, (*hints, *readings))
        if len(chosen) == 1:
            reason = f"{how}, et {chosen[0].what}"
            return CreditVerdict(Grade.PROBABLE, reason, client, chosen[0], listed)
        why = "mais le montant ne correspond à rien de ce qu'il doit"
        if chosen:
            why = f"mais {enumeration([reading.what for reading in chosen])} : lequel ?"
        over = [self._readings.quoted(within, case.amount)] if within else []
        nothing = PossibleMatch(client, (), "à ce client, sans facture")
        others = (*candidates(client, over), *listed, nothing)
        return CreditVerdict(Grade.CLIENT, f"{how}, {why}", client, None, others)

    def of_nobody(self, case: CreditCase) -> CreditVerdict:
        """Neither payer nor invoice is surely known."""
        hints = [
            (quoted.client, reading)
            for quoted in case.quoted.values()
            for reading in self._hinted(case, quoted)
        ]
        if len(hints) == 1 and not case.item.line.batch and self._stands_alone(case, hints[0]):
            client, reading = hints[0]
            return CreditVerdict(
                Grade.PROBABLE, reading.what, client, reading, self.candidates(case)
            )
        reason = "ni facture citée ni payeur connu"
        if case.payer.others:
            names = enumeration([client.label for client in case.payer.others])
            reason = f"{case.payer.how} désigne plusieurs clients : {names}"
        elif case.item.line.batch:
            reason = f"{case.item.line.batch} règlements que la banque réunit sans les détailler"
        elif hints:
            numbers = enumeration([reading.told[0].invoice for _, reading in hints])
            reason = f"cite peut-être {numbers}, sans certitude"
        return CreditVerdict(Grade.UNKNOWN, reason, candidates=self.candidates(case))

    # ------------------------------------------------------------ What is hinted at

    def _told_in_short(self, case: CreditCase, quoted: Quoted | None) -> AmountReading | None:
        """« FACT 31 » by the client who owes it, to the cent."""
        short = quoted.at_least(Strength.SHORT) if quoted else []
        if not quoted or not short or case.item.line.batch:
            return None
        account = quoted.client.account
        invoices = self._readings.invoices(account, short, case.currency)
        if len(invoices) != len(short) or sum(x.left for x in invoices) != case.amount:
            return None
        return self._readings.quoted(invoices, case.amount)

    def _is_collected(self, case: CreditCase, client: Client) -> bool:
        """Whether a mandate that the client gave says so, and no two invoices have the amount."""
        alike = self._open.of_amount(client.account, case.currency, case.amount)
        return bool(case.known) and case.payer.how == MANDATE and len(alike) <= 1

    def _hinted(self, case: CreditCase, quoted: Quoted | None) -> Iterator[AmountReading]:
        """The invoices that are perhaps quoted, and that the amount settles; one digit away only
        when nothing else is quoted."""
        if quoted is None:
            return
        mistaken = not any(quote.at_least(Strength.FAINT) for quote in case.quoted.values())
        for number, quote in quoted.invoices.items():
            invoice = self._open.invoice((quoted.client.account, number, case.currency))
            if invoice is None or case.amount not in invoice.amounts:
                continue
            if quote.strength is Strength.DISTANT and not mistaken:
                continue
            what = f"{_hint(number, quote)}, dont le montant est le solde"
            yield AmountReading(((invoice, case.amount),), what)

    def _stands_alone(self, case: CreditCase, hint: tuple[Client, AmountReading]) -> bool:
        """Whether nothing else explains the amount, when all that hints at it are figures."""
        client, reading = hint
        number = reading.told[0].invoice
        if case.quoted[client.account].invoices[number].strength is not Strength.FAINT:
            return True
        others = self._open.all_of_amount(case.currency, case.amount, 2)
        owing = self._open.owing(case.currency, case.amount, 2)
        return len(others) == 1 and set(owing) <= {client.account}

    # ------------------------------------------------------------ What to propose

    def candidates(self, case: CreditCase) -> tuple[PossibleMatch, ...]:
        """All that the money may pay, whoever paid."""
        return tuple(self._proposals(case))[: 2 * _MOST]

    def _proposals(self, case: CreditCase) -> Iterator[PossibleMatch]:
        """What is quoted, then what has the amount, then whose name resembles."""
        for quoted in case.quoted.values():
            yield from candidates(quoted.client, [*self._hinted(case, quoted)])
            yield from self._quoted(case, quoted)
        for client in case.payer.others:
            yield from self._of_client(case, client, f"{case.payer.how} le désigne peut-être")
        for invoice in self._open.all_of_amount(case.currency, case.amount, _MOST):
            yield self._of_amount(case, invoice)
        for client in self._payers.resembling(case.item.line):
            yield from self._of_client(case, client, "son nom ressemble à ce libellé")
        for account in self._open.owing(case.currency, case.amount, _MOST):
            oldest = next(self._open.oldest(account, case.currency))
            yield from candidates(
                oldest.client,
                self._readings.by_amount(oldest.client, case.currency, case.amount, case.day),
            )

    def _quoted(self, case: CreditCase, quoted: Quoted) -> Iterator[PossibleMatch]:
        short = quoted.at_least(Strength.SHORT)
        if invoices := self._readings.invoices(quoted.client.account, short, case.currency):
            yield self._readings.quoted(invoices, case.amount).as_candidate(quoted.client)
        elif short:
            what = f"cite {enumeration(sorted(short))}, où rien n'est ouvert"
            yield PossibleMatch(quoted.client, (), what)

    def _of_client(self, case: CreditCase, client: Client, why: str) -> Iterator[PossibleMatch]:
        for reading in self._readings.by_amount(client, case.currency, case.amount, case.day):
            what = f"{why}, et {reading.what}"
            yield PossibleMatch(client, reading.told, what, reading.surplus)
        yield PossibleMatch(client, (), f"{why}, sans facture")

    def _of_amount(self, case: CreditCase, invoice: OpenInvoice) -> PossibleMatch:
        what = f"le montant est le solde de {invoice.number}"
        return AmountReading(((invoice, case.amount),), what).as_candidate(invoice.client)


def _hint(number: str, quote: Quote) -> str:
    if quote.strength is Strength.DISTANT:
        return f"cite « {quote.read} », à un chiffre près de {number}"
    if quote.strength is Strength.FAINT:
        return f"cite peut-être {number} (« {quote.read} »)"
    return f"cite {number}" if quote.strength is Strength.WHOLE else f"cite {number} en abrégé"
