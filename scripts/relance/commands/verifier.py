"""`relance verifier`: everything that can be checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from relance import console
from relance.checks import verify
from relance.clock import today
from relance.company import read_company
from relance.options import common
from relance.prevention import look_up


@click.command()
@common
def verifier(folder: Path, day: date | None) -> None:
    """Tout ce qui se vérifie : politique, grand livre, clients, modèles, registre."""
    company = read_company(folder.resolve())
    warnings = verify(company, day or today(company.policy.calendar.timezone))
    console.show_warnings(warnings)
    console.say(f"Où vérifier une société : {look_up('SIREN')}.")
    console.next_thing(f"rien à corriger ({console.count(len(warnings), 'avertissement')}).")
