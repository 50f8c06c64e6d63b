"""What changed, line by line."""

from __future__ import annotations

from rich.text import Text

from relance.terminal.views.screen import out
from relance.text.escapes import unmarked

_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show_diff(diff: str) -> None:
    """A unified diff, coloured on a terminal; nothing in it can command the terminal."""
    for line in diff.splitlines():
        style = "bold" if line.startswith(("+++", "---")) else _DIFF_STYLES.get(line[:1], "")
        out.print(Text(unmarked(line, kept="\t"), style), soft_wrap=True)
