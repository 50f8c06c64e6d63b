"""The report on paper: Markdown from its template, PDF with the drawings, files to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from relance.paper import markdown_body
from relance.paper.sheet import Sheet, SheetSection, lay_out, sheet_html
from relance.report import first_page, table
from relance.report.ageing import AgedBalance, AgedRow, Column
from relance.report.drawing import drawings
from relance.report.findings import ReportFinding, findings
from relance.report.measuring import FEWEST, Measures, Report
from relance.report.units import FigureRow, amount, cell, days, percent
from relance.text import templates
from relance.text.locales import french_date, short_date
from relance.text.templates import Escape
from relance.text.typography import apostrophes
from relance.text.words import told
from relance.text.writing import write_files

Facts = dict[str, Any]
MODEL = Path(__file__).parent / "modele"
FOLDER = "out/bilans"
DRAWN = ("balance", "evolution", "dso", "recouvrement", "previsions")
SHOWN_CLIENTS = 40  # rows of the aged balance on paper; the open table has them all


def markdown(report: Report, firm: str, plots: Iterable[str] = ()) -> str:
    """The report as Markdown, with the drawings of those names beside it."""
    return "\n".join(section.markdown for section in _sections(report, firm, plots))


def _sections(report: Report, firm: str, plots: Iterable[str]) -> Iterator[SheetSection]:
    """The page that sums up each currency, the first one also what is said of the small ones, and
    what follows it."""
    values = facts(report, firm, plots)
    for place, currency in enumerate(values["devises"] or [None]):
        about = values | {"premiere": not place, "d": currency}
        about |= {"autres": values["autres"] if not place else []}
        yield SheetSection("synthese", _rendered("synthese.md", about))
        if currency:
            yield SheetSection("suite", _rendered("suite.md", about))


def _rendered(name: str, values: Facts) -> str:
    return templates.render(MODEL / name, values, Escape.MARKDOWN)


def sentences(measures: Measures) -> list[str]:
    """What the figures of one currency allow to say, one sentence each, as plain text."""
    values = {"minimum": str(FEWEST), "constats": _findings(measures)}
    return _lines("constats.md", values)


def scant_sentence(measures: Measures) -> str:
    """What is said of a currency with too little in it, as plain text."""
    return " ".join(_lines("autre-devise.md", {"a": first_page.scant(measures)}))


def _lines(name: str, values: Facts) -> list[str]:
    text = templates.render(MODEL / name, values, Escape.PLAIN)
    return [line for line in text.splitlines() if line.strip()]


def paper(report: Report, firm: str, images: Mapping[str, bytes]) -> bytes:
    """The report as a PDF, with these drawings."""
    sections = list(_sections(report, firm, images))
    values = facts(report, firm)
    style = markdown_body.COLUMNS_CSS + (MODEL / "bilan.css").read_text(encoding="utf-8")
    html = [
        sheet_html(MODEL / "bilan.html", values | {"serre": tightness}, sections)
        for tightness in ("", "suite-serree", "suite-serree synthese-serree")
    ]
    return lay_out(Sheet("bilan", html, style, images))


def files(report: Report, firm: str) -> dict[str, bytes]:
    """Every file of the report by name: Markdown, PDF, drawings, the open table. Raises `Refusal`
    where nothing can draw."""
    images = drawings(report)
    return {
        **images,
        "chiffres.csv": table.as_table(report).encode(),
        "bilan.md": markdown(report, firm, images).encode(),
        "bilan.pdf": paper(report, firm, images),
    }


def write(report: Report, firm: str, folder: Path) -> tuple[Path, ...]:
    """Write these files, in place of those of an earlier report in that folder; their paths."""
    made = files(report, firm)
    write_files(folder, made)
    return tuple(folder / name for name in made)


# ---------------------------------------------------------------- The templates' variables


def facts(report: Report, firm: str, plots: Iterable[str] = ()) -> Facts:
    """The variables of the templates, every figure already in French typography; `plots` are the
    names of the drawings beside the report."""
    drawn = frozenset(plots)
    return {
        "entreprise": firm,
        "date": french_date(report.day),
        "du": french_date(report.period.start),
        "au": french_date(report.period.end),
        "minimum": str(FEWEST),
        "jour": report.day.isoformat(),
        "jours": str(report.period.days),
        "devises": [
            _currency(measures) | {"images": _images(measures.currency, drawn)}
            for measures in report.at_length
        ],
        "autres": [first_page.scant(measures) for measures in report.in_a_line],
    }


def _images(currency: str, drawn: frozenset[str]) -> Facts:
    """The file of each drawing, nothing where there is none."""
    names = {name: f"{name}-{currency.lower()}.svg" for name in DRAWN}
    return {name: file if file in drawn else "" for name, file in names.items()}


def _currency(measures: Measures) -> Facts:
    """The table's figures by heading, `-` being `_`: `d.delais.periode.a_temps`, and `lignes` for
    rows whose keys the books give; beside them what only the paper tells."""
    tables = table.by_heading(measures)
    figures = {_name(heading): _heading(rows) for heading, rows in tables.items()}
    reasons = [
        {"raison": told(dispute.reason), "age": dispute.age} for dispute in measures.disputes
    ]
    before = len(measures.evolution) - len(measures.months)
    first = [{"premiere": short_date(year.first)} for year in measures.limitation]
    return figures | {
        "devise": measures.currency,
        "chiffres": list(first_page.figures(measures)),
        "ages": list(first_page.ages(measures.aged)) if measures.aged.open else [],
        "course": first_page.dso_course(measures),
        "etapes": list(first_page.steps(measures)),
        "clients": list(first_page.clients(measures)),
        "manques": list(first_page.lacking(measures)),
        "reglees": measures.delays.count + measures.delays_before.count,
        "en_retard_nombre": measures.inaction.untouched.count + measures.inaction.reminded.count,
        "evolution": {"lignes": [_row(row) for row in tables["evolution"][before:]]},
        "balance_agee": figures["balance_agee"] | _aged(measures.aged),
        "litiges": {"lignes": _with_texts(tables["litiges"], reasons)},
        "prescription": {"lignes": _with_texts(tables["prescription"], first)},
        "jugees": measures.promises.judged,
        "a_decider": measures.penalties.to_decide,
        "lettres": measures.penalties.letters,
        "essais": [
            figures[f"essai_{test.weeks}_semaines"] | {"semaines": str(test.weeks)}
            for test in measures.back_tests
        ],
        "constats": _findings(measures),
    }


def _heading(rows: Iterable[FigureRow]) -> Facts:
    listed: Facts = {"lignes": [_row(row) for row in rows if row.listed]}
    return listed | {_name(str(row.key)): _row(row) for row in rows if not row.listed}


def _with_texts(rows: Iterable[FigureRow], more: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    return [_row(row) | extra for row, extra in zip(rows, more, strict=True)]


def _row(row: FigureRow) -> dict[str, str]:
    return {"cle": row.name} | {_name(figure.name): figure.written for figure in row.figures}


def _name(text: str) -> str:
    return text.replace("-", "_")


def _aged(aged: AgedBalance) -> Facts:
    """Nothing where nothing stands; the others in one row without a name, below those shown."""
    shown, others = aged.split(SHOWN_CLIENTS)
    lines: list[Facts] = [
        {"cle": apostrophes(row.client.label), **_cells(row)} for row in shown.rows
    ]
    lines += [{"cle": None, **_cells(others)}] if others.rows else []
    return {
        "lignes": lines,
        "autres": len(others.rows),
        "sans_echeance": bool(aged.column(Column.UNDATED)),
        "cede": bool(aged.column(Column.CEDED)),
        "trop_percus": cell(-aged.overpaid),
    }


def _cells(aged: AgedRow | AgedBalance) -> dict[str, str]:
    return {_name(column.value): cell(aged.column(column)) for column in Column} | {
        "trop_percu": cell(-aged.overpaid),
        "solde": amount(aged.balance),
    }


def _findings(measures: Measures) -> list[Facts]:
    return [_finding(finding, measures.currency) for finding in findings(measures)]


def _finding(finding: ReportFinding, currency: str) -> Facts:
    return {
        "sorte": finding.kind,
        "noms": list(map(first_page.short_name, finding.names)),
        "nombres": list(finding.counts),
        "parts": [percent(share) for share in finding.shares],
        "jours": [f"{days(number)} jour{'s' * (number >= 2)}" for number in finding.days],
        "montants": [first_page.rounded(number, currency) for number in finding.amounts],
    }
