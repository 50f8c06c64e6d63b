"""The section of the policy about the FEC, which accounting programs export: which of its accounts
and journals say what, and the accounts of the books that answer."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from pydantic import field_validator

from relance.policy.types import Account, PaymentTerms, Section, Text, Texts, key, one_of
from relance.policy.value_checks import fault, shown


class FecNumber(StrEnum):
    """The column that holds the numbers of invoices."""

    PIECE = "piece"
    ENTRY = "ecriture"


class FecDueDate(StrEnum):
    """Where a due date is looked for, since the FEC has no column for it."""

    LABEL = "libelle"
    TERMS = "delai"


class FecJournals(Section):
    """Journals, by their code, of which the entries are all of one kind."""

    openings: Texts | None = key(
        "nouveaux", "Codes des journaux d'à-nouveaux ; sinon reconnus à leur nom.", None
    )
    sales: Texts | None = key(
        "ventes", "Codes des journaux de ventes ; sinon le compte en face (classe 7) le dit.", None
    )
    bank: Texts | None = key(
        "banque", "Codes des journaux de banque ; sinon le compte en face (classe 5) le dit.", None
    )


class FecSettings(Section):
    """How a FEC is read, and to which accounts what answers its clients' lines is written."""

    clients: Texts = key(
        "comptes",
        "Débuts des numéros des comptes de clients, douteux compris.",
        ("411", "416"),
    )
    journals: FecJournals = key("journaux", "Journaux d'une seule sorte d'écritures.", {})
    number: Annotated[FecNumber, one_of(FecNumber)] = key(
        "numero",
        "Colonne des numéros de facture : piece (PieceRef, à défaut EcritureNum), ou ecriture.",
        "piece",
    )
    due: Annotated[FecDueDate, one_of(FecDueDate)] = key(
        "echeance",
        "Échéances : libelle (« éch. 28/02/2026 », sinon le délai), ou delai, toujours.",
        "libelle",
    )
    terms: PaymentTerms | None = key(
        "delai",
        "Délai écrit à l'ouverture des clients venus d'un FEC ; sinon celui de la politique.",
        None,
    )
    sales: Account | None = key("vente", "Compte des ventes ; sinon celui d'importer.ventes.", None)
    bank: Account | None = key(
        "banque", "Compte des règlements ; sinon le seul compte de banque du grand livre.", None
    )
    suspense: Account | None = key(
        "attente",
        "Compte de ce qui n'est ni vente ni banque ; sinon Attente:FEC sous la racine des actifs.",
        None,
    )
    losses: Account | None = key(
        "pertes",
        "Compte des créances perdues ; sinon Pertes-clients sous la racine des charges.",
        None,
    )
    equity: Account | None = key(
        "reprise", "Compte des à-nouveaux ; sinon Reprise-FEC sous la racine des capitaux.", None
    )

    def suspense_account(self, root_of: Callable[[str], str]) -> str:
        """The account of what is neither sale nor money; `root_of` answers the root of the books
        that an option of Beancount names."""
        return self.suspense or f"{root_of('name_assets')}:Attente:FEC"

    def losses_account(self, root_of: Callable[[str], str]) -> str:
        """The account of claims given up."""
        return self.losses or f"{root_of('name_expenses')}:Pertes-clients"

    def equity_account(self, root_of: Callable[[str], str]) -> str:
        """The account of opening balances."""
        return self.equity or f"{root_of('name_equity')}:Reprise-FEC"

    @field_validator("clients")
    @classmethod
    def _begins(cls, accounts: tuple[Text, ...]) -> tuple[Text, ...]:
        for account in accounts:
            if not account.isalnum():
                raise fault(f"{shown(account)} n'est pas le début d'un compte", "par exemple 411")
        return accounts
