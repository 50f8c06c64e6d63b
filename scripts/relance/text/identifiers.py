"""Official numbers and their check digits: the only module that knows python-stdnum."""

from __future__ import annotations

from importlib import import_module


def is_valid(standard: str, text: str) -> bool:
    """Whether form and check digits are right; `standard` is one of stdnum's (`fr.siren`)."""
    # Imported here: these tables are only worth their time when a number is checked.
    return bool(import_module(f"stdnum.{standard}").is_valid(text))


def compact(standard: str, text: str) -> str:
    """A valid number without what only makes it readable."""
    return str(import_module(f"stdnum.{standard}").compact(text))


def is_company_number(text: str) -> bool:
    """Whether it is a SIREN (9 digits) or a SIRET (14), its check digit right."""
    return is_valid("fr.siren", text) or is_valid("fr.siret", text)


def siren_of(text: str) -> str | None:
    """The SIREN of a SIREN or SIRET; None when it is neither."""
    return compact("fr.siret", text)[:9] if is_company_number(text) else None
