"""The report on paper: Markdown from its template, PDF with the drawings, files to write."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from relance.paper import markdown_body
from relance.paper.sheet import Sheet, lay_out, sheet_html
from relance.report import figures
from relance.report.facts import facts, finding_facts
from relance.report.measuring import Measures, Report
from relance.text import templates
from relance.text.templates import Escape
from relance.text.writing import write_files

MODEL = Path(__file__).parent / "modele"
FOLDER = "out/bilans"


def markdown(report: Report, firm: str, plots: Iterable[str] = ()) -> str:
    """The report as Markdown, with the drawings of those names beside it."""
    return templates.render(MODEL / "bilan.md", facts(report, firm, plots), Escape.MARKDOWN)


def sentences(own: Measures) -> list[str]:
    """What the figures of one currency allow to say, one sentence each, as plain text."""
    text = templates.render(MODEL / "constats.md", finding_facts(own), Escape.PLAIN)
    return [line.removeprefix("- ") for line in text.splitlines() if line.strip()]


def paper(report: Report, firm: str, images: Mapping[str, bytes]) -> bytes:
    """The report as a PDF, with these drawings."""
    body = markdown(report, firm, images)
    html = sheet_html(MODEL / "bilan.html", facts(report, firm), body)
    style = markdown_body.COLUMNS_CSS + (MODEL / "bilan.css").read_text(encoding="utf-8")
    return lay_out(Sheet("bilan", html, style, images))


def files(report: Report, firm: str) -> dict[str, bytes]:
    """Every file of the report by name: Markdown, PDF, drawings, the open table."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its cache of fonts
    from relance.report import plots

    images = plots.drawings(report)
    return {
        **images,
        "chiffres.csv": figures.as_table(report).encode(),
        "bilan.md": markdown(report, firm, images).encode(),
        "bilan.pdf": paper(report, firm, images),
    }


def write(report: Report, firm: str, folder: Path) -> tuple[Path, ...]:
    """Write these files, in place of those of an earlier report in that folder; their paths."""
    made = files(report, firm)
    write_files(folder, made)
    return tuple(folder / name for name in made)
