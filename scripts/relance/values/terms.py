"""What a contract says: when an invoice is due, at which rate it bears interest, for how long
it can be sued for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from relance.values.dates import end_of_month

_TERMS = re.compile(
    r"(?:(?P<days>\d{1,3})(?P<after>\s+fin de mois)?|fin de mois(?:\s+(?P<later>\d{1,3}))?)"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """A delay of payment: days, and whether the end of the month comes before or after them.

    C. com. L441-10 I knows both readings of "45 jours fin de mois".
    """

    days: int
    end_of_month: str = ""  # "", "after" the days, or "before" them

    @classmethod
    def parse(cls, text: str) -> Terms | None:
        """Read "30", "45 fin de mois" or "fin de mois 45"; None when it is none of them."""
        match = _TERMS.fullmatch(" ".join(text.split()))
        if match is None:
            return None
        if match["days"]:
            return cls(int(match["days"]), "after" if match["after"] else "")
        return cls(int(match["later"] or 0), "before")

    def __str__(self) -> str:
        """As books and policy write it."""
        if self.end_of_month == "before":
            return f"fin de mois {self.days}" if self.days else "fin de mois"
        return f"{self.days} fin de mois" if self.end_of_month else str(self.days)

    def due(self, invoiced: date) -> date:
        """The last day to pay an invoice of that date."""
        if self.end_of_month == "before":
            return end_of_month(invoiced) + timedelta(self.days)
        due = invoiced + timedelta(self.days)
        return end_of_month(due) if self.end_of_month else due


_PERIOD = re.compile(r"(?P<number>\d{1,2})\s*(?P<unit>ans?|mois)", re.IGNORECASE)
PERIOD_REMEDY = 'écrivez "1 an", "2 ans" ou "18 mois", cinq ans au plus'
LONGEST = 60  # months: the law's own period between traders (C. com. L110-4)


@dataclass(frozen=True, slots=True)
class LimitationPeriod:
    """A limitation period of months, from one to the five years of the common law."""

    months: int

    @classmethod
    def parse(cls, text: str) -> LimitationPeriod | None:
        """Read "1 an", "2 ans" or "18 mois"; None when it is none of them, or out of bounds."""
        match = _PERIOD.fullmatch(text.strip())
        if match is None:
            return None
        months = int(match["number"]) * (1 if match["unit"].lower() == "mois" else 12)
        return cls(months) if 1 <= months <= LONGEST else None

    def __str__(self) -> str:
        years, rest = divmod(self.months, 12)
        if rest:
            return f"{self.months} mois"
        return f"{years} an" + ("s" if years > 1 else "")


_NUMBER = r"(\d{1,4}(?:[.,]\d{1,6})?)"
_RATES = {
    "fixed": re.compile(rf"{_NUMBER}\s*%?"),
    "ecb": re.compile(rf"bce\s*\+\s*{_NUMBER}", re.IGNORECASE),
    "legal": re.compile(rf"{_NUMBER}\s*(?:x|×|fois)\s*(?:le\s+)?taux l[ée]gal", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A yearly rate agreed by contract: fixed, ECB + points, or a multiple of the legal rate."""

    kind: str  # "fixed" | "ecb" | "legal"
    value: Decimal

    @classmethod
    def parse(cls, text: str) -> Rate | None:
        """Read "12.5", "bce + 12" or "3 x taux legal"; None when it is none of them."""
        for kind, pattern in _RATES.items():
            if match := pattern.fullmatch(text.strip()):
                return cls(kind, Decimal(match[1].replace(",", ".")))
        return None

    @property
    def misplaced(self) -> bool:
        """Whether its decimal point hardly stands where it was meant: 0.125, 1250."""
        return self.kind == "fixed" and not (self.value == 0 or 1 <= self.value <= 100)
