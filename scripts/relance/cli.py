"""The command line: arguments, the clock, the straight line, what is printed, the exit status."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from relance.french import speak_french

speak_french()  # before click, which takes its words when it is imported

import click

from relance import __version__
from relance.model import DebtorType
from relance.noter.options import note_options
from relance.options import (
    OFFER,
    AgreedRate,
    DatedAmount,
    Day,
    Number,
    as_json,
    common,
    payment_plan_options,
)
from relance.problem import Refusal
from relance.typography import french_date

if TYPE_CHECKING:
    from relance.company import Company
    from relance.people import Follower


def today(timezone: str) -> date:
    """Today where the company is: the only place that reads the clock."""
    return datetime.now(ZoneInfo(timezone)).date()


_AHEAD = ("until", "other", "ics")  # the options of `plan` that look ahead


@click.group(context_settings={"help_option_names": ["-h", "--help", "--aide"]})
@click.version_option(__version__, "--version", prog_name="relance")
def relance() -> None:
    """Relances de factures impayées, du grand livre Beancount à la lettre."""


@relance.command()
@common
@as_json
@click.option("--suivi-par", "follower", metavar="NOM", help="Ne montrer que ses clients.")
@click.option("--risques", "by_risk", is_flag=True, help="Les clients par encours et retard.")
@click.option("--jusqu-au", "until", type=Day(), help="Les relances à venir si personne ne paie.")
@click.option(
    "--politique",
    "other",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Ce que cette autre politique changerait.",
)
@click.option("--ics", metavar="FICHIER|-", help="Les dates à venir, pour un agenda.")
def plan(folder: Path, day: date | None, form: str, **asked: Any) -> None:
    """Ce qui serait émis, et pourquoi le reste attend. N'écrit que le fichier de --ics."""
    from relance.company import read_company
    from relance.pending import waiting_letters
    from relance.people import Follower
    from relance.plan import make_plan

    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    name = asked["follower"]
    person = Follower(name, company.books.clients) if name else None
    if asked["by_risk"] and not any(asked[option] for option in _AHEAD):
        _show_risks(company, day, form, person)
        return
    pending = waiting_letters(company)
    decided = make_plan(company.policy, company.books, day, pending)
    decided = person.plan(decided) if person else decided
    if any(asked[option] for option in _AHEAD):
        from relance.ahead import views

        asked |= {"form": form, "follower": person}
        views.show(company, decided, pending, views.Asked(**asked))
        return
    if form == "json":
        from relance.planjson import plan_as_json

        click.echo(json.dumps(plan_as_json(decided), ensure_ascii=False, indent=2))
        return
    from relance import console

    console.show_plan(decided, company.policy.creditor.name)
    if decided.letters:
        console.next_thing(
            f"make relance DATE={day} (ou relance emettre --au {day}) écrit ces lettres."
        )
    else:
        console.next_thing("rien à faire aujourd'hui ; relance expliquer FACTURE dit pourquoi.")


def _show_risks(company: Company, day: date, form: str, person: Follower | None) -> None:
    from relance.risks import risks
    from relance.risksview import risks_as_json, show_risks

    found = risks(company.policy, company.books, day)
    found = person.risks(found) if person else found
    if form == "json":
        click.echo(json.dumps(risks_as_json(found, day), ensure_ascii=False, indent=2))
    else:
        show_risks(found, day)


@relance.command()
@common
def emettre(folder: Path, day: date | None) -> None:
    """Écrit les lettres du jour, leurs PDF et le registre, et les enregistre dans git."""
    from relance import console, issuing
    from relance.company import read_company
    from relance.pending import pending_letters
    from relance.plan import make_plan
    from relance.vcs.repository import Repository

    repository = Repository.at(folder.resolve())
    with repository.lock():
        console.say(repository.recover())
        branch = repository.ready_to_issue()
        company = issuing.complete(read_company(repository.folder))
        day = day or today(company.policy.calendar.timezone)
        issuing.check_date(company, day)
        repository.check_committed(company.files_read())
        pending = pending_letters(repository, company)
        decided = make_plan(company.policy, company.books, day, pending)
        console.show_plan(decided, company.policy.creditor.name)
        if day > today(company.policy.calendar.timezone):
            console.say(f"Attention : le {french_date(day)} est dans l'avenir.")
        issuing.check_branch(branch, decided)
        if not decided.letters:
            console.next_thing("rien de nouveau à émettre : aucun fichier, aucun commit.")
            return
        repository.check_committed(issuing.enclosures(decided, company))
        name = issuing.run_name(day, company, pending)
        with console.progress(len(decided.letters)) as done:
            origin = issuing.Origin(name, repository.head())
            run = issuing.prepare(decided, company, origin, done)
        with repository.worktree() as tree:
            issuing.check(run, tree, company)
        repository.commit_files(issuing.change(run, company.policy.git.branch, day))
        issuing.write_loose(run, repository.folder)
    console.show_issued(run, branch, company.policy.git.branch.replace("{date}", name))


@relance.command()
@click.argument("amount", metavar="MONTANT", type=Number())
@click.option("--echeance", "due", type=Day(), required=True, help="Dernier jour pour payer.")
@click.option("--au", "until", type=Day(), help="Dernier jour compté (défaut : aujourd'hui).")
@click.option(
    "--debiteur", "debtor", required=True, type=click.Choice([d.value for d in DebtorType])
)
@click.option("--taux", "rate", type=AgreedRate(), help='"10", "bce + 12" ou "3 x taux legal".')
@click.option("--mise-en-demeure", "notice", type=Day(), help="Prise d'effet (particulier, autre).")
@click.option("--reglement", "payments", type=DatedAmount(), multiple=True, help="Règlement reçu.")
@click.option("--avoir", "credit_notes", type=DatedAmount(), multiple=True, help="Avoir accordé.")
@click.option("--imputation", type=click.Choice(["interets", "principal"]), default="interets")
@as_json
def penalites(**given: Any) -> None:
    """Calcule les pénalités de retard et l'indemnité d'une facture."""
    from relance import console, penalties

    result = penalties.calculated(given, today("Europe/Paris"))
    if given["form"] == "json":
        from relance.calculator import as_json

        click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2))
    else:
        console.show_penalties(result)


@relance.command()
@common
@click.argument("subject", metavar="FACTURE|CLIENT")
def expliquer(folder: Path, day: date | None, subject: str) -> None:
    """Toute la vie d'une facture ou d'un client, et le raisonnement d'aujourd'hui."""
    from relance import console
    from relance.company import read_company
    from relance.explain import explain
    from relance.pending import waiting_letters
    from relance.plan import make_plan

    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    decided = make_plan(company.policy, company.books, day, waiting_letters(company))
    console.show_explanation(explain(company, subject, decided), day)


@relance.command()
@common
@note_options
@payment_plan_options
@click.option("--commit", is_flag=True, help="Enregistre cette note, et elle seule, dans git.")
def noter(day: date | None, client: str | None, facture: tuple[str, ...], **given: Any) -> None:
    """Note un appel, une promesse, un litige…, ou ce qu'une lettre est devenue.

    Le client (nom ou compte) vient en premier ; sans rien, les questions sont posées une à une.
    Avec --echeancier ou --versement, propose un échéancier, et le note une fois accepté.
    """
    from relance import console
    from relance.company import read_company
    from relance.noter import interview, request, wording
    from relance.noting import add_notes
    from relance.vcs.repository import Repository

    folder, offer = given.pop("folder"), {name: given.pop(name) for name in OFFER}
    wanted = request.asked(client, given, facture)
    if any(value is not None for value in offer.values()):
        other = ", ".join(
            f"--{name}" for name in (wanted.options if wanted else ()) if name != "le"
        )
        if other:
            raise click.UsageError(f"un échéancier se propose seul, sans {other}")
        _offer(folder, day, (client, facture), offer | given)
        return
    if (asking := wanted is None) and not interview.on_terminal():
        raise click.UsageError('indiquez un client et une note : noter CLIENT --appel "…"')
    repository = Repository.at(folder.resolve()) if given["commit"] else None
    with repository.lock() if repository else nullcontext():
        console.say(repository.recover() if repository else None)
        company = read_company(folder.resolve())
        day = day or today(company.policy.calendar.timezone)
        note = request.new_note(company, wanted or interview.ask(company, day), day)
        addition = add_notes(company, [note])
        console.show_diff(addition.diff())
        if asking and not interview.agreed():
            return
        if repository:
            repository.commit_edit(addition.edit(wording.message(note, company)), addition.write)
        else:
            addition.write()
    console.next_thing(wording.done(addition.path, repository.branch() if repository else None))


@relance.command()
@common
@click.argument("subject", metavar="CLIENT")
@click.option(
    "--declaration",
    is_flag=True,
    required=True,
    expose_value=False,  # the only paper there is so far
    help="La déclaration de créance au mandataire judiciaire.",
)
def dossier(folder: Path, day: date | None, subject: str) -> None:
    """Écrit une pièce du dossier d'un client, en Markdown et en PDF."""
    from relance import console
    from relance.company import read_company
    from relance.filing import prepare_declaration, write_papers

    company = read_company(folder.resolve())
    day = day or today(company.policy.calendar.timezone)
    papers = prepare_declaration(company, subject, day)
    write_papers(papers, company.root)
    console.show_warnings(papers.warnings)
    for name in papers.files:
        console.say(name)
    console.next_thing(
        f"relisez, signez et envoyez {papers.last} en recommandé, pièces jointes ; puis notez-le : "
        f'document {papers.client.account} "pieces/….pdf" #declaration'
    )


@relance.command()
@common
def verifier(folder: Path, day: date | None) -> None:
    """Tout ce qui se vérifie : politique, grand livre, clients, modèles, registre."""
    from relance import console
    from relance.checks import verify
    from relance.company import read_company
    from relance.prevention import look_up

    company = read_company(folder.resolve())
    warnings = verify(company, day or today(company.policy.calendar.timezone))
    console.show_warnings(warnings)
    console.say(f"Où vérifier une société : {look_up('SIREN')}.")
    console.next_thing(f"rien à corriger ({console.count(len(warnings), 'avertissement')}).")


def _offer(
    folder: Path, day: date | None, about: tuple[str | None, tuple[str, ...]], given: dict[str, Any]
) -> None:
    """Write the letter that offers a payment plan and, once it is accepted, its notes."""
    from relance import console, plan_proposals
    from relance.company import read_company
    from relance.noter import wording
    from relance.noting import add_notes
    from relance.vcs.repository import Repository

    repository = Repository.at(folder.resolve()) if given["commit"] else None
    with repository.lock() if repository else nullcontext():
        console.say(repository.recover() if repository else None)
        company = read_company(folder.resolve())
        day = given["le"] or day or today(company.policy.calendar.timezone)
        day = Day().convert(day, None, None)
        proposal = plan_proposals.propose(company, plan_proposals.wish(company, about, given), day)
        made, notes = plan_proposals.files(proposal, company), plan_proposals.notes(proposal)
        addition = add_notes(company, notes) if given["accepted"] else None
        plan_proposals.save(made, company)
        console.show_proposal(proposal, made)
        if addition is None:
            console.next_thing("envoyez-la ; une fois acceptée, la même commande avec --accepte.")
            return
        console.show_diff(addition.diff())
        if repository:
            message = wording.message(notes[0], company)
            repository.commit_edit(addition.edit(message), addition.write)
        else:
            addition.write()
    console.next_thing(wording.done(addition.path, repository.branch() if repository else None))


@relance.command()
def schema() -> None:
    """Le schéma JSON de relance.yaml, pour l'éditeur."""
    from relance.policy_schema import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@relance.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Prépare le dossier d'une vraie entreprise."""
    from relance import console
    from relance.starter import start

    for name in start(folder.resolve()):
        console.say(f"  {name}")
    console.next_thing(f"remplissez {folder}/relance.yaml (créancier), puis : relance verifier")


def main() -> None:
    """Run the program; a refusal prints every reason and sets the exit status."""
    try:
        relance(prog_name="relance")
    except Refusal as refusal:
        from relance import console

        console.show_refusal(refusal.problems)
        sys.exit(int(refusal.status))
