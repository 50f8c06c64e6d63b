"""Typed metadata of one directive: each wrong type becomes a problem at its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from relance.ledger.beancount import Amount
from relance.ledger.columns import around, lines_below
from relance.ledger.files import relative
from relance.text.escapes import is_link
from relance.text.words import count
from relance.values.amounts import Money, in_cents
from relance.values.dates import written_day
from relance.values.problem import Problem, Source, suggest
from relance.values.terms import PERIOD_REMEDY, LimitationPeriod, Rate

T = TypeVar("T")
_NUMBER = "est un nombre, et doit être un texte"


class Complaints:
    """Where readers put what they find: faults stop the run, warnings do not."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Problem] = []
        self.warnings: list[Problem] = []
        self._names: dict[str, str] = {}
        self._lines = lines_below(root)

    def fault(self, source: Source, what: str, remedy: str = "") -> None:
        """Note something that refuses the whole run."""
        self.faults.append(Problem(source, what, remedy))

    def warn(self, source: Source, what: str, remedy: str = "") -> None:
        """Note something worth saying that stops nothing."""
        self.warnings.append(Problem(source, what, remedy))

    def told(self) -> list[Problem]:
        """The faults in order; a number for a text, which is a habit, once for each key."""
        first: dict[str, Problem] = {}
        more: Counter[str] = Counter()
        for problem in sorted(set(self.faults)):
            once = problem.what.endswith(_NUMBER)
            name = problem.what if once else str(problem)
            more[name] += name in first
            first.setdefault(name, problem)
        return [
            replace(problem, what=f"{problem.what} (ici et à {count(more[name], 'autre')})")
            if more[name]
            else problem
            for name, problem in first.items()
        ]

    def written(self, source: Source, key: str) -> str:
        """What the directive at a line says of a key, as it is written there."""
        lines = self._lines(source.path)
        pattern = re.compile(rf"\s+{re.escape(key)}:\s*(.*?)\s*(;.*)?")
        directive = (lines[number - 1] for number in around(lines, source.line))
        return next((match[1] for line in directive if (match := pattern.fullmatch(line))), "")

    def place(self, meta: Mapping[str, Any]) -> Source:
        """File and line of a directive or posting.

        A user's own metadata key `filename` or `lineno` overwrites Beancount's: then the place
        is told as the ledger as a whole rather than wrongly.
        """
        name, number = meta.get("filename"), meta.get("lineno")
        if not isinstance(name, str) or not isinstance(number, int) or name.startswith("<"):
            return Source("grand livre")
        if name not in self._names:
            self._names[name] = relative(name, self.root)
        return Source(self._names[name], number)


def line_of(meta: Mapping[str, Any]) -> int:
    """The line of a directive or posting, 0 when a user's own `lineno` hides it."""
    number = meta.get("lineno")
    return number if isinstance(number, int) else 0


class Fields:
    """Reads the metadata of one directive."""

    def __init__(self, complaints: Complaints, meta: Mapping[str, Any]) -> None:
        self._meta = meta
        self._complaints = complaints
        self.root = complaints.root
        self.source = complaints.place(meta)

    def raw(self, *keys: str) -> tuple[str, Any]:
        """The first key that has a value, and this value; ("", None) when none has."""
        for key in keys:
            if (value := self._meta.get(key)) is not None:
                return key, value
        return "", None

    def wrong(self, key: str, what: str, remedy: str) -> None:
        """Report one value that cannot be read."""
        self._complaints.fault(self.source, f"« {key} » {what}", remedy)

    def text(self, *keys: str) -> str | None:
        """A text; blank counts as absent."""
        first = keys[0]  # registers have hundreds of thousands: one alone is read without a call
        key, value = (first, self._meta.get(first)) if len(keys) == 1 else self.raw(*keys)
        if isinstance(value, str):
            return value.strip() or None
        if value is not None:
            shown = self._complaints.written(self.source, key) or "…"
            what = _NUMBER if isinstance(value, Decimal) else "doit être un texte"
            self.wrong(key, what, f'mettez la valeur entre guillemets : {key}: "{shown}"')
        return None

    def link(self, key: str) -> str | None:
        """An address to click on, of a secure page."""
        text = self.text(key)
        if text is None or is_link(text):
            return text
        self.wrong(key, f"n'est pas une adresse https : {text}", f'écrivez {key}: "https://…"')
        return None

    def day(self, *keys: str) -> date | None:
        """A date; an ISO date between quotes is accepted with a warning."""
        key, value = self.raw(*keys)
        if value is None:
            return None
        if isinstance(value, date) and is_near(value):
            return value
        if isinstance(value, date):
            self.wrong(key, f"est trop loin : {value}", "une année entre 1900 et 2999")
            return None
        if isinstance(value, str) and (quoted := _iso(value)):
            self._complaints.warn(
                self.source, f"« {key} » est une date entre guillemets", f"écrivez {key}: {quoted}"
            )
            return quoted
        remedy = f"écrivez {key}: AAAA-MM-JJ sans guillemets (01/03/2026 est une division)"
        if meant := written_day(self._complaints.written(self.source, key).strip('"')):
            remedy = f"écrivez : {key}: {meant}"
        self.wrong(key, "n'est pas une date", remedy)
        return None

    def flag(self, key: str) -> bool | None:
        """TRUE or FALSE."""
        _, value = self.raw(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(key, "doit être TRUE ou FALSE", f"écrivez {key}: FALSE, sans guillemets")
        return None

    def money(self, key: str) -> Money | None:
        """A positive amount with its currency, in whole cents."""
        money = self.amount(key)
        if money is None or (money.number > 0 and in_cents(money.number)):
            return money
        what = "n'est pas une somme au centime" if money.number > 0 else "doit être positif"
        self.wrong(key, what, f"écrivez {key}: 820.00 EUR")
        return None

    def amount(self, key: str) -> Money | None:
        """An amount of any sign with its currency."""
        value = self._meta.get(key)
        if value is None:
            return None
        if isinstance(value, Amount) and value.number is not None:
            return Money(value.number, value.currency)
        self.wrong(key, "n'est pas un montant", f"écrivez {key}: 820.00 EUR, sans guillemets")
        return None

    def integer(self, key: str) -> int | None:
        """A whole number."""
        value = self._meta.get(key)
        if value is None:
            return None
        if isinstance(value, Decimal) and value == int(value):
            return int(value)
        self.wrong(key, "doit être un nombre entier", f"écrivez {key}: 1")
        return None

    def rate(self) -> Rate | None:
        """A `taux`: "12.5", "bce + 12" or "3 x taux legal"."""
        key, value = self.raw("taux")
        rate = None if value is None or isinstance(value, bool) else Rate.parse(str(value))
        if value is not None and rate is None:
            self.wrong(
                key,
                f"ne se comprend pas : {value}",
                'écrivez "12.5", "bce + 12" ou "3 x taux legal"',
            )
        if rate and rate.misplaced:
            remedy = "écrivez 12.5 pour douze et demi pour cent par an"
            self.wrong(key, f"n'est pas un taux : {value} % par an", remedy)
        return rate

    def period(self) -> LimitationPeriod | None:
        """A `prescription`: "1 an", "2 ans" or "18 mois"."""
        key, value = self.raw("prescription")
        period = LimitationPeriod.parse(value) if isinstance(value, str) else None
        if value is not None and period is None:
            self.wrong(key, f"ne se comprend pas : {value}", PERIOD_REMEDY)
        return period

    def choice(self, key: str, allowed: Mapping[str, T]) -> T | None:
        """One word of a list."""
        word = self.text(key)
        if word is None or word in allowed:
            return None if word is None else allowed[word]
        self.wrong(key, f"ne connaît pas « {word} »", suggest(word, allowed))
        return None


def is_near(day: date) -> bool:
    """Whether a day is none that only a slip of the finger makes."""
    return 1900 <= day.year < 3000


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
