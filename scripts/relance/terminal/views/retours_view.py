"""What people read of mail that came back: what was noted, what is theirs to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from relance.git.remote import has_upstream
from relance.sending.return_run import ReturnRun
from relance.sending.returned_letters import BounceFate, BounceVerdict
from relance.terminal.views.console import err, next_thing, out, say
from relance.text.escapes import plain
from relance.text.locales import french_date
from relance.text.words import count

_TITLES = (
    (BounceFate.RETURNED, "Revenue, c'est noté", "red"),
    (BounceFate.PARTIAL, "Revenue d'une adresse seulement, arrivée ailleurs", "yellow"),
    (BounceFate.QUESTION, "Peut-être revenue, à vous de le dire", "yellow"),
    (BounceFate.DELAYED, "Retardée : le serveur essaie encore, rien n'est noté", "yellow"),
    (BounceFate.ALREADY, "Déjà notée", "dim"),
)


def show_returns(run: ReturnRun) -> None:
    """The letters by what became of them, then what could not be read, then what to do."""
    name = plain(run.company.policy.creditor.name)
    out.print(Text.assemble("\n", (name, "bold"), f" · courriels revenus, {french_date(run.day)}"))
    say(run.recovered)
    for note in run.recorded:
        say(f"Retrouvé d'un envoi interrompu, et noté : {plain(note.text)}")
    out.print()
    for fate, title, style in _TITLES:
        _block(title, style, [v for v in run.letters.verdicts if v.fate is fate], run)
    for problem in run.left_out:
        err.print(Text("attention ", "yellow"), Text(str(problem)), sep="", soft_wrap=True)
    aside = run.letters.strangers + run.others
    if aside:
        say(f"{count(aside, 'message')} sans rapport avec une lettre du registre.")
    for command in _commands(run.letters.verdicts):
        say(f"  {command}")
    if (run.letters.notes or run.recorded) and has_upstream(run.repository.git):
        say("  git push   (sans quoi une autre machine ne le saurait pas)")
    next_thing(_last_words(run))


def _block(title: str, style: str, verdicts: Sequence[BounceVerdict], run: ReturnRun) -> None:
    if not verdicts:
        return
    out.print(Text.assemble((title, f"bold {style}"), f" : {count(len(verdicts), 'lettre')}"))
    labels = {client.account: client.label for client in run.company.books.clients}
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(style="bold")
    table.add_column()
    table.add_column()
    for verdict in verdicts:
        account = verdict.letter.account
        cells = (verdict.letter.id, labels.get(account, account))
        table.add_row(
            *(Text(plain(cell)) for cell in (*cells, ", ".join(verdict.addresses), verdict.why))
        )
    out.print(table)
    out.print()


def _commands(verdicts: Sequence[BounceVerdict]) -> Iterator[str]:
    """The commands by which a person says what no report does."""
    for verdict in verdicts:
        name = verdict.letter.id
        if verdict.fate is BounceFate.QUESTION:
            yield f"relance noter --retour {name} --raison inconnu --commit   (si elle est revenue)"
        elif verdict.fate is BounceFate.RETURNED and verdict.cause is None:
            aside = "le serveur a renoncé, sans accuser l'adresse"
            yield f"relance noter --retour {name} --raison RAISON   ({aside})"


def _last_words(run: ReturnRun) -> str:
    if run.letters.notes:
        branch = run.repository.branch()
        return (
            f"retours notés et enregistrés sur {branch} ; corrigez les adresses, puis annulez ces "
            "lettres (relance noter --annulation) ou renvoyez-les : leurs factures attendent."
        )
    fates = {verdict.fate for verdict in run.letters.verdicts}
    if BounceFate.QUESTION in fates:
        return "dites ce que sont devenues ces lettres ; rien d'autre n'est revenu."
    return "rien de nouveau n'est revenu."
