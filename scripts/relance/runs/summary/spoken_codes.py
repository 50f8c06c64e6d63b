"""What waits and steps are called in a sentence, where elsewhere their codes stand."""

from __future__ import annotations

SPOKEN = {
    # They end by themselves.
    "apres": "étape suivante à venir",
    "ecart": "lettre récente sur la créance",
    "sous": "délai de la dernière lettre en cours",
    "ecart-client": "lettre récente au client",
    "seuil": "sous le seuil de l'étape",
    "promesse": "règlement promis",
    "echeancier": "échéancier en cours",
    "suspension": "relance suspendue",
    "prelevement": "prélèvement attendu",
    "exclu": "exclue des relances",
    "tolerance": "reliquat dans la tolérance",
    "cedee": "créance cédée",
    "penalites": "pénalités enregistrées en produit",
    # They ask something of someone.
    "branche-en-attente": "lettre à approuver ailleurs",
    "non-postee": "mise en demeure non postée",
    "adresse-a-verifier": "adresse à vérifier",
    "retour-sans-motif": "lettre revenue sans motif",
    "non-envoyee": "lettre non notée comme partie",
    "facture-rejetee": "facture rejetée par une plateforme",
    "litige": "litige ouvert",
    "procedure-collective": "procédure collective",
    "contentieux": "dossier à transmettre",
    "derniere-etape": "dernière étape faite",
    "credit-non-affecte": "règlement sans référence à affecter",
    "reglement-brouillon": "règlement en brouillon",
    "encaissement-a-affecter": "encaissement à affecter",
    "reglement-a-venir": "règlement daté d'après ce jour",
    "banque-ancienne": "banque pas à jour",
    # A fact is missing or doubtful.
    "type-manquant": "type de débiteur manquant",
    "adresse-postale-manquante": "adresse postale manquante",
    "adresse-trop-longue": "adresse trop longue pour la fenêtre",
    "coordonnees-manquantes": "coordonnées manquantes",
    "client-inconnu": "client inconnu",
    "sans-numero": "facture sans numéro",
    "plusieurs-clients": "plusieurs clients sur un compte",
    "tiers-inconnu": "tiers inconnu",
    "echeance-non-lue": "échéance dite autrement",
    "echeance-avant-facture": "échéance d'avant la facture",
    "cle-non-lue": "clé non lue",
    "numero-en-double": "numéro chez deux clients",
    "caracteres-manquants": "caractères que la police n'a pas",
    "sans-echeance": "sans échéance",
    "doublon": "facture peut-être en double",
    "fraction-de-centime": "fraction de centime",
    "autre-devise": "règlement dans une autre devise",
    "debit-inexplique": "débit inexpliqué",
    "credit-inexplique": "règlement d'une facture inconnue",
    "numero-douteux": "numéro douteux",
    "autre-tiers": "écriture d'un autre client",
    "hors-compte": "écriture hors du compte client",
    "note-incomprise": "note incomprise",
    "montant-douteux": "montant douteux",
    "date-douteuse": "date douteuse",
    "ecriture-contradictoire": "écriture contradictoire",
    "en-commentaire": "écriture en commentaire",
    "adresse-partagee": "adresse d'un autre client",
    "drapeau-inconnu": "drapeau inconnu",
    "etape-inconnue": "étape inconnue",
    "retiree": "retirée à la relecture",
}


def in_a_few_words(code: str) -> str:
    """What a wait of that code is called."""
    return SPOKEN.get(code, code.replace("-", " "))


def step_name(step: str) -> str:
    """A step as one says it: « mise en demeure », « relance 2 »."""
    return step.replace("-", " ")


def step_and_rank(step: str, rank: int) -> str:
    """« relance 2, n° 3 »: the step, and how many letters about the claim that makes; « n° » alone
    after « relance » where both are one."""
    name = step_name(step)
    if not rank:
        return name
    stem, _, number = name.rpartition(" ")
    return f"{stem} n° {rank}" if stem and number == str(rank) else f"{name}, n° {rank}"
