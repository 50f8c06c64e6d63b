"""Which kind of file one is: by what is in it, never by its name.

A reader gets its file by standing in `KINDS` with its `KIND`. The first that recognises a file has
it, so what is told apart by less stands later.
"""

from __future__ import annotations

from typing import Any

from relance.incoming import cii, facturx, ubl
from relance.incoming.reading import Head, Kind
from relance.text.escapes import short
from relance.values.problem import Problem, Refusal, Source

KINDS: tuple[Kind[Any], ...] = (facturx.KIND, cii.KIND, ubl.KIND)


def recognise(content: bytes, file: str) -> Kind[Any]:
    """The kind of a file; `Refusal` (2) when it is none of `KINDS`."""
    head = Head(content, file)
    for kind in KINDS:
        if kind.recognises(head):
            return kind
    if not content.strip():
        what = "ce fichier est vide"
    elif head.root:
        namespace, name = head.root
        what = f"ce XML de racine « {short(name, 40)} » ({short(namespace, 80)}) n'est pas connu"
    else:
        what = "ce fichier n'est d'aucune sorte connue"
    known = ", ".join(dict.fromkeys(kind.name for kind in KINDS))
    raise Refusal([Problem(Source(file), what, f"ce qui est lu : {known}")])
