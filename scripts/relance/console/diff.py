"""What changed, line by line."""

from __future__ import annotations

import unicodedata

from rich.text import Text

from relance.console.screen import out

_DIFF_STYLES = {"+": "green", "-": "red", "@": "cyan"}


def show_diff(diff: str) -> None:
    """A unified diff, coloured on a terminal; nothing in it can command the terminal."""
    for line in diff.splitlines():
        style = "bold" if line.startswith(("+++", "---")) else _DIFF_STYLES.get(line[:1], "")
        out.print(Text(_harmless(line), style), soft_wrap=True)


def _harmless(line: str) -> str:
    return "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf") or c == "\t")
