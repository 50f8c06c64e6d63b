"""Entries that pass between Beancount's other programs and ours: those of a ledger that one of
them has loaded, and directives of ours as Beancount's own objects."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from beancount.core.data import Document, Note, Transaction, entry_sortkey
from beancount.parser import parser, printer

from relance.ledger.beancount import ROOTS, Loaded
from relance.ledger.blocks import PRINT, fingerprint
from relance.ledger.files import check_readable, relative
from relance.ledger.syntax import options as option_lines

_OPTION = re.compile(r"^option[ \t].*$", re.MULTILINE)
_PLACE = ("filename", "lineno")


def handed_over(entries: Sequence[Any], top: Path, root: Path) -> Loaded:
    """The ledger whose top file is `top`, of which another program hands over the entries: its
    options are read there, nothing else is read again."""
    check_readable(top, root)
    text = top.read_text(encoding="utf-8", errors="replace")
    _, _, options = parser.parse_string("\n".join(_OPTION.findall(text)))
    names = {str(entry.meta.get("filename", "")) for entry in entries}
    return Loaded(
        entries=sorted(entries, key=entry_sortkey),
        files=tuple(sorted(relative(name, root) for name in names if Path(name).is_file())),
        missing=(),
        roots={options[key]: key for key, name in ROOTS.items() if options[key] != name},
        folders=tuple(relative(str(top.parent / name), root) for name in options["documents"]),
    )


def directives(
    texts: Iterable[str], path: Path, top: Path, roots: Mapping[str, str], original: Path | None
) -> list[Any]:
    """Our directives as Beancount's own, as they stand in a file `path`, to be printed into the
    file `top`; `roots` are those of the ledger. Documents are those of the `original`, if one is
    given. What a directive says of itself holds once Beancount's printer has written it: nobody
    has changed it then."""
    text = "\n".join([*option_lines(roots, roots), *texts]) + "\n"
    entries, errors, _options = parser.parse_string(text, report_filename=str(path))
    if errors:
        raise ValueError(f"{errors[0].message}: line {errors[0].source.get('lineno')}")
    return [_signed(_printable(entry, top.parent, original)) for entry in entries]


def kept_as_json(entry: Any) -> Any:
    """A directive of ours as programs write it that hold its metadata as JSON, Fava among them:
    keys in their order, days as text."""
    return _signed(entry._replace(meta=_as_json(entry.meta)))


def _as_json(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in sorted(meta.items())
    }


def _signed(entry: Any) -> Any:
    """The entry with the fingerprint of what Beancount's printer writes of it."""
    entry.meta[PRINT] = fingerprint(printer.format_entry(entry).strip("\n"))
    return entry


def _printable(entry: Any, folder: Path, original: Path | None) -> Any:
    """An entry as Beancount's printer can write it: it escapes nothing in notes, and names files
    as they are."""
    match entry:
        case Document():
            name = os.path.relpath(original or entry.filename, folder)
            return entry._replace(filename=Path(name).as_posix())
        case Note():
            return entry._replace(comment=entry.comment.replace('"', "'").replace("\\", "/"))
        case Transaction():
            return entry._replace(postings=[_unplaced(posting) for posting in entry.postings])
    return entry


def _unplaced(posting: Any) -> Any:
    """A posting without the place of its line, which programs show as if a person had said it."""
    meta = {key: value for key, value in (posting.meta or {}).items() if key not in _PLACE}
    return posting._replace(meta=meta or None)


def copied(entry: Any) -> Any:
    """An entry that can be marked while the ledger's own stays as it is."""
    return entry._replace(meta=dict(entry.meta))
