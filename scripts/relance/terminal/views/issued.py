"""After a run: where its letters are, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from relance.terminal.views.screen import next_thing, say
from relance.text.words import count

if TYPE_CHECKING:
    from relance.runs.run_files import Run


def show_issued(run: Run, base: str, branch: str, *, shared: bool) -> None:
    """What a run left behind and what to do next; `shared` when there is a remote to push to."""
    say(f"{count(len(run.letters), 'lettre')} dans {run.folder}/, registre {run.register}.")
    if not branch:
        next_thing(f"relisez {run.folder}/sommaire.md ; tout est enregistré sur {base}.")
        return
    say(f"Vous êtes sur la branche {branch} ; pour revenir : git switch {base}")
    approve = f"approuvez : git switch {base} && git merge --no-ff {branch}"
    ask = f"proposez-la : git push -u origin {branch}"
    next_thing(f"relisez {run.folder}/sommaire.md, puis {ask if shared else approve}")
