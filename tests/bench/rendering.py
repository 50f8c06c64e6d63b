"""Letters per second, ours and a plain loop of WeasyPrint in turn, over the same letters.

`python -m bench.rendering FOLDER` prints, as JSON, pairs for one core (by CPU time), for two
workers (by wall time: the machine had better be idle) and of sizes in kilobytes. It is a process
of its own, so that its memory and its imports do not weigh on the other measures.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time

from markdown import markdown
from weasyprint import HTML

from relance.paper import pdf
from relance.paper.letter_layout import STYLE
from relance.paper.page import page_html
from relance.paper.press import Job
from relance.paper.workers import Workers
from relance.text import fonts
from relance.text.frontmatter import front_matter

LETTERS = 120
CHUNK = 12
WORKERS = 2
BATCH = 24  # letters per turn of the workers


def main(company: Path) -> None:
    """Print one pair of rates per chunk of letters."""
    folder = company / "letters"
    files = sorted(company.glob("out/lettres/*/R*.md"))[:LETTERS]
    texts = [path.read_text(encoding="utf-8") for path in files]
    pages = [plain_page(text, folder) for text in texts]
    pairs = []
    for n in range(0, len(texts) - CHUNK + 1, CHUNK):
        ours = rate(lambda text: pdf.render(text, folder), texts[n : n + CHUNK])
        pairs.append((ours, rate(lambda page: plain(page, folder), pages[n : n + CHUNK])))
    two = list(by_workers(texts, pages, folder))
    sizes = [
        (len(pdf.render(text, folder)) / 1000, len(plain(page, folder)) / 1000)
        for text, page in zip(texts[:CHUNK], pages[:CHUNK], strict=True)
    ]
    print(json.dumps([pairs[1:], two[1:], sizes]))  # the first warm both up


def by_workers(
    texts: Sequence[str], pages: Sequence[str], folder: Path
) -> Iterator[tuple[float, float]]:
    """Yield pairs of rates per batch: ours with two workers, the plain loop in this process."""
    jobs = [Job(f"R{n}", f"Client {n}", text) for n, text in enumerate(texts)]
    with Workers(WORKERS) as workers:
        for n in range(0, len(texts) - BATCH + 1, BATCH):
            start = perf_counter()
            made = sum(bool(each.page) for each in workers.make(jobs[n : n + BATCH], folder))
            middle = perf_counter()
            for page in pages[n : n + BATCH]:
                plain(page, folder)
            yield made / (middle - start), BATCH / (perf_counter() - middle)


def rate(render: Callable[[str], bytes], texts: Sequence[str]) -> float:
    """Give the letters per second of one core: others may be at work on the machine."""
    start = process_time()
    for text in texts:
        render(text)
    return len(texts) / (process_time() - start)


def plain_page(text: str, folder: Path) -> str:
    """Give the letter's page with its body as python-markdown writes it, and linked styles.

    The payment code stays, at the end of the body.
    """
    front, body = front_matter(text)
    page = page_html(front, body, folder)
    head, _, rest = page.partition("<main>")
    ours, _, foot = rest.rpartition("</main>")
    codes = re.findall(r"<svg.*?</svg>", ours, re.DOTALL)
    theirs = "".join([markdown(body, extensions=["tables"]), *codes])
    page = f"{head}<main>{theirs}</main>{foot}"
    faces = fonts.faces_css().replace(fonts.URL, f"{font_folder().as_uri()}/")
    styles = f'<style>{faces}</style><link rel="stylesheet" href="{STYLE}">'
    return page.replace("</head>", f"{styles}</head>")


def font_folder() -> Path:
    """Give the folder of the letters' faces."""
    face = fonts.font_file("SourceSansPro-Regular.otf")
    assert face is not None
    return face.parent


def plain(page: str, folder: Path) -> bytes:
    """Render as one would without a thought for speed."""
    result: bytes = HTML(string=page, base_url=f"{folder}/").write_pdf()
    return result


if __name__ == "__main__":
    main(Path(sys.argv[1]))
