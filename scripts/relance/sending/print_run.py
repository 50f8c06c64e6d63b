"""The print run of a day: all letters in postal order, their list, a file for a mailing service."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from relance.letters.compose import LetterSetting, assemble, faults
from relance.letters.letter_facts import Facts, creditor_facts
from relance.paper import pdf
from relance.paper.assembly import Part, join, page_count
from relance.paper.print_jobs import PrintJob, PrintRun, PrintSetting, grams, sheets, weight_class
from relance.text.locales import french_date
from relance.text.writing import Cell, as_csv
from relance.values.problem import Problem

TEMPLATE = "bordereau"
_LINES = 7  # of an address, a foreign one's
_POSTCODE = re.compile(r"(?P<code>(?:[A-Z]{1,2}-)?\d{4,5})\s+(?P<town>\S.*)", re.IGNORECASE)
_HOME = "FRANCE"


# ---------------------------------------------------------------- The order of the post


@dataclass(frozen=True, slots=True)
class Destination:
    """The end of an address: `country` is empty at home, `postcode` when none is recognised and
    then `town` is the whole line."""

    country: str
    postcode: str
    town: str

    @property
    def order(self) -> tuple[str, bool, str, str]:
        """By country, home first, then by postcode; a line without one comes after the others."""
        return (_folded(self.country), not self.postcode, self.postcode, _folded(self.town))


def destination(address: Sequence[str]) -> Destination:
    """Where an address as printed sends its letter: the town is on the last line, or on the one
    before a last line without figure, which is the country. A figure further up is a street's."""
    lines = [line.strip() for line in address if line.strip()]
    if not lines:
        return Destination("", "", "")
    abroad = len(lines) > 1 and not re.search(r"\d", lines[-1])
    country, last = (lines[-1], lines[-2]) if abroad else ("", lines[-1])
    match = _POSTCODE.fullmatch(last)
    code, town = (match["code"], match["town"]) if match else ("", last)
    return Destination("" if _folded(country) == _HOME else country, code, town)


def _folded(text: str) -> str:
    """Without accents, in capitals, as the post reads it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return plain.upper().strip()


# ---------------------------------------------------------------- The run


@dataclass(frozen=True, slots=True)
class PlacedJob:
    """One job in the print: its place from 1, its pages there, its sheets and weight in grams."""

    job: PrintJob
    place: int
    first: int
    pages: int
    sheets: int
    weight: Decimal

    @property
    def to(self) -> Destination:
        """Where it goes."""
        return destination(self.job.address)

    @property
    def last(self) -> int:
        """Its last page in the print, a blank back left out."""
        return self.first + self.pages - 1


def print_run(jobs: Sequence[PrintJob], day: date, setting: PrintSetting) -> PrintRun:
    """Everything to post that day: ordinary letters, then registered ones, each in postal order.

    Printed on both sides, every envelope begins on the front of a sheet. Raises Refusal with
    every job whose PDF cannot be read.
    """
    if not jobs:
        return PrintRun({})
    both_sides = setting.paper.both_sides
    ordered = sorted(jobs, key=_order)
    title = f"Lettres à poster du {french_date(day)}"
    printed = join([Part(_title(job), job.pdf) for job in ordered], title, recto=both_sides)
    placed = tuple(_placed(ordered, setting))
    files = {
        "tirage.pdf": printed,
        "bordereau.pdf": pdf.render(_slip(placed, day, setting), setting.templates),
        "bordereau.csv": _mailing(placed).encode(),
    }
    return PrintRun(files, tuple(one.job.letter_id for one in placed))


def _order(job: PrintJob) -> tuple[object, ...]:
    return (job.registered, destination(job.address).order, job.client, job.letter_id)


def _title(job: PrintJob) -> str:
    return f"{job.letter_id} {job.client}"


def _placed(jobs: Sequence[PrintJob], setting: PrintSetting) -> Iterator[PlacedJob]:
    both_sides, first = setting.paper.both_sides, 1
    for place, job in enumerate(jobs, 1):
        if both_sides and first % 2 == 0:
            first += 1
        pages = page_count(job.pdf, _title(job))
        count = sheets(pages, both_sides=both_sides)
        yield PlacedJob(job, place, first, pages, count, grams(count, setting.paper))
        first += pages


# ---------------------------------------------------------------- The list


def _slip(placed: Sequence[PlacedJob], day: date, setting: PrintSetting) -> str:
    """The list as a Markdown file, by the template of the house's language."""
    facts: Facts = {
        "relance": f"T{day:%Y%m%d}",
        "date": day,
        "canal": ["courrier"],
        "destinataire": {"nom": setting.creditor.name},
        "creancier": creditor_facts(setting.creditor),
    }
    paper = setting.paper
    values: Facts = {
        "simples": [_line(one) for one in placed if not one.job.registered],
        "recommandes": [_line(one) for one in placed if one.job.registered],
        "papier": paper.paper_weight,
        "enveloppe": paper.envelope_weight,
        "recto_verso": paper.both_sides,
        "langue": setting.language,
    }
    letters = LetterSetting(setting.creditor, setting.templates, language=setting.language)
    return assemble(TEMPLATE, facts, facts | values, letters)


def _line(placed: PlacedJob) -> Facts:
    return {
        "place": placed.place,
        "lettre": placed.job.letter_id,
        "nom": placed.job.client,
        "adresse": list(placed.job.address),
        "pages": placed.pages,
        "feuilles": placed.sheets,
        "poids": placed.weight,
        "tranche": weight_class(placed.weight),
        "page": placed.first,
    }


_HEAD = (
    *("lettre", "destinataire", *(f"adresse-{n}" for n in range(1, _LINES + 1))),
    *("code-postal", "ville", "pays", "recommande"),
    *("pages", "feuilles", "poids-g", "tranche-g", "page-debut", "page-fin"),
)


def _mailing(placed: Sequence[PlacedJob]) -> str:
    return as_csv(_HEAD, [_cells(one) for one in placed])


def _cells(placed: PlacedJob) -> Sequence[Cell]:
    lines = (*placed.job.address, *("" for _ in range(_LINES)))[:_LINES]
    to = placed.to
    return (
        *(placed.job.letter_id, placed.job.client, *lines),
        *(to.postcode, to.town, to.country, "oui" if placed.job.registered else "non"),
        *(placed.pages, placed.sheets, placed.weight, weight_class(placed.weight)),
        *(placed.first, placed.last),
    )


# ---------------------------------------------------------------- Trying the template


def check_slip(setting: PrintSetting) -> list[Problem]:
    """The faults of the list's template, tried on made-up envelopes; none without one."""
    if not (setting.templates / setting.language / f"{TEMPLATE}.md").is_file():
        return []
    job = PrintJob("R20261123-01", "Exemple", ("67000 STRASBOURG",), registered=False, pdf=b"")
    light = PlacedJob(job, place=1, first=1, pages=1, sheets=1, weight=Decimal(10))
    heavy = replace(light, job=replace(job, registered=True), weight=Decimal(755))
    made_up = ((light,), (heavy,), (light, heavy))
    slips = (partial(_slip, placed, date(2026, 11, 23), setting) for placed in made_up)
    return list(dict.fromkeys(problem for slip in slips for problem in faults(slip)))
