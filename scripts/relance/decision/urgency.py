"""What a wait asks, and of whom: of nobody, of whoever keeps the books, or a decision.

The guide lists the codes under the same three titles (« Pourquoi une créance attend »).
"""

from __future__ import annotations

from enum import Enum

# Waits that end by themselves: nothing is asked of anybody.
_PATIENT = frozenset(
    {"apres", "ecart", "sous", "ecart-client", "seuil", "promesse", "echeancier", "suspension"}
    | {"prelevement", "exclu", "tolerance", "penalites", "cedee"}
)
# Waits that only a missing or doubtful fact explains.
_MISSING = frozenset(
    {"type-manquant", "adresse-postale-manquante", "coordonnees-manquantes", "client-inconnu"}
    | {"sans-numero", "numero-en-double", "caracteres-manquants", "sans-echeance"}
    | {"autre-devise", "etape-inconnue", "fraction-de-centime", "debit-inexplique"}
    | {"adresse-trop-longue", "plusieurs-clients", "tiers-inconnu"}
    | {"echeance-non-lue", "cle-non-lue", "echeance-avant-facture"}
    | {"credit-inexplique", "doublon", "numero-douteux", "autre-tiers", "hors-compte"}
    | {"note-incomprise", "montant-douteux", "date-douteuse", "ecriture-contradictoire"}
    | {"en-commentaire", "adresse-partagee", "drapeau-inconnu"}
)


class Urgency(Enum):
    """Who must act before a claim moves on, the most urgent first."""

    ACT = "À vous d'agir"
    MISSING = "Il manque une donnée"
    PATIENT = "Rien ne presse"


def urgency(code: str) -> Urgency:
    """What a wait of that code asks; an unknown code asks for a look."""
    if code in _MISSING:
        return Urgency.MISSING
    return Urgency.PATIENT if code in _PATIENT else Urgency.ACT
