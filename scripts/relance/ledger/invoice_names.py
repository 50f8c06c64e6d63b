"""The invoice numbers that an entry names, by its links or its narration."""

from __future__ import annotations

import re
from typing import Any

from relance.policy.creditor import InvoiceKeys
from relance.text.escapes import one_line
from relance.values import register


class InvoiceNames:
    """Which links are invoice numbers: those the policy's pattern matches whole (its first group
    if it has one); without a pattern those that begin with F, and every one when none does. What
    the policy's pattern of texts finds in a narration comes before the last of these alone: a link
    that is surely a number was put there by somebody who knew."""

    def __init__(self, keys: InvoiceKeys) -> None:
        self._pattern = re.compile(keys.link) if keys.link is not None else None
        self._text = re.compile(rf"(?<![\w-])(?:{keys.text})(?![\w-])") if keys.text else None
        self._keys = keys.meta
        # A bill and its payment carry the same.
        self._known: dict[frozenset[str] | None, tuple[str, ...]] = {}

    def of(self, entry: Any) -> tuple[str, ...]:
        """The invoice numbers of an entry, by its links or its narration."""
        if self._text is None or (entry.links and self.sure(entry.links)):
            return self.among(entry.links)
        if matches := [*self._text.finditer(entry.narration or "")]:
            return tuple(dict.fromkeys(one_line(_number(match)) for match in matches))
        return self.among(entry.links)

    def of_line(self, entry: Any, posting: Any) -> tuple[str, ...]:
        """Those of one posting: not those that other lines of its account take by their keys."""
        names = self.of(entry)
        if len(names) < 2:
            return names
        lines = (p.meta for p in entry.postings if p.account == posting.account and p.meta)
        taken = {meta.get(key) for meta in lines for key in self._keys}
        return tuple(name for name in names if name not in taken) or names

    def sure(self, links: frozenset[str]) -> tuple[str, ...]:
        """The invoice numbers among links that count whatever the narration says."""
        names = self.among(links)
        if self._text is None or self._pattern is not None:
            return names
        return tuple(name for name in names if name.startswith("F"))

    def among(self, links: frozenset[str] | None) -> tuple[str, ...]:
        """The invoice numbers among links, letter ids apart."""
        numbers = self._known.get(links)
        if numbers is None:
            numbers = self._known[links] = self._among(links or frozenset())
        return numbers

    def _among(self, links: frozenset[str]) -> tuple[str, ...]:
        names = [link for link in sorted(links) if not register.LETTER_ID.fullmatch(link)]
        if self._pattern is None:
            return tuple(name for name in names if name.startswith("F")) or tuple(names)
        matches = [match for name in names if (match := self._pattern.fullmatch(name))]
        return tuple(map(_number, matches))


def _number(match: re.Match[str]) -> str:
    return match[1] if match.re.groups and match[1] else match[0]
