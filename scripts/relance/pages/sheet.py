"""Pages of the house that are no letters: a Markdown body in an HTML page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from relance.letters import templates
from relance.letters.templates import Escape
from relance.pages import markdown_body


def sheet_html(page: Path, values: Mapping[str, object], body: str) -> str:
    """The HTML that the template `page` makes of `values` and of a Markdown body, `corps`."""
    corps = Markup(markdown_body.html(body))  # noqa: S704 - raw HTML is text there
    return templates.render(page, {**values, "corps": corps}, Escape.HTML)
