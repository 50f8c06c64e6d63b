"""The text of an entry with its draft settled: its flag, its links, its lines of accounts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from relance.ledger import syntax
from relance.ledger.beancount import Transaction, aligned, parse
from relance.ledger.blocks import end_of_directive
from relance.ledger.fields import line_of
from relance.ledger.invoice_names import InvoiceNames
from relance.settling.settlement import BankAnswer
from relance.text.escapes import one_line
from relance.values.amounts import Money
from relance.values.problem import Problem, Refusal, Source
from relance.values.register import LETTER_ID

_HEAD = re.compile(r"(?P<day>\d{4}[-/]\d\d?[-/]\d\d?[ \t]+)(?:!|txn|\*)(?P<rest>.*)", re.DOTALL)
_STRING = r'"(?:[^"\\]|\\.)*"'
_MATCH_LINE = re.compile(rf"(?m)^(\s+rapprochement:\s*){_STRING}")


class EntryText:
    """Rewrites one entry of a file; `waiting` are the accounts that its money may wait on, `meta`
    the key that names a posting's invoice, `roots` those of `syntax.options`."""

    def __init__(
        self, waiting: Collection[str], links: InvoiceNames, meta: str, roots: Mapping[str, str]
    ) -> None:
        self._waiting = waiting
        self._options = syntax.options(roots, roots)
        self._links = links
        self._meta = meta

    def settled(self, text: str, settlement: BankAnswer) -> str:
        """The file's text with the entry settled; the rest as it was, its line ends too. Raises
        `Refusal` when no such entry stands there."""
        windows = text.count("\r\n") == text.count("\n") > 0
        plain = text.replace("\r\n", "\n") if windows else text
        lines = plain.split("\n")
        start = settlement.draft.source.line - 1
        if not 0 <= start < len(lines):
            raise self._unreadable(settlement.draft.source)
        end = end_of_directive(lines, start)
        block = self._rewritten("\n".join(lines[start:end]), settlement)
        new = "\n".join([*lines[:start], aligned(block).rstrip("\n"), *lines[end:]])
        new = aligned(new) if aligned(plain) == plain else new
        return new.replace("\n", "\r\n") if windows else new

    def _rewritten(self, block: str, settlement: BankAnswer) -> str:
        entries, errors = parse("\n".join([*self._options, block, ""]))
        source = settlement.draft.source
        if errors or len(entries) != 1 or not isinstance(entries[0], Transaction):
            raise self._unreadable(source)
        lines = block.split("\n")
        above = len(self._options) + 1
        starts = [line_of(posting.meta or {}) - above for posting in entries[0].postings]
        first = min(starts)
        gone: set[int] = set()
        for posting, at, after in zip(
            entries[0].postings, starts, [*starts[1:], len(lines)], strict=True
        ):
            if posting.account in self._waiting:
                gone.update(range(at, after))
        if not gone:
            raise self._unreadable(source)
        kept = [text for at, text in enumerate(lines) if at >= first and at not in gone]
        head = self._head("\n".join(lines[:first]), settlement)
        return "\n".join([head, *kept, *self._postings(settlement)])

    def _head(self, head: str, settlement: BankAnswer) -> str:
        """The first line and the metadata: no draft any more, with the links of its invoices."""
        match = _HEAD.fullmatch(head)
        if match is None:
            raise self._unreadable(settlement.draft.source)
        rest, end = match["rest"], 0
        for string in re.finditer(rf"\s*{_STRING}", rest):
            if string.start() != end:
                break
            end = string.end()
        strings, after = rest[:end], rest[end:]
        marks, newline, below = after.partition("\n")
        words = syntax.text(settlement.told)
        below = _MATCH_LINE.sub(lambda marker: f"{marker[1]}{words}", below)
        if not _beside_others(settlement):  # whose links are theirs
            marks = self._other_marks(marks)
        marks = " ".join(filter(None, [marks.strip(), *self._own_links(settlement)]))
        first = f"{match['day']}*{strings}{' ' if marks else ''}{marks}"
        return f"{first}{newline}{below}"

    def _other_marks(self, marks: str) -> str:
        """What stands after the words of an entry but for the links of invoices."""
        named = set(self._links.among(frozenset(re.findall(r"\^(\S+)", marks))))
        return " ".join(word for word in marks.split() if word.removeprefix("^") not in named)

    def _own_links(self, settlement: BankAnswer) -> Iterator[str]:
        """None when some of the money names no invoice: a link is every line's."""
        shared = settlement.rest or _beside_others(settlement)
        for part in () if shared else settlement.parts:
            if self._is_link(part.invoice):
                yield f"^{part.invoice}"

    def _is_link(self, invoice: str) -> bool:
        spelt = syntax.spells(invoice) and not LETTER_ID.fullmatch(invoice)
        return spelt and self._links.sure(frozenset({invoice})) == (invoice,)

    def _postings(self, settlement: BankAnswer) -> Iterator[str]:
        draft, client = settlement.draft, settlement.client
        sign = -1 if draft.amount.number > 0 else 1
        named = len(settlement.parts) > 1 or settlement.rest or _beside_others(settlement)
        account = client.account if client else settlement.account
        for part in settlement.parts:
            amount = Money(sign * part.amount, draft.amount.currency)
            yield f"  {account}  {amount}"
            if named or not self._is_link(part.invoice):
                yield f"    {self._meta}: {syntax.text(part.invoice)}"
        rest = ((settlement.penalties, settlement.surplus), (account, settlement.rest))
        for name, number in rest:
            if number:
                yield f"  {name}  {Money(sign * number, draft.amount.currency)}"

    @staticmethod
    def _unreadable(source: Source) -> Refusal:
        what = "cette écriture ne se relit pas comme elle fut importée"
        return Refusal([Problem(source, what, "corrigez-la dans le fichier : comptes, lien, *")])


def _beside_others(settlement: BankAnswer) -> bool:
    """Whether money of nobody stands in an entry that pays invoices of somebody."""
    return settlement.draft.suspense and bool(settlement.draft.invoices)


def with_payer(text: str, place: int, iban: str) -> str:
    """The text with an IBAN more under the `open` that begins at that line, `place`."""
    windows = text.count("\r\n") == text.count("\n") > 0
    lines = (text.replace("\r\n", "\n") if windows else text).split("\n")
    end = end_of_directive(lines, place - 1)
    for at in range(place, end):
        if match := re.match(r'(\s+iban-payeur:\s*)"([^"\\]*)"', lines[at]):
            old = one_line(match[2])
            lines[at] = f'{match[1]}"{old}, {iban}"{lines[at][match.end() :]}'
            break
    else:
        lines.insert(end, f'  iban-payeur: "{iban}"')
    new = "\n".join(lines)
    return new.replace("\n", "\r\n") if windows else new
