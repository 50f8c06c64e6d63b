"""Factur-X and ZUGFeRD: the invoice inside a PDF, found by the name that the norm gives it.

A PDF is opened without repair and within bounds: what it inflates to is limited, nothing of it is
drawn or run.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pikepdf
from pikepdf import settings

from relance.incoming import cii
from relance.incoming.invoice import Invoice
from relance.incoming.reading import Kind, Reading
from relance.text.escapes import short
from relance.values.problem import Problem, Refusal, Source

NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
MOST_BYTES = 50 * 2**20
_INFLATED = 32 * 2**20  # of one stream; an invoice of 5 000 lines has 10 MiB
_MOST_FILES = 100
_SAVE = "exportez de nouveau la facture depuis le logiciel qui l'a faite"
_UNLOCK = "enregistrez-la sans mot de passe"


class PlainPdf(Refusal):
    """A sound PDF that carries no electronic invoice: another sort of paper."""


def read(content: bytes, file: str) -> Reading[Invoice]:
    """The invoice that a PDF carries; `Refusal` (2) when it carries several, `PlainPdf` (2) when
    it carries none."""
    if len(content) > MOST_BYTES:
        raise _refusal(file, f"ce PDF dépasse {MOST_BYTES >> 20} Mio", _SAVE)
    if _LZW.search(content):
        raise _refusal(file, "ce PDF est compressé en LZW, ce que Factur-X interdit", _SAVE)
    try:
        with _bounded(), pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            name, xml = _chosen(list(islice(_attached(pdf), _MOST_FILES)), file)
    except pikepdf.PasswordError as error:
        raise _refusal(file, "ce PDF est protégé par un mot de passe", _UNLOCK) from error
    except _BROKEN as error:
        what = "ce PDF est endommagé, ou se déploie hors de toute mesure"
        raise _refusal(file, what, _SAVE) from error
    return cii.read(xml, f"{file} ({name})")


_LOGGER = logging.getLogger("pikepdf._core")
# Whatever a tree of objects that is not what it should be makes pikepdf raise.
_BROKEN = (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError)
# PDF/A forbids it, and qpdf does not bound what it inflates to; the letters may be escaped.
_LZW = re.compile(rb"/(?:L|#4[cC])(?:Z|#5[aA])(?:W|#57)")


@contextmanager
def _bounded() -> Iterator[None]:
    """What qpdf inflates is bounded meanwhile, and it says nothing of its own; its settings are
    those of the whole process."""
    silent, _LOGGER.disabled = _LOGGER.disabled, True
    before: dict[str, Any] = settings.set_qpdf_limits(
        flate_max_memory=_INFLATED,
        png_max_memory=_INFLATED,
        tiff_max_memory=_INFLATED,
        run_length_max_memory=_INFLATED,
        max_stream_filters=2,
        parser_max_container_size=1_000_000,
        doc_max_warnings=100,
    )
    try:
        yield
    finally:
        settings.set_qpdf_limits(**before)
        _LOGGER.disabled = silent


def _attached(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """The specifications of attached files: of the names' tree, then of the associated files."""
    if "/Names" in pdf.Root and "/EmbeddedFiles" in pdf.Root.Names:
        yield from pikepdf.NameTree(pdf.Root.Names.EmbeddedFiles).values()
    if "/AF" in pdf.Root:
        yield from pdf.Root.AF.as_list()


def _chosen(attached: list[pikepdf.Object], file: str) -> tuple[str, bytes]:
    """The name and the content of the one invoice among the attached files."""
    names = [_name(specification) for specification in attached]
    invoices = {
        (name, specification.EF.F.read_bytes())
        for name, specification in zip(names, attached, strict=True)
        if name.casefold() in NAMES
    }
    if not invoices:
        others = ", ".join(short(name, 40) for name in dict.fromkeys(names)) or "aucun fichier"
        what = (
            f"ce PDF ne porte pas de facture électronique factur-x.xml ({others} en pièce jointe)"
        )
        remedy = "saisissez cette facture à la main, ou demandez un Factur-X"
        raise PlainPdf([Problem(Source(file), what, remedy)])
    if len({xml for _, xml in invoices}) > 1:
        what = "ce PDF porte plusieurs factures électroniques différentes"
        raise _refusal(file, what, "on ne sait laquelle vaut : demandez-en un autre")
    return min(invoices)


def _name(specification: pikepdf.Object) -> str:
    return str(specification.get("/UF", specification.get("/F", "")))


def _refusal(file: str, what: str, remedy: str) -> Refusal:
    return Refusal([Problem(Source(file), what, remedy)])


KIND = Kind("facture PDF", lambda head: b"%PDF-" in head.content[:1024], read)
