"""What a template may name: the French meaning of every variable and filter.

`variables` finds them in the values that really reach the templates, with made-up letters: one
without a meaning here, or a meaning without its variable, fails the tests. README.fr.md prints
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from relance.decision import Letter
from relance.letters import specimens
from relance.letters.client_facts import file_facts, statement_facts
from relance.letters.compose import (
    CALL_SHEET,
    PROPOSAL,
    STATEMENT,
    LetterSetting,
    facts_of,
    values_of,
)
from relance.letters.declaration import TEMPLATE as DECLARATION
from relance.letters.declaration import declaration_values, made_up
from relance.letters.facts import Facts, call_sheet
from relance.policy import Policy
from relance.steps import INSTALMENT_LETTER
from relance.typography import FRENCH

EVERYWHERE = ""
# These lists have rows of the same kind: they are told once.
_LIKE = {"demandees": "factures", "hors_somme": "factures", "information": "factures"}

MEANINGS: Mapping[str, str] = {
    "relance": "le numéro de la lettre, à rappeler au règlement",
    "date": "le jour de la lettre",
    "langue": "la langue de la lettre, celle de son dossier",
    "compte": "le compte du client dans le grand livre",
    "type": "le type de débiteur ; absent s'il est inconnu",
    "etape": "le nom de l'étape",
    "rang": "« relance n° 2 » ; 0 avant l'échéance",
    "parcours": "le parcours du client",
    "canal": "les canaux de la lettre, celui qui la porte d'abord",
    "devise": "la devise de tous les montants de la lettre",
    "destinataire": "à qui la lettre est adressée",
    "destinataire.nom": "son nom",
    "destinataire.contact": "la personne à qui s'adresser",
    "destinataire.adresse": "les lignes de son adresse, pays compris s'il est à l'étranger",
    "destinataire.courriel": "ses adresses électroniques",
    "destinataire.copie": "celles qui reçoivent une copie",
    "destinataire.telephone": "son téléphone",
    "destinataire.siren": "son SIREN",
    "destinataire.reference": "sa référence (numéro d'engagement, de commande…)",
    "destinataire.suivi-par": 'qui le suit chez vous ; s\'écrit destinataire["suivi-par"]',
    "creancier": "votre entreprise, telle que la dit la politique",
    "creancier.nom": "votre nom",
    "creancier.forme": "la forme juridique",
    "creancier.capital": "le capital, tel qu'imprimé",
    "creancier.adresse": "les lignes de l'adresse du siège",
    "creancier.siren": "le SIREN",
    "creancier.rcs": "la ville du RCS",
    "creancier.tva": "le numéro de TVA",
    "creancier.courriel": "l'adresse à laquelle répondre",
    "creancier.telephone": "le téléphone à appeler",
    "creancier.iban": "l'IBAN, sans espaces",
    "creancier.bic": "le BIC",
    "creancier.signataire": "qui signe",
    "creancier.logo": "le fichier de l'image",
    "factures": "toutes les factures de la lettre, réclamées ou non",
    "demandees": "les factures réclamées ; mêmes champs que factures",
    "hors_somme": "celles qui avancent d'une étape sans être dans la somme demandée",
    "information": "les autres factures échues, citées pour information",
    "factures[].numero": "le numéro à imprimer",
    "factures[].facture": "le numéro tel que le grand livre le connaît",
    "factures[].tranche": "quelle échéance de la facture",
    "factures[].tranches": "combien d'échéances elle a",
    "factures[].date": "la date de la facture",
    "factures[].echeance": "le dernier jour pour payer",
    "factures[].montant": "le montant TTC de cette échéance",
    "factures[].recu": "ce qui en est réglé, avoirs compris",
    "factures[].avoir": "ce qui en est réglé par avoir (demandees, hors_somme, information)",
    "factures[].solde": "ce qui reste à payer",
    "factures[].conteste": "la part contestée, que la lettre ne réclame pas",
    "factures[].jours": "les jours de retard",
    "factures[].etape": "l'étape de cette facture ; absente si elle est citée pour information",
    "factures[].rang": "le rang de cette facture",
    "factures[].demande": "vrai si elle est réclamée",
    "factures[].penalites": "ses intérêts de retard",
    "factures[].indemnite": "son indemnité de recouvrement, en euros",
    "factures[].versement": "sa part du versement rappelé",
    "factures[].situation": "« echue » ou « a-echoir », au jour du jugement",
    "numeros": "les numéros des factures réclamées",
    "principal": "ce qui est réclamé des factures, parts contestées déduites",
    "soldes": "la somme des soldes réclamés, parts contestées comprises",
    "conteste": "la somme des parts contestées",
    "penalites": "les intérêts réclamés",
    "indemnite": "les indemnités réclamées, en euros",
    "indemnites": "combien de factures ont une indemnité",
    "total": "la somme demandée",
    "penalites_hors_somme": "les intérêts des factures de hors_somme",
    "indemnite_hors_somme": "les indemnités des factures de hors_somme",
    "arrete_au": "le dernier jour compté dans les intérêts",
    "taux_inconnu": "le premier jour sans taux publié, quand le compte s'arrête avant lui",
    "interets_d_abord": "vrai si un règlement a d'abord payé des intérêts",
    "segments": "le calcul des intérêts, période par période",
    "segments[].numero": "la facture",
    "segments[].tranche": "quelle échéance de la facture",
    "segments[].tranches": "combien d'échéances elle a",
    "segments[].du": "le premier jour compté",
    "segments[].au": "le dernier jour compté",
    "segments[].jours": "combien de jours",
    "segments[].principal": "la somme qui porte intérêt",
    "segments[].taux": "le taux annuel, en pour cent",
    "segments[].montant": "les intérêts de la période",
    "avoirs_deduits": "les avoirs que les intérêts déduisent dès l'échéance",
    "avoirs_deduits[].numero": "la facture",
    "avoirs_deduits[].tranche": "quelle échéance de la facture",
    "avoirs_deduits[].tranches": "combien d'échéances elle a",
    "avoirs_deduits[].montant": "la somme",
    "versements": "les règlements et avoirs reçus sans référence, et leur imputation",
    "versements[].date": "le jour",
    "versements[].avoir": "vrai pour un avoir",
    "versements[].montant": "la somme",
    "versements[].imputations": "à quelles factures elle va",
    "versements[].imputations[].numero": "une facture",
    "versements[].imputations[].montant": "ce qui lui revient",
    "sous": "les jours laissés pour payer",
    "echeance": "le dernier jour laissé pour payer, s'il est connu d'avance",
    "versement": "le versement d'un échéancier que la lettre rappelle",
    "versement.date": "son dernier jour",
    "versement.montant": "la somme convenue",
    "versement.manque": "ce qui en reste à verser",
    "versement.numero": "sa place dans l'échéancier",
    "versement.nombre": "combien de versements l'échéancier compte",
    "versement.accord": "le jour de l'accord",
    "echeance_manquee": "le versement manqué qui a rompu l'échéancier",
    "echeance_manquee.date": "son dernier jour",
    "echeance_manquee.montant": "la somme convenue",
    "echeance_manquee.manque": "ce qui en manque",
    "echeance_manquee.numero": "sa place dans l'échéancier",
    "echeance_manquee.nombre": "combien de versements l'échéancier comptait",
    "echeance_manquee.accord": "le jour de l'accord",
    "promesse_rompue": "la promesse non tenue, que la lettre dit une fois",
    "promesse_rompue.date": "le jour promis",
    "promesse_rompue.montant": "la somme promise, si elle a été dite",
    "promesse_rompue.recu": "ce qui en est venu",
    "virement": "ce que dit le code QR ; absent quand la loi du code ne le permet pas",
    "virement.montant": "le solde à virer, sans intérêts ni indemnité",
    "virement.reference": "la référence à rappeler",
    "liens_paiement": "où payer en ligne",
    "liens_paiement[].numero": "la facture que ce lien paie ; absent s'il les paie toutes",
    "liens_paiement[].adresse": "l'adresse du lien",
    "fenetre": "la place de l'adresse, si la politique la change ; pour page.html",
    "plis": "vrai si la page porte des repères de pli ; pour page.html",
    "pieces": "les fichiers joints",
    "copies": "les factures dont une copie est jointe",
    "copies_demandees": "parmi elles, celles que le client dit n'avoir pas reçues",
    "liens": "les liens des factures réclamées, pour une note du grand livre",
    "mentions": "les phrases de droit de mentions.yaml, pour ce débiteur et ce jour",
    "mentions.intitule": "le nom des intérêts",
    "mentions.penalites": "ce qui fonde les intérêts",
    "mentions.indemnite": "ce qui fonde l'indemnité",
    "mentions.imputation": "l'imputation des règlements partiels",
    "mentions.mise_en_demeure": "l'effet de la mise en demeure",
    "mentions.suite": "ce qui suit à défaut de règlement",
    "mentions.duplicata": "ce qui fonde le duplicata d'une facture irrécouvrable",
    "parle": "la langue du client, quand ce n'est pas celle de la fiche",
    "profil": "comment ce client paie",
    "profil.nom": "son profil",
    "profil.parce_que": "pourquoi celui-là",
    "profil.reglees": "combien de factures il a réglées",
    "profil.retard_moyen": "son retard moyen, en jours",
    "profil.a_temps": "la part réglée à temps, en pour cent",
    "profil.mises_en_demeure": "ses mises en demeure récentes",
    "profil.promesses_rompues": "ses promesses rompues récentes",
    "profil.raisons": "les raisons qu'il a données",
    "profil.proposer_echeancier": "vrai s'il vaut mieux lui proposer un échéancier",
    "proposition": "l'échéancier proposé",
    "proposition.versements": "ses versements",
    "proposition.versements[].numero": "leur numéro",
    "proposition.versements[].date": "leur dernier jour",
    "proposition.versements[].montant": "leur somme",
    "proposition.interets": "« abandonnes » ou « courent »",
    "proposition.grace": "les jours ouvrés de patience",
    "debiteur": "le client en procédure ; mêmes champs que destinataire, qui est le mandataire",
    "jugement": "le jour du jugement d'ouverture",
    "bodacc": "le jour de sa publication",
    "principal_echu": "le principal échu au jugement",
    "principal_a_echoir": "le principal à échoir au jugement",
    "bordereau": "les pièces jointes à la déclaration",
    "bordereau[].sorte": "facture, contrat, commande, livraison ou relance",
    "bordereau[].date": "la date de la pièce",
    "bordereau[].chemin": "son fichier",
    "bordereau[].numeros": "les factures qu'elle concerne",
    "bordereau[].lettre": "le numéro de la lettre",
    "bordereau[].etape": "l'étape de la lettre",
    "encours": "ce que le client doit en tout, par devise",
    "encours[].devise": "la devise",
    "encours[].solde": "le solde de son compte",
    "encours[].echu": "ce qui en est échu",
    "contacts": "tout ce qui s'est dit et écrit jusque-là, dans l'ordre",
    "contacts[].date": "le jour",
    "contacts[].sorte": "relance, envoi, annulation ; sinon la sorte de la note",
    "contacts[].texte": "le texte de la note",
    "contacts[].factures": "les factures nommées",
    "contacts[].lettre": "le numéro de la lettre ; absent pour une note",
    "contacts[].etape": "l'étape de la lettre",
    "contacts[].rang": "son rang",
    "contacts[].canal": "ses canaux, ou celui de l'envoi",
    "contacts[].recu": "le jour où elle a été reçue",
    "contacts[].jour": "le jour promis, ou le dernier d'une suspension",
    "contacts[].montant": "le montant de la lettre ou de la note",
    "contacts[].devise": "sa devise",
    "contacts[].raison": "la raison donnée",
    "noter": "de quoi composer une commande relance noter",
    "noter.client": "le client, tel que la commande le veut",
    "noter.factures": "ses options --facture",
    "releve": "le relevé de compte",
    "releve.report": "le solde avant le premier mouvement",
    "releve.mouvements": "les mouvements, dans l'ordre",
    "releve.mouvements[].date": "le jour",
    "releve.mouvements[].sorte": "facture, avoir, reglement, rejet, abandon, reprise ou debit",
    "releve.mouvements[].numeros": "les factures nommées",
    "releve.mouvements[].du": "la date de la facture, quand les livres l'ont reprise plus tard",
    "releve.mouvements[].echeances": "les échéances de la facture",
    "releve.mouvements[].debit": "le débit, 0 pour un crédit",
    "releve.mouvements[].credit": "le crédit, 0 pour un débit",
    "releve.mouvements[].solde": "le solde du compte après lui",
    "releve.mouvements[].reste": "ce qui reste dû de la facture",
    "releve.debits": "le total des débits",
    "releve.credits": "le total des crédits",
    "releve.solde": "le solde au jour du relevé",
    "releve.echu": "ce qui en est échu",
    "releve.a_echoir": "ce qui n'est pas encore échu",
    "releve.sans_echeance": "ce qui n'a ni facture ni échéance",
    "releve.trop_percu": "ce que le client a payé de trop",
    "releve.en_attente": "les règlements en brouillon",
    "releve.en_attente[].date": "le jour",
    "releve.en_attente[].montant": "la somme",
}

FILTER_MEANINGS: Mapping[str, str] = {
    "montant": 'un montant dans la devise de la lettre, ou celle qu\'on nomme : montant("EUR")',
    "nombre": "un nombre, avec ses décimales : 25,1",
    "taux": "un taux : 12,40 %",
    "jour": "une date en chiffres : 30/09/2026",
    "date_longue": "une date en lettres : 30 septembre 2026",
    "iban": "un IBAN par groupes de quatre",
    "siren": "un SIREN par groupes de trois",
    "telephone": "un téléphone par paires, avec +33 hors du français",
    "enumeration": "une liste en mots : a, b et c",
    "lien": "une adresse https://… à suivre d'un clic",
    "code": "un texte tel quel, pour le grand livre",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that templates may use: a value it had, the templates that know it."""

    name: str
    example: str
    where: tuple[str, ...]


def variables(folder: Path) -> tuple[Variable, ...]:
    """Every variable that really reaches a template of `folder` (`letters/`), in the order in
    which they are told."""
    found: dict[str, Variable] = {}
    for where, values in _contexts(folder):
        for name, value in _named(values):
            known = found.get(name, Variable(name, "", ()))
            places = known.where if where in known.where else (*known.where, where)
            found[name] = Variable(name, known.example or _written(value), places)
    order = {name: place for place, name in enumerate(MEANINGS)}
    return tuple(sorted(found.values(), key=lambda known: order.get(known.name, len(order))))


def _contexts(folder: Path) -> Iterator[tuple[str, Facts]]:
    """The values of each kind of template, with the fullest letters."""
    policy = Policy(creditor=specimens.WHOLE)
    notice = policy.steps["mise-en-demeure"]
    letter, creditor = next(specimens.specimens(notice))
    setting = LetterSetting(creditor, folder, specimens.documents())
    yield EVERYWHERE, _values(letter, setting)
    instalment, _ = next(specimens.reminders_of_instalments(policy.steps["rappel"]))
    yield INSTALMENT_LETTER, _values(instalment, setting)
    abroad = replace(letter, client=replace(letter.client, language="en"))
    yield CALL_SHEET, call_sheet(abroad, FRENCH) | file_facts(abroad, specimens.files())
    account, *_ = specimens.accounts()
    yield STATEMENT, {"releve": statement_facts(account)}
    yield PROPOSAL, {"proposition": specimens.proposal(letter)}
    declaration, _ = next(made_up())
    yield DECLARATION, declaration_values(declaration, setting)


def _values(letter: Letter, setting: LetterSetting) -> Facts:
    return values_of(facts_of(letter, setting), letter, setting)


def _named(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every name below some values: « creancier.nom », « factures[].solde »."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        yield name, value
        if isinstance(value, dict) and name != "debiteur":
            yield from _named(value, f"{name}.")
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield from _named(row, f"{_LIKE.get(name, name)}[].")


def _written(value: object) -> str:
    """A value as an example, short; nothing for what is told field by field."""
    match value:
        case None | dict():
            return ""
        case bool():
            return "vrai" if value else "faux"
        case list():
            return "" if any(isinstance(v, dict) for v in value) else ", ".join(map(str, value))
        case Decimal() | int() | date():
            return str(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


_LONGEST = 40
