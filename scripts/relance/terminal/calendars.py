"""Where a calendar goes that was asked for: a file of its own, or the standard output."""

from __future__ import annotations

import sys
from pathlib import Path

from relance.terminal.views.console import next_thing, say
from relance.text.words import count
from relance.values.problem import refuse

STANDARD_OUTPUT = "-"
_CALENDAR = b"BEGIN:VCALENDAR"


def write_calendar(content: bytes, where: str, about: str) -> None:
    """Write a calendar and say so; on the standard output, only the calendar."""
    if where == STANDARD_OUTPUT:
        sys.stdout.buffer.write(content)
        return
    _keep(Path(where), content)
    say(f"{count(content.count(b'BEGIN:VEVENT'), 'date')} dans {where}, {about}.")
    again = "le réimporter met à jour, sans rien doubler ni effacer"
    next_thing(f"importez ce fichier dans votre agenda ; {again}.")


def _keep(path: Path, content: bytes) -> None:
    """Write the file; whatever is there must be a calendar already."""
    remedy = "choisissez un autre nom"
    try:
        if path.exists() and not path.read_bytes().startswith(_CALENDAR):
            raise refuse(str(path), "ce fichier existe et n'est pas un calendrier", remedy)
        path.write_bytes(content)
    except OSError:
        what, remedy = "ce fichier ne peut pas être écrit", "vérifiez le dossier et ses droits"
        raise refuse(str(path), what, remedy) from None
