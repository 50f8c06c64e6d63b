"""The contents of a letter against those that its base gives: figures, recipient, words, sums."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from relance.claims.calculator import STATUTORY_FEE
from relance.decision.outcomes import Letter
from relance.letters.figures import Figure, FigureKind, FigureReader
from relance.letters.letter_text import as_text, invoice_rows, leaves
from relance.runs.comparison import Difference, Keys, differences, of_file
from relance.text.typography import ordinary

Facts = Mapping[str, object]

# What the file's own front matter says: whatever the words around, these must hold.
_KEYS = Keys(
    (
        *("compte", "type", "etape", "rang", "parcours", "devise", "principal", "penalites"),
        *("indemnite", "total", "arrete-au", "sous", "echeance"),
    ),
    (
        *("date", "echeance", "montant", "recu", "solde", "conteste", "jours", "etape", "rang"),
        *("demande", "penalites", "indemnite", "versement"),
    ),
)
_RECIPIENT = "destinataire"
_SAID_BY_CONTACT = {"civilite", "personne"}  # an earlier version did not tell them apart


# ---------------------------------------------------------------- Figures


def of_front(written: Facts, derived: Facts) -> Iterator[Difference]:
    """What the front matter says otherwise, of the keys that it has: an older version had fewer,
    and one that a hand took out is seen in the letter's diff."""
    ours = of_file(derived, _KEYS, complete=True)
    yield from differences(of_file(written, _KEYS, complete=False), ours)


def recipient(written: Facts, derived: Facts) -> str:
    """What the file says otherwise of whom it goes to, as a diff."""
    ours, theirs = derived.get(_RECIPIENT), written.get(_RECIPIENT)
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return ""
    named = {key: value for key, value in ours.items() if value}
    return "".join(
        f"-destinataire, {key} : {_shown(named.get(key))}\n"
        f"+destinataire, {key} : {_shown(theirs.get(key))}\n"
        for key in dict.fromkeys([*named, *theirs])
        if named.get(key) != theirs.get(key) and key not in _SAID_BY_CONTACT
    )


def in_words(difference: Difference, cited: str) -> str:
    """A difference as a finding tells it; `cited` says that the claim is there."""
    about = f"{difference.claim.invoice}, " if difference.claim else ""
    key, written, right = difference.key or cited, difference.written, difference.right
    if not difference.key:
        written, right = (("absente", "présente")[bool(side)] for side in (written, right))
    return f"{about}{key} : {_shown(written)}, ses livres donnent {_shown(right)}"


def _shown(value: object) -> str:
    if value is None or value == ():
        return "rien"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


# ---------------------------------------------------------------- Words

# A sum or a rate in any of the letters' languages; no day, whatever its dots.
_AMOUNT = re.compile(r"(?<![\d.,/])\d[\d .,]*[.,]\d{2}(?![\d.,/])")


def difference(derived: str, written: str, name: str) -> str:
    """The unified diff from the derived text to the one approved; empty when they agree."""
    if derived == written:
        return ""
    old, new = derived.splitlines(), written.splitlines()
    rows = difflib.unified_diff(old, new, f"dérivée/{name}", f"approuvée/{name}", lineterm="", n=1)
    return "\n".join(rows) + "\n"


def replaced_amounts(derived: str, written: str) -> tuple[list[str], list[str]]:
    """The amounts that a letter's words lost and those that stand in their place; both empty when
    they only dropped or only added some: a sentence may go or come, a sum may not change."""
    ours, theirs = (Counter(_amounts(text)) for text in (derived, written))
    lost, instead = sorted(ours - theirs), sorted(theirs - ours)
    return (lost, instead) if lost and instead else ([], [])


def _amounts(text: str) -> list[str]:
    return _AMOUNT.findall(ordinary(text))


# ---------------------------------------------------------------- Sums of another version

_SUBJECT = "objet"


class Sums:
    """The amounts that the books of a letter give: those of `front`, its front matter derived
    again, those of the interest's segments, and those of `text`, its body in today's words."""

    def __init__(self, letter: Letter, front: Facts, text: str) -> None:
        numbers = (str(row[key]) for row in invoice_rows(front) for key in ("numero", "facture"))
        self._reader = FigureReader(numbers, letter.currency)
        values = (*(value for _, value in leaves(front)), *_interest(letter))
        allowed = [as_text(value) for value in values]
        allowed.append(f"{STATUTORY_FEE} EUR")  # told even where it is not claimed
        allowed += [block.text for block in self._reader.blocks(text)]
        self._held = {_value(amount) for written in allowed for amount in self._amounts(written)}

    def foreign(self, front: Facts, body: str) -> Iterator[tuple[int, str]]:
        """The amounts of a written letter that are none of these, each with its line of the
        body, 0 for one of the subject."""
        subject = [(0, str(front.get(_SUBJECT, "")))]
        for line, text in [*subject, *((x.line, x.text) for x in self._reader.blocks(body))]:
            for amount in self._amounts(text):
                if _value(amount) not in self._held:
                    yield line, amount.text

    def _amounts(self, text: str) -> Iterator[Figure]:
        return (figure for figure in self._reader.figures(text) if figure.kind is FigureKind.AMOUNT)


def _value(amount: Figure) -> str:
    """Without its sign: a receipt stands with or without one."""
    return amount.value.lstrip("-")


def _interest(letter: Letter) -> Iterator[Decimal]:
    for line in letter.lines:
        for segment in line.interest.segments if line.interest else ():
            yield from (segment.principal, segment.amount)
