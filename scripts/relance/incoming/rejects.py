"""Payments that came back: the reasons of the banks' codes, and the words of their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from relance.incoming.bank_statement import Reversal

# ISO 20022, external code set "status reason", as French banks put it to their customers.
_REASONS = {
    "AC01": "numéro de compte incorrect",
    "AC04": "compte clos",
    "AC06": "compte bloqué",
    "AC13": "compte d'un particulier, non d'une entreprise",
    "AG01": "opération interdite sur ce compte",
    "AG02": "code d'opération incorrect",
    "AM04": "provision insuffisante",
    "AM05": "opération en double",
    "ARDT": "opération déjà rendue",
    "BE04": "adresse du créancier manquante",
    "BE05": "émetteur non reconnu",
    "CNOR": "banque du créancier non reconnue",
    "CUST": "à la demande du client",
    "DNOR": "banque du débiteur non reconnue",
    "DUPL": "opération en double",
    "ED05": "règlement entre banques échoué",
    "FF01": "format incorrect",
    "FF05": "type de prélèvement incorrect",
    "FOCR": "rendu à la demande de l'émetteur",
    "FRAD": "fraude",
    "MD01": "pas de mandat",
    "MD02": "mandat incomplet",
    "MD06": "remboursement demandé par le débiteur",
    "MD07": "débiteur décédé",
    "MS02": "motif non précisé par le débiteur",
    "MS03": "motif non précisé par la banque",
    "RC01": "identifiant de banque incorrect",
    "RR01": "compte ou identité du débiteur manquant",
    "RR02": "nom ou adresse du débiteur manquant",
    "RR03": "nom ou adresse du créancier manquant",
    "RR04": "raison réglementaire",
    "SL01": "service particulier de la banque du débiteur",
    "TECH": "incident technique",
    "UPAY": "paiement indu",
}
# CFONB, « Liste interbancaire des délais et codes motifs de rejet, retour et autres exceptions »,
# June 2012 (https://doczz.fr/doc/1093384/), for virements, prélèvements, LCR and cheques: the two
# figures of a statement's line. Those that it does not list stay figures.
_FIGURES = {
    "01": "endos erroné",
    "02": "échéance hors limite",
    "03": "date incohérente",
    "04": "réclamation partielle",
    "05": "réclamation totale",
    "06": "non-retour d'acceptation",
    "11": "annulation par la banque",
    "12": "coordonnées bancaires inexploitables",
    "13": "créance non identifiable",
    "14": "compte clôturé",
    "16": "destinataire non reconnu",
    "18": "émetteur non reconnu",
    "19": "créance cédée à une autre banque",
    "20": "provision insuffisante",
    "31": "pas d'autorisation",
    "32": "décision judiciaire",
    "34": "opposition sur compte",
    "35": "titulaire décédé",
    "39": "ne paie que LCR acceptée ou BOR",
    "52": "code d'opération incorrect",
    "54": "adresse invalide",
    "57": "format invalide",
    "58": "sur ordre du client",
    "59": "raison non communiquée",
    "60": "code de banque incorrect",
    "61": "heure limite dépassée",
    "62": "motif réglementaire",
    "63": "service particulier",
    "64": "opération en double",
    "65": "retour à la demande de l'émetteur",
    "66": "donnée du mandat incorrecte",
    "70": "tirage contesté",
    "71": "reçu à tort, ou déjà réglé",
    "72": "code d'acceptation erroné",
    "73": "montant contesté",
    "74": "échéance contestée",
    "75": "demande de prorogation",
    "76": "réclamation tardive",
    "80": "contestation du débiteur",
    "88": "banque hors des échanges",
    "90": "paiement partiel du tiré",
    "99": "opération non admise",
}
_BACK = re.compile(
    r"\b(?:REJET\w*|REJ|IMPAY\w*|IMP|RETOURN?\w*|RET|REFUS\w*|ANNUL\w*|EXTOURNE|CONTRE ?PASS\w*)"
    r"\W+(?:\w+\W+){0,3}?(?:PRLVT?|PRELEV\w*|PRÉLÈV\w*|SDD|VIRT?|VIREMENT\w*|CHQ|CHEQUES?|CHÈQUES?"
    r"|LCR|TIP|EFFETS?)\b"
    r"|\b(?:PRLVT?|PRELEVEMENTS?|PRÉLÈVEMENTS?|SDD|VIRT?|VIREMENTS?|CHQ|CHEQUES?|CHÈQUES?|LCR|TIP"
    r"|EFFETS?)\W+(?:\w+\W+){0,2}?(?:REJET\w*|IMPAY\w*|RETOURN\w*|REFUS\w*)\b",
    re.IGNORECASE,
)
_FEE = re.compile(r"\b(?:FRAIS|COM\w*|COTIS\w*|FACTURATION)\b", re.IGNORECASE)
_CODE = re.compile(rf"\b(?:{'|'.join(_REASONS)})\b")


def reversal(code: str = "", words: str = "", original: str = "") -> Reversal:
    """A payment that came back, told in French when its code is one of ISO's or of CFONB's."""
    return Reversal(code, words or _REASONS.get(code) or _FIGURES.get(code, ""), original)


def reversal_in(labels: Iterable[str], amount: Decimal) -> Reversal | None:
    """What the label of a debit says of a payment received that came back; None when it says
    nothing of the kind, and of the bank's fee for it."""
    labels = tuple(labels)
    title = labels[0] if labels else ""
    if amount >= 0 or not _BACK.search(title[:200]) or _FEE.search(title[:200]):
        return None
    code = next((match[0] for text in labels if (match := _CODE.search(text))), "")
    return reversal(code)
