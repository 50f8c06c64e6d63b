"""The figures of a letter: those of the register and of its file against those derived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from relance.letters.letter_text import invoice_rows
from relance.values.issued import Citation, IssuedLetter

Facts = Mapping[str, object]

# What the register says of a letter, by its key there.
_LETTER = {
    "compte": "account",
    "etape": "step",
    "rang": "rank",
    "parcours": "track",
    "canal": "channels",
    "arrete-au": "stopped_on",
    "sous": "days_given",
    "total": "total",
    "penalites": "interest",
    "indemnite": "fee",
}
_CITATION = {
    "etape": "step",
    "rang": "rank",
    "parcours": "track",
    "echeance": "due",
    "solde": "balance",
    "versement": "instalment_due",
}
# What the file's own front matter says: whatever the words around, these must hold.
_FILE = (
    *("compte", "type", "etape", "rang", "parcours", "devise", "principal", "penalites"),
    *("indemnite", "total", "arrete-au", "sous", "echeance"),
)
_FILE_CLAIM = (
    *("date", "echeance", "montant", "recu", "solde", "conteste", "jours", "etape", "rang"),
    *("demande", "penalites", "indemnite", "versement"),
)
RECIPIENT = "destinataire"


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what its base gives; `invoice` is set when it is that of a claim."""

    key: str
    written: str
    derived: str
    invoice: str | None = None

    def __str__(self) -> str:
        about = f"{self.invoice}, " if self.invoice else ""
        return f"{about}{self.key} : {self.written}, ses livres donnent {self.derived}"


def of_register(
    written: IssuedLetter, derived: IssuedLetter, *, complete: bool
) -> Iterator[Difference]:
    """What the register says otherwise; unless `complete`, what an older version did not write
    is passed over."""
    for key, name in _LETTER.items():
        ours, theirs = getattr(derived, name), getattr(written, name)
        if theirs != ours and (complete or theirs is not None):
            yield Difference(key, _told(theirs), _told(ours))
    ours, theirs = _by_claim(written.citations), _by_claim(derived.citations)
    for claim in dict.fromkeys([*ours, *theirs]):
        yield from _claims(claim[0], ours.get(claim), theirs.get(claim))


def _by_claim(citations: Iterable[Citation]) -> dict[tuple[str, int], Citation]:
    return {(each.invoice, each.instalment): each for each in citations}


def _claims(
    invoice: str, written: Citation | None, derived: Citation | None
) -> Iterator[Difference]:
    if written is None or derived is None:
        said = ("absente", "présente") if written is None else ("présente", "absente")
        yield Difference("citée", *said, invoice)
        return
    for key, name in _CITATION.items():
        ours, theirs = getattr(derived, name), getattr(written, name)
        if ours != theirs:
            yield Difference(key, _told(theirs), _told(ours), invoice)


def of_file(written: Facts, derived: Facts) -> Iterator[Difference]:
    """What the front matter says otherwise, of the keys that it has: an older version had fewer,
    and one that a hand took out is seen in the letter's diff."""
    yield from _keys(_FILE, written, derived, None)
    ours, theirs = _rows(derived), _rows(written)
    for claim in dict.fromkeys([*theirs, *ours]):
        name = str(claim[0])
        if claim not in ours or claim not in theirs:
            said = ("absente", "présente") if claim in ours else ("présente", "absente")
            yield Difference("facture", *said, name)
        else:
            yield from _keys(_FILE_CLAIM, theirs[claim], ours[claim], name)


def _keys(
    keys: Iterable[str], written: Facts, derived: Facts, invoice: str | None
) -> Iterator[Difference]:
    for key in keys:
        ours, theirs = derived.get(key), written.get(key)
        if key in written and ours != theirs:
            yield Difference(key, _told(theirs), _told(ours), invoice)


def _rows(facts: Facts) -> dict[tuple[object, object], Facts]:
    return {(row.get("facture"), row.get("tranche")): row for row in invoice_rows(facts)}


def recipient(written: Facts, derived: Facts) -> Iterator[Difference]:
    """What the file says otherwise of whom it goes to."""
    ours, theirs = derived.get(RECIPIENT), written.get(RECIPIENT)
    if isinstance(ours, dict) and isinstance(theirs, dict):
        named = {key: value for key, value in ours.items() if value}
        for key in dict.fromkeys([*named, *theirs]):
            if named.get(key) != theirs.get(key):
                yield Difference(key, _told(theirs.get(key)), _told(named.get(key)))


def _told(value: object) -> str:
    if value is None or value == ():
        return "rien"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)
