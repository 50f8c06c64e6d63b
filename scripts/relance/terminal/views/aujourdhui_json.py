"""`relance aujourdhui --format json`, a public interface: keys are added, never changed."""

from __future__ import annotations

from relance.outlook.task import TITLES, Task
from relance.outlook.tasks import Today
from relance.terminal.views.json_text import Json, amount_text, day_text


def glance_as_json(today: Today) -> Json:
    """The day as JSON."""
    coming = today.coming
    return {
        "date": today.date.isoformat(),
        "taches": [_task(task) for task in today.tasks],
        "prochaine": {"date": coming.date.isoformat(), "quoi": coming.what} if coming else None,
    }


def _task(task: Task) -> Json:
    return {
        "sorte": task.kind.value,
        "titre": TITLES[task.kind],
        "qui": task.who,
        "compte": task.client.account if task.client else None,
        "montants": [
            {"montant": amount_text(total.number), "devise": total.currency}
            for total in task.totals
        ],
        "quoi": task.what,
        "factures": list(task.invoices),
        "depuis": day_text(task.since),
        "echeance": day_text(task.deadline),
        "telephone": task.phone,
        "commande": task.command,
        "fichier": task.source.path if task.source else None,
        "ligne": task.source.line if task.source else None,
    }
