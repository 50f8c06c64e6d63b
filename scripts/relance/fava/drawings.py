"""The drawings of the report for a day and the clients that are shown."""

from __future__ import annotations

from base64 import b64encode
from threading import Lock

from relance.fava.books_reader import Study
from relance.fava.cells import Facts
from relance.fava.selection import Selection
from relance.report.drawing import drawings

TITLES = {
    "balance": "Balance âgée",
    "evolution": "Encours sur douze mois",
    "dso": "DSO, en jours de ventes",
    "recouvrement": "Ce que recouvre chaque relance",
    "previsions": "Encaissements prévus",
}
_PENCIL = Lock()  # the drawing library's settings are one for the whole process


def drawn(study: Study, choice: Selection) -> Facts:
    """Every drawing that has something to show, as the address of an image that holds it: what
    an SVG defines for itself (styles, names) stays in it. Raises `Refusal` where nothing draws."""
    measured = study.report(choice.day, _accounts(study, choice))
    with _PENCIL:
        images = drawings(measured)
    return {"dessins": [_image(name, content) for name, content in images.items()]}


def _image(name: str, content: bytes) -> Facts:
    kind, _, currency = name.removesuffix(".svg").rpartition("-")
    title = f"{TITLES[kind]} ({currency.upper()})"
    return {"titre": title, "image": f"data:image/svg+xml;base64,{b64encode(content).decode()}"}


def _accounts(study: Study, choice: Selection) -> frozenset[str] | None:
    """The clients' accounts that the filters leave, None without any filter."""
    if not choice.left:
        return None
    books = study.company.books
    accounts = {m.account for m in books.movements} | {c.account for c in books.clients}
    return frozenset(filter(choice.keeps_account, accounts))
