"""The links of an entry that are invoice numbers."""

from __future__ import annotations

import re

from relance.values import register


class InvoiceLinks:
    """Which links are invoice numbers: those the policy's pattern matches whole (its first group
    if it has one); without a pattern those that begin with F, and every one when none does."""

    def __init__(self, pattern: str | None) -> None:
        self._pattern = re.compile(pattern) if pattern is not None else None
        # A bill and its payment carry the same.
        self._known: dict[frozenset[str] | None, tuple[str, ...]] = {}

    def among(self, links: frozenset[str] | None) -> tuple[str, ...]:
        """The invoice numbers among links, letter ids apart."""
        found = self._known.get(links)
        if found is None:
            found = self._known[links] = self._among(links or frozenset())
        return found

    def _among(self, links: frozenset[str]) -> tuple[str, ...]:
        names = [link for link in sorted(links) if not register.LETTER_ID.fullmatch(link)]
        if self._pattern is None:
            return tuple(name for name in names if name.startswith("F")) or tuple(names)
        matches = [match for name in names if (match := self._pattern.fullmatch(name))]
        return tuple(match[1] if match.re.groups and match[1] else match[0] for match in matches)
