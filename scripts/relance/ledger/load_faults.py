"""Beancount's errors in French, at their place, with what to do about each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from relance.ledger import slips
from relance.ledger.files import relative
from relance.values.problem import Problem, Source


def harmless(error: Any) -> bool:
    """A document that is not there, the one fault that stops nothing."""
    return type(error).__name__ == "DocumentError" and error.message.startswith(
        "File does not exist"
    )


_FRENCH = {
    r"Invalid reference to unknown account '(.*)'": r"le compte « \1 » n'est pas ouvert",
    r"Invalid reference to inactive account '(.*)'": r"« \1 » n'est pas ouvert à cette date",
    r"Transaction does not balance: \((.*)\)": r"l'écriture n'est pas équilibrée : écart de \1",
    r"syntax error, unexpected (.*)": r"ligne incomprise (\1)",
    r"Invalid token: '(.*)'": r"caractère inattendu : \1",
    r'File glob "(.*)" does not match any files': r"« include \1 » ne trouve aucun fichier",
    r'Include "(.*)" leaves by a link': (
        r"« include \1 » passe par un lien et en ressort : le fichier cherché n'est pas celui lu"
    ),
    r'File "(.*)" does not exist': r"le fichier inclus \1 n'existe pas",
    r"Balance failed for '(.*)': expected (.*) != accumulated (.*) \(.*": (
        r"le solde de « \1 » devait être \2, il est de \3"
    ),
    r"Duplicate open directive for (.*)": r"le compte \1 est ouvert deux fois",
    r'Duplicate filename parsed: "(.*)"': r"le fichier \1 est inclus deux fois",
    r'File does not exist: "(.*)"': r"le document \1 n'existe pas",
    r'Error importing "(.*?)"': r"le greffon \1 ne s'importe pas",
    r"Document root '(.*)' does not exist": r"le dossier de documents \1 n'existe pas",
}


def in_french(error: Any, root: Path, roots: Mapping[str, str]) -> Problem:
    """The error as a complaint: an ordinary slip by its name, with the line as it should be; else
    Beancount's own words when they are not among the usual ones. `roots` maps the root accounts
    of the ledger's first file to the options that name them."""
    if slip := slips.of(error.message, _place(error.source, root), root, roots):
        return slip
    message = " ".join(error.message.partition("Traceback")[0].split()).replace(f"{root}/", "")
    for pattern, french in _FRENCH.items():
        message, found = re.subn(f"^{pattern}.*", french, message)
        if found:
            break
    return Problem(_place(error.source, root), f"Beancount : {message}", _remedy(error))


def _place(source: Any, root: Path) -> Source:
    name = str(source.get("filename") or "") if source else ""
    if not name or name.startswith("<"):
        return Source("grand livre")
    return Source(relative(name, root), source.get("lineno") or 0)


def _remedy(error: Any) -> str:
    if harmless(error):
        return "ajoutez le fichier ou retirez la ligne document"
    if error.message.endswith("leaves by a link"):
        return "écrivez ce chemin sans passer par le lien"
    return "corrigez cette ligne (bean-check la montre aussi) : un livre en erreur ne relance rien"
