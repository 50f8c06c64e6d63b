"""What the register says of a letter against what its file or its books say of the same letter.

The register, the letter's file and the books derived again each make a `LetterStatement` in the
same keys, those of front matters. What one of the two says nothing of is no difference: an older
version wrote less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from relance.letters.letter_text import invoice_rows
from relance.text.yamlfile import Trail
from relance.values.amounts import Money
from relance.values.issued import Citation, IssuedLetter

# What the register says of a letter, by its key there. Neither its path nor its versions and
# fingerprints, which its printing adds; nor its tone, which older registers lack and no client
# sees; nor what happened to it afterwards.
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


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a front matter that are looked at: the letter's, and each claim's."""

    letter: tuple[str, ...]
    claim: tuple[str, ...]


# What a letter's file says in the register's words. `parcours` is the whole letter's there, and
# `versement` the share of an instalment.
IN_REGISTER = Keys(
    (
        *("relance", "date", "compte", "etape", "rang", "parcours", "devise"),
        *("total", "penalites", "indemnite", "arrete-au", "sous"),
    ),
    ("etape", "rang", "echeance", "solde"),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A claim in a letter. `again` is 0, or 1 where the letter cites it a second time: the
    register would count two steps of it."""

    invoice: str
    instalment: str
    again: int = 0


@dataclass(frozen=True, slots=True)
class LetterStatement:
    """What is said of a letter and, by claim, of those that it cites.

    A key that is not there is one of which nothing is said; None says that there is none.
    """

    figures: Mapping[str, object]
    claims: Mapping[Cited, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is `written` otherwise than it should; `claim` is set when it is a claim's.

    Without a `key` the claim itself is cited on one side alone, as the two sides then say.
    """

    key: str
    written: object
    right: object
    claim: Cited | None = None


def of_register(letter: IssuedLetter, *, complete: bool = True) -> LetterStatement:
    """What the register says, amounts with their currency. Unless `complete`, what it does not
    say of the letter is passed over: an older version did not write it."""
    figures = {key: getattr(letter, name) for key, name in _LETTER.items()}
    claims = (Cited(c.invoice, str(c.instalment)) for c in letter.citations)
    recorded = {key: value for key, value in figures.items() if complete or value is not None}
    return LetterStatement(recorded, _by_claim(claims, map(of_claim, letter.citations)))


def of_claim(citation: Citation) -> Mapping[str, object]:
    """What the register says of one claim."""
    return {key: getattr(citation, name) for key, name in _CITATION.items()}


def as_in_file(letter: IssuedLetter) -> LetterStatement:
    """What the register says, as the letter's file must say it: amounts without currency. What
    an older register does not say is passed over."""
    currency = letter.total.currency if letter.total else None
    figures = {key: _bare(getattr(letter, name)) for key, name in _LETTER.items()}
    figures |= {"relance": letter.id, "date": letter.date, "devise": currency}
    recorded = {key: figures[key] for key in IN_REGISTER.letter if figures[key] is not None}
    claims = {
        claim: {key: _bare(statement[key]) for key in IN_REGISTER.claim}
        for claim, statement in of_register(letter).claims.items()
    }
    return LetterStatement(recorded, claims)


def of_file(front: Mapping[str, object], keys: Keys, *, complete: bool) -> LetterStatement:
    """What a letter's file says under these keys; when `complete`, those that it lacks say that
    there is none."""

    def stated(mapping: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
        return {key: mapping.get(key) for key in names if complete or key in mapping}

    rows = list(invoice_rows(front))
    claims = _by_claim(map(_cited, rows), (stated(row, keys.claim) for row in rows))
    return LetterStatement(stated(front, keys.letter), claims)


def trail_of(difference: Difference, front: Mapping[str, object]) -> Trail:
    """Where a letter's file speaks of it."""
    key, claim = difference.key, difference.claim
    if claim is None:
        return (key,)
    rows = enumerate(invoice_rows(front))
    places = [n for n, row in rows if _cited(row) == replace(claim, again=0)]
    return ("factures", places[claim.again], key) if claim.again < len(places) else ("factures",)


def _cited(row: Mapping[str, object]) -> Cited:
    return Cited(str(row.get("facture")), str(row.get("tranche")))


def _by_claim(
    claims: Iterable[Cited], figures: Iterable[Mapping[str, object]]
) -> dict[Cited, Mapping[str, object]]:
    """The figures by claim. A claim cited twice is counted, not overwritten: the second citation
    is a difference, which a plain mapping would hide."""
    times = Counter[Cited]()
    by_claim: dict[Cited, Mapping[str, object]] = {}
    for claim, stated in zip(claims, figures, strict=True):
        by_claim[replace(claim, again=times[claim])] = stated
        times[claim] += 1
    return by_claim


def _bare(value: object) -> object:
    return value.number if isinstance(value, Money) else value


def differences(written: LetterStatement, right: LetterStatement) -> Iterator[Difference]:
    """What is written of a letter otherwise than it should be."""
    yield from changed(written.figures, right.figures)
    for claim in dict.fromkeys([*right.claims, *written.claims]):
        if claim in right.claims and claim in written.claims:
            for difference in changed(written.claims[claim], right.claims[claim]):
                yield replace(difference, claim=claim)
        else:
            yield Difference("", claim in written.claims, claim in right.claims, claim)


def changed(written: Mapping[str, object], right: Mapping[str, object]) -> Iterator[Difference]:
    """The figures of which both say something, and not the same."""
    for key, value in right.items():
        if key in written and not _same(written[key], value):
            yield Difference(key, written[key], value)


def _same(written: object, right: object) -> bool:
    """A number is one however written, and a text of digits may have lost its quotes: whoever
    saves a front matter writes it his own way."""
    if isinstance(right, (Decimal, int)) and isinstance(written, (Decimal, int)):
        return Decimal(written) == Decimal(right)
    return written == right or (isinstance(right, str) and str(written) == right)
