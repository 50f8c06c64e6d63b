"""The sections of the policy about who is owed and where the books are."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from relance.policy.types import Accounts, ClientNames, Days, Marks, MetaKeys, Section, Text, key
from relance.policy.value_checks import filled, lines, matching, read_logo, read_pattern, verified

PLACEHOLDER = "NOM DE VOTRE ENTREPRISE"
"""The creditor's name in the folder that `relance init` writes."""


class Creditor(Section):
    """Who is owed, and signs; `address` in lines, numbers kept without their spaces."""

    name: Text = key("nom", "Raison sociale, ou nom de l'entrepreneur, imprimée sur les lettres.")
    address: Annotated[
        tuple[Text, ...],
        BeforeValidator(filled),
        BeforeValidator(lines, json_schema_input_type=str | list[str]),
    ] = key("adresse", "Adresse du siège : un bloc de texte, ou la liste de ses lignes.")
    form: Text | None = key("forme", "Forme juridique : SARL, SAS, EI…", None)
    capital: Text | None = key("capital", "Capital social, tel qu'imprimé : 10 000 €.", None)
    siren: Annotated[Text, verified("fr.siren", "un SIREN")] | None = key(
        "siren", "Numéro SIREN : neuf chiffres, dont la clé est vérifiée.", None
    )
    rcs: Text | None = key("rcs", "Ville du RCS ; sans objet pour un EI non inscrit.", None)
    vat: Annotated[Text, verified("eu.vat", "un numéro de TVA")] | None = key(
        "tva", "Numéro de TVA intracommunautaire, dont la clé est vérifiée.", None
    )
    email: (
        Annotated[
            Text, matching(r"[^@\s]+@[^@\s]+", "n'est pas une adresse électronique", "nom@domaine")
        ]
        | None
    ) = key("courriel", "Adresse électronique à laquelle répondre.", None)
    phone: Text | None = key("telephone", "Téléphone de la personne à appeler.", None)
    iban: Annotated[Text, verified("iban", "un IBAN")] | None = key(
        "iban", "Compte à créditer, dont la clé est vérifiée.", None
    )
    bic: Annotated[Text, verified("bic", "un BIC")] | None = key(
        "bic", "BIC du compte à créditer ; facultatif en France.", None
    )
    signatory: Text | None = key("signataire", "Nom et qualité de qui signe.", None)
    logo: Annotated[Text, BeforeValidator(read_logo)] | None = key(
        "logo", "Image à imprimer : son chemin dans letters/, par exemple logo.svg.", None
    )
    name_in_logo: bool = key(
        "nom-dans-logo",
        "Le logo porte le nom : les lettres ne l'impriment pas à côté.",
        default=False,
    )


class Bank(Section):
    """The bank accounts of the books; `freshness` in days."""

    accounts: Accounts = key("comptes", "Comptes de banque dans le grand livre.")
    freshness: Days = key(
        "fraicheur", "Jours au-delà desquels la dernière écriture de banque est trop ancienne.", "7"
    )


class InvoiceKeys(Section):
    """How books name an invoice: `link` matches a link whole, its first group is the number;
    `text` a part of the narration, between blanks or marks.

    Without a pattern, the links that begin with F name invoices, and every link when none does.
    """

    link: Annotated[str | None, BeforeValidator(read_pattern)] = key(
        "lien",
        "Expression régulière d'un lien de facture, entier ; un groupe en tire le numéro. "
        "Sans elle : les liens en F, à défaut tous.",
        None,
    )
    meta: MetaKeys = key(
        "meta", "Métadonnées qui donnent le numéro de facture, la première trouvée.", ["facture"]
    )
    text: Annotated[str | None, BeforeValidator(read_pattern)] = key(
        "texte",
        "Expression régulière d'un numéro de facture dans le libellé, par exemple FAC-[0-9-]+ ; un "
        "groupe en tire le numéro. Un lien que « lien » reconnaît, ou en F, passe avant.",
        None,
    )


class LedgerSettings(Section):
    """Where the books are and how they are kept."""

    file: Text = key("fichier", "Fichier principal du grand livre.", "ledger/main.beancount")
    accounts: Accounts = key(
        "comptes", "Comptes sous lesquels se trouvent les clients.", ["Actifs:Clients"]
    )
    bank: Bank | None = key(
        "banque", "Retient les lettres tant que la banque n'est pas à jour.", None
    )
    invoice: InvoiceKeys = key("facture", "Comment le grand livre désigne une facture.", {})
    client: ClientNames | None = key(
        "client",
        "Ce qui nomme le client d'une écriture sur un compte commun, sans « client: » : "
        "beneficiaire, {meta: cle}, ou une liste des deux, le premier trouvé.",
        None,
    )
    due: MetaKeys = key(
        "echeance", "Métadonnées qui donnent l'échéance, la première trouvée.", ["echeance"]
    )
    other_keys: Marks | None = key(
        "autres-cles",
        "Métadonnées, étiquettes et liens d'un autre usage, qui ressemblent à l'une des nôtres ou "
        "que rien ne lit.",
        None,
    )
