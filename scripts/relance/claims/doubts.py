"""What forbids to write about a claim, as far as the movements alone can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from relance.claims.claim import Claim, Doubt
from relance.claims.unread import of_numbers
from relance.values.amounts import ZERO, cents
from relance.values.facts import DoubtfulEntry, Movement


def numberless(movement: Movement) -> Doubt:
    """A debit that no single invoice explains."""
    if movement.invoices:
        names = ", ".join(movement.invoices)
        return Doubt("sans-numero", f'plusieurs numéros ({names}) : précisez facture: "…"')
    reason = "débit sans numéro de facture : ajoutez un lien ^F…"
    if keys := of_numbers(movement):
        reason += f", ou nommez {keys} dans grand-livre.facture.meta"
    return Doubt("sans-numero", f"{reason} ({movement.source})" if keys else reason)


def undoes_nothing(movement: Movement) -> Doubt:
    """About an invoice never paid, a debit that can reject no payment."""
    amount = f"{movement.number:.2f} {movement.currency}"
    reason = f"un débit de {amount} sans échéance ({movement.source}) n'annule aucun règlement"
    return Doubt("debit-inexplique", f"{reason} : un règlement saisi à l'envers ?")


def twice(name: str, first: Movement, second: Movement) -> Doubt:
    """One number in two entries, neither of which is said to be a part of the other's invoice."""
    reason = f"deux écritures portent {name} : {first.source} et {second.source}"
    remedy = "retirez celle de trop ou corrigez son numéro ; si c'est une tranche de la même"
    return Doubt("doublon", f"{reason}. {remedy.capitalize()} facture, écrivez-y tranche: TRUE")


def beyond(amount: Decimal) -> Doubt:
    """What a rejection took more than was paid."""
    reason = f"{amount:.2f} débités sans échéance au-delà des règlements : frais de rejet ?"
    return Doubt("sans-echeance", f"{reason} S'ils sont dus, écrivez leur echeance")


def _fraction(claim: Claim) -> Doubt | None:
    """A sum finer than the cent: whatever a letter printed would not be what the books say."""
    if claim.balance == cents(claim.balance):
        return None
    reason = f"{claim.balance:f} {claim.currency} : une créance se compte au centime, corrigez"
    return Doubt("fraction-de-centime", f"{reason} l'écriture")


class Doubts:
    """What forbids to write about claims of one client in one currency."""

    def __init__(
        self,
        movements: Sequence[Movement],
        currency: str,
        owners: Mapping[str, set[str]],
        idle: Mapping[str, Decimal],
    ) -> None:
        credits = [m for m in movements if m.number < 0]
        drafts = [m for m in credits if m.draft]
        known = {name for m in movements if m.number > 0 and not m.draft for name in m.invoices}
        self._owners = owners
        self._currency = currency
        self._held = list(_pasted([m for m in movements if m.currency == currency]))
        self.set_aside = ZERO
        self._all_drafted = any(known.isdisjoint(m.invoices) for m in drafts)
        self._drafted = {name for m in drafts for name in m.invoices}
        self._foreign = {
            name for m in credits if m.currency != currency and not m.draft for name in m.invoices
        }
        self._idle = {other: amount for other, amount in idle.items() if other != currency}

    def with_entries(self, doubtful: Iterable[DoubtfulEntry], aside: Iterable[Movement]) -> Doubts:
        """The same with the client's doubtful entries, and the credits set aside for them: what
        they come to in the currency was paid, but nobody knows for what."""
        for entry in doubtful:
            if entry.code and entry.currency in (None, self._currency):
                reason = f"{entry.what} ({entry.source}) : {entry.remedy}"
                self._held.append((entry.invoices, Doubt(entry.code, reason)))
        own = (m.number for m in aside if m.currency == self._currency)
        self.set_aside = -sum(own, ZERO)
        return self

    def cast(self, claim: Claim) -> Claim:
        """The claim with its doubt, if there is one."""
        if claim.doubt is not None or claim.invoice is None:
            return claim
        doubt = self._doubt(claim.invoice) or _fraction(claim)
        return replace(claim, doubt=doubt) if doubt else claim

    def _doubt(self, invoice: str) -> Doubt | None:
        if len(sharing := self._owners[invoice]) > 1:
            names = ", ".join(sorted(sharing))
            reason = (
                f"{invoice} est porté par plusieurs clients : {names} ; corrigez le numéro faux, "
                "ou, si ce client a changé de compte, laissez la facture sur l'ancien jusqu'à son "
                "règlement et retirez le virement d'un compte à l'autre"
            )
            return Doubt("numero-en-double", reason)
        held = (doubt for names, doubt in self._held if not names or invoice in names)
        return next(held, None) or self._unsettled(invoice)

    def _unsettled(self, invoice: str) -> Doubt | None:
        """What money that is a draft, or in another currency, may have paid."""
        if self._all_drafted or invoice in self._drafted:
            return Doubt(
                "reglement-brouillon", "un règlement en brouillon (!) attend d'être validé"
            )
        if invoice in self._foreign:
            reason = "un règlement en autre devise porte son numéro : passez l'écriture de change"
            return Doubt("autre-devise", reason)
        if self._idle:
            sums = ", ".join(f"{amount:.2f} {other}" for other, amount in self._idle.items())
            reason = f"{sums} reçus sans numéro de facture : règlent-ils celle-ci ? Liez-les, ou"
            return Doubt("autre-devise", f"{reason} passez l'écriture de change")
        return None


def _pasted(movements: Sequence[Movement]) -> Iterator[tuple[tuple[str, ...], Doubt]]:
    """What was written twice in the same words, with the invoices that it makes doubtful: all of
    the account when it pays more than it names; none when it pays that to the cent."""
    alike: dict[tuple[object, ...], dict[tuple[str, int], Movement]] = defaultdict(dict)
    for m in movements:
        bill = m.number > 0 and (m.own_due or not m.invoices)
        if not (m.draft or m.padding or bill):
            words = (m.date, m.number, m.invoices, m.text, m.credit_note, m.waived)
            alike[words].setdefault((m.source.path, m.entry), m)
    for found in alike.values():
        if len(found) > 1:
            first, second, *_ = found.values()
            names = first.invoices
            left = sum((m.number for m in movements if m.invoices == names and not m.draft), ZERO)
            if names and not left:
                continue
            amount = f"{abs(first.number):.2f} {first.currency}"
            reason = (
                f"{amount} le {first.date:%d/%m/%Y} deux fois dans les mêmes mots "
                f"({first.source}, {second.source}) : retirez l'écriture de trop, ou dites dans "
                "son libellé ce qui la distingue"
            )
            yield (names if left > 0 else ()), Doubt("doublon", reason)


def unexplained(movements: Iterable[Movement], doubtful: Iterable[DoubtfulEntry]) -> list[Movement]:
    """The credits that pay no claim as long as nobody knows which they are for."""
    places = {each.source for each in doubtful if each.code == "credit-inexplique"}
    return [m for m in movements if m.source in places] if places else []


def owners_of(accounts: Mapping[str, Sequence[Movement]]) -> dict[str, set[str]]:
    """The accounts whose entries carry each invoice number. Credits count: a payment entered
    on another client's account may well have paid the invoice it names, a draft too."""
    found: dict[str, set[str]] = defaultdict(set)
    for account, movements in accounts.items():
        for movement in movements:
            if not movement.draft or movement.number < 0:
                for name in movement.invoices:
                    found[name].add(account)
    return found
