"""What can be wrong with a page, told as the user can mend it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from relance.paper import standards
from relance.paper.engine import BASE
from relance.text import fonts
from relance.text.glyphs import missing_glyphs, named
from relance.values.problem import Problem, Refusal, Source, in_templates


def check_glyphs(page: str, source: Source, front: Mapping[str, Any]) -> None:
    """Refuse a letter with characters that our fonts cannot draw, naming client and characters."""
    lacking = missing_glyphs(html.unescape(re.sub(r"<[^>]*>", " ", page)))
    if lacking:
        client = front["destinataire"]["nom"]
        what = f"{client} : la police des lettres n'a pas {named(lacking)}"
        remedy = "écrire ce nom ou ce numéro en lettres latines dans le grand livre"
        raise Refusal([Problem(source, what, remedy)])


_FONT = re.compile(r"^/?(?:[A-Z]{6}\+)?([A-Za-z]+)")


def unfit(pdf: Any, source: Source) -> Iterator[Problem]:
    """What a PDF being written holds that is not ours, so that the letter would look otherwise on
    another machine, or that cannot be archived."""
    for family in sorted(set(_embedded(pdf)) - {fonts.FAMILY}):
        what = f"police inattendue dans la page : {family}"
        yield Problem(source, what, f"letter.css ne doit employer que « {fonts.FAMILY} »")
    if standards.in_ink(pdf):
        what = "une image de la page (le logo ?) est en quadrichromie (CMJN)"
        yield Problem(source, what, "enregistrez-la en RVB, comme un PDF d'archive le demande")


def _embedded(pdf: Any) -> Iterator[str]:
    """The families of the fonts embedded in a PDF being written."""
    for thing in pdf.objects:
        name = thing.get("BaseFont") if isinstance(thing, dict) else None
        text = name.decode() if isinstance(name, bytes) else str(name or "")
        if family := _FONT.match(text):
            yield family[1]


_PLACE = re.compile(r" at (\d+):(\d+)")


def style_problem(path: Path, message: str) -> Problem:
    """What WeasyPrint says of a style sheet, at the line it names."""
    place = _PLACE.search(message)
    source = in_templates(path, *map(int, place.groups() if place else ()))
    return Problem(source, f"feuille de style : {message}", "corriger ou retirer cette ligne")


def page_problem(source: Source, message: str) -> Problem:
    """What WeasyPrint says of a page."""
    if "HarfBuzz-Subset" in message:
        what = "la bibliothèque HarfBuzz-Subset manque sur cette machine"
        return Problem(
            source, what, "l'installer (Debian, Ubuntu : apt install libharfbuzz-subset0)"
        )
    what = f"mise en page : {message.replace(BASE, 'letters/')}"
    return Problem(source, what, "une lettre n'emploie que des images et des styles de letters/")
