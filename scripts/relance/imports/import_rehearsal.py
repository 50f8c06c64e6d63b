"""The proof before writing: the whole ledger loaded once more, with the entries in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from relance.imports.prepared import Prepared
from relance.ledger.beancount import load
from relance.ledger.imported import id_of
from relance.ledger.mirror import mirrored
from relance.values.problem import Problem, Refusal, refuse

_TOLD = 10


def rehearse(prepared: Prepared) -> None:
    """Refuse (2) when the books with these files would not load, or would not hold what they held
    of earlier imports and the entries put, each once. The originals are not there: a document that
    is missing stops nothing. What is not needed to write is let go of first: the entries put, and
    those of the books as they were."""
    so_far = prepared.so_far
    put = [directive.id for directive in prepared.put]
    expected = {*so_far.imported, *put} - {*prepared.gone}
    prepared.put.clear()
    so_far.let_go()
    try:
        changed = {file.path: file.new.encode() for file in prepared.files}
        place = mirrored(so_far.root, so_far.loaded.files, changed)
        del changed
        with place as root:
            loaded = load(root / so_far.top, root, tells_missing=False)
            ids = Counter(id_of(entry.meta) for entry in loaded.entries)
            so_far.read(loaded, root)
    except Refusal as refusal:
        raise Refusal(_worded(refusal.problems)) from None
    same = expected <= ids.keys() and not any(ids[name] > 1 for name in put)
    if not same:
        what = "les écritures importées ne se reliraient pas comme elles sont écrites"
        remedy = "vérifiez le grand livre (pushmeta, greffon, include) ; rien n'est écrit"
        raise refuse(so_far.top, what, remedy)


def _worded(problems: Sequence[Problem]) -> list[Problem]:
    """The faults of the books as they would be: nothing of them is written yet."""
    return [
        replace(problem, what=f"après cet import : {problem.what}") for problem in problems[:_TOLD]
    ]
