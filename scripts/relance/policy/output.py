"""The sections of the policy about what leaves: pages, dispatch, mail, review, git."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from relance.policy.types import (
    Amount,
    AtLeastOne,
    ByCurrency,
    Days,
    Flag,
    Millimetres,
    Port,
    Postbox,
    Postboxes,
    Section,
    Text,
    key,
    one_of,
)
from relance.policy.value_checks import fault, read_branch, read_word


class DispatchSettings(Section):
    """Whether dispatch notes are awaited, and for how many working days; how letters are printed,
    `paper_weight` in g/m², `envelope_weight` in grams.

    `follow_up` is None when the firm says nothing of it: a letter counts, and nobody knows
    whether it left (rule 6.26)."""

    follow_up: Flag | None = key(
        "suivi",
        "Une lettre sans note #envoi : true, elle ne compte pas ; null, elle compte, mais aucune "
        "mise en demeure ne la suit ; false, elle est partie, vous ne notez pas vos envois.",
        None,
    )
    validity: Days = key(
        "validite", "Jours ouvrés après l'émission pour envoyer une lettre et le noter.", "5"
    )
    both_sides: Flag = key(
        "recto-verso",
        "Imprimé recto verso : chaque lettre commence au recto, une page blanche au besoin.",
        default=False,
    )
    paper_weight: Amount = key(
        "papier", "Grammage du papier, en g/m², pour le poids des lettres.", "80"
    )
    envelope_weight: Amount = key("enveloppe", "Poids d'une enveloppe vide, en grammes.", "5")

    @property
    def tracked(self) -> bool:
        """Whether a letter without a dispatch note does not count."""
        return self.follow_up is True

    @property
    def assumed(self) -> bool:
        """Whether the firm itself says that its letters leave without a note."""
        return self.follow_up is False


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "aucune"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailSettings(Section):
    """The mail server and what its messages say of their sender; the password is never here."""

    server: Text | None = key(
        "serveur", "Serveur SMTP : smtp.exemple.fr ; sans lui, aucun courriel ne part.", None
    )
    security: Annotated[Security, one_of(Security)] = key(
        "securite",
        "starttls, tls, ou aucune (vers cette machine seulement) ; certificat vérifié.",
        "starttls",
    )
    own_port: Port | None = key(
        "port", "Port du serveur ; null : 587 pour starttls, 465 pour tls, 25 pour aucune.", None
    )
    user: Text | None = key(
        "utilisateur",
        "Nom d'utilisateur ; le mot de passe vient de RELANCE_SMTP_MOT_DE_PASSE ou du trousseau.",
        None,
    )
    sender: Postbox | None = key(
        "expediteur",
        "Qui envoie : nom@domaine, ou le nom suivi de l'adresse entre chevrons ; "
        "null : le nom et le courriel du créancier.",
        None,
    )
    reply_to: Postbox | None = key(
        "repondre-a", "Adresse où arrivent les réponses ; null : le courriel du créancier.", None
    )
    blind_copies: Postboxes | None = key(
        "copie-cachee", "Une ou plusieurs adresses qui reçoivent chaque courriel, en secret.", None
    )
    timeout: AtLeastOne = key("delai", "Secondes d'attente d'une réponse du serveur.", "30")
    per_minute: AtLeastOne = key("par-minute", "Courriels envoyés par minute, au plus.", "30")

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


class EnclosureSettings(Section):
    """What a file joined to a letter may cost who opens it, ourselves first."""

    megabytes: AtLeastOne = key(
        "taille",
        "Mo qu'une pièce peut occuper, une fois déployée ; au-delà elle est refusée.",
        "64",
    )
    seconds: AtLeastOne = key(
        "secondes", "Secondes de calcul que peut demander sa lecture ; au-delà, refusée.", "10"
    )


class ReviewSettings(Section):
    """What the summary of a run puts first."""

    large: ByCurrency = key(
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

    branch: Annotated[str, BeforeValidator(read_branch)] = key(
        "branche", 'Branche de la relance, datée ; "" pour la branche courante.', "relance/{date}"
    )
    pdf: Flag = key("pdf", "Les PDF sont dans git ; false les laisse dehors.", default=True)


class Window(Section):
    """Where a window envelope shows the address, in millimetres from the sheet's corner."""

    left: Millimetres = key("gauche", "Du bord gauche de la feuille à l'adresse.", "110")
    top: Millimetres = key("haut", "Du bord haut de la feuille à la première ligne.", "55")
    width: Millimetres = key("largeur", "Largeur de l'adresse.", "85")
    height: Millimetres = key("hauteur", "Hauteur de la fenêtre.", "30")

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


class CodeSum(StrEnum):
    """What a payment code asks for: the letter's whole total, or its balances alone."""

    TOTAL = "total"
    BALANCE = "solde"


def read_code(value: object) -> object:
    """One of its words; `true` is the total, `false` none."""
    if isinstance(value, bool):
        return CodeSum.TOTAL if value else None
    return value if value is None else read_word(CodeSum, value)


class PageSettings(Section):
    """How a letter's sheet is laid out."""

    window: Window = key("fenetre", "La fenêtre des enveloppes, en millimètres.", {})
    folds: Flag = key("plis", "Imprime les repères de pliage en trois.", default=False)
    code: Annotated[CodeSum | None, BeforeValidator(read_code)] = key(
        "code-qr",
        "Le code de virement contient le total demandé (total) ou le solde seul (solde) ; "
        "false : pas de code.",
        "total",
    )
