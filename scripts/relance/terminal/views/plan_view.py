"""The plan on the terminal: what goes out, then what waits and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.text import Text

from relance.claims.claim import Claim
from relance.claims.client_notes import Dispute
from relance.claims.insolvency import ToDeclare
from relance.decision import notices, planwords
from relance.decision.handover import Handover
from relance.decision.outcomes import Letter, Plan, Wait
from relance.decision.unassigned import Unsettled
from relance.decision.undelivered import Undelivered
from relance.terminal.views.claimed_view import show_corrections, show_remainders
from relance.terminal.views.console import borderless, out, show_warnings, typed
from relance.terminal.views.rows import Rows
from relance.text.escapes import plain, short
from relance.text.locales import french_date, money, short_date
from relance.text.words import count, listed

if TYPE_CHECKING:
    from relance.claims.profile import ClientProfile

_STEP_STYLES = ("cyan", "yellow", "dark_orange", "red")


def show_plan(plan: Plan, title: str, issued: Sequence[str] = ()) -> None:
    """The plan as a table grouped by client: what goes out, then what waits and why; `issued`
    are the letters of that day which stand already."""
    out.print(f"\n[bold]{escape(plain(title))}[/] · relances du {french_date(plan.date)}\n")
    show_unsettled(plan.unsettled)
    show_undelivered([letter for letter in plan.undelivered if not letter.unnoted])
    show_unnoted([letter for letter in plan.undelivered if letter.unnoted])
    show_remainders(plan.remainders)
    show_corrections([x for x in plan.corrections if not x.ready])
    show_declarations(plan.declarations)
    show_disputes([dispute for dispute in plan.disputes if dispute.alert])
    _show_letters(plan, issued)
    _show_waits(plan)
    show_handovers(plan.handovers)
    if whole := planwords.summed(plan):
        out.put(Text.assemble(("En tout", "bold"), f" : {whole}.\n"), hang=4)
    show_warnings(plan.warnings)


def _show_letters(plan: Plan, issued: Sequence[str]) -> None:
    if issued:
        first, last = issued[0], issued[-1]
        which = first if first == last else f"{first} à {last[-2:]}"
        out.print(f"[bold]Émis[/] : {count(len(issued), 'lettre')} de ce jour ({which})\n")
    if not plan.letters:
        more = "rien de plus aujourd'hui" if issued else "rien aujourd'hui"
        out.print(f"[bold]À émettre[/] : {more}.\n")
        return
    out.print(f"[bold]À émettre[/] : {planwords.counted(plan.letters)}")
    for letter in plan.letters:
        out.print()
        _show_letter_head(letter)
        out.put(_letter_table(letter), left=4)
        for remark in letter.remarks:
            out.put(Text(f"({remark})", "dim"), left=4, hang=1)
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
        out.put(Text.assemble(whom, "  ", what))
    else:
        out.put(whom, hang=4)
        out.put(what, left=4)


def _payer(profile: ClientProfile | None) -> str:
    text = planwords.payer(profile)
    return f" {text}" if text else ""


def _style(rank: int) -> str:
    return _STEP_STYLES[min(rank, len(_STEP_STYLES) - 1)]


def _letter_table(letter: Letter) -> Rows:
    table = borderless(("", 14), ("", 19), ("r", 6), ("r", 12), ("", 0))
    for line in letter.lines:
        table.add_row(
            number_of(line.claim),
            planwords.since(line),
            f"{line.days_late} j" if line.days_late and not line.instalment else "",
            planwords.sum_of(line, letter),
            Text(planwords.role(line, letter), "" if line.demanded else "dim"),
        )
    return table


def _show_waits(plan: Plan) -> None:
    if not plan.waits:
        return
    out.print(f"[bold]En attente[/] : {count(len(plan.waits), 'créance')}")
    ordered = sorted(plan.waits, key=lambda wait: wait.claim.client.account)
    for account, group in groupby(ordered, key=lambda wait: wait.claim.client.account):
        waits = list(group)
        out.print()
        payer = _payer(plan.profiles.get(account))
        out.put(Text.assemble((plain(waits[0].claim.client.label), "bold"), (payer, "dim")), hang=4)
        out.put(_wait_table(waits), left=4)
    out.print()


def _wait_table(waits: Iterable[Wait]) -> Rows:
    table = borderless(("", 14), ("r", 12), ("", 0))
    for wait in waits:
        claim = wait.claim
        reason = Text.assemble(
            plain(wait.reason), (_expected(wait), "dim"), (f" [{wait.code}]", "yellow")
        )
        table.add_row(
            number_of(claim) or Text("(sans numéro)", "dim"),
            money(claim.balance or claim.unallocated, claim.currency),
            reason,
        )
    return table


def _expected(wait: Wait) -> str:
    text = planwords.expected(wait)
    return f" · {text}" if text else ""


# ---------------------------------------------------------------- Beside letters and waits


def show_unsettled(listed: Sequence[Unsettled]) -> None:
    """Before all: a letter about what the bank says paid would be the worst of faults."""
    if not listed:
        return
    out.print(f"[bold]{notices.UNSETTLED}[/] : {typed(notices.SETTLE)}")
    out.put(unsettled_table(listed), left=4)
    out.print()


def unsettled_table(listed: Iterable[Unsettled]) -> Rows:
    """What the bank says and nobody has settled, a line each."""
    table = borderless(("", 10), ("r", 12), ("", 0))
    for line in listed:
        amount = line.draft.amount
        who = plain(line.who) or "(payeur inconnu)"
        words = Text.assemble((who, "bold"), f"  {plain(short(notices.bank_words(line), 200))}")
        table.add_row(short_date(line.draft.date), money(amount.number, amount.currency), words)
    return table


def show_undelivered(letters: Sequence[Undelivered]) -> None:
    """Before all: what follows rests on letters that may not have arrived."""
    if not letters:
        return
    out.print(f"[bold]{notices.UNDELIVERED}[/] : {count(len(letters), 'lettre')}")
    table = borderless(("", 14), ("", 0))
    for undelivered in letters:
        words = Text.assemble(
            (plain(undelivered.client.label), "bold"),
            f"  {plain(str(undelivered))}",
            (f" [{undelivered.code}]", "yellow"),
        )
        table.add_row(undelivered.letter.id, words)
    out.put(table, left=4)
    out.print()


def show_unnoted(letters: Sequence[Undelivered]) -> None:
    """The letters of which nobody says that they left, the ways out once for all."""
    if not letters:
        return
    out.print(f"[bold]{notices.UNNOTED}[/] : {count(len(letters), 'lettre')}")
    out.put(Text(notices.unnoted_rule(letters), "dim"), left=4)
    table = borderless(("", 14), ("", 0))
    for unnoted in letters:
        which = f"{plain(unnoted.letter.step)} du {french_date(unnoted.letter.date)}"
        words = Text.assemble((plain(unnoted.client.label), "bold"), f"  {which}")
        table.add_row(unnoted.letter.id, words.append(f" [{unnoted.code}]", "yellow"))
    out.put(table, left=4)
    out.print()


def show_declarations(declarations: Sequence[ToDeclare]) -> None:
    """First of all: a claim not declared in time is lost."""
    if not declarations:
        return
    out.print(f"[bold]{notices.TO_DECLARE}[/] : {count(len(declarations), 'client')}")
    out.put(Text(notices.TO_DECLARE_RULE, "dim"), left=4)
    for declaration in declarations:
        out.print()
        out.put(
            Text.assemble(
                (plain(declaration.client.label), "bold"),
                f"  {notices.sums_to_declare(declaration)}  ",
                (notices.deadline(declaration), "red"),
            ),
            hang=4,
        )
        out.put(Text(plain(notices.opened(declaration))), left=4)
        out.put(Text(typed(notices.declaration_command(declaration)), "dim"), left=4)
    out.print()


def show_handovers(handovers: Sequence[Handover]) -> None:
    """Last of all, the clients to hand over, with the day each claim is barred."""
    if not handovers:
        return
    out.print(f"[bold]{notices.HANDED_OVER}[/] : {count(len(handovers), 'client')}")
    out.put(Text(notices.LIMITATION_RULE, "dim"), left=4)
    for handed in handovers:
        out.print()
        title = f"{plain(handed.client.label)}  {notices.handover_totals(handed)}"
        out.put(Text(title, "bold"), hang=4)
        table = borderless(("", 14), ("r", 12), ("", 0))
        for item in handed.claims:
            claim, barred = item.claim, notices.time_barred(item.limitation)
            number = number_of(claim)
            table.add_row(number, money(item.principal, claim.currency), barred)
        out.put(table, left=4)
        out.put(Text(typed(notices.handover_command(handed)), "dim"), left=4)
    out.print()


def show_disputes(disputes: Sequence[Dispute]) -> None:
    """Old disputes come first: they are to be settled, not chased."""
    if not disputes:
        return
    number = count(len(disputes), "litige")
    out.print(f"[bold]À régler avant de relancer[/] : {number} en souffrance")
    table = borderless(("", 14), ("r", 12), ("", 0))
    for dispute in disputes:
        claim = dispute.claim
        table.add_row(
            number_of(claim),
            money(dispute.amount, claim.currency),
            Text.assemble(
                (f"{count(dispute.days, 'jour')} ", "yellow"),
                plain(f"{claim.client.label} : {dispute.text}"),
            ),
        )
    out.put(table, left=4)
    out.print()


def number_of(claim: Claim) -> Text:
    """The number of its invoice, empty when it has none."""
    return Text(plain(claim.numbered))
