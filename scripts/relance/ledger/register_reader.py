"""Reading the register: the letters, and what happened to each of them next."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from relance.ledger.beancount import DocumentEntry, NoteEntry
from relance.ledger.fields import Complaints, Fields
from relance.ledger.files import relative
from relance.ledger.note_sorts import CANCELLATION, DISPATCH, OF_LETTERS, RETURN
from relance.ledger.returns import cause_in
from relance.text.locales import french_date
from relance.values.issued import Citation, Dispatch, IssuedLetter, Return
from relance.values.kinds import ReturnCause
from relance.values.register import LETTER_ID

SORTS = ("relance", *OF_LETTERS)  # of the notes of a register


def read_letters(entries: Iterable[Any], complaints: Complaints) -> tuple[IssuedLetter, ...]:
    """Every letter of the register with what became of it, by id, from the entries of a ledger;
    `complaints` get the faults of its lines."""
    return RegisterLines(entries, complaints).letters()


class RegisterLines:
    """The lines of a register among the entries of a ledger, each with the letter it is about."""

    def __init__(self, entries: Iterable[Any], complaints: Complaints) -> None:
        self._complaints = complaints
        self.lines = list(_lines(entries, complaints))

    def letters(self) -> tuple[IssuedLetter, ...]:
        """Every letter of the register with its citations, dispatches and cancellation, by id.

        Twice the same id, or a record of a letter that has no `document`, is a fault; the
        cancellation of a letter that left is told, and does nothing.
        """
        heads: dict[str, RegisterLine] = {}
        later: dict[str, list[RegisterLine]] = defaultdict(list)
        for line in self.lines:
            if not line.letter:
                remedy = "rétablissez la ligne d'origine (git)"
                line.fields.wrong("relance", "manque à cette ligne du registre", remedy)
            elif line.sort != "lettre":
                later[line.letter].append(line)
            elif _is_new(line, heads):
                heads[line.letter] = line
        read = (_read_letter(line, later.pop(name, ())) for name, line in heads.items())
        letters = sorted((letter for letter in read if letter), key=lambda letter: letter.id)
        for line in chain.from_iterable(later.values()):
            what = f"aucune lettre {line.letter} au registre"
            line.fields.wrong("relance", what, "corrigez le numéro de la lettre")
        self._check_cancelled(letters)
        return tuple(letters)

    def _check_cancelled(self, letters: Iterable[IssuedLetter]) -> None:
        """The cancellation of a letter that left would send it again. The line itself stays: a
        register is only added to."""
        gone = {x.id: x.gone[0].date for x in letters if x.cancellation and x.gone}
        for line in self.lines:
            if line.sort == CANCELLATION and (day := gone.get(line.letter)):
                left = f"{line.letter} est partie le {french_date(day)}"
                what = f"{left} : cette annulation est sans effet, la lettre compte"
                remedy = "revenue, notez-le (relance noter --retour) ; sinon il n'y a rien à faire"
                self._complaints.warn(line.fields.source, what, remedy)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line of the register; `letter` is the one it is about, "" when it names none."""

    sort: str
    letter: str
    entry: Any
    fields: Fields


def _lines(entries: Iterable[Any], complaints: Complaints) -> Iterator[RegisterLine]:
    for entry in entries:
        if sort := _sort(entry):
            fields = Fields(complaints, entry.meta)
            yield RegisterLine(sort, fields.text("relance") or _linked(entry) or "", entry, fields)


def brought(entries: Iterable[Any], told_before: Collection[str]) -> list[Any]:
    """The lines about letters that a branch brings beside those `told_before`: what happened to the
    letters of others, or was already told of them, is for their own register to say."""
    lines = [(_sort(entry), _named(entry), entry) for entry in entries]
    letters = {name for sort, name, _ in lines if sort == "lettre"}.difference(told_before)
    return [
        entry
        for sort, name, entry in lines
        if name in letters or (sort not in OF_LETTERS and name not in told_before)
    ]


def _named(entry: Any) -> str | None:
    written = (entry.meta or {}).get("relance")
    return written if isinstance(written, str) else _sort(entry) and _linked(entry)


def _is_new(line: RegisterLine, heads: Container[str]) -> bool:
    """Whether a letter has a number, and no other line has it."""
    name = line.letter
    if not LETTER_ID.fullmatch(name):
        what = f"n'est pas un numéro de lettre : {name}"
        line.fields.wrong("relance", what, "par exemple R20261121-01")
    elif name in heads:
        what = f"{name} figure deux fois au registre"
        line.fields.wrong("relance", what, "retirez l'une des lignes")
    else:
        return True
    return False


def _sort(entry: Any) -> str | None:
    if not isinstance(entry, (NoteEntry, DocumentEntry)) or not (tags := entry.tags):
        return None
    if isinstance(entry, DocumentEntry):
        return "lettre" if "relance" in tags else None
    return next((tag for tag in SORTS if tag in tags), None)


def _read_letter(head: RegisterLine, later: Sequence[RegisterLine]) -> IssuedLetter | None:
    """The letter with what its other lines tell; None when it cannot be read."""
    name, entry, fields = head.letter, head.entry, head.fields
    step, rank, track = fields.text("etape"), fields.integer("rang"), fields.text("parcours")
    if step is None or rank is None or track is None:
        fields.wrong(
            "etape, rang, parcours", f"manquent à la lettre {name}", "rétablissez la ligne (git)"
        )
        return None
    course = _Course(name, entry.date)
    for line in later:
        course.add(line)
    return IssuedLetter(
        id=name,
        date=entry.date,
        account=entry.account,
        path=relative(entry.filename, fields.root),
        step=step,
        rank=rank,
        track=track,
        channels=_split(_COMMA, fields.text("canal")),
        citations=tuple(course.citations),
        stopped_on=fields.day("arrete-au"),
        days_given=fields.integer("sous"),
        total=fields.amount("total"),
        interest=fields.amount("penalites"),
        fee=fields.amount("indemnite"),
        markdown_sha256=fields.text("markdown-sha256"),
        pdf_sha256=fields.text("pdf-sha256"),
        sms_sha256=fields.text("sms-sha256"),
        base=fields.text("base"),
        version=fields.text("version"),
        policy_sha256=fields.text("politique-sha256"),
        tone=fields.text("ton"),
        dispatches=tuple(course.dispatches),
        returns=tuple(course.returns),
        cancellation=course.cancellation,
        source=fields.source,
    )


@dataclass(slots=True)
class _Course:
    """What the lines after a letter's own tell of it."""

    letter: str
    day: date
    citations: list[Citation] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    cancellation: date | None = None

    def add(self, line: RegisterLine) -> None:
        """One more line."""
        entry, fields = line.entry, line.fields
        if line.sort == "relance":
            if citation := _read_citation(self.letter, fields):
                self.citations.append(citation)
        elif line.sort == DISPATCH:
            _check_dispatch(self, entry, fields)
            self.dispatches.append(_read_dispatch(entry, fields))
        elif line.sort == RETURN:
            self.returns.append(_read_return(entry, fields))
        elif line.sort == CANCELLATION:
            self.cancellation = entry.date


_COMMA, _COMMA_OR_BLANK = re.compile(r",\s*"), re.compile(r"[,\s]+")


def _split(pattern: re.Pattern[str], written: str | None) -> tuple[str, ...]:
    return tuple(filter(None, pattern.split(written))) if written else ()


def _linked(entry: Any) -> str | None:
    """The letter that a note written by hand names by its link alone."""
    names = [link for link in entry.links or () if LETTER_ID.fullmatch(link)]
    return names[0] if len(names) == 1 else None


def _read_citation(letter: str, fields: Fields) -> Citation | None:
    texts = [fields.text(key) for key in ("facture", "etape", "parcours")]
    numbers = [fields.integer(key) for key in ("tranche", "rang")]
    due, balance = fields.day("echeance"), fields.amount("solde")
    if None in (*texts, *numbers, due, balance):
        fields.wrong(
            "facture, tranche, etape, rang, parcours, echeance, solde",
            f"sont attendus dans cette note de la lettre {letter}",
            "rétablissez la ligne d'origine (git)",
        )
        return None
    invoice, step, track = (str(text) for text in texts)
    instalment, rank = (number or 0 for number in numbers)
    assert due and balance
    return Citation(
        *(letter, invoice, instalment, step, rank, track, due, balance),
        instalment_due=fields.day("versement"),
        interest=fields.amount("penalites"),
        fee=fields.amount("indemnite"),
    )


def _check_dispatch(course: _Course, entry: Any, fields: Fields) -> None:
    """A letter neither leaves before its day nor arrives before it left: interest may run from
    there."""
    received = fields.day("recu")
    if entry.date < course.day or (received and received < course.day):
        what = f"précède la lettre {course.letter} du {course.day}"
        fields.wrong(
            "recu" if received and received < course.day else "envoi", what, "corrigez l'année"
        )
    elif received and received < entry.date:
        what = f"précède l'envoi de {course.letter}, du {entry.date}"
        fields.wrong("recu", what, "corrigez la date de réception")


def _read_dispatch(entry: Any, fields: Fields) -> Dispatch:
    return Dispatch(
        date=entry.date,
        channel=fields.text("canal"),
        number=fields.text("numero"),
        received=fields.day("recu"),
        message_id=fields.text("message-id"),
        addresses=_split(_COMMA_OR_BLANK, fields.text("adresse")),
    )


def _read_return(entry: Any, fields: Fields) -> Return:
    """Its `raison`, else what its words say."""
    written = fields.choice("raison", _CAUSES)
    cause = written or cause_in(entry.comment, fields.text("motif") or "")
    return Return(entry.date, cause, fields.text("canal"))


_CAUSES = {cause.value: cause for cause in ReturnCause}
