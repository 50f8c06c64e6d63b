"""A letter's mail as one HTML file that any browser opens, before anything leaves."""

from __future__ import annotations

import base64
from pathlib import Path

from relance.ledger.company import text_of
from relance.sending.handouts import SHEET
from relance.sending.html_part import MOST, html_part, inner_html
from relance.text import frontmatter
from relance.values.problem import Problem, Refusal, Source, refuse
from relance.values.register import LETTERS

FOLDER = "courriels"


def standalone_mail(text: str, folder: Path, name: str) -> str:
    """The page that the mail of a letter's Markdown file shows, its payment code inside; `folder`
    is `letters/`. Raises Refusal, naming the file, for one that goes as text alone."""
    front, body = frontmatter.front_matter(text, name)
    made = html_part(front, inner_html(body), folder, _data)
    if made is None:
        what = f"cette page dépasserait {MOST // 1000} ko : le courriel n'a que le texte"
        raise Refusal([Problem(Source(name), what, "rien à faire : le PDF joint a la page")])
    return made.page


def mails_of(root: Path, letters: tuple[str, ...], folder: Path) -> dict[str, bytes]:
    """The mails of issued letters by the names of their previews, as their files here say.

    Raises Refusal for a letter that has no file on this branch.
    """
    return dict(_mail_of(root, letter, folder) for letter in letters)


def _mail_of(root: Path, letter: str, folder: Path) -> tuple[str, bytes]:
    paths = [
        path
        for path in sorted((root / LETTERS).glob(f"*/{letter}-*.md"))
        if not path.name.endswith(SHEET)
    ]
    if not paths:
        remedy = "allez sur sa branche (git switch), ou vérifiez son numéro"
        raise refuse(letter, f"aucune lettre de ce numéro dans {LETTERS}/", remedy)
    name = paths[0].relative_to(root).as_posix()
    page = standalone_mail(text_of(root, name), folder, name)
    return f"{FOLDER}/{paths[0].stem}.html", page.encode()


def _data(code: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(code).decode()}"
