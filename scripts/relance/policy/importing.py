"""The section of the policy about files that come in: which accounts they are written to, how the
firm's own bank names the columns of its export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Discriminator, Tag, field_validator, model_validator

from relance.policy.fec_settings import FecSettings
from relance.policy.types import Account, Amount, Name, Section, Text, Texts, key, one_of
from relance.policy.value_checks import fault, shown


def _table_or_account(value: object) -> str:
    return "#table" if isinstance(value, Mapping) else "#compte"


ByRate = Annotated[
    Annotated[Account, Tag("#compte")] | Annotated[dict[Amount, Account], Tag("#table")],
    Discriminator(_table_or_account),
]


class BankLines(StrEnum):
    """Which movements of the bank are written to the books."""

    CLIENTS = "clients"
    ALL = "toutes"


class CsvColumns(Section):
    """The words at the head of a bank's columns, as its file writes them; case, accents and spaces
    do not count."""

    date: Text = key("date", "Colonne du jour de l'opération.")
    labels: Texts = key("libelle", "Une ou plusieurs colonnes de libellé, réunies dans cet ordre.")
    amount: Text | None = key("montant", "Colonne du montant signé, sans débit ni crédit.", None)
    debit: Text | None = key("debit", "Colonne des débits, avec ou sans signe moins.", None)
    credit: Text | None = key("credit", "Colonne des crédits.", None)
    value_date: Text | None = key("valeur", "Colonne du jour de valeur.", None)
    reference: Text | None = key("reference", "Colonne de la référence de la banque.", None)
    party: Text | None = key("payeur", "Colonne du nom de l'autre partie.", None)
    party_iban: Text | None = key("iban-payeur", "Colonne de l'IBAN de l'autre partie.", None)
    currency: Text | None = key("devise", "Colonne de la devise ; EUR sans elle.", None)
    balance: Text | None = key("solde", "Colonne du solde après chaque opération.", None)
    account: Text | None = key("compte", "Colonne du numéro de compte.", None)

    @model_validator(mode="after")
    def _tells_amounts(self) -> Self:
        if self.amount is None and not (self.debit and self.credit):
            remedy = "donnez « montant », ou « debit » et « credit »"
            raise fault("aucune colonne ne dit le montant", remedy)
        if self.amount is not None and (self.debit or self.credit):
            remedy = "gardez « montant », ou « debit » et « credit »"
            raise fault("le montant est dit deux fois", remedy)
        return self


class ImportSettings(Section):
    """What is written of the files that come in; accounts not named here are found in the books."""

    income: ByRate | None = key(
        "ventes",
        "Compte des ventes, ou un par taux de TVA : {20: Revenus:Ventes, 5.5: Revenus:Livres} ; "
        "sinon celui du grand livre.",
        None,
    )
    vat: ByRate | None = key(
        "tva",
        "Compte de la TVA collectée, ou un par taux ; sinon celui du grand livre, et sans lui la "
        "TVA reste dans les ventes.",
        None,
    )
    accounts: dict[Text, Account] = key(
        "comptes",
        "Compte du grand livre de chaque compte bancaire, par IBAN ou numéro ; sinon le seul de "
        "grand-livre.banque, à défaut le seul dont le nom est celui d'une banque.",
        {},
    )
    suspense: Account | None = key(
        "attente",
        "Compte de l'argent reçu dont on ne sait qui l'a versé ; sinon Attente sous la racine des "
        "actifs : Actifs:Attente.",
        None,
    )
    lines: Annotated[BankLines, one_of(BankLines)] = key(
        "lignes",
        "Ce qui s'écrit des relevés : clients (crédits et rejets), ou toutes les lignes.",
        "clients",
    )
    csv: dict[Name, CsvColumns] = key(
        "csv", "Les colonnes des exports CSV de votre banque, si elle n'est pas connue.", {}
    )
    fec: FecSettings = key("fec", "Le FEC exporté par un logiciel comptable.", {})

    @field_validator("accounts")
    @classmethod
    def _numbered(cls, accounts: dict[str, str]) -> dict[str, str]:
        """Account numbers without what only makes them readable."""
        compact = {re.sub(r"[\s-]", "", number.upper()): name for number, name in accounts.items()}
        for number in compact:
            if not re.fullmatch(r"[A-Z0-9]{4,34}", number):
                remedy = "l'IBAN ou le numéro du relevé, entre guillemets"
                raise fault(f"{shown(number)} n'est pas un numéro de compte", remedy)
        if len(compact) < len(accounts):
            raise fault("un compte bancaire y est deux fois", "gardez-le une fois")
        return compact

    def suspense_account(self, roots: Mapping[str, str]) -> str:
        """The account of money of which nobody knows who paid it; `roots` are those of the books,
        from the name chosen to the option that names it."""
        if self.suspense:
            return self.suspense
        assets = next((name for name, key in roots.items() if key == "name_assets"), "Assets")
        return f"{assets}:Attente"


def account_at(accounts: str | dict[Decimal, str], rate: Decimal | None) -> str | None:
    """The account of a VAT rate, in percent, None for one that nobody tells; None when a table
    does not name that rate."""
    if isinstance(accounts, dict):
        return accounts.get(rate) if rate is not None else None
    return accounts
