"""The sections of the policy about clients: what late payment costs, who pays how, patience."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, PlainValidator, ValidationInfo, field_validator

from relance.policy.trade_values import DEPARTMENTS, has_calendar, read_country, read_rate
from relance.policy.types import (
    Account,
    Accounts,
    Amount,
    AtLeastOne,
    ByCurrency,
    Days,
    Flag,
    HalfYear,
    Section,
    Text,
    key,
    one_of,
)
from relance.policy.value_checks import fault, read_timezone, shown
from relance.values.kinds import CreditNotes, Imputation, RemainderRule
from relance.values.terms import Rate


class InterestSettings(Section):
    """Interest and recovery fee; a `rate` of None is the law's, `ecb` and `legal` in percent."""

    rate: Annotated[Rate | None, PlainValidator(read_rate, json_schema_input_type=str | float)] = (
        key("taux", "Taux du contrat : loi, 12.5, bce + 12, ou 3 x taux legal.", "loi")
    )
    fee: Amount = key("indemnite", "Indemnité de recouvrement, en euros par facture.", "40")
    imputation: Annotated[Imputation, one_of(Imputation)] = key(
        "imputation", "Ce qu'un paiement partiel paie d'abord : interets ou principal.", "interets"
    )
    credit_notes: Annotated[CreditNotes, one_of(CreditNotes)] = key(
        "avoirs", "Un avoir compte depuis l'échéance (origine) ou depuis sa date (date).", "origine"
    )
    remainder: Annotated[RemainderRule, one_of(RemainderRule)] = key(
        "reliquat",
        "Ce qu'une facture payée laisse de pénalités demandées par une mise en demeure : "
        "proposer (le plan le dit), relancer (une lettre de l'étape reliquat), abandonner.",
        "proposer",
    )
    remainder_threshold: ByCurrency = key(
        "seuil-reliquat",
        "Un reliquat d'au plus cette somme n'est ni dit ni relancé ; par devise si besoin.",
        "1",
    )
    accounts: Accounts | None = key(
        "comptes",
        "Comptes de produits où les pénalités reçues sont enregistrées ; sans eux, ceux dont le "
        "« pcg » ou le nom le dit.",
        None,
    )
    ecb: dict[HalfYear, Amount] = key(
        "bce", "Taux de la BCE au premier jour d'un semestre : {2027-01-01: 2.65}.", {}
    )
    legal: dict[HalfYear, Amount] = key(
        "legal", "Taux légal (créancier professionnel) à ajouter, par premier jour de semestre.", {}
    )


class NewClients(Section):
    """Until when a client is new."""

    invoices: AtLeastOne = key(
        "factures", "Nouveau tant qu'il a réglé moins de factures que cela, depuis toujours.", "2"
    )


class LoyalClients(Section):
    """What makes a regular client a loyal one."""

    invoices: AtLeastOne = key(
        "factures", "Fidèle à partir d'autant de factures réglées sur la période…", "3"
    )
    days_late: Days = key("retard-moyen", "… avec un retard moyen d'au plus tant de jours.", "5")


class FirstDelays(Section):
    """What does not yet count as an earlier delay."""

    days: Days = key(
        "jours", "Un règlement passé reçu tant de jours après l'échéance n'est pas un retard.", "5"
    )


class ClientsInDifficulty(Section):
    """How often cash trouble must have been told."""

    times: AtLeastOne = key(
        "fois", "En difficulté dès que « raison: tresorerie » est notée autant de fois.", "1"
    )


class BadPayers(Section):
    """Any one of these makes a bad payer."""

    days_late: AtLeastOne = key(
        "retard-moyen",
        "Mauvais payeur dès ce retard moyen en jours, s'il n'est plus nouveau.",
        "30",
    )
    incidents: AtLeastOne = key(
        "incidents", "Mauvais payeur dès autant de mises en demeure et de promesses rompues.", "2"
    )


class ProfileSettings(Section):
    """When a client counts as what; `period` and `memory` in months."""

    period: AtLeastOne = key(
        "periode", "Mois sur lesquels comptent les règlements et les raisons données.", "12"
    )
    memory: AtLeastOne = key(
        "antecedents", "Mois sur lesquels comptent mises en demeure et promesses rompues.", "24"
    )
    difficulty: ClientsInDifficulty = key("en-difficulte", "Qui l'a dit.", {})
    bad: BadPayers = key("mauvais-payeur", "Un seul de ces seuils suffit.", {})
    new: NewClients = key("nouveau", "Qui n'a pas encore fait ses preuves.", {})
    first_delay: FirstDelays = key(
        "premier-retard", "En retard aujourd'hui, et jamais avant sur la période.", {}
    )
    loyal: LoyalClients = key("fidele", "Qui paie souvent, et assez tôt.", {})


class Grace(Section):
    """A delay in working days."""

    grace: Days = key("grace", "Jours ouvrés de patience après la date convenue.")


class DisputeSettings(Section):
    """From what age, in days, an open dispute is listed before anything else."""

    alert: Days = key(
        "alerte", "Jours au-delà desquels un litige ouvert passe en tête du plan.", "30"
    )


class BadDebtSettings(Section):
    """When a debt is doubtful, and the accounts of its entries; those not named here are found by
    the `pcg` of the ledger's own accounts, or else printed as names to adapt."""

    after: AtLeastOne = key(
        "apres", "Mois de retard après lesquels une créance est à déprécier.", "6"
    )
    depreciation: Account | None = key(
        "depreciation", "Compte 491, dépréciation des créances clients.", None
    )
    charge: Account | None = key("dotation", "Compte 68174, dotation aux dépréciations.", None)
    loss: Account | None = key("perte", "Compte 654, pertes sur créances irrécouvrables.", None)
    vat: Accounts | None = key(
        "tva",
        "Comptes 4457 de TVA collectée ; sans eux, ceux dont le « pcg » ou le nom le dit.",
        None,
    )


class CalendarSettings(Section):
    """The calendar of working days; `subdivision` as the holidays library names it."""

    enabled: Flag = key("jours-ouvres", "Les dates calculées tombent un jour ouvré.", default=True)
    country: Annotated[str, BeforeValidator(read_country)] = key(
        "pays", "Pays dont les jours fériés comptent, en deux lettres.", "FR"
    )
    subdivision: Text | None = key(
        "departement", "Département aux jours fériés propres : 57, 67, 68, 971…", None
    )
    timezone: Annotated[str, BeforeValidator(read_timezone)] = key(
        "fuseau", "Fuseau horaire qui dit quel jour on est.", "Europe/Paris"
    )

    @field_validator("subdivision")
    @classmethod
    def _known(cls, text: str | None, info: ValidationInfo) -> str | None:
        country = info.data.get("country")  # absent when it is itself at fault
        if text is None or country is None:
            return text
        code = DEPARTMENTS.get(text) if country == "FR" else text
        if code is None or not has_calendar(country, code):
            listed = f"{', '.join(DEPARTMENTS)} ; null partout ailleurs en France"
            remedy = f"seuls en ont : {listed}" if country == "FR" else "null pour tout le pays"
            raise fault(f"{shown(text)} n'a pas de jours fériés propres", remedy)
        return code
