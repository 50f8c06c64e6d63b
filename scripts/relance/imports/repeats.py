"""Lines that say again what another one says: another format of the same account, a notification
of what the statement tells.

What surely repeats is left out. What may repeat stays, with a doubt that is told where it is
written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from relance.imports.bank_lines import BookLine
from relance.ledger.statement_records import StatementRecord
from relance.text.locales import bare

# The fuller a format, the earlier; what banks send before the statement comes last.
_FORMS = ("camt053.xml", "cfonb", "sta", "ofx", "csv", "camt052.xml", "camt054.xml")
_PROVISIONAL = ("camt052.xml", "camt054.xml")
# Words that say nothing of one payment more than of another.
_GENERIC = re.compile(
    "virements?|sepa|recus?|instantane|prelevements?|factures?|reglement|paiement|notprovided"
    "|euros?|motif|client|societe|sarl|date|merci|compte|remise|cheques?|vers|faveur|avis"
    "|operation|[0-9]{4}"
)


@dataclass(frozen=True, slots=True)
class Distinct:
    """The lines that stay, and the doubt, in words, about some of them, by id."""

    lines: tuple[BookLine, ...]
    doubts: Mapping[str, str]


def distinct(lines: Iterable[BookLine], records: Collection[StatementRecord]) -> Distinct:
    """Leave out what surely repeats; a line that a person settled always stays."""
    whole = defaultdict(list)
    for record in records:
        if record.whole:
            whole[record.account].append(record)
    groups: dict[tuple[object, ...], list[BookLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.date, line.id)):
        covered = any(r.first <= line.date <= r.last for r in whole[line.account])
        if line.settled or line.form not in _PROVISIONAL or not covered:
            groups[line.account, line.currency, line.date, line.amount].append(line)
    kept: list[BookLine] = []
    doubts: dict[str, str] = {}
    for group in groups.values():
        kept += _once(group, doubts)
    return Distinct(tuple(kept), doubts)


def _once(group: Sequence[BookLine], doubts: dict[str, str]) -> Iterator[BookLine]:
    """The lines of one day and amount, those of all formats but one left out when they repeat."""
    forms: dict[str, list[BookLine]] = defaultdict(list)
    for line in group:
        forms[line.form].append(line)
    if len(forms) == 1:
        yield from group
        return
    first, *others = sorted(forms, key=lambda form: _order(form, forms[form]))
    base = forms[first] + [line for form in others for line in forms[form] if line.settled]
    yield from base
    for form in others:
        left = [line for line in base if line.form != form]
        unpaired = []
        for line in (line for line in forms[form] if not line.settled):
            same = next((other for other in left if says_the_same(line, other)), None)
            if same:
                left.remove(same)
            else:
                unpaired.append(line)
        for line in unpaired:
            if left:
                doubts[line.id] = f"peut-être la même que {left[0].line.source}, d'un autre format"
            yield line


def _order(form: str, lines: Sequence[BookLine]) -> tuple[bool, int, int]:
    place = _FORMS.index(form) if form in _FORMS else len(_FORMS)
    return (not any(line.settled for line in lines), -len(lines), place)


def says_the_same(one: BookLine, other: BookLine) -> bool:
    """Whether two lines of one day and amount share what tells a payment from others."""
    a, b = one.line, other.line
    if a.end_to_end and b.end_to_end:
        return a.end_to_end == b.end_to_end
    if a.party and bare(a.party) == bare(b.party):
        return True
    return bool({*a.structured} & {*b.structured} or telling(one) & telling(other))


def telling(line: BookLine) -> frozenset[str]:
    """The words of a line that are not in every other one."""
    text = " ".join((*line.line.labels, line.line.party, line.line.end_to_end))
    return telling_text(text)


def telling_text(text: str) -> frozenset[str]:
    """The words of a text that are not in every other one."""
    words = (re.sub(r"\W", "", word) for word in bare_words(text))
    return frozenset(word for word in words if len(word) >= 4 and not _GENERIC.fullmatch(word))


def bare_words(text: str) -> list[str]:
    """The words, numbers whole: « F2026-0031 » is one."""
    return ["".join(bare(word).split()) for word in text.split()]
