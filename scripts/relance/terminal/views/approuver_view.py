"""What approving a branch would merge."""

from __future__ import annotations

from rich.text import Text

from relance.outlook.task import totals
from relance.runs.merging import Approval
from relance.terminal.views.console import borderless, out, say
from relance.text.escapes import plain
from relance.text.locales import money
from relance.text.words import count, listed
from relance.values.issued import IssuedLetter


def show_approval(approval: Approval) -> None:
    """The letters, one a line, what they ask in all, then what else the branch changes."""
    title = f"{approval.branch} → {approval.base.home}"
    out.put(Text.assemble("\n", (plain(title), "bold"), "\n"), hang=4)
    table = borderless(("", 12), ("", 0), ("", 1), ("", 0), ("r", 9))
    for letter in approval.letters:
        client = approval.clients.get(letter.account)
        rank = f" n°\u00a0{letter.rank}" if letter.rank else ""
        table.add_row(
            letter.id,
            Text(plain(client.label if client else letter.account), "bold"),
            plain(f"{letter.step}{rank}"),
            Text(listed(letter.channels), "dim"),
            _asked(letter),
        )
    out.put(table)
    asked = totals(x.total for x in approval.letters if x.total and not x.informs)
    sums = " + ".join(money(total.number, total.currency) for total in asked)
    number = count(len(approval.letters), "lettre")
    say(f"\n{number}, {sums}." if sums else f"\n{number}.")
    if approval.others:
        say(f"Et aussi : {plain(', '.join(approval.others))}.")


def _asked(letter: IssuedLetter) -> str:
    if letter.total is None or letter.informs:
        return ""
    return money(letter.total.number, letter.total.currency)
