"""The words that books, policy and register choose from: types of debtor, tones, channels."""

from __future__ import annotations

from enum import StrEnum


class DebtorType(StrEnum):
    """Who owes: it decides rate, fee and legal sentences; never guessed."""

    PROFESSIONAL = "professionnel"
    PUBLIC = "public"
    CONSUMER = "particulier"
    OTHER = "autre"

    @property
    def commercial(self) -> bool:
        """Whether interest runs without a reminder and the 40 EUR fee exists."""
        return self in (DebtorType.PROFESSIONAL, DebtorType.PUBLIC)


class Civility(StrEnum):
    """How whoever reads a letter is addressed; with both, as when nobody knows."""

    MADAM = "Mme"
    SIR = "M."
    BOTH = "Mme et M."


class Tone(StrEnum):
    """How firmly a letter speaks; the facts are the same in all three."""

    GENTLE = "doux"
    NEUTRAL = "neutre"
    FIRM = "ferme"


class Profile(StrEnum):
    """Who a client is as a payer (rule 6.23)."""

    NEW = "nouveau"
    OCCASIONAL = "occasionnel"
    LOYAL = "fidele"
    FIRST_DELAY = "premier-retard"
    IN_DIFFICULTY = "en-difficulte"
    BAD_PAYER = "mauvais-payeur"


class Channel(StrEnum):
    """How a letter leaves the house."""

    EMAIL = "courriel"
    SMS = "sms"
    PHONE = "telephone"
    POST = "courrier"
    REGISTERED = "recommande"
    FILE = "dossier"


class Imputation(StrEnum):
    """What a payment settles first (C. civ. 1343-1 says interest; many firms say principal)."""

    INTEREST = "interets"
    PRINCIPAL = "principal"


class CreditNotes(StrEnum):
    """From when a credit note counts: the sum was never owed, or a commercial gesture."""

    ORIGIN = "origine"
    OWN_DATE = "date"


class Reason(StrEnum):
    """Why a client says it has not paid yet (`raison` of a call, an e-mail or an answer)."""

    NOT_RECEIVED = "facture-non-recue"
    DISPUTE = "litige"
    CASH = "tresorerie"
    APPROVAL = "validation"
    INTERNAL = "retard-interne"
    OTHER = "autre"


class ReturnCause(StrEnum):
    """Why a letter came back (`raison` of a `#retour`, else read in its words)."""

    REFUSED = "refuse"
    UNCLAIMED = "non-reclame"
    UNKNOWN = "inconnu"
    ADDRESS = "adresse"

    @property
    def presented(self) -> bool:
        """Whether the letter was presented to its addressee all the same: a formal notice that
        he refused or did not claim is one (Cass. 1re civ. 20 January 2021, 19-20.680)."""
        return self in (ReturnCause.REFUSED, ReturnCause.UNCLAIMED)


class RemainderRule(StrEnum):
    """What becomes of penalties that the payment of an invoice leaves open."""

    PROPOSE = "proposer"
    REMIND = "relancer"
    WAIVE = "abandonner"


class Information(StrEnum):
    """The steps of letters that ask for nothing: neither reminders nor formal notices, they move
    no claim in its track."""

    THANKS = "merci"
    CORRECTION = "rectification"
    STATEMENT = "releve"

    @property
    def french(self) -> str:
        """What people call such a letter."""
        return _CALLED[self]


_CALLED = {
    Information.THANKS: "remerciement",
    Information.CORRECTION: "décompte rectifié",
    Information.STATEMENT: "relevé de compte",
}


INFORMATION = frozenset(kind.value for kind in Information)


class NoteSort(StrEnum):
    """The sorts of follow-up note (those of the register are in `ledger.note_sorts`)."""

    CALL = "appel"
    EMAIL = "courriel"
    ANSWER = "reponse"
    PROMISE = "promesse"
    DISPUTE = "litige"
    DISPUTE_CLOSED = "litige-clos"
    PAYMENT_PLAN = "echeancier"
    HOLD = "suspension"
    RESUMED = "reprise"
    INSOLVENCY = "procedure-collective"
    ACKNOWLEDGEMENT = "reconnaissance"
    PENALTIES_WAIVED = "abandon-penalites"
    STATUS = "statut"
