"""What the summary says first: what a person must do, settle or decide, before any letter."""

from __future__ import annotations

from collections.abc import Sequence

from relance.claims.client_notes import Dispute
from relance.claims.insolvency import ToDeclare
from relance.decision import notices
from relance.decision.corrections import Correction
from relance.decision.remainders import OpenRemainder
from relance.decision.unassigned import Unsettled
from relance.decision.undelivered import Undelivered
from relance.outlook.task import TITLES, Task, TaskKind
from relance.outlook.tasks import Today
from relance.runs.summary.sections import in_all
from relance.runs.summary.text import SummarySection, listing, row, table
from relance.text.escapes import code, markdown, quiet
from relance.text.locales import money, short_date
from relance.text.words import count


def today(glance: Today) -> SummarySection | None:
    """The day at a glance, a line a kind; the letters of the run itself are told below."""
    lines = [_of_kind(kind, tasks) for kind in TaskKind if (tasks := glance.of(kind))]
    listed = [line for line in lines if line]
    return listing("## Aujourd'hui\n", listed, "les autres tâches", 1_000) if listed else None


def _of_kind(kind: TaskKind, tasks: Sequence[Task]) -> str:
    if kind is TaskKind.ISSUE:
        return ""
    sums = in_all(total for task in tasks for total in task.totals)
    first = min((task.deadline for task in tasks if task.deadline), default=None)
    until = f"avant le {short_date(first)}" if first else ""
    whom = quiet(tasks[0].who) if len(tasks) == 1 else count(len(tasks), "tâche")
    parts = ", ".join(filter(None, (whom, sums, until)))
    commands = {task.command for task in tasks}
    command = commands.pop() if len(commands) == 1 else "relance aujourdhui"
    return f"- **{TITLES[kind]}** : {parts} → {code(command)}"


def unsettled(listed: Sequence[Unsettled]) -> SummarySection | None:
    """Before all: what came in, and nobody knows for what."""
    rows = [
        row(
            short_date(line.draft.date),
            money(line.draft.amount.number, line.draft.amount.currency),
            quiet(line.who) or "(payeur inconnu)",
            quiet(notices.bank_words(line), 200),
        )
        for line in listed
    ]
    columns, rule = ("Date", "Montant", "Payeur", "Pourquoi"), f"`{notices.SETTLE}` les tranche."
    head = table(f"## {notices.UNSETTLED}", columns, rule)
    return listing(head, rows, f"`{notices.SETTLE} --liste` les donne toutes")


def undelivered(letters: Sequence[Undelivered]) -> SummarySection | None:
    """Before all: what follows rests on letters that may not have arrived."""
    rows = [
        row(
            letter.letter.id,
            quiet(letter.client.label),
            quiet(letter.what, 200),
            quiet(letter.remedy, 200),
        )
        for letter in letters
    ]
    head = table(f"## {notices.UNDELIVERED}", ("Lettre", "Client", "Pourquoi", "Que faire"))
    return listing(head, rows, "`relance plan` les donne toutes")


def unnoted(letters: Sequence[Undelivered]) -> SummarySection | None:
    """The letters of which nobody says that they left, the ways out once for all."""
    rows = [
        row(letter.letter.id, quiet(letter.client.label), quiet(letter.what, 200))
        for letter in letters
    ]
    columns, rule = ("Lettre", "Client", "Laquelle"), f"{notices.unnoted_rule(letters)}."
    head = table(f"## {notices.UNNOTED}", columns, rule)
    return listing(head, rows, "`relance plan` les donne toutes")


def remainders(left: Sequence[OpenRemainder]) -> SummarySection | None:
    """What is to be given up or asked of penalties."""
    rows = [
        row(
            quiet(remainder.account.client.label),
            quiet(remainder.account.label),
            money(remainder.account.left.total, remainder.account.currency),
            quiet(notices.remainder_sums(remainder), 200),
            quiet(notices.remainder_outcome(remainder), 200),
            quiet(remainder.command, 200) if not remainder.ready else "",
        )
        for remainder in left
    ]
    columns = ("Client", "Facture", ">Reste", "Pourquoi", "Décision", "Y renoncer")
    head = table(f"## {notices.REMAINDERS}", columns)
    return listing(head, rows, "`relance plan` les donne toutes")


def corrections(credited: Sequence[Correction]) -> SummarySection | None:
    """What letters claimed too much of, and no letter of the run tells."""
    rows = [
        row(
            quiet(correction.claim.client.label),
            quiet(correction.claim.numbered),
            quiet(notices.correction_sums(correction), 200),
            quiet(correction.reason, 200),
        )
        for correction in credited
    ]
    head = table(f"## {notices.TO_CORRECT}", ("Client", "Facture", "Sommes", "Pourquoi"))
    return listing(head, rows, "`relance plan` les donne toutes")


def declarations(due: Sequence[ToDeclare]) -> SummarySection | None:
    """A claim not declared in time is lost."""
    rows = [
        row(
            quiet(declaration.client.label),
            notices.sums_to_declare(declaration),
            markdown(notices.deadline(declaration)),
            quiet(notices.opened(declaration), 300),
        )
        for declaration in due
    ]
    columns = ("Client", ">Principal", "Délai", "Procédure")
    head = table(f"## {notices.TO_DECLARE}", columns, f"{notices.TO_DECLARE_RULE}.")
    return listing(head, rows, "`relance plan` les donne tous")


def disputes(old: Sequence[Dispute]) -> SummarySection | None:
    """Old disputes are to be settled, not chased."""
    rows = [
        row(
            quiet(dispute.claim.client.label),
            quiet(dispute.claim.label),
            money(dispute.amount, dispute.claim.currency),
            count(dispute.days, "jour"),
            quiet(dispute.text),
        )
        for dispute in old
    ]
    columns = ("Client", "Facture", ">Contesté", "Depuis", "Motif")
    head = table("## À régler avant de relancer", columns)
    return listing(head, rows, "`relance plan` les donne tous")
