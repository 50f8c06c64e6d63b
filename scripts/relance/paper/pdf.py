"""Letters as A4 PDF files.

A PDF is made of the Markdown file and of the folder `letters/` alone: its style sheet, its page
and its images. Nothing else is read and nothing is fetched. The same Markdown gives the same
bytes on one machine. WeasyPrint, slow to come, is imported when a letter is laid out, not before.
"""

from __future__ import annotations

from pathlib import Path

from relance.paper.press import Job, Made
from relance.values.problem import Refusal


def render(markdown_text: str, folder: Path) -> bytes:
    """The PDF of a letter's Markdown file; `folder` is `letters/`.

    Raises Refusal, naming the letter, for an incomplete front matter, an image or a style that
    cannot be used, and a character that the letters' fonts cannot draw.
    """
    from relance.paper.letter_layout import laid_out

    return laid_out(markdown_text, folder)


def readable(markdown_text: str, folder: Path) -> str:
    """The HTML of a letter, not laid out. Raises Refusal, naming the letter, for an incomplete
    front matter and a character that the letters' fonts cannot draw."""
    from relance.paper.letter_layout import page_of

    return page_of(markdown_text, folder)[1]


def lay_out(job: Job, folder: Path) -> Made:
    """The letter's page, or what is wrong with it; `folder` is `letters/`."""
    try:
        return Made(job.name, job.client, render(job.markdown, folder))
    except Refusal as refusal:
        return Made(job.name, job.client, problems=refusal.problems)
