"""A payment plan on offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from relance.terminal.views.console import borderless, err, out, say
from relance.text.escapes import plain
from relance.text.locales import french_date, money

if TYPE_CHECKING:
    from relance.files.plan_proposals import Proposal


def show_proposal(proposal: Proposal, made: Iterable[str]) -> None:
    """A payment plan on offer, its instalments, where its letter is."""
    total = money(proposal.total.number, proposal.currency)
    out.put(
        Text.assemble("\n", (plain(proposal.wish.client.label), "bold"), f" : {total} en"), hang=4
    )
    table = borderless(("r", 3), ("", 18), ("r", 12))
    for instalment in proposal.instalments:
        amount = money(instalment.amount, proposal.currency)
        table.add_row(str(instalment.place), french_date(instalment.due), amount)
    out.put(table, left=4)
    if proposal.remark:
        err.put(Text.assemble(("attention ", "yellow"), proposal.remark), hang=4)
    for name in made:
        say(f"  {name}")
