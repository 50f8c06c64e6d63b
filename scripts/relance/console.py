"""What people read in the terminal: the plan, refusals, the next thing to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console, JustifyMethod, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from relance import notices, planwords
from relance.claims import Claim
from relance.decision import Dispute, Letter, Plan, Wait
from relance.handover import Handover
from relance.insolvency import ToDeclare
from relance.problem import Problem
from relance.typography import french_date, money, plain, rate, short_date
from relance.words import listed

if TYPE_CHECKING:
    from relance.calculator import Calculation
    from relance.chronicle import Event
    from relance.explain import Explanation
    from relance.issuing import Run
    from relance.plan_proposals import Proposal
    from relance.profile import ClientProfile
    from relance.publishing import Published

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)

_STEP_STYLES = ("cyan", "yellow", "dark_orange", "red")


def _indented(content: RenderableType, left: int = 4) -> Padding:
    return Padding(content, (0, 0, 0, left), expand=False)


def show_plan(plan: Plan, title: str, issued: Sequence[str] = ()) -> None:
    """The plan as a table grouped by client: what goes out, then what waits and why; `issued`
    are the letters of that day which stand already."""
    out.print(f"\n[bold]{escape(plain(title))}[/] · relances du {french_date(plan.date)}\n")
    _show_declarations(plan.declarations)
    _show_disputes([dispute for dispute in plan.disputes if dispute.alert])
    _show_letters(plan, issued)
    _show_waits(plan)
    _show_handovers(plan.handovers)
    show_warnings(plan.warnings)


def _show_declarations(declarations: Sequence[ToDeclare]) -> None:
    """First of all: a claim not declared in time is lost."""
    if not declarations:
        return
    out.print(f"[bold]{notices.TO_DECLARE}[/] : {count(len(declarations), 'client')}")
    out.print(_indented(Text(notices.TO_DECLARE_RULE, "dim")))
    for each in declarations:
        out.print()
        out.print(
            Text.assemble(
                (plain(each.client.label), "bold"),
                f"  {notices.sums_to_declare(each)}  ",
                (notices.deadline(each), "red"),
            )
        )
        out.print(_indented(Text(plain(notices.opened(each)))))
        out.print(_indented(Text(notices.declaration_command(each), "dim")))
    out.print()


def _show_handovers(handovers: Sequence[Handover]) -> None:
    if not handovers:
        return
    out.print(f"[bold]{notices.HANDED_OVER}[/] : {count(len(handovers), 'client')}")
    out.print(_indented(Text(notices.LIMITATION_RULE, "dim")))
    for each in handovers:
        out.print()
        out.print(Text(f"{plain(each.client.label)}  {notices.handover_totals(each)}", "bold"))
        table = _table(("", 14), ("r", 12), ("", 0))
        for own in each.claims:
            claim, barred = own.claim, notices.time_barred(own.limitation)
            number = _number(claim)
            table.add_row(number, money(own.principal, claim.currency), barred)
        out.print(_indented(table))
        out.print(_indented(Text(notices.handover_command(each), "dim")))


def _show_disputes(disputes: Sequence[Dispute]) -> None:
    """Old disputes come first: they are to be settled, not chased."""
    if not disputes:
        return
    number = count(len(disputes), "litige")
    out.print(f"[bold]À régler avant de relancer[/] : {number} en souffrance")
    table = _table(("", 14), ("r", 12), ("", 0))
    for dispute in disputes:
        claim = dispute.claim
        table.add_row(
            _number(claim),
            money(dispute.amount, claim.currency),
            Text.assemble(
                (f"{dispute.days} jours ", "yellow"),
                plain(f"{claim.client.label} : {dispute.text}"),
            ),
        )
    out.print(_indented(table))
    out.print()


def _show_letters(plan: Plan, issued: Sequence[str]) -> None:
    if issued:
        first, last = issued[0], issued[-1]
        which = first if first == last else f"{first} à {last[-2:]}"
        out.print(f"[bold]Émis[/] : {count(len(issued), 'lettre')} de ce jour ({which})\n")
    if not plan.letters:
        more = "rien de plus aujourd'hui" if issued else "rien aujourd'hui"
        out.print(f"[bold]À émettre[/] : {more}.\n")
        return
    total = planwords.totals(plan.letters)
    out.print(f"[bold]À émettre[/] : {count(len(plan.letters), 'lettre')}, {total}")
    for letter in plan.letters:
        out.print()
        _show_letter_head(letter)
        out.print(_indented(_letter_table(letter)))
        for remark in letter.remarks:
            out.print(_indented(Text(f"({remark})", "dim")))
    out.print()


def _show_letter_head(letter: Letter) -> None:
    """On one line where it fits, else what the letter asks goes below whom it asks."""
    channels = listed(letter.channels)
    whom = Text.assemble(
        (f"{letter.id}  ", "dim"),
        (plain(letter.client.label), "bold"),
        (_payer(letter.profile), "dim"),
    )
    what = Text.assemble(
        (planwords.title(letter), _style(letter.rank)),
        (f"  par {channels}  ", "dim"),
        (planwords.asked(letter), "bold"),
    )
    if whom.cell_len + 2 + what.cell_len <= out.width:
        out.print(Text.assemble(whom, "  ", what))
    else:
        out.print(whom)
        out.print(_indented(what))


def _payer(known: ClientProfile | None) -> str:
    told = planwords.payer(known)
    return f" {told}" if told else ""


def _style(rank: int) -> str:
    return _STEP_STYLES[min(rank, len(_STEP_STYLES) - 1)]


def _letter_table(letter: Letter) -> Table:
    table = _table(("", 14), ("", 19), ("r", 6), ("r", 12), ("", 0))
    for line in letter.lines:
        table.add_row(
            _number(line.claim),
            planwords.since(line),
            f"{line.days_late} j" if line.days_late and not line.instalment else "",
            money(line.claimed, letter.currency),
            Text(planwords.role(line, letter), "" if line.demanded else "dim"),
        )
    return table


def _show_waits(plan: Plan) -> None:
    if not plan.waits:
        return
    out.print(f"[bold]En attente[/] : {count(len(plan.waits), 'créance')}")
    ordered = sorted(plan.waits, key=lambda wait: wait.claim.client.account)
    for account, group in groupby(ordered, key=lambda wait: wait.claim.client.account):
        own = list(group)
        out.print()
        known = _payer(plan.profiles.get(account))
        out.print(Text.assemble((plain(own[0].claim.client.label), "bold"), (known, "dim")))
        out.print(_indented(_wait_table(own)))
    out.print()


def _wait_table(waits: Iterable[Wait]) -> Table:
    table = _table(("", 14), ("r", 12), ("", 0))
    for wait in waits:
        claim = wait.claim
        reason = Text.assemble(
            plain(wait.reason), (_expected(wait), "dim"), (f" [{wait.code}]", "yellow")
        )
        table.add_row(
            _number(claim) or Text("(sans numéro)", "dim"),
            money(claim.balance or claim.unallocated, claim.currency),
            reason,
        )
    return table


def _expected(wait: Wait) -> str:
    told = planwords.expected(wait)
    return f" · {told}" if told else ""


def _number(claim: Claim) -> Text:
    return Text(plain(claim.numbered))


def _table(*columns: tuple[str, int]) -> Table:
    """A borderless table; a column of width 0 takes what is left and wraps."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for align, width in columns:
        justify: JustifyMethod = "right" if align == "r" else "left"
        table.add_column(justify=justify, min_width=width or None, no_wrap=bool(width))
    return table


# ---------------------------------------------------------------- Refusals, warnings, next steps


def show_warnings(warnings: Sequence[Problem]) -> None:
    """What is worth saying and stops nothing."""
    for warning in warnings:
        err.print(Text("attention ", "yellow"), _told(warning), sep="", soft_wrap=True)
    if warnings:
        err.print()


def show_problems(problems: Sequence[Problem]) -> None:
    """What is wrong, each with its place and remedy."""
    for problem in problems:
        err.print(_told(problem, "red"), soft_wrap=True)


def show_refusal(problems: Sequence[Problem]) -> None:
    """Every reason why nothing was written."""
    show_problems(problems)
    err.print(Text(f"{count(len(problems), 'faute')} : rien n'a été écrit.", "bold"))


def _told(problem: Problem, style: str = "") -> Text:
    """A problem as it is told everywhere, without what a terminal would obey."""
    lines = [plain(line) for line in problem.remedy.splitlines()]
    remedy = "".join(f"\n    {'  ' if n else '→ '}{line}" for n, line in enumerate(lines))
    return Text.assemble(
        (plain(str(problem.source)), "bold"), ": ", (plain(problem.what), style), remedy
    )


_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show_diff(diff: str) -> None:
    """A unified diff, coloured on a terminal; nothing in it can command the terminal."""
    for line in diff.splitlines():
        style = "bold" if line.startswith(("+++", "---")) else _DIFF_STYLES.get(line[:1], "")
        out.print(Text(_harmless(line), style), soft_wrap=True)


def _harmless(line: str) -> str:
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf") or c == "\t")


def say(sentence: str | None) -> None:
    """One plain sentence, if there is one to say."""
    if sentence:
        out.print(Text(sentence), soft_wrap=True)


@contextmanager
def progress(total: int) -> Iterator[Callable[[Letter], None]]:
    """A bar while letters are made; call what it yields after each one."""
    with progress_of(total, "Lettres") as done:
        yield lambda letter: done(letter.client.label)


@contextmanager
def progress_of(total: int, work: str) -> Iterator[Callable[[str], None]]:
    """A bar while a work of so many parts goes on, on a terminal only; call what it yields with
    the name of each part once it is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    named = TextColumn("{task.description}", markup=False)  # a client's name is no markup
    columns = (named, BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(work, total=total)
        yield lambda name: bar.update(task, advance=1, description=plain(name)[:30])


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


def show_published(made: Published) -> None:
    """Where a branch went, and its request; else what is left to type."""
    for fault in made.faults:
        err.print(_told(fault, "red"), soft_wrap=True)
    if made.url:
        known = "est déjà ouverte" if made.known else "est ouverte"
        next_thing(f"la demande de {made.branch} {known} : {made.url}")
        return
    say(f"Pour pousser {made.branch} vers {made.remote} et ouvrir la demande :")
    for command in made.commands:
        out.print(Text(f"    {command}"), soft_wrap=True)
    if made.form:
        say(f"Ou, une fois la branche poussée, dans le navigateur : {made.form}")


def show_explanation(explanation: Explanation, day: date) -> None:
    """The life of an invoice or a client, and today's decision."""
    out.print(Text(f"\n{plain(explanation.title)}", "bold"))
    for fact in explanation.facts:
        out.print(_indented(Text(plain(fact)), 2))
    out.print("\n[bold]Ce qui s'est passé[/]")
    table = _table(("", 10), ("", 0), ("", 0), ("r", 12))
    table.columns[2].overflow = "fold"  # a path cut short opens nothing
    for event in explanation.events:
        amount = money(event.amount.number, event.amount.currency) if event.amount else ""
        told = Text.assemble(plain(event.what), (_where(event), "dim"))
        table.add_row(short_date(event.date), event.sort, told, amount)
    out.print(_indented(table, 2))
    out.print(f"\n[bold]Décision au {french_date(day)}[/]")
    for decision in explanation.decisions:
        out.print(_indented(Text(plain(decision)), 2))


def _where(event: Event) -> str:
    """The place where it is written, or the file to open; who approved it, and when."""
    commit = event.commit
    where = f"\n{plain(event.path)}" if event.path else f"  {plain(str(event.source))}"
    if commit is None:
        return where
    return f"{where}\ncommit {commit.short} du {short_date(commit.day)}, {plain(commit.author)}"


def show_proposal(proposal: Proposal, made: Iterable[str]) -> None:
    """A payment plan on offer, its instalments, where its letter is."""
    total = money(proposal.total.number, proposal.currency)
    out.print(Text.assemble("\n", (plain(proposal.wish.client.label), "bold"), f" : {total} en"))
    table = _table(("r", 3), ("", 18), ("r", 12))
    for each in proposal.instalments:
        amount = money(each.amount, proposal.currency)
        table.add_row(str(each.place), french_date(each.due), amount)
    out.print(_indented(table))
    if proposal.remark:
        err.print(Text("attention ", "yellow"), Text(proposal.remark), sep="", soft_wrap=True)
    for name in made:
        say(f"  {name}")


def show_penalties(result: Calculation) -> None:
    """The interest of one debt, segment by segment."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("du", "au", "jours", "principal", "taux", "pénalités"):
        table.add_column(title, justify="left" if title in ("du", "au") else "right")
    for part in result.interest.segments:
        table.add_row(
            short_date(part.start),
            short_date(part.end),
            str(part.days),
            money(part.principal, "EUR"),
            rate(part.rate),
            money(part.amount, "EUR"),
        )
    out.print(table)
    for title, number in (
        ("pénalités", result.interest.total),
        ("dont restant dues", result.interest.interest_owed),
        ("indemnité de recouvrement", result.fee),
        ("principal restant dû", result.interest.principal_left),
        ("total dû", result.total),
    ):
        out.print(f"{title:<26}{money(number, 'EUR'):>16}")
    say(f"Arrêté au {french_date(result.interest.until)}.")
    if result.interest.unknown_from:
        say(
            f"Le taux du semestre ouvert le {french_date(result.interest.unknown_from)} n'est pas "
            "publié : les pénalités s'arrêtent la veille. --taux en donne un autre."
        )
    elif not result.interest.segments:
        say("Aucun jour de retard compté (un particulier : depuis --mise-en-demeure seulement).")


def next_thing(sentence: str) -> None:
    """The last line: what to do next."""
    out.print(Text.assemble(("→ ", "green"), sentence), soft_wrap=True)


def count(number: int, word: str) -> str:
    """« 1 lettre », « 3 lettres »."""
    return f"{number} {word}{'s' if number > 1 else ''}"
