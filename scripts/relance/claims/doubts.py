"""What forbids to write about a claim, as far as the movements alone can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from relance.claims.claim import Claim, Doubt
from relance.claims.pasted_entries import PastedEntries
from relance.claims.unread import of_numbers
from relance.values.amounts import ZERO, cents
from relance.values.facts import DoubtfulEntry, Succession
from relance.values.movement import Movement
from relance.values.problem import Source


def numberless(movement: Movement) -> Doubt:
    """A debit that no single invoice explains."""
    if movement.invoices:
        names = ", ".join(movement.invoices)
        reason = f'plusieurs numéros ({names}) : précisez facture: "…"'
        if pattern := _pattern(movement.invoices):
            reason += f", ou grand-livre.facture.lien: '{pattern}'"
        return Doubt("sans-numero", reason)
    if movement.opening:
        reason = "reprise sans numéro de facture : une ligne par facture encore due, avec "
        reason += 'facture: "F…" et echeance:'
    else:
        reason = "débit sans numéro de facture : ajoutez un lien ^F…"
    if keys := of_numbers(movement):
        reason += f", ou nommez {keys} dans grand-livre.facture.meta"
    elif number := re.search(r"\b[A-Z]{2,}[-/]?[0-9][0-9/-]*\b", movement.text):
        pattern = re.sub("[0-9].*", "[0-9/-]+" if "/" in number[0] else "[0-9-]+", number[0])
        reason += f" ou, s'il est {number[0]}, grand-livre.facture.texte: '{pattern}'"
    return Doubt("sans-numero", f"{reason} ({movement.source})")


def _pattern(names: Sequence[str]) -> str:
    """The pattern of the one link of several that looks like an invoice's number, empty when none
    does, or several do: « ^acme-site ^2026-014 »."""
    numbered = [name for name in names if re.search("[0-9]", name)]
    if len(numbered) != 1 or not re.fullmatch(r"[\w/.-]+", numbered[0]):
        return ""
    return re.sub("[0-9]+", "[0-9]+", numbered[0].replace(".", "[.]"))


# Nothing hinders the letters about their invoice.
BOOKED = Doubt("penalites", "pénalités comptabilisées : les lettres sur leur facture les demandent")


def undoes_nothing(movement: Movement) -> Doubt:
    """About an invoice never paid, a debit that can reject no payment."""
    amount = f"{movement.number:.2f} {movement.currency}"
    reason = f"un débit de {amount} sans échéance ({movement.source}) n'annule aucun règlement"
    return Doubt("debit-inexplique", f"{reason} : un règlement saisi à l'envers ?")


def no_sale(movement: Movement, name: str) -> Doubt:
    """Money given back under a number that no sale has."""
    amount = f"{movement.number:.2f} {movement.currency}"
    reason = f"{amount} rendus sur {name} ({movement.source}), qu'aucune vente ne porte"
    return Doubt("debit-inexplique", f"{reason} : corrigez le numéro de ce rejet")


def undoes_too_much(movement: Movement) -> Doubt:
    """A debit without due date that takes back money without a reference, and more."""
    amount = f"{movement.number:.2f} {movement.currency}"
    reason = f"un débit de {amount} sans échéance ({movement.source}) annule plus qu'aucun"
    return Doubt("debit-inexplique", f"{reason} règlement : saisi deux fois, ou à l'envers ?")


def names_without_link(movement: Movement, names: Sequence[str]) -> Doubt:
    """Words that name an invoice, and no link: the money went to the oldest due."""
    amount = f"{-movement.number:.2f} {movement.currency}"
    links = " ".join(f"^{name}" for name in names)
    reason = f"{amount} ({movement.source}) : le libellé nomme {', '.join(names)}, sans lien"
    return Doubt("credit-inexplique", f"{reason} ; ajoutez {links}")


def twice(name: str, first: Movement, second: Movement) -> Doubt:
    """One number in two entries, neither of which is said to be a part of the other's invoice."""
    reason = f"deux écritures portent {name} : {first.source} et {second.source}"
    remedy = "retirez celle de trop ou corrigez son numéro ; si c'est une tranche de la même"
    return Doubt("doublon", f"{reason}. {remedy.capitalize()} facture, écrivez-y tranche: TRUE")


def beyond(amount: Decimal) -> Doubt:
    """What a rejection took more than was paid."""
    reason = f"{amount:.2f} débités sans échéance au-delà des règlements : frais de rejet ?"
    return Doubt("sans-echeance", f"{reason} S'ils sont dus, écrivez leur echeance")


def _may_be_paid(claim: Claim, invoice: str, doubt: Doubt) -> Claim:
    """The claim held by the doubt about another that took money without a reference."""
    if claim.doubt or not claim.balance:
        return claim
    reason = f"de l'argent sans référence a payé {invoice}, en doute : {doubt.reason}"
    return replace(claim, doubt=Doubt(doubt.code, reason))


def stayed(amount: str, moved: Succession) -> Doubt:
    """What an account has too much, from which the invoice was moved."""
    reason = f"{amount} de trop restent sur {moved.old}, d'où elle vient ({moved.source})"
    return Doubt("credit-inexplique", f"{reason} : passez-les sur {moved.new}, ou remboursez-les")


def _whole_invoices(claims: Sequence[Claim]) -> Sequence[Claim]:
    """The claims, those of an invoice of which one is no sum in cents all held."""
    fractions = {c.invoice: c.doubt for c in claims if c.doubt and c.doubt.code == _FRACTION}
    if not fractions:
        return claims
    return [replace(c, doubt=c.doubt or fractions.get(c.invoice)) for c in claims]


def _fraction(claim: Claim) -> Doubt | None:
    """A sum finer than the cent: whatever a letter printed would not be what the books say."""
    if claim.balance == cents(claim.balance):
        return None
    reason = f"{claim.balance:f} {claim.currency} : une créance se compte au centime, corrigez"
    return Doubt("fraction-de-centime", f"{reason} l'écriture")


_FRACTION = "fraction-de-centime"


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
        names = {name for m in movements if m.number > 0 and not m.draft for name in m.invoices}
        self._owners = owners
        self._currency = currency
        pasted = PastedEntries(m for m in movements if m.currency == currency)
        self._held = list(pasted.doubts())
        self.told = pasted.told
        self.set_aside = ZERO
        self._all_drafted = any(names.isdisjoint(m.invoices) for m in drafts)
        self._drafted = {name for m in drafts for name in m.invoices}
        self._drafts = [m for m in drafts if m.currency == currency]
        self._foreign = {
            name for m in credits if m.currency != currency and not m.draft for name in m.invoices
        }
        self._idle = {other: amount for other, amount in idle.items() if other != currency}

    def with_guesses(self, guessed: Container[Source], claims: Iterable[Claim]) -> Doubts:
        """The same, the claims known: a draft that an import wrote (`guessed`: its place) may have
        paid any of the client's when those that it names cannot take it."""
        drafts = [m for m in self._drafts if Source(m.source.path, m.entry) in guessed]
        left: dict[str, Decimal] = defaultdict(Decimal)
        for claim in claims if drafts else ():
            left[claim.invoice or ""] += claim.balance
        for m in drafts:
            number = -m.number
            for name in m.invoices:
                taken = min(left.get(name, ZERO), number)
                left[name] -= taken
                number -= taken
            self._all_drafted = self._all_drafted or number > 0
        return self

    def with_entries(self, doubtful: Iterable[DoubtfulEntry], aside: Iterable[Movement]) -> Doubts:
        """The same with the client's doubtful entries, and the credits set aside for them: what
        they come to in the currency was paid, but nobody knows for what."""
        for entry in doubtful:
            if entry.code and entry.currency in (None, self._currency):
                reason = f"{entry.what} ({entry.source}) : {entry.remedy}"
                self._held.append((entry.invoices, Doubt(entry.code, reason)))
        amounts = (m.number for m in aside if m.currency == self._currency)
        self.set_aside = -sum(amounts, ZERO)
        return self

    def hold(self, invoices: tuple[str, ...], doubt: Doubt) -> None:
        """Make claims of these invoices wait."""
        self._held.append((invoices, doubt))

    def cast(self, claims: Iterable[Claim]) -> Sequence[Claim]:
        """The client's claims in the currency, each with its doubt if there is one. Money without
        a reference that went to a doubtful one may have been for any other."""
        doubted = _whole_invoices([self._cast(claim) for claim in claims])
        for claim in doubted:
            if claim.doubt and claim.invoice and claim.unallocated:
                return [_may_be_paid(other, claim.invoice, claim.doubt) for other in doubted]
        return doubted

    def _cast(self, claim: Claim) -> Claim:
        if claim.doubt is not None or claim.invoice is None:
            return claim
        doubt = self._doubt(claim.invoice) or _fraction(claim)
        return replace(claim, doubt=doubt) if doubt else claim

    def _doubt(self, invoice: str) -> Doubt | None:
        if len(sharing := self._owners[invoice]) > 1:
            names = ", ".join(sorted(sharing))
            reason = (
                f"{invoice} est porté par plusieurs clients : {names} ; corrigez le numéro faux, "
                'ou, si ce client a changé de compte, écrivez succede: "…" (l\'ancien) à '
                "l'ouverture du nouveau ; une partie virée à un autre client prend un numéro à elle"
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


def unexplained(movements: Iterable[Movement], doubtful: Iterable[DoubtfulEntry]) -> list[Movement]:
    """The credits that pay no claim as long as nobody knows which they are for."""
    places = {entry.source for entry in doubtful if entry.code == "credit-inexplique"}
    return [m for m in movements if m.source in places] if places else []


def owners_of(accounts: Mapping[str, Sequence[Movement]]) -> dict[str, set[str]]:
    """The accounts whose entries carry each invoice number. Credits count: a payment entered
    on another client's account may well have paid the invoice it names, a draft too."""
    owners: dict[str, set[str]] = defaultdict(set)
    for account, movements in accounts.items():
        for movement in movements:
            if not movement.draft or movement.number < 0:
                for name in movement.invoices:
                    owners[name].add(account)
    return owners
