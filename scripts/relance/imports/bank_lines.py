"""A line of the bank as an entry keeps it, so that it can be matched again whenever the books know
more: what is matched is always what was kept."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from relance.incoming.bank_statement import BankLine, Reversal
from relance.incoming.line_ids import LineId
from relance.ledger import imported as keys
from relance.ledger.beancount import Amount, Transaction
from relance.ledger.imported import ImportedEntry
from relance.reconciliation.match import StatementLine
from relance.text.escapes import one_line
from relance.values.bank_drafts import BETWEEN
from relance.values.problem import Source

KIND = "banque"
_LABELS = 1000  # signs kept of the labels of a line
_NO_CODE = "inconnu"


def bank_name(account: str) -> str:
    """What ids and files call an account of the bank: « banque-courant » for
    Actifs:Banque:Courant."""
    ascii_ = unicodedata.normalize("NFKD", account.partition(":")[2]).encode("ascii", "ignore")
    name = re.sub(r"[^a-z0-9]+", "-", ascii_.decode().lower()).strip("-")
    return name if name.startswith(("banque", "bank")) else f"banque-{name}".strip("-")


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line under its id, on an account of the books (`bank`: its name in ids and files).
    `settled`: the entry is a person's by now, the line only says that it is there."""

    account: str
    bank: str
    mark: LineId
    currency: str
    line: BankLine
    settled: bool = False

    @property
    def id(self) -> str:
        """Its stable id."""
        return f"{KIND}:{self.bank}/{self.mark}"

    @property
    def date(self) -> dt.date:
        """The day that the bank booked it."""
        return self.line.date

    @property
    def amount(self) -> Decimal:
        """Signed: more than zero was received."""
        return self.line.amount

    @property
    def form(self) -> str:
        """The format it came in, as the name of its file ends."""
        return PurePosixPath(self.line.source.path).name.partition(".")[2]

    @property
    def rank(self) -> tuple[int, str]:
        """Of two that say one line, the lower is kept: what says more, then by its place."""
        line = self.line
        said = (line.party, line.party_iban, line.end_to_end, line.structured, line.reversal)
        return (-sum(map(bool, said)), str(line.source))

    def to_match(self) -> StatementLine:
        """It as lines are matched."""
        return StatementLine(self.id, self.currency, self.line)

    def metadata(self) -> Mapping[str, object]:
        """What its entry keeps beside day, amount and words."""
        line, back = self.line, self.line.reversal
        return {
            keys.SOURCE: str(line.source),
            keys.PARTY: line.party or None,
            keys.PARTY_IBAN: line.party_iban or None,
            keys.VALUE_DATE: line.value_date,
            keys.END_TO_END: line.end_to_end or None,
            keys.MANDATE: line.mandate or None,
            keys.STRUCTURED: BETWEEN.join(line.structured) or None,
            keys.REJECT: (back.code or _NO_CODE) if back else None,
            keys.REJECT_REASON: (back.reason or None) if back else None,
            keys.REJECT_ORIGIN: (back.original or None) if back else None,
            keys.BATCH: line.batch or None,
        }

    @property
    def words(self) -> str:
        """What the bank wrote of it."""
        return BETWEEN.join(self.line.labels)


def kept(line: BankLine, source: Source) -> BankLine:
    """A line as an entry at that place will keep it."""
    labels = BETWEEN.join(filter(None, map(one_line, line.labels)))[:_LABELS]
    back = line.reversal
    return BankLine(
        line.date,
        line.amount,
        _parts(labels),
        source,
        line.value_date if line.value_date != line.date else None,
        end_to_end=one_line(line.end_to_end),
        mandate=one_line(line.mandate),
        structured=_parts(BETWEEN.join(map(one_line, line.structured))),
        party=one_line(line.party),
        party_iban=one_line(line.party_iban),
        reversal=Reversal(*map(one_line, (back.code, back.reason, back.original)))
        if back
        else None,
        batch=line.batch,
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(BETWEEN) if part.strip())


def read_back(entry: ImportedEntry, account_of: Mapping[str, str]) -> BookLine | None:
    """The line that an imported entry keeps; None for one whose id a person made unreadable.
    `account_of` says the account that ids call by a name, which counts where a person put another
    first: names are short, « banque » may be Actifs:Banque and Charges:Banque."""
    bank, _, rest = entry.id.removeprefix(f"{KIND}:").partition("/")
    mark = LineId.parse(rest)
    if mark is None:
        return None
    written, meta = entry.entry, _Kept(entry.entry.meta)
    if isinstance(written, Transaction):
        posting = written.postings[0]
        account, words = posting.account, written.narration
        currency = posting.units.currency if posting.units else ""
    else:
        account, words = written.account, written.comment
        currency = meta.currency("montant")
    line = BankLine(
        dt.date.fromisoformat(mark.day),
        Decimal(mark.amount),
        _parts(words or ""),
        _source(meta.text(keys.SOURCE)),
        meta.day(keys.VALUE_DATE),
        end_to_end=meta.text(keys.END_TO_END),
        mandate=meta.text(keys.MANDATE),
        structured=_parts(meta.text(keys.STRUCTURED)),
        party=meta.text(keys.PARTY),
        party_iban=meta.text(keys.PARTY_IBAN),
        reversal=meta.reversal(),
        batch=meta.number(keys.BATCH),
    )
    if bank_name(account) != bank:
        account = account_of.get(bank, account)
    return BookLine(account, bank, mark, currency, line, settled=not entry.untouched)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Metadata as they were written; a person may have made anything else of them."""

    meta: Mapping[str, Any]

    def text(self, key: str) -> str:
        value = self.meta.get(key)
        return value if isinstance(value, str) else ""

    def day(self, key: str) -> dt.date | None:
        value = self.meta.get(key)
        return value if isinstance(value, dt.date) else None

    def number(self, key: str) -> int:
        value = self.meta.get(key)
        return int(value) if isinstance(value, Decimal) else 0

    def currency(self, key: str) -> str:
        value = self.meta.get(key)
        return value.currency if isinstance(value, Amount) else ""

    def reversal(self) -> Reversal | None:
        code = self.text(keys.REJECT)
        if not code:
            return None
        reason, origin = self.text(keys.REJECT_REASON), self.text(keys.REJECT_ORIGIN)
        return Reversal("" if code == _NO_CODE else code, reason, origin)


def _source(written: str) -> Source:
    path, _, line = written.partition(":")
    return Source(path, int(line) if line.isdecimal() else 0)
