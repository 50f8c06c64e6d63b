"""What the plan says besides letters and waits: claims to declare, old disputes, clients to hand
over."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from relance.claims.insolvency import ToDeclare
from relance.claims.model import Claim
from relance.decision import notices
from relance.decision.handover import Handover
from relance.decision.model import Dispute
from relance.terminal.views.screen import borderless, indented, out
from relance.text.escapes import plain
from relance.text.locales import money
from relance.text.words import count


def show_declarations(declarations: Sequence[ToDeclare]) -> None:
    """First of all: a claim not declared in time is lost."""
    if not declarations:
        return
    out.print(f"[bold]{notices.TO_DECLARE}[/] : {count(len(declarations), 'client')}")
    out.print(indented(Text(notices.TO_DECLARE_RULE, "dim")))
    for each in declarations:
        out.print()
        out.print(
            Text.assemble(
                (plain(each.client.label), "bold"),
                f"  {notices.sums_to_declare(each)}  ",
                (notices.deadline(each), "red"),
            )
        )
        out.print(indented(Text(plain(notices.opened(each)))))
        out.print(indented(Text(notices.declaration_command(each), "dim")))
    out.print()


def show_handovers(handovers: Sequence[Handover]) -> None:
    """Last of all, the clients to hand over, with the day each claim is barred."""
    if not handovers:
        return
    out.print(f"[bold]{notices.HANDED_OVER}[/] : {count(len(handovers), 'client')}")
    out.print(indented(Text(notices.LIMITATION_RULE, "dim")))
    for each in handovers:
        out.print()
        out.print(Text(f"{plain(each.client.label)}  {notices.handover_totals(each)}", "bold"))
        table = borderless(("", 14), ("r", 12), ("", 0))
        for own in each.claims:
            claim, barred = own.claim, notices.time_barred(own.limitation)
            number = number_of(claim)
            table.add_row(number, money(own.principal, claim.currency), barred)
        out.print(indented(table))
        out.print(indented(Text(notices.handover_command(each), "dim")))


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
                (f"{dispute.days} jours ", "yellow"),
                plain(f"{claim.client.label} : {dispute.text}"),
            ),
        )
    out.print(indented(table))
    out.print()


def number_of(claim: Claim) -> Text:
    """The number of its invoice, empty when it has none."""
    return Text(plain(claim.numbered))
