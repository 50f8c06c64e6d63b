"""`relance guide`: the guide, or what it says of a word."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from relance.terminal import guide_search
from relance.terminal.guide_messages import explained_messages, explaining_sections
from relance.terminal.guide_search import GuideSection, Passage
from relance.terminal.views.console import say
from relance.text.words import count
from relance.values.problem import Refusal, refuse

WIDEST = 100  # columns: longer lines are hard to read
_HOW = (
    "`relance guide decisions` : une page. `relance guide sans-numero` : ce qui est dit d'un mot.\n"
    "`relance guide 'ce fichier est lu mais'` : ce que veut dire un message."
)
_MESSAGE = 3  # words, from which what is asked may be a message
MOST = 12  # passages shown for a word that no row and no title is about


@click.command()
@click.argument("mots", nargs=-1, metavar="[MOT]…")
@click.option("--ouvrir", "launch", is_flag=True, help="Le montre dans le navigateur.")
def guide(mots: Sequence[str], *, launch: bool) -> None:
    """Le guide : sa table, une page, ou ce qu'il dit d'un MOT (clé, code d'attente, message…)."""
    term, pages = " ".join(mots), guide_search.pages()
    parts = guide_search.sections("\n".join(pages.values()))
    if launch:
        _open(_place(term, pages, parts))
        return
    if not term.strip():
        lines = [guide_search.contents(), _HOW]
    elif name := guide_search.page_name(term, pages):
        lines = [pages[name]]
    else:
        lines = list(_about(term, parts))
    if not lines:
        raise _unknown(term, parts)
    _show("\n\n".join(line.rstrip("\n") for line in lines) + "\n")


def _place(term: str, pages: Mapping[str, str], parts: Sequence[GuideSection]) -> str:
    """The page to open: of that name or title, else the first that is about the word."""
    if not term.strip():
        return ""
    if name := guide_search.page_name(term, pages):
        return name
    about = [passage.section for passage in guide_search.defined(term, parts)]
    about += _about_message(term, parts)
    about += guide_search.titled(term, parts)
    about += [passage.section for passage in guide_search.mentioning(term, parts)]
    if not about:
        raise _unknown(term, parts)
    return guide_search.page_name(about[0].titles[0], pages) or ""


def _unknown(term: str, parts: Sequence[GuideSection]) -> Refusal:
    likely = " », « ".join(guide_search.near(term, parts))
    remedy = f"vouliez-vous « {likely} » ?" if likely else "relance guide montre la table"
    return refuse("guide", f"le guide ne dit rien de « {term} »", remedy)


def _about(term: str, parts: Sequence[GuideSection]) -> Iterator[str]:
    """What is about the word itself, or the message, then the section of that title, else all that
    names it."""
    entries = guide_search.defined(term, parts)
    chapters = guide_search.titled(term, parts)
    if not entries and (explained := _about_message(term, parts)):
        for section in explained:
            yield from (f"# {section.path}", *section.blocks)
        return
    if entries:
        yield from _passages(entries)
        others = chapters
    elif chapters:
        first, *others = chapters
        yield from (f"# {first.path}", *first.blocks)
    else:
        others, passages = [], guide_search.mentioning(term, parts)
        yield from _passages(passages[:MOST])
        if len(passages) > MOST:
            yield f"… et {count(len(passages) - MOST, 'autre passage')} : ajoutez un mot."
    if others:
        yield "Voir aussi :\n\n" + "\n".join(f"- {part.path}" for part in others)


def _about_message(term: str, parts: Sequence[GuideSection]) -> list[GuideSection]:
    """The paragraphs about a message that was pasted; one word alone is no message."""
    if len(term.split()) < _MESSAGE:
        return []
    return explaining_sections(term, explained_messages(parts))


def _passages(passages: Sequence[Passage]) -> Iterator[str]:
    """Each passage below the path of its section, told once."""
    before = ""
    for passage in passages:
        if passage.section.path != before:
            yield f"# {passage.section.path}"
        before = passage.section.path
        yield passage.text


def _show(markdown: str) -> None:
    """Laid out, page by page, in a terminal; the Markdown itself elsewhere."""
    if not sys.stdout.isatty():
        click.echo(markdown, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    screen = Console(width=min(Console().width, WIDEST))
    with screen.capture() as laid_out:
        screen.print(Markdown(markdown))
    click.echo_via_pager(laid_out.get())


def _open(name: str) -> None:
    """The whole guide in the browser, at that page; its file is the user's cache, made anew."""
    from relance.paper.guide_page import guide_page

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    file = cache / "relance/guide.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = guide_page(guide_search.contents(), guide_search.pages(), guide_search.FOLDER)
    file.write_text(text, encoding="utf-8")
    say(str(file))
    webbrowser.open(f"{file.as_uri()}#{name}")  # a file's opener would take no place in it
