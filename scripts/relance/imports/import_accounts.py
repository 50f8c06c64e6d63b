"""The accounts that imports write to: those that the policy names, else those of the books."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from relance.incoming.bank_statement import BankAccount, Statement
from relance.ledger.bank_accounts import BANK_NAMES, is_below
from relance.ledger.beancount import CloseEntry, Loaded, OpenEntry
from relance.ledger.fields import Complaints
from relance.ledger.imported import id_of
from relance.ledger.penalty_income import penalty_accounts
from relance.policy.importing import ByRate, account_at
from relance.policy.settings import Policy
from relance.text.locales import bare, enumeration, rate, short_date
from relance.values.problem import Problem, Refusal, Source, refuse

_SALES = re.compile(r"ventes?|prestations?|sales?|services?|honoraires?|chiffre d affaires|revenue")
_VAT = re.compile(r"\b(?:tva|vat)\b")
_NOT_COLLECTED = re.compile(r"deduct|input|recuper|a decaisser|a payer|due")


@dataclass(frozen=True, slots=True)
class Opened:
    """An account of the books: the days between which it takes entries, and its currencies."""

    account: str
    since: date
    until: date | None
    currencies: frozenset[str]


class ImportAccounts:
    """Answers which account something is written to; `Refusal` (2) with the remedy when neither
    the policy nor the books say. `suspense` is where money goes of which nobody knows who paid it,
    perhaps not opened yet."""

    def __init__(self, policy: Policy, loaded: Loaded) -> None:
        self._policy = policy
        self._loaded = loaded
        self._settings = policy.importing
        closed = {e.account: e.date for e in loaded.entries if isinstance(e, CloseEntry)}
        opened = [entry for entry in loaded.entries if isinstance(entry, OpenEntry)]
        self.opened: Mapping[str, Opened] = {
            e.account: Opened(
                e.account, e.date, closed.get(e.account), frozenset(e.currencies or ())
            )
            for e in opened
        }
        root_of, fec = loaded.root_of, policy.importing.fec
        self.suspense = policy.importing.suspense_account(root_of)
        self.fec_suspense = fec.suspense_account(root_of)
        self.fec_losses = fec.losses_account(root_of)
        self.fec_equity = fec.equity_account(root_of)
        by_hand = [entry.date for entry in opened if not id_of(entry.meta)]
        self.first_day = min(by_hand, default=date(2000, 1, 1))

    # ------------------------------------------------------------ Sales

    def sales(self, percent: Decimal | None) -> str:
        """The account of what is sold at a rate of VAT, None for a rate that nobody tells."""
        return self._by_rate("ventes", self._settings.sales, percent) or self._only_sales

    def vat(self, percent: Decimal) -> str | None:
        """The account of the VAT collected at a rate; None when the books have none."""
        return self._by_rate("tva", self._settings.vat, percent) or self._only_vat

    def _by_rate(self, key: str, accounts: ByRate | None, percent: Decimal | None) -> str | None:
        if accounts is None:
            return None
        account = account_at(accounts, percent)
        if account is None:
            shown = rate(percent) if percent is not None else "inconnu"
            what = f"aucun compte pour le taux de TVA {shown} (importer.{key})"
            raise refuse("relance.yaml", what, f"nommez-le : importer: {{{key}: {{20: …}}}}")
        return self.known(account, f"importer.{key}")

    @cached_property
    def _only_sales(self) -> str:
        below = self._below("name_income")
        named = [name for name in below if _SALES.fullmatch(_leaf(name))] or below
        return self._one(named, "ventes", "compte de ventes")

    @cached_property
    def _only_vat(self) -> str | None:
        named = [name for name in self._below("name_liabilities") if _VAT.search(bare(name))]
        named = [name for name in named if not _NOT_COLLECTED.search(bare(name))]
        return self._one(named, "tva", "compte de TVA collectée") if named else None

    @cached_property
    def penalties(self) -> str | None:
        """The one account of income from interest and fees, if there is one."""
        accounts = penalty_accounts(self._policy, self._loaded, Complaints(Path()))
        return next(iter(accounts)) if len(accounts) == 1 else None

    @property
    def own(self) -> frozenset[str]:
        """The accounts that an import opens when nobody did."""
        return frozenset({self.suspense, self.fec_suspense, self.fec_losses, self.fec_equity})

    # ------------------------------------------------------------ The bank

    def bank(self, statement: Statement, chosen: str | None = None) -> str:
        """The account of the books that a statement is of; `chosen` for one that does not say."""
        account = statement.account
        accounts = [
            name
            for number, name in self._settings.accounts.items()
            if BankAccount.named(number).may_be(account)
        ]
        if len(accounts) > 1:
            what = f"le compte {account} peut être plusieurs de ceux d'importer.comptes"
            raise refuse(statement.source.path, what, "donnez-y l'IBAN entier de chacun")
        if accounts:
            return self.known(accounts[0], "importer.comptes")
        if not str(account) and chosen:
            return self.known(chosen, "--compte", statement.source.path)
        if not self._is_ours(account):
            what = f"le relevé du compte {account} n'est d'aucun compte connu de l'entreprise"
            name = account.iban or account.number
            remedy = f's\'il est à vous : importer: {{comptes: {{"{name}": Actifs:Banque}}}}'
            raise Refusal([Problem(statement.source, what, remedy)])
        return self.only_bank

    @property
    def only_bank(self) -> str:
        """The one account of a bank."""
        return self._one(self._banks, "comptes", "compte de banque")

    def _is_ours(self, account: BankAccount) -> bool:
        """Whether nothing says that an account, which the policy does not name, is another's."""
        iban = self._policy.creditor.iban
        if not str(account):
            return not self._settings.accounts or len(set(self._settings.accounts.values())) == 1
        return not self._settings.accounts and bool(
            iban is None or BankAccount.named(iban).may_be(account)
        )

    @property
    def _banks(self) -> list[str]:
        """The accounts of the policy that are opened, else those that a name makes a bank's."""
        if named := sorted(set(self._settings.accounts.values())):
            return named
        bank = self._policy.ledger.bank
        if bank is None:
            assets = self._below("name_assets")
            return [x for x in assets if BANK_NAMES.search(bare(x.partition(":")[2]))]
        return sorted(
            x for x in self.opened if any(is_below(x, account) for account in bank.accounts)
        )

    # ------------------------------------------------------------ What they take

    def check(self, account: str, day: date, currency: str, source: Source) -> None:
        """Refuse an entry that Beancount would: before the account's opening, after its closing,
        in another currency than its own."""
        opening = self.opened.get(account)
        if opening is None:
            return
        if day < opening.since or (opening.until and day >= opening.until):
            what = f"{account} ne prend pas d'écriture au {short_date(day)}"
            raise Refusal([Problem(source, what, "avancez son ouverture, ou rouvrez-le")])
        if opening.currencies and currency not in opening.currencies:
            currencies = ", ".join(sorted(opening.currencies))
            what = f"{account} ne prend que {currencies}, pas {currency}"
            raise Refusal([Problem(source, what, f"ajoutez {currency} à son ouverture")])

    def takes(self, account: str, day: date, currency: str) -> bool:
        """Whether `check` has nothing against an entry."""
        try:
            self.check(account, day, currency, Source(account))
        except Refusal:
            return False
        return True

    def known(self, account: str, named: str, place: str = "relance.yaml") -> str:
        """The account, which a key of the policy or an option has `named`."""
        if account not in self.opened:
            what = f"« {account} » ({named}) n'est pas ouvert dans le grand livre"
            raise refuse(place, what, f"ouvrez-le : {self.first_day} open {account}")
        return account

    def _below(self, option: str) -> list[str]:
        root = f"{self._loaded.root_of(option)}:"
        return sorted(name for name in self.opened if name.startswith(root))

    def _one(self, accounts: Iterable[str], key: str, what: str) -> str:
        names = list(accounts)
        if len(names) == 1:
            return names[0]
        if not names:
            fault = f"aucun {what} n'est ouvert dans le grand livre"
        else:
            more = [f"{len(names) - 4} autres"] if len(names) > 4 else []
            fault = f"quel {what} ? le grand livre a {enumeration([*names[:4], *more])}"
        example = names[0] if names else {"comptes": "Actifs:Banque"}.get(key, "Produits:Ventes")
        value = f"{{IBAN: {example}}}" if key == "comptes" else example
        raise refuse("relance.yaml", fault, f"nommez-le : importer: {{{key}: {value}}}")


def _leaf(account: str) -> str:
    return bare(account.rpartition(":")[2])
