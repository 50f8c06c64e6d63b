"""Reading the register: the letters, and what happened to each of them next."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from relance.ledger.beancount import DocumentEntry, NoteEntry
from relance.ledger.fields import Complaints, Fields
from relance.ledger.files import relative
from relance.ledger.mistyped_keys import Watch
from relance.ledger.note_sorts import CANCELLATION, DISPATCH, OF_LETTERS, RETURN
from relance.ledger.returns import cause_in
from relance.text.locales import french_date
from relance.values.issued import Citation, Dispatch, IssuedLetter, Record, Return
from relance.values.kinds import ReturnCause
from relance.values.problem import Source
from relance.values.register import LETTER_ID

SORTS = ("relance", *OF_LETTERS)  # of the notes of a register


def read_letters(entries: Iterable[Any], complaints: Complaints) -> tuple[IssuedLetter, ...]:
    """Every letter of the register with its citations, dispatches and cancellation, by id.

    Twice the same id, or a record of a letter that has no `document`, is a fault; the
    cancellation of a letter that left is told, and does nothing.
    """
    letters: dict[str, IssuedLetter] = {}
    later: list[tuple[str, Any, Fields]] = []
    for entry in entries:
        if not (sort := _sort(entry)):
            continue
        fields = Fields(complaints, entry.meta)
        name = fields.text("relance") or _linked(entry)
        if name is None:
            remedy = "rétablissez la ligne d'origine (git)"
            fields.wrong("relance", "manque à cette ligne du registre", remedy)
        elif sort != "lettre":
            later.append((sort, entry, fields))
        elif letter := _new_letter(name, letters, entry, fields):
            letters[name] = letter
    for sort, entry, fields in later:
        _add(letters, sort, entry, fields)
    cancelled = [(entry, fields.source) for sort, entry, fields in later if sort == CANCELLATION]
    for entry, source in cancelled:
        _check_cancelled(letters.get(_named(entry) or ""), source, complaints)
    return tuple(letters[name] for name in sorted(letters))


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


def _new_letter(
    name: str, letters: Mapping[str, IssuedLetter], entry: Any, fields: Fields
) -> IssuedLetter | None:
    if not LETTER_ID.fullmatch(name):
        fields.wrong(
            "relance", f"n'est pas un numéro de lettre : {name}", "par exemple R20261121-01"
        )
        return None
    if name in letters:
        fields.wrong("relance", f"{name} figure deux fois au registre", "retirez l'une des lignes")
        return None
    return _read_letter(name, entry, fields)


def _sort(entry: Any) -> str | None:
    tags: frozenset[str] = getattr(entry, "tags", None) or frozenset()
    if isinstance(entry, DocumentEntry):
        return "lettre" if "relance" in tags else None
    if isinstance(entry, NoteEntry):
        return next((tag for tag in SORTS if tag in tags), None)
    return None


def _read_letter(name: str, entry: Any, fields: Fields) -> IssuedLetter | None:
    step, rank, track = fields.text("etape"), fields.integer("rang"), fields.text("parcours")
    if step is None or rank is None or track is None:
        fields.wrong(
            "etape, rang, parcours", f"manquent à la lettre {name}", "rétablissez la ligne (git)"
        )
        return None
    return IssuedLetter(
        id=name,
        date=entry.date,
        account=entry.account,
        path=relative(entry.filename, fields.root),
        step=step,
        rank=rank,
        track=track,
        channels=tuple(filter(None, re.split(r",\s*", fields.text("canal") or ""))),
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
        source=fields.source,
    )


def _linked(entry: Any) -> str | None:
    """The letter that a note written by hand names by its link alone."""
    names = [link for link in entry.links or () if LETTER_ID.fullmatch(link)]
    return names[0] if len(names) == 1 else None


def _add(letters: dict[str, IssuedLetter], sort: str, entry: Any, fields: Fields) -> None:
    name = fields.text("relance") or _linked(entry) or ""
    if name not in letters:
        fields.wrong(
            "relance", f"aucune lettre {name} au registre", "corrigez le numéro de la lettre"
        )
        return
    letter = letters[name]
    if sort == "relance":
        if citation := _read_citation(name, fields):
            letters[name] = replace(letter, citations=(*letter.citations, citation))
    elif sort == DISPATCH:
        _check_dispatch(letter, entry, fields)
        letters[name] = replace(
            letter, dispatches=(*letter.dispatches, _read_dispatch(entry, fields))
        )
    elif sort == RETURN:
        letters[name] = replace(letter, returns=(*letter.returns, _read_return(entry, fields)))
    elif sort == CANCELLATION:
        letters[name] = replace(letter, cancellation=entry.date)


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


def _check_dispatch(letter: IssuedLetter, entry: Any, fields: Fields) -> None:
    """A letter neither leaves before its day nor arrives before it left: interest may run from
    there."""
    received = fields.day("recu")
    if entry.date < letter.date or (received and received < letter.date):
        what = f"précède la lettre {letter.id} du {letter.date}"
        fields.wrong(
            "recu" if received and received < letter.date else "envoi", what, "corrigez l'année"
        )
    elif received and received < entry.date:
        what = f"précède l'envoi de {letter.id}, du {entry.date}"
        fields.wrong("recu", what, "corrigez la date de réception")


def _check_cancelled(letter: IssuedLetter | None, source: Source, complaints: Complaints) -> None:
    """The cancellation of a letter that left would send it again. The line itself stays: a
    register is only added to."""
    if letter and letter.gone:
        left = f"{letter.id} est partie le {french_date(letter.gone[0].date)}"
        what = f"{left} : cette annulation est sans effet, la lettre compte"
        remedy = "revenue, notez-le (relance noter --retour) ; sinon il n'y a rien à faire"
        complaints.warn(source, what, remedy)


def _read_dispatch(entry: Any, fields: Fields) -> Dispatch:
    return Dispatch(
        date=entry.date,
        channel=fields.text("canal"),
        number=fields.text("numero"),
        received=fields.day("recu"),
        message_id=fields.text("message-id"),
        addresses=tuple(filter(None, re.split(r"[,\s]+", fields.text("adresse") or ""))),
    )


def _read_return(entry: Any, fields: Fields) -> Return:
    """Its `raison`, else what its words say."""
    written = fields.choice("raison", _CAUSES)
    cause = written or cause_in(entry.comment, fields.text("motif") or "")
    return Return(entry.date, cause, fields.text("canal"))


_CAUSES = {cause.value: cause for cause in ReturnCause}


def read_records(entries: Iterable[Any], complaints: Complaints, keys: Watch) -> tuple[Record, ...]:
    """Every line of the register with its place, by (date, path, line); `keys` are looked at in
    the notes that people write."""
    records = []
    for entry in entries:
        fields = Fields(complaints, entry.meta) if _sort(entry) else None
        if fields and _sort(entry) in OF_LETTERS:
            keys.look(entry.meta)
        if fields and (name := fields.text("relance") or _linked(entry)):
            records.append(_record(name, entry, fields))
    return tuple(sorted(records, key=lambda r: (r.date, r.source.path, r.source.line)))


def _record(name: str, entry: Any, fields: Fields) -> Record:
    written = fields.text("facture")
    links = tuple(link for link in sorted(entry.links or ()) if not LETTER_ID.fullmatch(link))
    return Record(
        date=entry.date,
        account=entry.account,
        letter=name,
        sort=_sort(entry) or "",
        text=getattr(entry, "comment", ""),
        source=fields.source,
        invoices=(written,) if written else links,
        channel=fields.text("canal"),
        number=fields.text("numero"),
        received=fields.day("recu"),
    )
