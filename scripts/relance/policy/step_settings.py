"""The sections of the policy about reminders: their steps, their tracks, their rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from relance.policy.types import (
    Amount,
    AtLeastOne,
    ByCurrency,
    ByDebtor,
    Channels,
    Currencies,
    Days,
    Debtors,
    Flag,
    Name,
    Offset,
    Payers,
    Section,
    Text,
    Texts,
    Voice,
    key,
    one_of,
)
from relance.policy.value_checks import fault
from relance.values.kinds import Channel, DebtorType, Information

NAME = "#nom"  # how a step is told its name, which is its key; no unquoted key looks so


class Grouping(StrEnum):
    """What one letter gathers."""

    CLIENT = "client"
    INVOICE = "facture"


class Effect(StrEnum):
    """The legal effect of a step."""

    FORMAL_NOTICE = "mise-en-demeure"


class Step(Section):
    """One kind of reminder; days are counted from the due date, a negative `after` before it."""

    name: str = Field(validation_alias=NAME)
    after: Offset | None = key(
        "apres", "Jours après l'échéance, avant si négatif ; sinon seul « ecart » compte.", None
    )
    channels: Channels = key(
        "canal",
        "Un ou plusieurs : courriel, sms, telephone, courrier, recommande, dossier.",
        ["courriel"],
    )
    interest: Flag = key("penalites", "Réclame les pénalités et l'indemnité.", default=False)
    effect: Annotated[Effect, one_of(Effect)] | None = key(
        "effet", "mise-en-demeure : l'étape a cet effet juridique.", None
    )
    deadline: ByDebtor | None = key(
        "sous", "Jours laissés pour payer, les mêmes pour tous ou par type de débiteur.", None
    )
    month_end: Flag = key(
        "fin-de-mois",
        "Se déclenche à la fin du mois de l'échéance augmentée de « apres ».",
        default=False,
    )
    gap: AtLeastOne | None = key(
        "ecart", "Jours depuis la lettre précédente, à la place de l'écart général.", None
    )
    threshold: ByCurrency | None = key(
        "seuil", "Attend tant que le client doit moins, en tout ; par devise si besoin.", None
    )
    tone: Voice | None = key("ton", "Ton de cette étape, si aucune règle n'en dit un.", None)
    statement: Flag = key(
        "releve", "La lettre finit par un relevé du compte du client.", default=False
    )
    letter: Name | None = key("lettre", "Modèle de lettre ; sinon celui du nom de l'étape.", None)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.after is None and self.gap is None:
            raise fault("cette étape n'a ni « apres » ni « ecart »", "donnez l'un ou l'autre")
        if self.after is None and self.month_end:
            raise fault("« fin-de-mois » n'a pas de sens sans « apres »", "donnez « apres »")
        if self.before_due and (self.interest or self.formal_notice):
            raise fault("avant l'échéance, ni pénalités ni mise en demeure", "corrigez « apres »")
        return self

    @property
    def before_due(self) -> bool:
        """Whether it reminds before the due date."""
        return self.after is not None and self.after < 0

    @property
    def formal_notice(self) -> bool:
        """Whether it is a mise en demeure (C. civ. 1344)."""
        return self.effect is Effect.FORMAL_NOTICE

    @property
    def template(self) -> str:
        """The name of its letter's template."""
        return self.letter or self.name

    def days_given(self, debtor: DebtorType | None) -> int | None:
        """The days that the letter leaves to pay; None when nothing says so for that debtor."""
        if isinstance(self.deadline, dict):
            return None if debtor is None else self.deadline.get(debtor)
        return self.deadline

    def threshold_for(self, currency: str) -> Decimal | None:
        """The late net total below which the step waits, None without one."""
        if isinstance(self.threshold, dict):
            return self.threshold.get(currency)
        return self.threshold


class Condition(Section):
    """What a rule asks for: everything it names must hold. Amounts are in the claim's currency."""

    balance_max: Amount | None = key(
        "solde-max", "Le client doit au plus cette somme, en retard et en tout.", None
    )
    balance_min: Amount | None = key(
        "solde-min", "Le client doit au moins cette somme, en retard et en tout.", None
    )
    claim_max: Amount | None = key(
        "creance-max", "Sa plus grosse créance en retard est d'au plus cette somme.", None
    )
    claim_min: Amount | None = key(
        "creance-min", "Sa plus grosse créance en retard est d'au moins cette somme.", None
    )
    claims_max: Days | None = key("creances-max", "Au plus tant de créances en retard.", None)
    claims_min: Days | None = key("creances-min", "Au moins tant de créances en retard.", None)
    days_max: Offset | None = key(
        "jours-max",
        "La créance a au plus tant de jours de retard (négatifs : à échoir).",
        None,
    )
    days_min: Offset | None = key("jours-min", "La créance a au moins tant de jours.", None)
    currencies: Currencies | None = key("devise", "Une ou plusieurs devises.", None)
    debtors: Debtors | None = key("type", "Un ou plusieurs types de débiteur.", None)
    profiles: Payers | None = key("profil", "Un ou plusieurs profils de payeur.", None)
    clients: Texts | None = key("client", "Un ou plusieurs clients, par compte ou par nom.", None)
    tags: Texts | None = key(
        "etiquette", "Une ou plusieurs étiquettes de la facture, sans #.", None
    )


class Rule(Section):
    """What is done otherwise when a condition holds; the first rule that matches wins alone."""

    condition: Condition = key("si", "Condition ; sans elle, la règle vaut pour tous.", {})
    track: Text | None = key("parcours", "Parcours des créances qui commencent.", None)
    tone: Voice | None = key("ton", "Ton de la lettre : doux, neutre ou ferme.", None)
    extra: Channels | None = key(
        "canal-en-plus", "Canaux ajoutés à ceux de l'étape : telephone, sms…", None
    )
    gap: AtLeastOne | None = key(
        "ecart", "Jours depuis la lettre précédente, sauf si l'étape dit les siens.", None
    )

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.track is None and self.tone is None and self.gap is None and not self.extra:
            remedy = "donnez parcours, ton, canal-en-plus ou ecart"
            raise fault("cette règle ne change rien", remedy)
        if {Channel.REGISTERED, Channel.FILE} & set(self.extra or ()):
            raise fault("recommande et dossier appartiennent à l'étape", "courriel, sms, telephone")
        return self


REMAINDER = "reliquat"

# What asks for penalties that the payment of an invoice left, after a formal notice; `etapes` may
# say it otherwise.
REMAINDER_STEP = Step(name=REMAINDER, gap=15, channels=(Channel.EMAIL,), interest=True, deadline=15)

# What letters that ask for nothing are unless `etapes` says otherwise; their gap is in days after
# what they tell of.
INFORMATION_STEPS: Mapping[Information, Step] = {
    Information.THANKS: Step(name=Information.THANKS, gap=3, channels=(Channel.EMAIL,)),
    Information.CORRECTION: Step(name=Information.CORRECTION, after=0, channels=(Channel.EMAIL,)),
    Information.STATEMENT: Step(name=Information.STATEMENT, after=0, channels=(Channel.EMAIL,)),
}
# After the first on which they may leave.
INFORMATION_DAYS = {Information.THANKS: 10, Information.CORRECTION: 30}
WRITTEN = (Channel.EMAIL, Channel.POST)  # how they leave
APART = frozenset({REMAINDER, *INFORMATION_STEPS})  # the steps to which no track leads

_NOTICE = {"professionnel": "8", "public": "15", "particulier": "15", "autre": "15"}


DEFAULT_STEPS: Mapping[str, Mapping[str, object]] = {
    "rappel": {"apres": "-3", "canal": "courriel"},
    "relance-1": {"apres": "7", "canal": "courriel"},
    "relance-2": {
        "apres": "15",
        "canal": ["courriel", "telephone"],
        "penalites": True,
        "sous": "8",
    },
    "mise-en-demeure": {
        "apres": "30",
        "canal": "recommande",
        "penalites": True,
        "effet": "mise-en-demeure",
        "sous": _NOTICE,
    },
    "contentieux": {"apres": "45", "canal": "dossier"},
}


STANDARD = "standard"


DEFAULT_TRACKS: Mapping[str, list[str]] = {
    STANDARD: list(DEFAULT_STEPS),
    "petit-montant": ["rappel", "relance-1", "mise-en-demeure"],
}
