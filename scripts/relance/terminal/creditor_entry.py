"""What is known of the creditor of a new folder, and the policy that says it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

from relance.policy.creditor import PLACEHOLDER
from relance.text.firms import bears

_FORMS = ("SARL", "EURL", "SASU", "SAS", "SA", "SCI", "SNC", "EI")


@dataclass(frozen=True, slots=True)
class CreditorEntry:
    """What the policy is to say of the creditor, each as it is written there, right in form and
    check digits; "" and () for what nobody said."""

    name: str = ""
    siren: str = ""
    address: tuple[str, ...] = ()
    iban: str = ""
    email: str = ""
    phone: str = ""
    vat: str = ""

    @property
    def is_named(self) -> bool:
        """Whether letters can say who asks: by name and address."""
        return bool(self.name and self.address)

    def over(self, other: CreditorEntry) -> CreditorEntry:
        """The same, and what the other alone says."""
        values = (getattr(self, x.name) or getattr(other, x.name) for x in fields(self))
        return CreditorEntry(*values)


def with_creditor(text: str, creditor: CreditorEntry) -> str:
    """The model's policy with what is known of the creditor. The name stays the model's, which
    stops every letter, unless the address is known too."""
    head, mark, rest = text.partition("\ngrand-livre:")
    for key, value in _keys(creditor):
        block = r"(?:\n {4}.*)*" if key == "adresse" else ""
        line = f"  {key}: {json.dumps(value, ensure_ascii=False)}"
        place = re.search(rf"^  (?:# )?{key}:.*{block}", head, re.MULTILINE)
        if place:
            head = f"{head[: place.start()]}{line}{head[place.end() :]}"
    if PLACEHOLDER not in head:  # nobody told the form, unless the name bears it
        head = head.replace("  forme: SARL #", "  # forme: SARL #")
    return f"{head}{mark}{rest}"


def _keys(creditor: CreditorEntry) -> Iterator[tuple[str, object]]:
    """The keys of the creditor that are known."""
    if creditor.is_named:
        yield "nom", creditor.name
        yield "adresse", list(creditor.address)
        if form := next((form for form in _FORMS if bears(creditor.name, form)), ""):
            yield "forme", form
    plain = {
        "siren": creditor.siren,
        "tva": creditor.vat,
        "courriel": creditor.email,
        "telephone": creditor.phone,
        "iban": creditor.iban,
    }
    yield from ((key, value) for key, value in plain.items() if value)
