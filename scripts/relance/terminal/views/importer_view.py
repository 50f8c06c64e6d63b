"""What an import did: each file, what came in, what a person must settle, what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from relance.imports.outcome import FileFate, FileOutcome
from relance.imports.prepared import Prepared
from relance.terminal.views.console import (
    borderless,
    next_thing,
    out,
    say,
    show_problems,
    show_warnings,
)
from relance.terminal.views.rows import Rows
from relance.text.escapes import plain
from relance.text.words import count
from relance.values.problem import Problem

if TYPE_CHECKING:
    from relance.platforms.collecting import Collected

_NAME = 34
_LINES = 40  # files told one by one, unless a person must look at them
_ALIKE = 3  # remarks of one remedy that are told, the others counted
_LEFT = (FileFate.REFUSED, FileFate.PARTLY, FileFate.ASIDE)
_FATES = {FileFate.KNOWN: "déjà là", FileFate.ASIDE: "à part", FileFate.REFUSED: "refusé"}


def show_entries(prepared: Prepared) -> None:
    """The entries that would be written, in their order."""
    for directive in sorted(prepared.put, key=lambda x: x.order):
        out.print(Text(f"{plain_lines(directive.text)}\n"), soft_wrap=True)


def plain_lines(text: str) -> str:
    """Lines of a ledger without what a terminal would obey."""
    return "\n".join(
        f"{line[: len(line) - len(line.lstrip())]}{plain(line)}" for line in text.split("\n")
    )


def show_collected(collected: Collected) -> None:
    """What the platform's mailbox held."""
    show_warnings(list(_few(collected.remarks)))
    say(f"Pris chez la plateforme : {count(len(collected.files), 'fichier')}.")


def show_brought(prepared: Prepared) -> None:
    """What is told of the files, then their table."""
    outcomes = prepared.outcomes
    show_warnings(
        [*_few(remark for outcome in outcomes for remark in outcome.remarks), *prepared.remarks]
    )
    show_problems(
        [fault for outcome in outcomes for fault in (*outcome.faults, *_few(outcome.left))]
    )
    _show_table(outcomes)


def show_import(prepared: Prepared, *, trial: bool, committed: bool) -> None:
    """The files, what was written, then the next command."""
    show_brought(prepared)
    for sentence in _sentences(prepared, trial=trial, committed=committed):
        say(sentence)
    next_thing(_next(prepared, trial=trial))


def _few(remarks: Iterable[Problem]) -> Iterator[Problem]:
    """The first remarks of each remedy, the others counted."""
    alike: dict[str, list[Problem]] = defaultdict(list)
    for remark in remarks:
        alike[remark.remedy].append(remark)
    for group in alike.values():
        yield from group[:_ALIKE]
        if more := group[_ALIKE:]:
            what = f"et {len(more)} de plus, de même sorte, la première ici"
            yield Problem(more[0].source, what)


def _show_table(outcomes: Sequence[FileOutcome]) -> None:
    """A line for each file; of very many, for those that a person must look at, the others by
    kind."""
    table = borderless(("", _NAME), ("", 0), ("r", 6), ("r", 7), ("r", 8))
    titles = ("fichier", "sorte", "entrés", "déjà là", "à régler")
    table.add_row(*(Text(title, "dim") for title in titles))
    grouped: dict[str, list[FileOutcome]] = defaultdict(list)
    for place, outcome in enumerate(outcomes):
        if place < _LINES or outcome.pending or outcome.fate in _LEFT:
            came = _FATES.get(outcome.fate, str(outcome.came))
            style = "red" if outcome.fate in (FileFate.REFUSED, FileFate.PARTLY) else ""
            _add(table, outcome.name.rpartition("/")[2], Text(came, style), outcome)
        else:
            grouped[outcome.kind].append(outcome)
    for kind, group in grouped.items():
        taken, repeated = sum(x.came for x in group), sum(x.known for x in group)
        whole = FileOutcome("", kind, came=taken, known=repeated)
        _add(table, f"et {len(group)} de plus", Text(str(taken)), whole)
    out.put(table)


def _add(table: Rows, name: str, came: Text, outcome: FileOutcome) -> None:
    pending = Text(str(outcome.pending or ""), "yellow")
    table.add_row(_shortened(name), outcome.kind, came, str(outcome.known or ""), pending)


def _shortened(name: str) -> Text:
    """The file's name, cut in its middle."""
    name = plain(name)
    if len(name) <= _NAME:
        return Text(name)
    half = (_NAME - 1) // 2
    return Text(f"{name[:half]}…{name[-half:]}")


def _sentences(prepared: Prepared, *, trial: bool, committed: bool) -> Iterator[str]:
    yield ""
    if prepared.rematched:
        yield f"Rapprochement refait : {count(prepared.rematched, 'règlement')}."
    if trial:
        yield "Essai : rien n'est écrit."
    elif committed and prepared.files:
        yield "Enregistré dans git, et rien d'autre avec."
    else:
        # The list of what came in is no ledger: nothing is to be read there.
        yield from (f"  {x.path}" for x in prepared.files if x.path.endswith(".beancount"))


def _next(prepared: Prepared, *, trial: bool) -> str:
    pending = sum(outcome.pending for outcome in prepared.outcomes)
    if trial:
        return "sans --essai, ces écritures entrent au grand livre."
    if prepared.refused:
        return "corrigez ce qui est refusé, puis relancez ; le reste est entré."
    if pending:
        what = f"{count(pending, 'ligne')} de banque en brouillon (!)"
        return f"{what} à régler : relance rapprocher, puis relance plan."
    return "relance plan"
