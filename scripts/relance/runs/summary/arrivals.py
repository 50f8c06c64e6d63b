"""The section of the summary that says which of the invoices demanded are known to have arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relance.decision.outcomes import Letter
from relance.runs.summary.text import SummarySection, row, table
from relance.text.escapes import quiet
from relance.text.locales import french_date


def arrivals(letters: Sequence[Letter], links: Mapping[str, str]) -> SummarySection | None:
    """By letter, the invoices that the client's platform made available, and when; None when no
    status says so. `links` are the files of the letters, relative to the summary."""
    rows = []
    for letter in letters:
        days = {
            line.claim.label: line.made_available for line in letter.lines if line.made_available
        }
        cells = [
            f"{quiet(label, 40)} : facture mise à disposition le {french_date(day)}"
            for label, day in days.items()
        ]
        if cells:
            name = f"[{letter.id}]({links[letter.id]})" if letter.id in links else letter.id
            rows.append(row(name, quiet(letter.client.label), "<br>".join(cells)))
    head = table("## Factures arrivées, d'après les plateformes", ("Lettre", "Client", "Statut"))
    rest = "`relance expliquer CLIENT` les donne toutes."
    return SummarySection(head, tuple(rows), rest=rest) if rows else None
