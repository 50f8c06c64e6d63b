"""Letters laid out by WeasyPrint; their door is `pdf`, which has it come only when a letter is."""

from __future__ import annotations

import atexit
import gc
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from relance.paper import markdown_body, standards
from relance.paper.engine import BASE, CSS, CounterStyle, LettersOnly, OwnFonts, PageHtml, said
from relance.paper.page import UNUSED, page_html
from relance.paper.page_faults import check_glyphs, page_problem, style_problem, unfit
from relance.text import fonts, frontmatter, templates
from relance.text.glyphs import drawable
from relance.values.collector import uncollected
from relance.values.problem import Problem, Refusal, Source, refuse

STYLE = "letter.css"


def laid_out(markdown_text: str, folder: Path) -> bytes:
    """See `pdf.render`."""
    style = folder / STYLE
    if not style.is_file():
        raise refuse(str(style), "la feuille de style des lettres manque")
    return _renderer(folder, folder.resolve(), style.stat().st_mtime_ns).render(markdown_text)


def page_of(markdown_text: str, folder: Path) -> tuple[Source, str]:
    """What names a letter, and its HTML (see `pdf.readable`)."""
    front, body = frontmatter.front_matter(markdown_text, without=UNUSED)
    page = drawable(page_html(front, body, folder))
    source = Source(str(front["relance"]))
    check_glyphs(page, source, front)
    return source, page


@lru_cache(maxsize=4)
@uncollected()
def _renderer(folder: Path, _resolved: Path, _written: int) -> Renderer:
    return Renderer(folder)


@atexit.register
def _forget() -> None:
    """Let WeasyPrint remove its copies of the fonts while it still can."""
    _renderer.cache_clear()
    gc.collect()


class Renderer:
    """Lays out letters; style sheet and fonts are read once for all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fetcher = LettersOnly(folder)
        self._fonts = OwnFonts()
        self._counters = CounterStyle()
        self._colours: dict[str, object] = {}
        with said() as messages:
            users = templates.read(folder / STYLE)
            # Each element is held against each sheet; the user's stays apart, for its line numbers.
            house = f"{fonts.faces_css()}\n{standards.COLOURS_CSS}\n{markdown_body.COLUMNS_CSS}"
            self._styles = [self._css(text) for text in (house, users)]
        if messages:
            raise Refusal([style_problem(folder / STYLE, message) for message in messages])

    def _css(self, text: str) -> CSS:
        return CSS(
            string=text,
            base_url=BASE,
            url_fetcher=self._fetcher,
            font_config=self._fonts,
            counter_style=self._counters,
            color_profiles=self._colours,
        )

    @uncollected()  # all of a letter is garbage at once, when it is written
    def render(self, markdown_text: str) -> bytes:
        """The PDF of one letter (see `pdf.render`)."""
        source, page = page_of(markdown_text, self._folder)
        misfits: list[Problem] = []
        with said() as messages:
            document = PageHtml(string=page, base_url=BASE, url_fetcher=self._fetcher).render(
                font_config=self._fonts,
                counter_style=self._counters,
                color_profiles=self._colours,
                stylesheets=self._styles,
                **standards.options(),
            )
            identifier = sha256(markdown_text.encode()).digest()[:16]
            written = standards.write(
                document, identifier, lambda pdf: misfits.extend(unfit(pdf, source))
            )
        if problems := [page_problem(source, message) for message in messages] + misfits:
            raise Refusal(problems)
        return written
