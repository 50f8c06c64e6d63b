"""The dated rate tables: ECB main refinancing rate, legal interest rate, and what they make.

Rates are in percent a year. The published tables (`policy.rate_tables`) are extended by the
policy; a half-year that neither covers has no rate, never the last one known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from relance.policy import rate_tables
from relance.values.kinds import DebtorType
from relance.values.terms import Rate

_NONE: Mapping[date, Decimal] = MappingProxyType({})

# What the law gives without a contract. A business creditor uses the professional column of
# the legal rate, against private persons too.
_STATUTORY: Mapping[DebtorType, Rate] = MappingProxyType(
    {
        DebtorType.PROFESSIONAL: Rate("ecb", Decimal(10)),  # C. com. L441-10 II
        DebtorType.PUBLIC: Rate("ecb", Decimal(8)),  # C. commande publique R2192-31
        DebtorType.CONSUMER: Rate("legal", Decimal(1)),  # C. civ. 1231-6
        DebtorType.OTHER: Rate("legal", Decimal(1)),
    }
)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates known: `decisions` of the ECB by date of effect, complete up to `covered`.

    `stated` are half-years whose ECB rate the policy gives outright, `legal_rates` the legal
    rate (professional creditor) by first day of half-year.
    """

    decisions: tuple[tuple[date, Decimal], ...]
    covered: date
    stated: frozenset[date]
    legal_rates: Mapping[date, Decimal]

    @classmethod
    def known(
        cls, ecb: Mapping[date, Decimal] = _NONE, legal: Mapping[date, Decimal] = _NONE
    ) -> Rates:
        """The published tables, extended (and overridden) by those of the policy.

        An entry of the policy states the half-year it opens, and no other.
        """
        decisions = {**rate_tables.ECB_MRO, **ecb}
        return cls(
            decisions=tuple(sorted(decisions.items())),
            covered=rate_tables.ECB_MRO_KNOWN_UNTIL,
            stated=frozenset(ecb),
            legal_rates=MappingProxyType({**rate_tables.LEGAL_INTEREST, **legal}),
        )

    @staticmethod
    def half_year(day: date) -> date:
        """The 1 January or 1 July that starts the half-year of `day`."""
        return date(day.year, 1 if day.month < 7 else 7, 1)

    def ecb(self, start: date) -> Decimal | None:
        """The ECB rate in force on that first day of a half-year, None when unknown."""
        if start > self.covered and start not in self.stated:
            return None
        place = bisect_right(self.decisions, start, key=lambda decision: decision[0])
        return self.decisions[place - 1][1] if place else None

    def legal(self, start: date) -> Decimal | None:
        """The legal rate (professional creditor) of the half-year starting then, None unknown."""
        return self.legal_rates.get(start)

    def yearly(self, debtor: DebtorType, agreed: Rate | None, start: date) -> Decimal | None:
        """The rate of the half-year starting then, None when it is unknown.

        `agreed` by contract replaces the law's rate between professionals, and with public
        bodies when it is no lower: to give up a part of theirs is unwritten (C. commande
        publique L2192-14). Against anyone else there is the legal rate only.
        """
        law = self.of(_STATUTORY[debtor], start)
        if agreed is None or not debtor.commercial:
            return law
        rate = self.of(agreed, start)
        if debtor is not DebtorType.PUBLIC:
            return rate
        return None if law is None or rate is None else max(law, rate)

    def of(self, rate: Rate, start: date) -> Decimal | None:
        """What a rate comes to in the half-year starting then, None when it is unknown."""
        if rate.kind == "fixed":
            return rate.value
        if rate.kind == "ecb":
            return _add(self.ecb(start), rate.value)
        return _times(self.legal(start), rate.value)


def _add(base: Decimal | None, points: Decimal) -> Decimal | None:
    return None if base is None else base + points


def _times(base: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if base is None else base * factor
