"""Make the pictures of README.md and README.fr.md from the example: `make images`.

The terminal is the command that README.md shows, with its answer; the letter is one of the
example's; the page is Fava's on the example, in the browser of the tests.
"""

from __future__ import annotations

import subprocess
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image

from browsing import chromium, served
from browsing import shown as opened

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "scripts/relance/guide/images"
LETTER = "out/lettres/2026-11-12/R20261112-03-mme-sophie-lefort.pdf"
PAGE = "atelier-lumen-sarl/extension/Relances/?time=2026-11-23"
_COLOURS = 48
_SIGN, _LINE, _EDGE = 8.4, 19, 16  # of the terminal: a sign's width, a line's height, a margin


def main() -> None:
    """Write the three pictures."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "terminal.svg").write_text(terminal(shown()), encoding="utf-8")
    (FOLDER / "lettre.png").write_bytes(letter())
    (FOLDER / "fava.png").write_bytes(page())


def shown() -> str:
    """The first command of README.md and what it answers."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return text.partition("```text\n")[2].partition("\n```")[0]


def terminal(text: str) -> str:
    """A text as a drawing of a terminal."""
    lines = text.split("\n")
    width = round(2 * _EDGE + _SIGN * max(map(len, lines)))
    height = 2 * _EDGE + _LINE * len(lines)
    rows = "\n".join(
        f'<text x="{_EDGE}" y="{_EDGE + _LINE * place + 13}">{escape(line, quote=False)}</text>'
        for place, line in enumerate(lines)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">\n'
        "<style>text { font: 14px 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #e6e6e6;"
        " white-space: pre }</style>\n"
        f'<rect width="{width}" height="{height}" rx="8" fill="#1e2430"/>\n{rows}\n</svg>\n'
    )


def letter() -> bytes:
    """The first page of a letter."""
    command = ["pdftoppm", "-png", "-r", "75", "-f", "1", "-l", "1", str(ROOT / LETTER)]
    return small(subprocess.run(command, check=True, capture_output=True).stdout)


def page() -> bytes:
    """The top of Fava's page."""
    with (
        chromium() as browser,
        served(ROOT / "ledger/main.beancount") as place,
        opened(browser) as (tab, _),
    ):
        tab.set_viewport_size({"width": 1100, "height": 760})
        tab.goto(f"{place.rpartition('/')[0]}/{PAGE}")
        tab.get_by_role("heading", name="À émettre").wait_for()
        return small(tab.screenshot(animations="disabled"))


def small(png: bytes) -> bytes:
    """The same picture in few colours."""
    out = BytesIO()
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
