"""The drawings of the report for a day and the clients that are shown."""

from __future__ import annotations

from base64 import b64encode
from threading import Lock

from relance import report
from relance.fava.cells import Facts
from relance.fava.reading import Study, narrowed
from relance.fava.selection import Selection
from relance.report import Report

_TITLES = {
    "balance": "Balance âgée",
    "evolution": "Encours sur douze mois",
    "dso": "DSO, en jours de ventes",
    "recouvrement": "Ce que recouvre chaque relance",
    "previsions": "Encaissements prévus",
}
_PENCIL = Lock()  # the drawing library's settings are one for the whole process


def drawn(study: Study, choice: Selection) -> Facts:
    """Every drawing that has something to show, as the address of an image that holds it: what
    an SVG defines for itself (styles, names) stays in it."""
    measured = _measured(study, choice)
    from relance.report import plots

    with _PENCIL:
        found = plots.drawings(measured)
    return {"dessins": [_image(name, content) for name, content in found.items()]}


def _image(name: str, content: bytes) -> Facts:
    kind, _, currency = name.removesuffix(".svg").rpartition("-")
    title = f"{_TITLES[kind]} ({currency.upper()})"
    return {"titre": title, "image": f"data:image/svg+xml;base64,{b64encode(content).decode()}"}


def _measured(study: Study, choice: Selection) -> Report:
    company = study.company
    books = company.books
    if choice.left:
        named = {m.account for m in books.movements} | {c.account for c in books.clients}
        books = narrowed(books, frozenset(filter(choice.keeps_account, named)))
    return report.measure(books, company.policy, choice.day, report.last_months(12, choice.day))
