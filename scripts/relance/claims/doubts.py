"""What forbids to write about a claim, as far as the movements alone can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from relance.claims.claim import Claim, Doubt
from relance.claims.unread import of_numbers
from relance.values.amounts import cents
from relance.values.facts import Movement


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
        self._all_drafted = any(known.isdisjoint(m.invoices) for m in drafts)
        self._drafted = {name for m in drafts for name in m.invoices}
        self._foreign = {
            name for m in credits if m.currency != currency and not m.draft for name in m.invoices
        }
        self._idle = {other: amount for other, amount in idle.items() if other != currency}

    def cast(self, claim: Claim) -> Claim:
        """The claim with its doubt, if there is one."""
        if claim.doubt is not None or claim.invoice is None:
            return claim
        doubt = self._doubt(claim.invoice) or _fraction(claim)
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
        if self._idle:
            sums = ", ".join(f"{amount:.2f} {other}" for other, amount in self._idle.items())
            reason = f"{sums} reçus sans numéro de facture : règlent-ils celle-ci ? Liez-les, ou"
            return Doubt("autre-devise", f"{reason} passez l'écriture de change")
        return None


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
