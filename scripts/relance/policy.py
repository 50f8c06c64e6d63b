"""The policy as frozen values: what relance.yaml may say, key by key (design §5).

Every section is a pydantic model with the user's French keys, English attributes and, in
French, what each key means (the JSON Schema and the README print it). Defaults stand as one
would write them in the file. `policy_file` reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_validator,
)

from relance.model import Channel, CreditNotes, DebtorType, Imputation, Rate, Terms
from relance.policy_values import (
    _DEPARTMENTS,
    Account,
    Accounts,
    Amount,
    AtLeastOne,
    ByCurrency,
    ByDebtor,
    Channels,
    Currencies,
    Days,
    Debtors,
    Flag,
    HalfYear,
    MetaKeys,
    Millimetres,
    Name,
    Offset,
    Payers,
    Port,
    Postbox,
    Postboxes,
    Text,
    Texts,
    Voice,
    _branch,
    _country,
    _filled,
    _has_calendar,
    _language,
    _lines,
    _logo,
    _matching,
    _one_of,
    _pattern,
    _rate,
    _terms,
    _timezone,
    _verified,
    fault,
    shown,
)
from relance.workdays import Workdays

NAME = "#nom"  # how a step is told its name, which is its key; no unquoted key looks so


class Grouping(StrEnum):
    """What one letter gathers."""

    CLIENT = "client"
    INVOICE = "facture"


class Effect(StrEnum):
    """The legal effect of a step."""

    FORMAL_NOTICE = "mise-en-demeure"


class Section(BaseModel):
    """A mapping of the file: its keys and no others."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        validate_by_alias=True,
        validate_by_name=True,  # for values made in code: a file is read by its French keys alone
    )


def _key(name: str, description: str, default: object = ...) -> Any:
    """A key: its French name, its documentation, its default as one would write it."""
    return Field(default, validation_alias=name, title=name, description=description)


class Creditor(Section):
    """Who is owed, and signs; `address` in lines, numbers kept without their spaces."""

    name: Text = _key("nom", "Raison sociale, ou nom de l'entrepreneur, imprimée sur les lettres.")
    address: Annotated[
        tuple[Text, ...],
        BeforeValidator(_filled),
        BeforeValidator(_lines, json_schema_input_type=str | list[str]),
    ] = _key("adresse", "Adresse du siège : un bloc de texte, ou la liste de ses lignes.")
    form: Text | None = _key("forme", "Forme juridique : SARL, SAS, EI…", None)
    capital: Text | None = _key("capital", "Capital social, tel qu'imprimé : 10 000 €.", None)
    siren: Annotated[Text, _verified("fr.siren", "un SIREN")] | None = _key(
        "siren", "Numéro SIREN : neuf chiffres, dont la clé est vérifiée.", None
    )
    rcs: Text | None = _key("rcs", "Ville du RCS ; sans objet pour un EI non inscrit.", None)
    vat: Annotated[Text, _verified("eu.vat", "un numéro de TVA")] | None = _key(
        "tva", "Numéro de TVA intracommunautaire, dont la clé est vérifiée.", None
    )
    email: (
        Annotated[
            Text, _matching(r"[^@\s]+@[^@\s]+", "n'est pas une adresse électronique", "nom@domaine")
        ]
        | None
    ) = _key("courriel", "Adresse électronique à laquelle répondre.", None)
    phone: Text | None = _key("telephone", "Téléphone de la personne à appeler.", None)
    iban: Annotated[Text, _verified("iban", "un IBAN")] | None = _key(
        "iban", "Compte à créditer, dont la clé est vérifiée.", None
    )
    bic: Annotated[Text, _verified("bic", "un BIC")] | None = _key(
        "bic", "BIC du compte à créditer ; facultatif en France.", None
    )
    signatory: Text | None = _key("signataire", "Nom et qualité de qui signe.", None)
    logo: Annotated[Text, BeforeValidator(_logo)] | None = _key(
        "logo", "Image à imprimer : son chemin dans letters/, par exemple logo.svg.", None
    )


class Bank(Section):
    """The bank accounts of the books; `freshness` in days."""

    accounts: Accounts = _key("comptes", "Comptes de banque dans le grand livre.")
    freshness: Days = _key(
        "fraicheur", "Jours au-delà desquels la dernière écriture de banque est trop ancienne.", "7"
    )


class InvoiceKeys(Section):
    """How books name an invoice: `link` matches a link whole, its first group is the number.

    Without a pattern, the links that begin with F name invoices, and every link when none does.
    """

    link: Annotated[str | None, BeforeValidator(_pattern)] = _key(
        "lien",
        "Expression régulière d'un lien de facture, entier ; un groupe en tire le numéro. "
        "Sans elle : les liens en F, à défaut tous.",
        None,
    )
    meta: MetaKeys = _key(
        "meta", "Métadonnées qui donnent le numéro de facture, la première trouvée.", ["facture"]
    )


class LedgerSettings(Section):
    """Where the books are and how they are kept."""

    file: Text = _key("fichier", "Fichier principal du grand livre.", "ledger/main.beancount")
    accounts: Accounts = _key(
        "comptes", "Comptes sous lesquels se trouvent les clients.", ["Actifs:Clients"]
    )
    bank: Bank | None = _key(
        "banque", "Retient les lettres tant que la banque n'est pas à jour.", None
    )
    invoice: InvoiceKeys = _key("facture", "Comment le grand livre désigne une facture.", {})
    due: MetaKeys = _key(
        "echeance", "Métadonnées qui donnent l'échéance, la première trouvée.", ["echeance"]
    )


class Step(Section):
    """One kind of reminder; days are counted from the due date, a negative `after` before it."""

    name: str = Field(validation_alias=NAME)
    after: Offset | None = _key(
        "apres", "Jours après l'échéance, avant si négatif ; sinon seul « ecart » compte.", None
    )
    channels: Channels = _key(
        "canal",
        "Un ou plusieurs : courriel, sms, telephone, courrier, recommande, dossier.",
        ["courriel"],
    )
    interest: Flag = _key("penalites", "Réclame les pénalités et l'indemnité.", default=False)
    effect: Annotated[Effect, _one_of(Effect)] | None = _key(
        "effet", "mise-en-demeure : l'étape a cet effet juridique.", None
    )
    deadline: ByDebtor | None = _key(
        "sous", "Jours laissés pour payer, les mêmes pour tous ou par type de débiteur.", None
    )
    month_end: Flag = _key(
        "fin-de-mois",
        "Se déclenche à la fin du mois de l'échéance augmentée de « apres ».",
        default=False,
    )
    gap: AtLeastOne | None = _key(
        "ecart", "Jours depuis la lettre précédente, à la place de l'écart général.", None
    )
    threshold: ByCurrency | None = _key(
        "seuil", "Attend tant que le client doit moins, en tout ; par devise si besoin.", None
    )
    tone: Voice | None = _key("ton", "Ton de cette étape, si aucune règle n'en dit un.", None)
    statement: Flag = _key(
        "releve", "La lettre finit par un relevé du compte du client.", default=False
    )
    letter: Name | None = _key("lettre", "Modèle de lettre ; sinon celui du nom de l'étape.", None)

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

    balance_max: Amount | None = _key(
        "solde-max", "Le client doit au plus cette somme, en retard et en tout.", None
    )
    balance_min: Amount | None = _key(
        "solde-min", "Le client doit au moins cette somme, en retard et en tout.", None
    )
    claim_max: Amount | None = _key(
        "creance-max", "Sa plus grosse créance en retard est d'au plus cette somme.", None
    )
    claim_min: Amount | None = _key(
        "creance-min", "Sa plus grosse créance en retard est d'au moins cette somme.", None
    )
    claims_max: Days | None = _key("creances-max", "Au plus tant de créances en retard.", None)
    claims_min: Days | None = _key("creances-min", "Au moins tant de créances en retard.", None)
    days_max: Offset | None = _key(
        "jours-max",
        "La créance a au plus tant de jours de retard (négatifs : à échoir).",
        None,
    )
    days_min: Offset | None = _key("jours-min", "La créance a au moins tant de jours.", None)
    currencies: Currencies | None = _key("devise", "Une ou plusieurs devises.", None)
    debtors: Debtors | None = _key("type", "Un ou plusieurs types de débiteur.", None)
    profiles: Payers | None = _key("profil", "Un ou plusieurs profils de payeur.", None)
    clients: Texts | None = _key("client", "Un ou plusieurs clients, par compte ou par nom.", None)
    tags: Texts | None = _key(
        "etiquette", "Une ou plusieurs étiquettes de la facture, sans #.", None
    )


class Rule(Section):
    """What is done otherwise when a condition holds; the first rule that matches wins alone."""

    condition: Condition = _key("si", "Condition ; sans elle, la règle vaut pour tous.", {})
    track: Text | None = _key("parcours", "Parcours des créances qui commencent.", None)
    tone: Voice | None = _key("ton", "Ton de la lettre : doux, neutre ou ferme.", None)
    extra: Channels | None = _key(
        "canal-en-plus", "Canaux ajoutés à ceux de l'étape : telephone, sms…", None
    )
    gap: AtLeastOne | None = _key(
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


class InterestSettings(Section):
    """Interest and recovery fee; a `rate` of None is the law's, `ecb` and `legal` in percent."""

    rate: Annotated[Rate | None, PlainValidator(_rate, json_schema_input_type=str | float)] = _key(
        "taux", "Taux du contrat : loi, 12.5, bce + 12, ou 3 x taux legal.", "loi"
    )
    fee: Amount = _key("indemnite", "Indemnité de recouvrement, en euros par facture.", "40")
    imputation: Annotated[Imputation, _one_of(Imputation)] = _key(
        "imputation", "Ce qu'un paiement partiel paie d'abord : interets ou principal.", "interets"
    )
    credit_notes: Annotated[CreditNotes, _one_of(CreditNotes)] = _key(
        "avoirs", "Un avoir compte depuis l'échéance (origine) ou depuis sa date (date).", "origine"
    )
    ecb: dict[HalfYear, Amount] = _key(
        "bce", "Taux de la BCE au premier jour d'un semestre : {2027-01-01: 2.65}.", {}
    )
    legal: dict[HalfYear, Amount] = _key(
        "legal", "Taux légal (créancier professionnel) à ajouter, par premier jour de semestre.", {}
    )


class NewClients(Section):
    """Until when a client is new."""

    invoices: AtLeastOne = _key(
        "factures", "Nouveau tant qu'il a réglé moins de factures que cela, depuis toujours.", "2"
    )


class LoyalClients(Section):
    """What makes a regular client a loyal one."""

    invoices: AtLeastOne = _key(
        "factures", "Fidèle à partir d'autant de factures réglées sur la période…", "3"
    )
    days_late: Days = _key("retard-moyen", "… avec un retard moyen d'au plus tant de jours.", "5")


class FirstDelays(Section):
    """What does not yet count as an earlier delay."""

    days: Days = _key(
        "jours", "Un règlement passé reçu tant de jours après l'échéance n'est pas un retard.", "5"
    )


class ClientsInDifficulty(Section):
    """How often cash trouble must have been told."""

    times: AtLeastOne = _key(
        "fois", "En difficulté dès que « raison: tresorerie » est notée autant de fois.", "1"
    )


class BadPayers(Section):
    """Any one of these makes a bad payer."""

    days_late: AtLeastOne = _key(
        "retard-moyen",
        "Mauvais payeur dès ce retard moyen en jours, s'il n'est plus nouveau.",
        "30",
    )
    incidents: AtLeastOne = _key(
        "incidents", "Mauvais payeur dès autant de mises en demeure et de promesses rompues.", "2"
    )


class ProfileSettings(Section):
    """When a client counts as what; `period` and `memory` in months."""

    period: AtLeastOne = _key(
        "periode", "Mois sur lesquels comptent les règlements et les raisons données.", "12"
    )
    memory: AtLeastOne = _key(
        "antecedents", "Mois sur lesquels comptent mises en demeure et promesses rompues.", "24"
    )
    difficulty: ClientsInDifficulty = _key("en-difficulte", "Qui l'a dit.", {})
    bad: BadPayers = _key("mauvais-payeur", "Un seul de ces seuils suffit.", {})
    new: NewClients = _key("nouveau", "Qui n'a pas encore fait ses preuves.", {})
    first_delay: FirstDelays = _key(
        "premier-retard", "En retard aujourd'hui, et jamais avant sur la période.", {}
    )
    loyal: LoyalClients = _key("fidele", "Qui paie souvent, et assez tôt.", {})


class Grace(Section):
    """A delay in working days."""

    grace: Days = _key("grace", "Jours ouvrés de patience après la date convenue.")


class DisputeSettings(Section):
    """From what age, in days, an open dispute is listed before anything else."""

    alert: Days = _key(
        "alerte", "Jours au-delà desquels un litige ouvert passe en tête du plan.", "30"
    )


class CalendarSettings(Section):
    """The calendar of working days; `subdivision` as the holidays library names it."""

    enabled: Flag = _key("jours-ouvres", "Les dates calculées tombent un jour ouvré.", default=True)
    country: Annotated[str, BeforeValidator(_country)] = _key(
        "pays", "Pays dont les jours fériés comptent, en deux lettres.", "FR"
    )
    subdivision: Text | None = _key(
        "departement", "Département aux jours fériés propres : 57, 67, 68, 971…", None
    )
    timezone: Annotated[str, BeforeValidator(_timezone)] = _key(
        "fuseau", "Fuseau horaire qui dit quel jour on est.", "Europe/Paris"
    )

    @field_validator("subdivision")
    @classmethod
    def _known(cls, text: str | None, info: ValidationInfo) -> str | None:
        country = info.data.get("country")  # absent when it is itself at fault
        if text is None or country is None:
            return text
        code = _DEPARTMENTS.get(text) if country == "FR" else text
        if code is None or not _has_calendar(country, code):
            known = f"{', '.join(_DEPARTMENTS)} ; null partout ailleurs en France"
            remedy = f"seuls en ont : {known}" if country == "FR" else "null pour tout le pays"
            raise fault(f"{shown(text)} n'a pas de jours fériés propres", remedy)
        return code


class DispatchSettings(Section):
    """Whether dispatch notes are awaited, and for how many working days; how letters are printed,
    `paper_weight` in g/m², `envelope_weight` in grams."""

    tracked: Flag = _key("suivi", "Une lettre sans note #envoi ne compte pas.", default=False)
    validity: Days = _key(
        "validite", "Jours ouvrés après l'émission pour envoyer une lettre et le noter.", "5"
    )
    both_sides: Flag = _key(
        "recto-verso",
        "Imprimé recto verso : chaque lettre commence au recto, une page blanche au besoin.",
        default=False,
    )
    paper_weight: Amount = _key(
        "papier", "Grammage du papier, en g/m², pour le poids des lettres.", "80"
    )
    envelope_weight: Amount = _key("enveloppe", "Poids d'une enveloppe vide, en grammes.", "5")


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "aucune"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailSettings(Section):
    """The mail server and what its messages say of their sender; the password is never here."""

    server: Text | None = _key(
        "serveur", "Serveur SMTP : smtp.exemple.fr ; sans lui, aucun courriel ne part.", None
    )
    security: Annotated[Security, _one_of(Security)] = _key(
        "securite",
        "starttls, tls, ou aucune (vers cette machine seulement) ; certificat vérifié.",
        "starttls",
    )
    own_port: Port | None = _key(
        "port", "Port du serveur ; null : 587 pour starttls, 465 pour tls, 25 pour aucune.", None
    )
    user: Text | None = _key(
        "utilisateur",
        "Nom d'utilisateur ; le mot de passe vient de RELANCE_SMTP_MOT_DE_PASSE ou du trousseau.",
        None,
    )
    sender: Postbox | None = _key(
        "expediteur",
        "Qui envoie : nom@domaine, ou le nom suivi de l'adresse entre chevrons ; "
        "null : le nom et le courriel du créancier.",
        None,
    )
    reply_to: Postbox | None = _key(
        "repondre-a", "Adresse où arrivent les réponses ; null : le courriel du créancier.", None
    )
    blind_copies: Postboxes | None = _key(
        "copie-cachee", "Une ou plusieurs adresses qui reçoivent chaque courriel, en secret.", None
    )
    timeout: AtLeastOne = _key("delai", "Secondes d'attente d'une réponse du serveur.", "30")
    per_minute: AtLeastOne = _key("par-minute", "Courriels envoyés par minute, au plus.", "30")

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if self.security is Security.NONE and self.server not in (None, *_LOOPBACK):
            what = "« securite: aucune » n'est permise que vers cette machine (localhost)"
            raise fault(what, "écrivez starttls ou tls")
        return self

    @property
    def port(self) -> int:
        """The port to call."""
        return self.own_port or _PORTS[self.security]


class ReviewSettings(Section):
    """What the summary of a run puts first."""

    large: ByCurrency = _key(
        "gros-montant",
        "Une lettre d'au moins cette somme est à regarder d'abord ; par devise si besoin.",
        "5000",
    )

    def is_large(self, amount: Decimal, currency: str) -> bool:
        """Whether a sum is to be looked at first; never, in a currency that a table leaves out."""
        if isinstance(self.large, dict):
            return currency in self.large and amount >= self.large[currency]
        return amount >= self.large


class GitSettings(Section):
    """What is committed where; an empty `branch` is the current one."""

    branch: Annotated[str, BeforeValidator(_branch)] = _key(
        "branche", 'Branche de la relance, datée ; "" pour la branche courante.', "relance/{date}"
    )
    pdf: Flag = _key("pdf", "Les PDF sont dans git ; false les laisse dehors.", default=True)


class Window(Section):
    """Where a window envelope shows the address, in millimetres from the sheet's corner."""

    left: Millimetres = _key("gauche", "Du bord gauche de la feuille à l'adresse.", "110")
    top: Millimetres = _key("haut", "Du bord haut de la feuille à la première ligne.", "55")
    width: Millimetres = _key("largeur", "Largeur de l'adresse.", "85")
    height: Millimetres = _key("hauteur", "Hauteur de la fenêtre.", "30")

    @model_validator(mode="after")
    def _on_the_sheet(self) -> Self:
        if self.left < 20 or self.left + self.width > 200:
            remedy = "gauche : 20 au moins ; gauche + largeur : 200 au plus"
            raise fault("la fenêtre sort de la feuille, ou de ses marges", remedy)
        if self.top < 40 or self.top + self.height > 110:
            remedy = "haut : 40 au moins ; haut + hauteur : 110 au plus"
            raise fault("la fenêtre ne laisse pas de place à l'en-tête ou au texte", remedy)
        if self.width < 60:
            raise fault("la fenêtre est trop étroite pour une adresse", "largeur : 60 au moins")
        return self


class BadDebtSettings(Section):
    """When a debt is doubtful, and the accounts of its entries; those not named here are found by
    the `pcg` of the ledger's own accounts, or else printed as names to adapt."""

    after: AtLeastOne = _key(
        "apres", "Mois de retard après lesquels une créance est à déprécier.", "6"
    )
    depreciation: Account | None = _key(
        "depreciation", "Compte 491, dépréciation des créances clients.", None
    )
    charge: Account | None = _key("dotation", "Compte 68174, dotation aux dépréciations.", None)
    loss: Account | None = _key("perte", "Compte 654, pertes sur créances irrécouvrables.", None)
    vat: Accounts | None = _key(
        "tva",
        "Comptes 4457 de TVA collectée ; sans eux, ceux dont le « pcg » ou le nom le dit.",
        None,
    )


class PageSettings(Section):
    """How a letter's sheet is laid out."""

    window: Window = _key("fenetre", "La fenêtre des enveloppes, en millimètres.", {})
    folds: Flag = _key("plis", "Imprime les repères de pliage en trois.", default=False)
    code: Flag = _key(
        "code-qr", "Imprime le code de virement, qui contient le solde réclamé.", default=True
    )


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


class Policy(Section):
    """The whole of relance.yaml; `steps` in rank order, from the mildest."""

    creditor: Creditor = _key("creancier", "L'entreprise à qui l'on doit.")
    ledger: LedgerSettings = _key("grand-livre", "Les comptes, tenus avec Beancount.", {})
    terms: Annotated[Terms, PlainValidator(_terms, json_schema_input_type=int | str)] | None = _key(
        "delai",
        "Délai de paiement quand ni facture ni client n'en disent rien : 30, "
        "45 fin de mois, fin de mois 45, ou null.",
        "30",
    )
    steps: dict[Name, Step] = _key("etapes", "Les sortes de relance.", DEFAULT_STEPS)
    tracks: dict[Name, tuple[Text, ...]] = _key(
        "parcours", "Les suites d'étapes ; « standard » est celui de tous.", DEFAULT_TRACKS
    )
    rules: tuple[Rule, ...] = _key(
        "regles", "Ce qui se fait autrement : la première règle qui convient l'emporte.", []
    )
    interest: InterestSettings = _key("penalites", "Ce que coûte le retard.", {})
    tolerance: ByCurrency = _key(
        "tolerance", "Un solde d'au plus cette somme attend ; par devise si besoin, 1 sinon.", "1"
    )
    gap: AtLeastOne = _key("ecart", "Jours entre deux lettres sur une même créance.", "7")
    client_gap: Days = _key("ecart-client", "Jours entre deux envois à un même client.", "5")
    grouping: Annotated[Grouping, _one_of(Grouping)] = _key(
        "regroupement", "Une lettre par client ou par facture : client, facture.", "client"
    )
    profiles: ProfileSettings = _key(
        "profils",
        "Le profil des clients, le premier qui convient : « profil » du client, en-difficulte, "
        "mauvais-payeur, nouveau, premier-retard, fidele ; occasionnel pour les autres.",
        {},
    )
    promise: Grace = _key("promesse", "Les promesses de paiement.", {"grace": "2"})
    payment_plan: Grace = _key("echeancier", "Les échéanciers accordés.", {"grace": "5"})
    dispute: DisputeSettings = _key("litige", "Les litiges ouverts.", {})
    calendar: CalendarSettings = _key("calendrier", "Les jours ouvrés.", {})
    dispatch: DispatchSettings = _key("envoi", "Le suivi des envois.", {})
    review: ReviewSettings = _key("revue", "Ce que le sommaire d'un passage signale.", {})
    language: Annotated[str, BeforeValidator(_language)] = _key(
        "langue", "Langue des lettres d'un client sans « langue » : un dossier de letters/.", "fr"
    )
    mail: MailSettings = _key("courriel", "L'envoi des courriels.", {})
    bad_debts: BadDebtSettings = _key(
        "creances-douteuses", "Les créances douteuses et irrécouvrables.", {}
    )
    page: PageSettings = _key("page", "La feuille des lettres.", {})
    git: GitSettings = _key("git", "Ce qui est enregistré, et où.", {})

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

    def step_order(self, name: str) -> int:
        """The rank of a step in `etapes`, from 0; KeyError without such a step."""
        return {step: rank for rank, step in enumerate(self.steps)}[name]
