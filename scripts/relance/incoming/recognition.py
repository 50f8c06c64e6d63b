"""Which kind of file one is: by what is in it, never by its name.

A reader gets its file by standing in `KINDS` with its `KIND`. The first that recognises a file has
it, so what is told apart by less stands later.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from relance.incoming import (
    bank_csv,
    camt,
    cdar,
    cfonb,
    cii,
    client_sheet,
    facturx,
    fec,
    invoice_sheet,
    mt940,
    ofx,
    status_archive,
    ubl,
)
from relance.incoming.csv_profiles import CsvProfile, known_banks
from relance.incoming.reading import Head, Kind
from relance.text.escapes import short
from relance.values.problem import Problem, Refusal, Source

# OFX stands before what asks for the root of an XML: its own is often no XML. A sheet of invoices
# has a date, words and sums as a bank's export has; such an export may have names as clients have.
KINDS: tuple[Kind[Any], ...] = (
    facturx.KIND,
    ofx.KIND,
    cii.KIND,
    ubl.KIND,
    camt.KIND,
    cdar.KIND,
    status_archive.KIND,
    cfonb.KIND,
    mt940.KIND,
    invoice_sheet.KIND,
)


def kinds(
    profiles: Collection[CsvProfile] = (), clients: Collection[str] = fec.CLIENTS
) -> tuple[Kind[Any], ...]:
    """Every kind of file, in the order in which they are offered; `profiles` are those of the
    firm's own banks, `clients` how the accounts of clients begin in its FEC."""
    others = (bank_csv.kind_of((*profiles, *known_banks())), client_sheet.KIND)
    return (*KINDS, fec.kind_of(clients), *others)


def recognise(
    content: bytes,
    file: str,
    profiles: Collection[CsvProfile] = (),
    clients: Collection[str] = fec.CLIENTS,
) -> Kind[Any]:
    """The kind of a file, as `kinds` offers them; `Refusal` (2) when it is none of them."""
    head = Head(content, file)
    for kind in KINDS:  # what has a form of its own, before the others are put together
        if kind.recognises(head):
            return kind
    offered = kinds(profiles, clients)
    for kind in offered[len(KINDS) :]:
        if kind.recognises(head):
            return kind
    if not content.strip():
        what = "ce fichier est vide"
    elif head.root:
        namespace, name = head.root
        what = f"ce XML de racine « {short(name, 40)} » ({short(namespace, 80)}) n'est pas connu"
    else:
        what = "ce fichier n'est d'aucune sorte connue"
    choices = ", ".join(dict.fromkeys(kind.name for kind in offered))
    remedy = (
        f"ce qui est lu : {choices} ; les colonnes d'une autre banque se nomment dans relance.yaml"
    )
    raise Refusal([Problem(Source(file), what, f"{remedy} (importer.csv)")])
