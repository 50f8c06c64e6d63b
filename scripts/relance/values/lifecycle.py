"""The statuses that platforms give to electronic invoices (XP Z12-012), and what each one does.

One table for all who need it: the import that writes them as notes, the claims that wait for
them, the guide. The codes are those of the lifecycle messages ("CDV") of September 2026.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from relance.values.amounts import Money


class StatusEffect(StrEnum):
    """What a status does to the claims of its invoice."""

    NOTHING = "nothing"  # it is kept, and shown
    ARRIVED = "arrived"  # the platform of the buyer has it: what did not arrive did after all
    NOT_ARRIVED = "not arrived"
    APPROVED = "approved"  # the platform's disputes and holds end
    DISPUTED = "disputed"
    PARTLY_APPROVED = "partly approved"  # the rest is disputed, what was held is not
    HELD = "held"
    COMPLETED = "completed"  # what was held is not any more
    PROMISED = "promised"
    CEDED = "ceded"  # somebody else collects it
    NOT_CEDED = "not ceded"


@dataclass(frozen=True, slots=True)
class StatusForm:
    """A status of the standard: what people call it, what it does."""

    words: str
    effect: StatusEffect = StatusEffect.NOTHING


MADE_AVAILABLE, APPROVED, COLLECTED = "203", "205", "212"
DEPOSITED, NOT_SENT_ON = "200", "NON_TRANSMISE"  # the buyer has no platform: it went nowhere

STATUSES: Mapping[str, StatusForm] = {
    "200": StatusForm("déposée"),
    "201": StatusForm("émise par la plateforme"),
    "202": StatusForm("reçue par la plateforme du client", StatusEffect.ARRIVED),
    "203": StatusForm("mise à disposition", StatusEffect.ARRIVED),
    "204": StatusForm("prise en charge"),
    "205": StatusForm("approuvée", StatusEffect.APPROVED),
    "206": StatusForm("approuvée partiellement", StatusEffect.PARTLY_APPROVED),
    "207": StatusForm("en litige", StatusEffect.DISPUTED),
    "208": StatusForm("suspendue", StatusEffect.HELD),
    "209": StatusForm("complétée", StatusEffect.COMPLETED),
    "210": StatusForm("refusée", StatusEffect.DISPUTED),
    "211": StatusForm("paiement transmis", StatusEffect.PROMISED),
    "212": StatusForm("encaissée"),
    "213": StatusForm("rejetée", StatusEffect.NOT_ARRIVED),
    "214": StatusForm("visée"),
    "220": StatusForm("annulée", StatusEffect.NOT_ARRIVED),
    "221": StatusForm("erreur de routage", StatusEffect.NOT_ARRIVED),
    "224": StatusForm("demande de paiement direct"),
    "225": StatusForm("affacturée", StatusEffect.CEDED),
    "226": StatusForm("affacturée, confidentiel", StatusEffect.CEDED),
    "227": StatusForm("changement de compte à payer", StatusEffect.CEDED),
    "228": StatusForm("non affacturée", StatusEffect.NOT_CEDED),
    "501": StatusForm("irrecevable", StatusEffect.NOT_ARRIVED),
}


@dataclass(frozen=True, slots=True)
class InvoiceStatus:
    """What a note keeps of a status: its code, the reason's code, its hour when it tells one,
    what the buyer approved."""

    code: str
    reason: str = ""
    hour: dt.time | None = None
    approved: Money | None = None

    @property
    def form(self) -> StatusForm:
        """What the standard says of it; an unknown code does nothing."""
        return STATUSES.get(self.code, _UNKNOWN)

    @property
    def effect(self) -> StatusEffect:
        """What it does: an invoice deposited that could not be sent on did not arrive."""
        if (self.code, self.reason) == (DEPOSITED, NOT_SENT_ON):
            return StatusEffect.NOT_ARRIVED
        return self.form.effect

    @property
    def order(self) -> tuple[dt.time, str]:
        """Its place among those of a day; of one moment, what holds back comes last."""
        return (self.hour or dt.time.max, self.code)


_UNKNOWN = StatusForm("statut inconnu")
