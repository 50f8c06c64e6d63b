"""What a person decided of an entry of the bank, and every reason why it cannot be written so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from relance.claims.on_day import OnDay
from relance.reconciliation.match import InvoicePart, PossibleMatch
from relance.text.locales import money, short_date
from relance.values.amounts import ZERO, total
from relance.values.bank_drafts import BankDraft
from relance.values.facts import Client
from relance.values.problem import Problem, suggest


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """Where the money of an entry goes: to invoices of a client, the `surplus` to the account of
    `penalties`, what is left to the client; or, without a client, all of it to `account`.

    `learn` is the IBAN to keep as one that the client pays from, "" for none.
    """

    draft: BankDraft
    client: Client | None = None
    parts: tuple[InvoicePart, ...] = ()
    surplus: Decimal = ZERO
    penalties: str = ""
    account: str = ""
    learn: str = ""

    @classmethod
    def chosen(cls, draft: BankDraft, match: PossibleMatch, penalties: str = "") -> BankAnswer:
        """The settlement that a proposal makes."""
        return cls(draft, match.client, match.parts, match.surplus, penalties)

    @property
    def rest(self) -> Decimal:
        """What goes to no invoice and is no penalty."""
        paid = total(part.amount for part in self.parts)
        return abs(self.draft.amount.number) - paid - self.surplus

    @property
    def told(self) -> str:
        """What the entry says of it from then on."""
        numbers = ", ".join(part.invoice for part in self.parts)
        return f"à la main : {numbers or (self.client.label if self.client else self.account)}"

    def faults(self, on: OnDay, accounts: Collection[str]) -> Iterator[Problem]:
        """Every reason why it cannot be; `accounts` are those that the books open."""
        source, amount = self.draft.source, self.draft.amount
        if self.rest < 0:
            what = f"ces parts dépassent {money(abs(amount.number), amount.currency)}"
            yield Problem(source, what, "corrigez les montants")
        for name in filter(None, (self.account, self.penalties if self.surplus else "")):
            if name not in accounts:
                what = f"aucun compte ouvert ne s'appelle « {name} »"
                yield Problem(source, what, suggest(name, sorted(accounts)))
        if self.surplus and not self.penalties:
            what = "sur quel compte vont les pénalités ?"
            yield Problem(source, what, "nommez un compte de produits")
        if self.client:
            yield from self._invoices(self.client, on)

    def _invoices(self, client: Client, on: OnDay) -> Iterator[Problem]:
        """The invoices of the client that a payment of that day and currency can pay."""
        source, currency = self.draft.source, self.draft.amount.currency
        invoiced = [claim for claim in on.claims_of(client.account) if claim.invoice]
        for part in self.parts:
            claims = [claim for claim in invoiced if claim.invoice == part.invoice]
            if not claims:
                numbers = sorted({str(claim.invoice) for claim in invoiced})
                what = f"{client.label} n'a pas de facture « {part.invoice} »"
                yield Problem(source, what, suggest(part.invoice, numbers))
            elif all(claim.currency != currency for claim in claims):
                what = f"{part.invoice} est en {claims[0].currency}, l'argent en {currency}"
                yield Problem(source, what, "passez d'abord l'écriture de change")
            elif min(claim.invoiced for claim in claims) > self.draft.date:
                day = short_date(min(claim.invoiced for claim in claims))
                what = f"{part.invoice} est du {day}, après ce règlement"
                yield Problem(source, what, "laissez-le au compte du client, sans facture")
