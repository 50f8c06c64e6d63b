"""OFX 1 (SGML), OFX 2 (XML) and QFX, read as banks write them: tags unclosed, header wrong or
missing, decimal comma.

Source: OFX 1.0.2 and 2.1.1, chapter 11 (banking). OFX has no opening balance.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from relance.incoming import bank_text
from relance.incoming.bank_statement import (
    Balance,
    BankAccount,
    BankLine,
    Statement,
    bound,
    no_statement,
    read_as,
)
from relance.incoming.bank_text import clean
from relance.incoming.reading import Head, Kind, Reading
from relance.incoming.rejects import reversal_in
from relance.text.escapes import short
from relance.values.problem import Problem, Source

_FORM = "OFX"
_ACCOUNTS = {"STMTRS", "CCSTMTRS"}
_PENDING = {"STMTTRNP", "STMTTRNI"}
# Of all the format's groups, those that hold something of ours. Any other tag without a value is a
# field left empty, or a group that does not matter.
_GROUPS = {
    *_ACCOUNTS,
    *_PENDING,
    "STMTTRN",
    "BANKACCTFROM",
    "CCACCTFROM",
    "BANKACCTTO",
    "CCACCTTO",
    "PAYEE",
    "CURRENCY",
    "LEDGERBAL",
    "AVAILBAL",
}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9_.]*)\s*>([^<]*(?:<(?!/?[A-Za-z])[^<]*)*)")
_OPENING = re.compile(r"<OFX>|<\?OFX\b|\bOFXHEADER:", re.IGNORECASE)
_FIRST_LINES, _FIRST_CHARACTERS, _FIRST_BYTES = 50, 2_000, 8_004  # of four bytes each, and a mark
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_AGAIN = "exportez de nouveau ce compte depuis le site de votre banque"


@dataclass(slots=True)
class _Group:
    """A group of tags, open at `line`: its fields, and the groups in it by name."""

    name: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[_Group]] = field(default_factory=dict)

    def text(self, *path: str) -> str:
        """The value at the end of a path of groups; "" when there is none."""
        *groups, tag = path
        group = self
        for name in groups:
            inner = group.parts.get(name)
            if not inner:
                return ""
            group = inner[0]
        return group.fields.get(tag, "")


def read(content: bytes, file: str) -> Reading[Statement]:
    """The statements of a file, one per account; each movement that cannot be read is a fault."""
    return _Reader(file).read(bank_text.decoded(content, file))


def _recognises(head: Head) -> bool:
    start = head.content[:_FIRST_BYTES]
    if b"\0" not in start and b"ofx" not in start.lower():
        return False  # of thousands of invoices, none is taken to pieces for this
    return bool(_OPENING.search("\n".join(head.lines[:_FIRST_LINES])[:_FIRST_CHARACTERS]))


KIND = Kind("relevé OFX", _recognises, read)


def _tags(text: str) -> Iterator[tuple[int, bool, str, str]]:
    """Each tag: its line, whether it closes, its name, the value that follows it."""
    line, done = 1, 0
    for match in _TAG.finditer(text):
        line += text.count("\n", done, match.start())
        done = match.start()
        yield line, bool(match[1]), match[2].upper(), _CDATA.sub("", match[3]).strip()


@dataclass(slots=True)
class _Reader:
    file: str
    faults: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def read(self, text: str) -> Reading[Statement]:
        """The whole file."""
        bound(text.upper().count("<STMTTRN>"), self.file)
        root = self._tree(text)
        groups = [group for name in _ACCOUNTS for group in root.parts.get(name, ())]
        groups.sort(key=lambda group: group.line)
        statements = tuple(filter(None, map(self._statement, groups)))
        if not statements:
            raise no_statement(self.file, _FORM, self.faults)
        return read_as(statements, self.faults, self.remarks)

    def _tree(self, text: str) -> _Group:
        root = _Group("", 0)
        path, line, ended = [root], 0, False
        for line, closes, name, value in _tags(text):
            ended = ended or (closes and name == "OFX")
            if name in _GROUPS:
                self._close(path, name)
                if not closes:
                    group = _Group(name, line)
                    path[-1].parts.setdefault(name, []).append(group)
                    path.append(group)
            elif closes:
                self._close_around(path, name)
            elif value:
                fields = path[-1].fields
                fields[name] = clean(f"{fields.get(name, '')} {html.unescape(value)}")
        if not ended:
            what = "ce fichier est coupé : il ne finit pas par </OFX>"
            self.faults.append(Problem(Source(self.file, line), what, _AGAIN))
        return root

    @staticmethod
    def _close(path: list[_Group], name: str) -> None:
        """Leave the group of that name, closed by its tag or by the next of its kind."""
        names = [group.name for group in path]
        if name in names:
            del path[names.index(name) :]

    def _close_around(self, path: list[_Group], name: str) -> None:
        """Leave all that is open in a group that does not matter itself."""
        if name == "BANKTRANLIST":
            self._close(path, "STMTTRN")
        elif name in {"STMTTRNRS", "CCSTMTTRNRS", "OFX"}:
            del path[1:]

    def _statement(self, group: _Group) -> Statement | None:
        holder = next((name for name in ("BANKACCTFROM", "CCACCTFROM") if name in group.parts), "")
        number = group.text(holder, "ACCTID") if holder else ""
        source = Source(self.file, group.line)
        if not number:
            what = "ce relevé ne dit pas de quel compte il est (ACCTID)"
            self.faults.append(Problem(source, what, _AGAIN))
            return None
        bank, branch = group.text(holder, "BANKID"), group.text(holder, "BRANCHID")
        currency = group.text("CURDEF").upper() or "EUR"
        self._tell_pending(group)
        lines = [self._line(movement, currency) for movement in group.parts.get("STMTTRN", ())]
        return Statement(
            _FORM,
            BankAccount.named(number, bank, branch),
            currency,
            tuple(filter(None, lines)),
            source,
            closing=self._closing(group),
        )

    def _tell_pending(self, group: _Group) -> None:
        pending = sum(len(group.parts.get(name, ())) for name in _PENDING)
        if pending:
            what = f"opérations en attente, que la banque n'a pas encore passées : {pending}"
            remedy = "elles viendront avec un prochain relevé"
            self.remarks.append(Problem(Source(self.file, group.line), what, remedy))

    def _closing(self, group: _Group) -> Balance | None:
        for balance in group.parts.get("LEDGERBAL", ()):
            try:
                return Balance(
                    _day(balance.text("DTASOF")), bank_text.amount(balance.text("BALAMT"))
                )
            except ValueError as error:
                what = f"le solde de ce relevé n'est pas lu : {error}"
                self.remarks.append(Problem(Source(self.file, balance.line), what, _AGAIN))
        return None

    def _line(self, group: _Group, currency: str) -> BankLine | None:
        source = Source(self.file, group.line)
        try:
            return _line(group, currency, source)
        except ValueError as error:
            name = short(group.text("NAME") or group.text("MEMO") or group.text("FITID"))
            about = f"le mouvement « {name} »" if name else "ce mouvement"
            self.faults.append(Problem(source, f"{about} n'est pas pris : {error}", _AGAIN))
            return None


def _line(group: _Group, currency: str, source: Source) -> BankLine:
    """A movement; ValueError, in words that follow a colon, when it cannot be taken."""
    if corrected := group.text("CORRECTFITID"):
        raise ValueError(f"la banque y corrige le mouvement {corrected}, à reprendre à la main")
    other = group.text("CURRENCY", "CURSYM").upper()
    if other and other != currency:
        raise ValueError(f"il est en {other}, et le compte en {currency}")
    amount = bank_text.amount(group.text("TRNAMT"))
    number = group.text("CHECKNUM")
    texts = bank_text.labels(
        group.text("NAME"),
        group.text("PAYEE", "NAME"),
        group.text("EXTDNAME"),
        group.text("MEMO"),
        f"chèque n° {number}" if number else "",
        group.text("REFNUM"),
    )
    available = group.text("DTAVAIL")
    return BankLine(
        _day(group.text("DTPOSTED")),
        amount,
        texts,
        source,
        _day(available) if available else None,
        reference=bank_text.reference(group.text("FITID")),
        party=group.text("PAYEE", "NAME"),
        party_iban=BankAccount.named(group.text("BANKACCTTO", "ACCTID")).iban,
        reversal=reversal_in(texts, amount),
    )


def _day(text: str) -> dt.date:
    """The day of a moment as OFX writes it, « 20260302120000.000[-8:PST] », taken as written."""
    return bank_text.day(text[:8] if text[:8].isdecimal() else text)
