"""What is left to decide of invoices that letters claimed: penalties, figures to put right."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from relance.decision import notices
from relance.decision.corrections import Correction
from relance.decision.remainders import OpenRemainder
from relance.terminal.views.console import borderless, out, typed
from relance.text.escapes import plain
from relance.text.locales import money
from relance.text.words import count


def show_remainders(remainders: Sequence[OpenRemainder]) -> None:
    """What is to be given up or asked of penalties, once the invoice is paid."""
    if not remainders:
        return
    out.print(f"[bold]{notices.REMAINDERS}[/] : {count(len(remainders), 'facture')}")
    table = borderless(("", 14), ("r", 12), ("", 0))
    for remainder in remainders:
        account = remainder.account
        words = Text.assemble(
            (plain(account.client.label), "bold"),
            f"  {plain(notices.remainder_sums(remainder))} : ",
            plain(notices.remainder_outcome(remainder)),
            (f" [{remainder.code}]" if remainder.code else "", "yellow"),
        )
        table.add_row(
            Text(plain(account.label)), money(account.left.total, account.currency), words
        )
        if not remainder.ready:
            table.add_row("", "", Text(typed(remainder.command), "dim"))
    out.put(table, left=4)
    out.print()


def show_corrections(corrections: Sequence[Correction]) -> None:
    """What letters claimed too much of, where no letter of the day tells it."""
    if not corrections:
        return
    out.print(f"[bold]{notices.TO_CORRECT}[/] : {count(len(corrections), 'créance')}")
    table = borderless(("", 14), ("r", 12), ("", 0))
    for correction in corrections:
        claim = correction.claim
        words = Text.assemble(
            (plain(claim.client.label), "bold"),
            f"  {plain(notices.correction_sums(correction))} : {plain(correction.reason)}",
            (f" [{correction.code}]", "yellow"),
        )
        table.add_row(Text(plain(claim.numbered)), money(claim.balance, claim.currency), words)
    out.put(table, left=4)
    out.print()
