"""What imports wrote, by id, so that an entry which a person took out does not come back.

A list beside the entries, one id a line. An id of the list that the books have no more was taken
out by a person: he had a reason. He asks it back with `--remettre`, or by striking it out here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from relance.imports.fec_entries import KIND as FEC
from relance.imports.new_clients import KIND as CLIENT
from relance.imports.outcome import FileOutcome
from relance.ledger.imported import FOLDER
from relance.values.problem import Problem, Source

LIST = f"{FOLDER}/deja-importes.txt"
_HEADER = """\
; Ce que relance importer a écrit, par clé. Une clé d'ici que les livres n'ont plus a été supprimée
; à la main : elle ne revient pas. Pour la reprendre : relance importer --remettre FICHIER.
"""
# Accounts are opened again whenever something needs them; an entry of an accounting export is taken
# out so that its next one may say it otherwise.
_ALWAYS = (CLIENT, "compte", FEC)
_NAMED = 3  # so many are told of one file, the others counted


class ImportMemory:
    """The ids of a list (`text`, None before the first import), beside those that the books have;
    `restored` gives back what was taken out."""

    def __init__(self, text: str | None, present: Iterable[str], *, restored: bool = False) -> None:
        lines = (text or "").replace("\r", "").split("\n")
        self._listed = frozenset(line for line in lines if line and not line.startswith(";"))
        self._present = frozenset(filter(_is_kept, present))
        self._restored = restored

    def took_out(self, name: str) -> bool:
        """Whether a person took out the entry of that id."""
        return not self._restored and name in self._listed and name not in self._present

    def text_after(self, put: Collection[str], gone: Collection[str]) -> str:
        """The list once these entries are put and those gone: what the program takes out itself
        may come back."""
        names = (self._listed | self._present | set(filter(_is_kept, put))) - set(gone)
        return _HEADER + "".join(f"{name}\n" for name in sorted(names))


def _is_kept(name: str) -> bool:
    return name.partition(":")[0].partition("-")[0] not in _ALWAYS and "\n" not in name


def tell_kept_out(outcome: FileOutcome, place: Source, filed: str) -> None:
    """Say which entries of a file stay out because a person took them out; `filed` is where the
    file is found, from the root."""
    names = outcome.kept_out
    if not names:
        return
    more = f" et {len(names) - _NAMED} de plus" if len(names) > _NAMED else ""
    listed = ", ".join(names[:_NAMED])
    what = f"ce que vous aviez supprimé à la main reste dehors : {listed}{more}"
    remedy = f"pour le reprendre : relance importer --remettre {filed}"
    outcome.remarks.append(Problem(place, what, remedy))
