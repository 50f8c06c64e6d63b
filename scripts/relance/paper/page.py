"""The page around a letter's body: HTML made of a Markdown file and of the folder `letters/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from relance.paper import markdown_body
from relance.paper.payment_code import drawing, payload
from relance.text import locales, postal, templates, typography, yamlfile
from relance.text.address_panel import Addressee, Panel, Room, TooLong, panel
from relance.text.templates import Escape
from relance.values.problem import Problem, Refusal, Source, in_templates, refuse

PAGE, WORDS = "page.html", "mots.yaml"
UNUSED = ("factures", "pieces")  # the keys of a front matter that no page shows


def page_html(front: Mapping[str, object], body: str, folder: Path) -> str:
    """The letter's HTML: the page of `folder`, the words of its language, its own words inside.

    Raises Refusal for an incomplete front matter, naming the letter, and for a fault of the page.
    """
    values = page_values(front, folder)
    order = payment_order(values)
    code = None if order is None else drawing(order, code_title(values))
    fragment = markdown_body.html(body, code)
    values |= printed_people(values)
    values["corps"] = Markup(fragment)  # noqa: S704 - raw HTML is text there
    # Asked by the style sheet of each element (`:has`), it took a quarter of a letter's time.
    values["serree"] = markdown_body.SHORT_ANNEX in fragment
    page = templates.render(folder / PAGE, values, Escape.HTML)
    return raised(page, str(front["langue"]))


def page_values(front: Mapping[str, object], folder: Path) -> dict[str, Any]:
    """The front matter with every key that a page may name, and the words of its language,
    `mots`. Raises Refusal, naming the letter, when it is incomplete."""
    _check(front)
    words = _words(folder / str(front["langue"]) / WORDS)
    return _filled(front, str(words.get("attention") or "")) | {"mots": words}


def printed_people(values: Mapping[str, Any]) -> dict[str, Any]:
    """Who owes and who is owed, as papers name them; a bank must know the name as written."""
    return {key: typography.as_printed(values[key]) for key in ("destinataire", "creancier")}


def raised(page: str, language: str) -> str:
    """The « er » of the first of a month above the line, in the text of a French page alone."""
    if not typography.is_french(language):
        return page
    head, mark, body = page.partition("<body")
    return head + mark + _FIRST.sub("1<sup>er</sup>", body)


_FIRST = re.compile(r"\b1er(?=\u00a0[^\W\d])(?![^<>]*>)")


_NEEDED: dict[str, type] = {
    "relance": str,
    "date": date,
    "langue": str,
    "objet": str,
    "canal": list,
    "destinataire": dict,
    "creancier": dict,
}
_WINDOW = ("gauche", "haut", "largeur", "hauteur")
_SHEET = 297  # mm
_RECIPIENT = ("contact", "adresse", "courriel", "telephone", "siren", "reference")
_CREDITOR = (
    *("forme", "capital", "adresse", "siren", "rcs", "tva", "courriel", "telephone"),
    *("iban", "bic", "signataire", "logo", "nom-dans-logo"),
)


def _check(front: Mapping[str, object]) -> None:
    """Raises Refusal for all that a front matter lacks."""
    source = Source(str(front.get("relance", "lettre")))
    lacking = [key for key, kind in _NEEDED.items() if not isinstance(front.get(key), kind)]
    people = [front.get(key) for key in ("destinataire", "creancier")]
    if any(isinstance(person, dict) and not person.get("nom") for person in people):
        lacking.append("nom")
    if not lacking and not locales.is_language(str(front["langue"])):
        lacking.append("langue")
    if not _is_window(front.get("fenetre")):
        lacking.append("fenetre")
    if lacking:
        remedy = "le reprendre de la lettre d'origine (git diff)"
        raise Refusal(
            [Problem(source, f"l'en-tête n'a pas de bon « {key} »", remedy) for key in lacking]
        )


def _is_window(value: object) -> bool:
    """Whether it is a window's four measures in millimetres, or none."""
    if value is None:
        return True
    if not isinstance(value, dict) or value.keys() != set(_WINDOW):
        return False
    return all(type(number) is int and 0 < number < _SHEET for number in value.values())


def _filled(front: Mapping[str, Any], attention: str) -> dict[str, Any]:
    """The front matter with every key the page may name."""
    recipient = dict.fromkeys(_RECIPIENT) | front["destinataire"]
    creditor = dict.fromkeys(_CREDITOR) | front["creancier"]
    fitted = _fitted(recipient, front.get("fenetre"), attention)
    if fitted:
        recipient |= {"nom": fitted.lines[0], "contact": None, "adresse": list(fitted.lines[1:])}
    return dict(front) | {
        "page": front.get("page", "lettre"),
        "compte": front.get("compte"),
        "virement": front.get("virement"),
        "fenetre": front.get("fenetre"),
        "plis": front.get("plis", False),
        "destinataire": recipient,
        "creancier": creditor,
        "lieu": postal.town(creditor["adresse"] or ()),
        "capitales": postal.capitals_from(recipient["adresse"] or ()),
        "adresse_corps": fitted.size if fitted else None,
        "adresse_interligne": fitted.leading if fitted else None,
    }


def _fitted(
    recipient: Mapping[str, Any], window: Mapping[str, int] | None, attention: str
) -> Panel | None:
    """The lines of an address that the window does not show as it is written; None for one that
    fits, and for one that no rule fits, which no letter by post bears."""
    name, contact, lines = recipient["nom"], recipient["contact"], recipient["adresse"] or ()
    room = Room(window["largeur"], window["hauteur"]) if window else Room()
    try:
        fitted = panel(Addressee(name, contact, tuple(lines)), room, attention)
    except TooLong:
        return None
    as_written = (name, *([contact] if contact else ()), *lines)
    return None if fitted.usual and fitted.lines == as_written else fitted


def payment_order(values: Mapping[str, Any]) -> bytes | None:
    """What the payment code of a letter says, None when it has none; Refusal for a wrong one."""
    order = values["virement"]
    if order is None or values["page"] != "lettre":
        return None
    code = payload(values["creancier"], order) if isinstance(order, dict) else None
    if code is None or values.get("devise") != "EUR":
        what = "le virement ne peut pas tenir dans un code QR"
        remedy = "reprendre « virement » et « creancier » de la lettre d'origine (git diff)"
        raise Refusal([Problem(Source(values["relance"]), what, remedy)])
    return code


def code_title(values: Mapping[str, Any]) -> str:
    """The words of a payment code for those who cannot see it."""
    order = values["virement"]
    return f"QR : {order['montant']} EUR, {order['reference']}"


def _words(path: Path) -> dict[str, Any]:
    """The words of the page in a language."""
    if not path.is_file():
        raise refuse(str(path), "les mots de la page manquent dans cette langue")
    return _read_words(path, path.resolve(), path.stat().st_mtime_ns)


@lru_cache
def _read_words(path: Path, _resolved: Path, _written: int) -> dict[str, Any]:
    document = yamlfile.load(templates.read(path), str(path))
    if document.problems or not isinstance(document.value, dict):
        raise Refusal(document.problems or [Problem(in_templates(path), "des clés sont attendues")])
    language = path.parent.name
    return {
        key.replace("-", "_"): typography.composed(value, language)
        if isinstance(value, str)
        else value
        for key, value in document.value.items()
    }
