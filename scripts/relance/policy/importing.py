"""The section of the policy about files that come in: which accounts they are written to, how the
firm's own bank names the columns of its export."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Tag, field_validator, model_validator

from relance.policy.fec_settings import FecSettings
from relance.policy.types import Account, Amount, Day, Name, Section, Text, Texts, key, one_of
from relance.policy.value_checks import fault, matching, read_amount, read_text, shown


def _table_or_account(value: object) -> str:
    return "#table" if isinstance(value, Mapping) else "#compte"


def _each_rate_once(value: object) -> object:
    """Two spellings of one rate, « 20 » and « 20.0 », are two keys of the file and one of ours."""
    seen: dict[Decimal, object] = {}
    for written in value if isinstance(value, Mapping) else ():
        try:
            rate = read_amount(written)
        except ValueError:
            continue  # told as what it is
        if rate in seen:
            what = f"le taux {shown(written)} y est déjà, écrit {shown(seen[rate])}"
            raise fault(what, "gardez un seul compte pour ce taux")
        seen[rate] = written
    return value


ByRate = Annotated[
    Annotated[Account, Tag("#compte")]
    | Annotated[dict[Amount, Account], BeforeValidator(_each_rate_once), Tag("#table")],
    Discriminator(_table_or_account),
]


class BankLines(StrEnum):
    """Which movements of the bank are written to the books."""

    CLIENTS = "clients"
    ALL = "toutes"


def _read_sign(value: object) -> str:
    text = read_text(value)
    if text not in {",", "."}:
        raise fault(f"{shown(text)} n'est pas le signe des centimes", 'écrivez "," ou "."')
    return text


DecimalSign = Annotated[Literal[",", "."], BeforeValidator(_read_sign)]


def _read_cell(value: object) -> str | int:
    """A word, or the rank of a cell, from 1."""
    text = read_text(value)
    if not re.fullmatch("[0-9]+", text):
        return text
    if not 1 <= int(text) <= _MOST_CELLS:
        raise fault(f"{shown(text)} n'est pas le rang d'une case", "la première est 1")
    return int(text)


_MOST_CELLS = 200
Cell = Annotated[str | int, BeforeValidator(_read_cell)]


class AboveHeader(Section):
    """Where the account and its balance stand above the header."""

    account: Cell | None = key("compte", "Le numéro de compte.", None)
    balance_day: Cell | None = key("jour-du-solde", "Le jour du solde.", None)
    balance: Cell | None = key("solde", "Le solde ce jour-là.", None)


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
    status: Text | None = key("statut", "Colonne de l'état de l'opération.", None)
    booked: Texts | None = key(
        "passe",
        "Les états d'une opération passée ; les autres lignes sont laissées, et comptées.",
        None,
    )
    decimal: DecimalSign = key("decimale", "Le signe avant les centimes : « , » ou « . ».", ",")
    above: AboveHeader | None = key(
        "avant",
        "Ce qui se lit au-dessus de l'en-tête : le mot devant la valeur, ou le rang de sa case "
        "sur la première ligne.",
        None,
    )

    @model_validator(mode="after")
    def _tells_amounts(self) -> Self:
        if self.amount is None and not (self.debit and self.credit):
            remedy = "donnez « montant », ou « debit » et « credit »"
            raise fault("aucune colonne ne dit le montant", remedy)
        if self.amount is not None and (self.debit or self.credit):
            remedy = "gardez « montant », ou « debit » et « credit »"
            raise fault("le montant est dit deux fois", remedy)
        return self

    @model_validator(mode="after")
    def _tells_what_is_booked(self) -> Self:
        if self.status is None and self.booked:
            raise fault("« passe » ne sert à rien sans « statut »", "nommez la colonne de l'état")
        if self.status is not None and not self.booked:
            remedy = "donnez « passe » : les états d'une opération passée"
            raise fault("« statut » seul ferait laisser toutes les lignes", remedy)
        return self


Address = Annotated[
    str,
    matching(
        r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?"
        r"|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?",
        "n'est pas une adresse https",
        "par exemple https://api.plateforme.example/afnor-flow/v1",
    ),
]


class PlatformSettings(Section):
    """The mailbox of the firm's platform (XP Z12-013); its secret is never written here."""

    address: Address = key("adresse", "Où commence son service de flux, comme elle le documente.")
    token_address: Address = key("jeton", "Où elle donne ses jetons (OAuth 2).")
    client: Text = key("client", "L'identifiant de votre accès, qu'elle vous a donné.")
    since: Day = key("depuis", "Le jour à partir duquel ses fichiers sont demandés.")


class ImportSettings(Section):
    """What is written of the files that come in; accounts not named here are found in the books."""

    sales: ByRate | None = key(
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
    platform: PlatformSettings | None = key(
        "plateforme",
        "La boîte de votre plateforme agréée, que vide relance importer --plateforme.",
        None,
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

    def suspense_account(self, root_of: Callable[[str], str]) -> str:
        """The account of money of which nobody knows who paid it; `root_of` answers the root of the
        books that an option of Beancount names."""
        return self.suspense or f"{root_of('name_assets')}:Attente"


def account_at(accounts: str | dict[Decimal, str], rate: Decimal | None) -> str | None:
    """The account of a VAT rate, in percent, None for one that nobody tells; None when a table
    does not name that rate."""
    if isinstance(accounts, dict):
        return accounts.get(rate) if rate is not None else None
    return accounts
