"""After a push: where the branch went, and its request for review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from relance.terminal.views.faults import told
from relance.terminal.views.screen import err, next_thing, out, say

if TYPE_CHECKING:
    from relance.runs.publishing import Published


def show_published(made: Published) -> None:
    """Where a branch went, and its request; else what is left to type."""
    for fault in made.faults:
        err.print(told(fault, "red"), soft_wrap=True)
    if made.url:
        known = "est déjà ouverte" if made.known else "est ouverte"
        next_thing(f"la demande de {made.branch} {known} : {made.url}")
        return
    say(f"Pour pousser {made.branch} vers {made.remote} et ouvrir la demande :")
    for command in made.commands:
        out.print(Text(f"    {command}"), soft_wrap=True)
    if made.form:
        say(f"Ou, une fois la branche poussée, dans le navigateur : {made.form}")
