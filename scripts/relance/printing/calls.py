"""The call sheets of a day in one file, in the order of the list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relance import frontmatter
from relance.pages import pdf
from relance.pages.assembly import Part, join


def call_list(sheets: Sequence[str], templates: Path) -> bytes:
    """One PDF of call sheets, each a Markdown file, with an outline entry each: its letter and
    its client. `templates` is `letters/`. Raises Refusal for what a page cannot show."""
    return join([Part(_title(sheet), pdf.render(sheet, templates)) for sheet in sheets])


def _title(sheet: str) -> str:
    front: dict[str, Any] = frontmatter.front_matter(sheet)[0]
    return f"{front['relance']} {front['destinataire']['nom']}"
