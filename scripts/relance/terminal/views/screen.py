"""The two screens, a plain sentence, the next thing to do; a table without borders."""

from __future__ import annotations

from rich.console import Console, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def indented(content: RenderableType, left: int = 4) -> Padding:
    """The content, so many columns to the right."""
    return Padding(content, (0, 0, 0, left), expand=False)


def borderless(*columns: tuple[str, int]) -> Table:
    """A table without borders; a column of width 0 takes what is left and wraps."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for align, width in columns:
        justify: JustifyMethod = "right" if align == "r" else "left"
        table.add_column(justify=justify, min_width=width or None, no_wrap=bool(width))
    return table


def say(sentence: str | None) -> None:
    """One plain sentence, if there is one to say."""
    if sentence:
        out.print(Text(sentence), soft_wrap=True)


def next_thing(sentence: str) -> None:
    """The last line: what to do next."""
    out.print(Text.assemble(("→ ", "green"), sentence), soft_wrap=True)
