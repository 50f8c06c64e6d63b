"""The drawings of a report where the library that draws is installed, refused where it is not."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from relance.report.measuring import Report
from relance.values.problem import refuse

LIBRARY = "matplotlib"


def drawings(report: Report) -> dict[str, bytes]:
    """Every drawing that has something to show, by file name; `Refusal` without the library, an
    extra as large as half of all the rest."""
    if find_spec(LIBRARY) is None:
        what = "la bibliothèque qui dessine les bilans n'est pas installée"
        raise refuse(LIBRARY, what, _REMEDY)
    logging.getLogger(LIBRARY).setLevel(logging.ERROR)  # it tells of its cache of fonts
    from relance.report import plots

    return plots.drawings(report)


_REMEDY = (
    "make bilan l'ajoute au dossier du programme ; ailleurs : pipx inject relance matplotlib,"
    " uv tool install --with matplotlib …, ou pip install 'relance[rapports]'"
)
