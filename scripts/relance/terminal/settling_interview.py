"""The questions of `relance rapprocher`: one entry of the bank after another, by the keyboard.

No answer goes without saying: what is not answered stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

import click

from relance.claims.on_day import OnDay
from relance.ledger.client_names import matching, named_like
from relance.notes.request import read_money
from relance.reconciliation.match import InvoicePart
from relance.settling.open_questions import OpenQuestion
from relance.settling.settlement import BankAnswer
from relance.settling.settling import Accounts
from relance.text.escapes import one_line, plain
from relance.text.firms import is_valid
from relance.text.locales import money
from relance.values.amounts import total
from relance.values.bank_drafts import BankDraft
from relance.values.facts import Client
from relance.values.problem import suggest

_SUFFIX = " : "
_BETWEEN = re.compile(r";|,(?!\d\d(?:\D|$))")  # of invoices; a comma may be an amount's


class Way(Enum):
    """What else may be answered than a settlement."""

    LATER = "p"
    STOP = "q"


@dataclass(frozen=True, slots=True)
class Interview:
    """Asks about one entry; `accounts` are those that the books open."""

    on: OnDay
    accounts: Accounts

    def answer(self, question: OpenQuestion) -> BankAnswer | Way:
        """The settlement that the answers make, or another way."""
        numbers = [str(n) for n in range(1, len(question.matches) + 1)]
        draft = question.waiting.draft
        key = _choose("Réponse", [*numbers, "f", "c", "x", "p", "q"])
        if key in (Way.LATER.value, Way.STOP.value):
            return Way(key)
        if key == "x":
            return BankAnswer(draft, account=self._account("Quel compte, alors"))
        if key in numbers:
            chosen = BankAnswer.chosen(draft, question.matches[int(key) - 1])
        else:
            chosen = self._client(draft, with_invoices=key == "f")
        if chosen.surplus:
            chosen = replace(chosen, penalties=self._penalties())
        return self._learned(chosen)

    def _client(self, draft: BankDraft, *, with_invoices: bool) -> BankAnswer:
        clients = self.on.books.clients

        def one(answer: str) -> str:
            named = matching(clients, one_line(answer))
            if len(named) == 1:
                return named[0].account
            raise click.UsageError(f"« {answer} » : {named_like(one_line(answer), clients)}")

        account = _answer("Client", one)
        client = next(client for client in clients if client.account == account)
        if not with_invoices:
            return BankAnswer(draft, client)
        parts: tuple[InvoicePart, ...] = ()

        def read(answer: str) -> str:
            nonlocal parts
            parts = self._parts(answer, client, draft)
            return answer

        for line in self._open(client, draft.amount.currency):
            click.echo(line)
        _answer("Factures (F1, F2 50,00 : un montant pour une partie)", read)
        return BankAnswer(draft, client, parts)

    def _open(self, client: Client, currency: str) -> Iterator[str]:
        for claim in self.on.claims_of(client.account):
            if claim.balance > 0 and claim.invoice and claim.currency == currency:
                yield f"  {plain(claim.invoice):<22}{money(claim.balance, currency)}"

    def _parts(self, answer: str, client: Client, draft: BankDraft) -> tuple[InvoicePart, ...]:
        """The invoices named, each with the sum said, or with what is open of it and left of the
        money."""
        left = abs(draft.amount.number)
        parts = []
        for text in filter(None, map(one_line, _BETWEEN.split(answer))):
            number, amount = self._part(text, client, draft)
            taken = min(self._left_of(number, client, draft), left) if amount is None else amount
            if taken <= 0 or taken > left:
                raise click.UsageError(f"« {text} » : {money(left, draft.amount.currency)} restent")
            parts.append(InvoicePart(number, taken))
            left -= taken
        if not parts:
            raise click.UsageError("au moins une facture ; c : à ce client, sans facture")
        return tuple(parts)

    def _part(self, text: str, client: Client, draft: BankDraft) -> tuple[str, Decimal | None]:
        claims = [claim for claim in self.on.claims_of(client.account) if claim.invoice]
        numbers = {str(c.label): str(c.invoice) for c in claims if c.label}
        numbers |= {str(c.invoice): str(c.invoice) for c in claims}
        if text in numbers:
            return numbers[text], None
        number = max((name for name in numbers if text.startswith(f"{name} ")), key=len, default="")
        if not number:
            near = suggest(text.partition(" ")[0], sorted(numbers))
            raise click.UsageError(f"« {text} » : {near}")
        currency = draft.amount.currency
        amount = read_money(text.removeprefix(number), currency)
        if amount is None or amount.currency != currency:
            raise click.UsageError(f"« {text} » : un montant en {currency} après {number} (50,00)")
        return numbers[number], amount.number

    def _left_of(self, number: str, client: Client, draft: BankDraft) -> Decimal:
        """What is open of an invoice; of a payment that came back, all that was paid of it."""
        claims = [c for c in self.on.claims_of(client.account) if c.invoice == number]
        if draft.amount.number < 0:
            return total(claim.received for claim in claims)
        return total(claim.balance for claim in claims)

    def _penalties(self) -> str:
        if len(self.accounts.penalties) == 1:
            return self.accounts.penalties[0]
        return self._account("Compte de produits des pénalités")

    def _account(self, question: str) -> str:
        def opened(answer: str) -> str:
            name = one_line(answer)
            if name not in self.accounts.opened:
                raise click.UsageError(
                    f"« {answer} » : {suggest(name, sorted(self.accounts.opened))}"
                )
            return name

        return _answer(question, opened)

    def _learned(self, chosen: BankAnswer) -> BankAnswer:
        """The settlement with the payer's IBAN to keep, when a person says so."""
        iban, client = chosen.draft.payer_iban, chosen.client
        if client is None or chosen.draft.amount.number < 0:
            return chosen
        if iban in client.payer_ibans or not is_valid("iban", iban):
            return chosen
        question = f"Retenir {iban} comme un compte de {plain(client.label)} (o/n)"
        return replace(chosen, learn=iban) if _choose(question, ["o", "n"]) == "o" else chosen


def agreed() -> bool:
    """Whether what is shown is to be written."""
    return _choose("Écrire (o/n)", ["o", "n"]) == "o"


def _answer(question: str, reader: Callable[[str], str]) -> str:
    return str(click.prompt(question, value_proc=reader, prompt_suffix=_SUFFIX))


def _choose(question: str, names: list[str]) -> str:
    choice = click.Choice(names)
    return str(click.prompt(question, type=choice, show_choices=False, prompt_suffix=_SUFFIX))
