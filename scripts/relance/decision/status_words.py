"""What platforms said of electronic invoices, in words (rule 16.7)."""

from __future__ import annotations

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.text.locales import french_date
from relance.values.facts import Note
from relance.values.lifecycle import APPROVED


def status_in_words(note: Note) -> str:
    """« facture rejetée le 3 septembre 2026 (statut 213, ADR_ERR) », of a note with a status."""
    status = note.status
    assert status
    code = ", ".join(filter(None, (f"statut {status.code}", status.reason)))
    return f"facture {status.form.words} le {french_date(note.date)} ({code})"


def arrival(on: OnDay, claim: Claim) -> str:
    """« facture mise à disposition le 3 septembre 2026, approuvée le 10 septembre 2026 »: the
    answer to « nous ne l'avons jamais reçue »; "" when no platform said so."""
    if claim.client.account not in on.notes:
        return ""
    day = on.notes.made_available(claim)
    approved = [
        note.date
        for note in on.notes.statuses(claim)
        if note.status and note.status.code == APPROVED
    ]
    words = [f"mise à disposition le {french_date(day)}"] if day else []
    words += [f"approuvée le {french_date(approved[-1])}"] if approved else []
    return f"facture {', '.join(words)}" if words else ""
