"""How our own directives are written in Beancount: strings, values, links, root options.

Beancount's printer escapes neither quotes nor backslashes in notes and documents, and writes
absolute paths: this is the one serializer of the register and of the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from relance.text.escapes import one_line
from relance.values.amounts import Money

_LINK = re.compile(r"[A-Za-z0-9\-_/.]+")


def text(value: str) -> str:
    """A Beancount string on one line, quotes and backslashes escaped."""
    return '"' + one_line(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def spells(name: str) -> bool:
    """Whether a link can spell the name: letters without accents, digits and - _ / . alone."""
    return _LINK.fullmatch(name) is not None


def links(names: Iterable[str]) -> str:
    """Each name once as a link; one that a link cannot spell is left to the metadata."""
    return " ".join(f"^{name}" for name in dict.fromkeys(names) if spells(name))


def metadata(values: Mapping[str, object]) -> str:
    """The lines below a directive, each begun by a line feed; a value that is None has none."""
    lines = [f"\n  {key}: {_value(value)}" for key, value in values.items() if value is not None]
    return "".join(lines)


def options(accounts: Iterable[str], roots: Mapping[str, str]) -> tuple[str, ...]:
    """The option lines a file needs for these accounts.

    `roots` maps the first component of accounts to the option that names it; Beancount reads
    each file with its own options.
    """
    used = {account.partition(":")[0] for account in accounts}
    return tuple(f"option {text(roots[root])} {text(root)}" for root in sorted(used & set(roots)))


def _value(value: object) -> str:
    match value:
        case str():
            return text(value)
        case tuple():  # lines of one text
            return '"' + "\\n".join(text(line)[1:-1] for line in value) + '"'
        case bool():
            return "TRUE" if value else "FALSE"
        case Money():
            return str(value)
        case int() | Decimal() | date():
            return str(value)
    raise TypeError(f"no Beancount spelling for {value!r}")
