"""The policy as frozen values: what relance.yaml may say, key by key (rule 5.1).

Every section is a pydantic model with the user's French keys, English attributes and, in
French, what each key means (the JSON Schema and the README print it). Defaults stand as one
would write them in the file. `reader` reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, get_args

from pydantic import BeforeValidator, field_validator
from pydantic.fields import FieldInfo

from relance.policy.client_settings import (
    BadDebtSettings,
    CalendarSettings,
    DisputeSettings,
    Grace,
    InterestSettings,
    ProfileSettings,
)
from relance.policy.creditor import Creditor, LedgerSettings
from relance.policy.importing import ImportSettings
from relance.policy.output import (
    DispatchSettings,
    EnclosureSettings,
    GitSettings,
    MailSettings,
    PageSettings,
    ReviewSettings,
    Security,
    Window,
)
from relance.policy.step_settings import (
    DEFAULT_STEPS,
    DEFAULT_TRACKS,
    INFORMATION_DAYS,
    INFORMATION_STEPS,
    NAME,
    REMAINDER,
    REMAINDER_STEP,
    STANDARD,
    Condition,
    Grouping,
    Rule,
    Step,
)
from relance.policy.trade_values import read_language
from relance.policy.types import (
    AtLeastOne,
    ByCurrency,
    Days,
    Flag,
    LimitationTerm,
    Name,
    PaymentTerms,
    Section,
    Text,
    key,
    one_of,
)
from relance.values.dates import LONGEST_REST, Workdays
from relance.values.kinds import Information

Raw = Mapping[str, object]  # keys as a file writes them

__all__ = [
    "DEFAULT_STEPS",
    "DEFAULT_TRACKS",
    "NAME",
    "STANDARD",
    "Condition",
    "Creditor",
    "DispatchSettings",
    "Grouping",
    "ImportSettings",
    "InterestSettings",
    "LedgerSettings",
    "MailSettings",
    "PageSettings",
    "Policy",
    "ProfileSettings",
    "Rule",
    "Section",
    "Security",
    "Step",
    "Window",
]


class Policy(Section):
    """The whole of relance.yaml; `steps` in rank order, from the mildest."""

    creditor: Creditor = key("creancier", "L'entreprise à qui l'on doit.")
    ledger: LedgerSettings = key("grand-livre", "Les comptes, tenus avec Beancount.", {})
    terms: PaymentTerms | None = key(
        "delai",
        "Délai de paiement quand ni facture ni client n'en disent rien : 30, "
        "45 fin de mois, fin de mois 45, ou null.",
        "30",
    )
    limitation: LimitationTerm | None = key(
        "prescription",
        "Délai pour agir en justice, s'il est plus court que celui de la loi commune : « 1 an » "
        "(transport de marchandises, C. com. L133-6 ; communications électroniques, L34-2 du Code "
        "des postes et des communications électroniques).",
        None,
    )
    steps: dict[Name, Step] = key("etapes", "Les sortes de relance.", DEFAULT_STEPS)
    tracks: dict[Name, tuple[Text, ...]] = key(
        "parcours", "Les suites d'étapes ; « standard » est celui de tous.", DEFAULT_TRACKS
    )
    rules: tuple[Rule, ...] = key(
        "regles", "Ce qui se fait autrement : la première règle qui convient l'emporte.", []
    )
    interest: InterestSettings = key("penalites", "Ce que coûte le retard.", {})
    tolerance: ByCurrency = key(
        "tolerance", "Un solde d'au plus cette somme attend ; par devise si besoin, 1 sinon.", "1"
    )
    gap: AtLeastOne = key("ecart", "Jours entre deux lettres sur une même créance.", "7")
    client_gap: Days = key("ecart-client", "Jours entre deux envois à un même client.", "5")
    thanks: Flag = key(
        "merci",
        "Remercie, une fois, du règlement d'une facture qui avait été relancée.",
        default=False,
    )
    correction: Flag = key(
        "rectification",
        "Écrit au client les nouveaux chiffres d'une facture déjà relancée qu'un avoir réduit.",
        default=False,
    )
    grouping: Annotated[Grouping, one_of(Grouping)] = key(
        "regroupement", "Une lettre par client ou par facture : client, facture.", "client"
    )
    profiles: ProfileSettings = key(
        "profils",
        "Le profil des clients, le premier qui convient : « profil » du client, en-difficulte, "
        "mauvais-payeur, nouveau, premier-retard, fidele ; occasionnel pour les autres.",
        {},
    )
    promise: Grace = key("promesse", "Les promesses de paiement.", {"grace": "2"})
    payment_plan: Grace = key("echeancier", "Les échéanciers accordés.", {"grace": "5"})
    dispute: DisputeSettings = key("litige", "Les litiges ouverts.", {})
    calendar: CalendarSettings = key("calendrier", "Les jours ouvrés.", {})
    dispatch: DispatchSettings = key("envoi", "Le suivi des envois.", {})
    review: ReviewSettings = key("revue", "Ce que le sommaire d'un passage signale.", {})
    language: Annotated[str, BeforeValidator(read_language)] = key(
        "langue", "Langue des lettres d'un client sans « langue » : un dossier de letters/.", "fr"
    )
    mail: MailSettings = key("courriel", "L'envoi des courriels.", {})
    enclosures: EnclosureSettings = key("pieces", "Les copies jointes aux lettres.", {})
    bad_debts: BadDebtSettings = key(
        "creances-douteuses", "Les créances douteuses et irrécouvrables.", {}
    )
    importing: ImportSettings = key(
        "importer", "Ce qui entre des fichiers reçus : factures, relevés de banque.", {}
    )
    page: PageSettings = key("page", "La feuille des lettres.", {})
    git: GitSettings = key("git", "Ce qui est enregistré, et où.", {})

    @field_validator("steps", mode="before")
    @classmethod
    def _named(cls, steps: object) -> object:
        if not isinstance(steps, Mapping):
            return steps
        return {
            name: {**step, NAME: name} if isinstance(step, Mapping) else step
            for name, step in steps.items()
        }

    @property
    def workdays(self) -> Workdays:
        """The calendar that every computed date moves by."""
        calendar = self.calendar
        return Workdays(calendar.country, calendar.subdivision, calendar.enabled)

    def tolerance_for(self, currency: str) -> Decimal:
        """The balance up to which a claim waits; 1 in a currency that a table leaves out."""
        if isinstance(self.tolerance, dict):
            return self.tolerance.get(currency, Decimal(1))
        return self.tolerance

    @property
    def remainder_step(self) -> Step:
        """The step of letters that ask what a paid invoice left of its penalties."""
        return self.steps.get(REMAINDER, REMAINDER_STEP)

    def information_step(self, kind: Information) -> Step:
        """The step of letters of that kind, which ask for nothing."""
        return self.steps.get(kind, INFORMATION_STEPS[kind])

    def information_span(self, kind: Information) -> int:
        """The most days between what a letter of that kind tells of and the letter."""
        return (self.information_step(kind).gap or 0) + INFORMATION_DAYS[kind] + LONGEST_REST

    def remainder_floor(self, currency: str) -> Decimal:
        """What is left of penalties up to which nothing is asked; 1 where a table leaves out."""
        floor = self.interest.remainder_threshold
        return floor.get(currency, Decimal(1)) if isinstance(floor, dict) else floor

    def step_order(self, name: str) -> int:
        """The rank of a step in `etapes`, from 0; KeyError without such a step."""
        return {step: rank for rank, step in enumerate(self.steps)}[name]


def keys_of(section: type[Section]) -> dict[str, FieldInfo]:
    """The French keys of a section."""
    fields = {str(field.validation_alias): field for field in section.model_fields.values()}
    return {key: field for key, field in fields.items() if key != NAME}


def section_in(annotation: object) -> type[Section] | None:
    """The section that a type holds, in a table, in a list, or as one of several choices."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(section_in, get_args(annotation))), None)
