"""From which branch and on which day letters may leave: the one that holds the approved letters and
all that has left, today, and no day off.
"""

from __future__ import annotations

from datetime import date

from relance.git import remote
from relance.git.base import base_branch, contains
from relance.git.repository import Repository
from relance.runs.pending import PREFIX
from relance.text.locales import french_date
from relance.text.words import count
from relance.values.dates import Workdays
from relance.values.problem import Refusal, Status, refuse


def fetch(repository: Repository) -> None:
    """Learn from the remote that the branch follows what has left from elsewhere; nothing to ask
    when it follows none. Refused (3) when the remote does not answer."""
    try:
        remote.fetch(repository.git)
    except Refusal as refusal:
        reason = refusal.problems[0].what
        what = f"impossible de savoir si une lettre est partie d'ailleurs : {reason}"
        remedy = "rétablissez l'accès ; --hors-ligne si rien ne part d'une autre machine"
        raise refuse("envoyer", what, remedy, Status.REFUSED_STATE) from None


def check_place(repository: Repository, *, trial: bool = False) -> None:
    """Refuse (3) unless HEAD is the last commit of the base branch, its upstream's included, as
    last fetched: what is not in it is not approved, and what it alone holds may have left from
    elsewhere. A trial, of which no client hears, may do without the latter."""
    branch = repository.ready_to_issue()
    if branch.startswith(PREFIX):
        what = "les lettres de cette branche ne sont pas encore approuvées"
        home = base_branch(repository.git, PREFIX).home
        remedy = f"fusionnez-la, puis envoyez depuis {home} (git switch {home})"
        raise refuse(branch, what, remedy, Status.REFUSED_STATE)
    if not trial and (behind := remote.behind(repository.git)):
        what = f"il manque ici {count(behind, 'commit')} de la branche distante"
        remedy = "git pull : une lettre a pu être envoyée d'ailleurs"
        raise refuse(branch, what, remedy, Status.REFUSED_STATE)
    _check_merged(repository, branch, trial=trial)


def _check_merged(repository: Repository, branch: str, *, trial: bool) -> None:
    base, head = base_branch(repository.git, PREFIX), repository.head()
    behind = contains(repository.git, base.tip, head)
    if head == base.tip or (trial and behind):
        return
    if behind:
        what = f"il manque ici des commits de {base.name}"
        remedy = f"une lettre a pu être envoyée d'ailleurs : git merge {base.name}"
    else:
        what = f"cette branche n'est pas fusionnée dans {base.name}"
        remedy = "ses lettres ne sont pas approuvées : fusionnez-la, puis envoyez de là"
    way_out = f"{remedy} (une autre branche de base : git config relance.base NOM)"
    raise refuse(branch, what, way_out, Status.REFUSED_STATE)


def day_of_dispatch(asked: date | None, today: date, *, real: bool) -> date:
    """The day of the run: today, but for a look or a trial. The register must tell the day on
    which a letter really left, and days off and `envoi.validite` are judged by it."""
    day = asked or today
    if real and day != today:
        what = f"une lettre part le jour où elle est envoyée, {french_date(today)}, pas un autre"
        remedy = (
            "retirez --au ; avec --sans-envoi (rien ne part) ou --essai, --au montre un autre jour"
            " ; ce qui est parti à la main un autre jour : relance noter --envoi R… --le JJ/MM/AAAA"
        )
        raise refuse("--au", what, remedy)
    return day


def check_day(workdays: Workdays, day: date) -> None:
    """Refuse (3) to send on a day off."""
    if workdays.is_off(day):
        following = french_date(workdays.on_or_after(day))
        what = f"le {french_date(day)} n'est pas un jour ouvré"
        remedy = f"envoyez le {following} ; --sans-envoi montre ce qui partirait"
        raise refuse("envoyer", what, remedy, Status.REFUSED_STATE)
