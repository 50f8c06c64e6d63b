"""A bank statement as facts: the account, its balances, and each line as the bank told it.

Amounts are `Decimal` in the account's currency, signed: more than zero was received. Nothing here
says whose account it is, nor which client paid.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from relance.incoming.bank_text import clean
from relance.incoming.reading import Reading
from relance.text.escapes import short
from relance.text.locales import is_currency, money
from relance.values.amounts import total
from relance.values.problem import Problem, Refusal, Source, refuse

MOST_LINES = 200_000  # of one file; a firm's busiest year has a tenth of it
_MOST_TOLD = 50  # faults of one file; beyond, they are counted
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_FRENCH_IBAN = re.compile(r"(?:FR|MC)[0-9]{2}([0-9]{5})([0-9]{5})([A-Z0-9]{11})[0-9]{2}")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account as its bank names it: by IBAN, or by bank, branch and number, of which a file may
    say only the last."""

    iban: str = ""
    bank: str = ""
    branch: str = ""
    number: str = ""

    @classmethod
    def named(cls, text: str, bank: str = "", branch: str = "") -> BankAccount:
        """The account of an identifier, which may be an IBAN, written in groups or not."""
        compact = re.sub(r"[\s-]", "", clean(text).upper())
        if not _IBAN.fullmatch(compact):
            return cls("", clean(bank), clean(branch), compact)
        french = _FRENCH_IBAN.fullmatch(compact)
        return cls(compact, *french.groups()) if french else cls(compact)

    def __str__(self) -> str:
        """The IBAN, else the codes that are known."""
        return self.iban or " ".join(filter(None, (self.bank, self.branch, self.number)))

    def may_be(self, other: BankAccount) -> bool:
        """Whether nothing that both say of themselves tells them apart, and their numbers do not
        differ but for leading zeros."""
        if self.iban and other.iban:
            return self.iban == other.iban
        if not (self.number and other.number):
            return False
        pairs = [(self.bank, other.bank), (self.branch, other.branch)]
        return self.number.lstrip("0") == other.number.lstrip("0") and all(
            mine == theirs or not (mine and theirs) for mine, theirs in pairs
        )


@dataclass(frozen=True, slots=True)
class Reversal:
    """Why a payment came back: the bank's code and its words, "" where it gives none, and the
    end-to-end id of the payment that it undoes, if it names it."""

    code: str = ""
    reason: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """One movement, `labels` in the bank's order. The `party` is the other side: who paid, who was
    paid, whose payment came back. `batch` counts the payments that the bank sums up in this line
    without telling them; 0 for a single one."""

    date: dt.date
    amount: Decimal
    labels: tuple[str, ...]
    source: Source
    value_date: dt.date | None = None
    reference: str = ""  # the bank's own
    end_to_end: str = ""
    mandate: str = ""
    structured: tuple[str, ...] = ()  # creditor's references, numbers of documents
    party: str = ""
    party_iban: str = ""
    reversal: Reversal | None = None
    batch: int = 0

    @property
    def text(self) -> str:
        """All that the bank wrote of it, on one line."""
        return " ".join(self.labels)


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account held at the end of a day."""

    date: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines of one account in the file's order; `form` is the format's name (« camt.053 »)."""

    form: str
    account: BankAccount
    currency: str
    lines: tuple[BankLine, ...]
    source: Source
    opening: Balance | None = None
    closing: Balance | None = None
    number: str = ""  # the bank's, of this statement

    @property
    def gap(self) -> Decimal | None:
        """What lacks between opening + lines and closing; None unless both balances are known."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing.amount - self.opening.amount - total(x.amount for x in self.lines)


def read_as(
    statements: Sequence[Statement], faults: Sequence[Problem], remarks: Iterable[Problem]
) -> Reading[Statement]:
    """The reading of a file, its currencies and its sums checked, its faults bounded."""
    taken = tuple(statement for statement in statements if is_currency(statement.currency))
    gaps = (problem for statement in taken for problem in _gap_told(statement))
    ordered = sorted({*remarks, *gaps}, key=lambda problem: problem.source.line)
    strange = [
        _strange(statement) for statement in statements if not is_currency(statement.currency)
    ]
    return Reading(taken, _bounded([*faults, *strange]), _bounded(ordered))


def _strange(statement: Statement) -> Problem:
    currency = short(statement.currency)
    what = f"le compte {statement.account} est en « {currency} », qui n'est pas une devise"
    return Problem(statement.source, what, "une devise a trois lettres : EUR")


def bound(count: int, file: str) -> None:
    """Refuse a file of more lines than anybody's statement has."""
    if count > MOST_LINES:
        what = f"ce fichier a plus de {MOST_LINES} mouvements"
        raise refuse(file, what, "découpez-le, par exemple par mois")


def no_statement(file: str, form: str, faults: Sequence[Problem] = ()) -> Refusal:
    """The refusal of a file in which no account could be read."""
    what = f"aucun relevé de compte n'est lu dans ce fichier ({form})"
    remedy = "exportez-le de nouveau depuis le site de votre banque"
    return Refusal([*_bounded(faults), Problem(Source(file), what, remedy)])


def dated_after(statement: Statement, day: dt.date) -> Iterator[Problem]:
    """The lines that the bank cannot have written yet on that day."""
    for line in statement.lines:
        if line.date > day:
            what = f"ce mouvement est daté du {line.date:%d/%m/%Y}, qui n'est pas encore venu"
            yield Problem(line.source, what, "corrigez sa date, ou exportez le relevé de nouveau")


def _gap_told(statement: Statement) -> Iterator[Problem]:
    if not statement.gap or statement.opening is None or statement.closing is None:
        return
    currency, sums = statement.currency, statement.closing.amount - statement.gap
    what = (
        f"le relevé du compte {statement.account} ne tombe pas juste : le solde de départ de "
        f"{money(statement.opening.amount, currency)} et ses mouvements font "
        f"{money(sums, currency)}, et il finit à {money(statement.closing.amount, currency)} "
        f"(écart : {money(statement.gap, currency)})"
    )
    remedy = (
        "un mouvement y manque peut-être : comparez-le au relevé papier, exportez-le de nouveau"
    )
    yield Problem(statement.source, what, remedy)


def _bounded(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= _MOST_TOLD:
        return tuple(problems)
    rest = f"et {len(problems) - _MOST_TOLD} autres remarques de même sorte dans ce fichier"
    return (*problems[:_MOST_TOLD], Problem(Source(problems[0].source.path), rest))
