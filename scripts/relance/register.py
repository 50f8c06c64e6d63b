"""The register: what was issued, and what happened to it next (design §8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from relance import spelling
from relance.fields import Complaints, Fields
from relance.ledger import DocumentEntry, NoteEntry, aligned, relative
from relance.model import Citation, Dispatch, IssuedLetter, Record
from relance.nearkeys import Watch
from relance.spelling import metadata, text

FOLDER = "out/registre"
LETTERS = "out/lettres"
HEADER = "0000-entete.beancount"
LETTER_ID = re.compile(r"R\d{8}-\d{2,}")


# ---------------------------------------------------------------- Reading


def read_letters(entries: Iterable[Any], complaints: Complaints) -> tuple[IssuedLetter, ...]:
    """Every letter of the register with its citations, dispatches and cancellation, by id.

    Twice the same id, or a record of a letter that has no `document`, is a fault.
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
    return tuple(letters[name] for name in sorted(letters))


def _new_letter(
    name: str, known: Mapping[str, IssuedLetter], entry: Any, fields: Fields
) -> IssuedLetter | None:
    if not LETTER_ID.fullmatch(name):
        fields.wrong(
            "relance", f"n'est pas un numéro de lettre : {name}", "par exemple R20261121-01"
        )
        return None
    if name in known:
        fields.wrong("relance", f"{name} figure deux fois au registre", "retirez l'une des lignes")
        return None
    return _read_letter(name, entry, fields)


def _sort(entry: Any) -> str | None:
    tags: frozenset[str] = getattr(entry, "tags", None) or frozenset()
    if isinstance(entry, DocumentEntry):
        return "lettre" if "relance" in tags else None
    if isinstance(entry, NoteEntry):
        return next(
            (tag for tag in ("relance", "envoi", "retour", "annulation") if tag in tags), None
        )
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
    elif sort == "envoi":
        _check_dispatch(letter, entry, fields)
        letters[name] = replace(
            letter, dispatches=(*letter.dispatches, _read_dispatch(entry, fields))
        )
    elif sort == "annulation":
        letters[name] = replace(letter, cancelled_on=entry.date)


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
    announced = fields.day("versement")
    return Citation(letter, invoice, instalment, step, rank, track, due, balance, announced)


def _check_dispatch(letter: IssuedLetter, entry: Any, fields: Fields) -> None:
    """A letter neither leaves nor arrives before its day: interest may run from there."""
    received = fields.day("recu")
    if entry.date < letter.date or (received and received < letter.date):
        what = f"précède la lettre {letter.id} du {letter.date}"
        fields.wrong(
            "recu" if received and received < letter.date else "envoi", what, "corrigez l'année"
        )


def _read_dispatch(entry: Any, fields: Fields) -> Dispatch:
    return Dispatch(
        date=entry.date,
        channel=fields.text("canal"),
        number=fields.text("numero"),
        received=fields.day("recu"),
        message_id=fields.text("message-id"),
    )


def read_records(entries: Iterable[Any], complaints: Complaints, keys: Watch) -> tuple[Record, ...]:
    """Every line of the register with its place, by (date, path, line); `keys` are looked at in
    the notes that people write."""
    found = []
    for entry in entries:
        fields = Fields(complaints, entry.meta) if _sort(entry) else None
        if fields and _sort(entry) in _BY_HAND:
            keys.look(entry.meta)
        if fields and (name := fields.text("relance") or _linked(entry)):
            found.append(_record(name, entry, fields))
    return tuple(sorted(found, key=lambda r: (r.date, r.source.path, r.source.line)))


_BY_HAND = frozenset({"envoi", "retour", "annulation"})


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


def as_of(letters: Iterable[IssuedLetter], day: date) -> tuple[IssuedLetter, ...]:
    """The register as it stood at the end of that day."""
    return tuple(_stood(letter, day) for letter in letters if letter.date <= day)


def _stood(letter: IssuedLetter, day: date) -> IssuedLetter:
    """A letter as the register told it that day; nearly always it has told nothing since."""
    cancelled = letter.cancelled_on if letter.cancelled_on and letter.cancelled_on <= day else None
    dispatches = tuple(_seen(d, day) for d in letter.dispatches if d.date <= day)
    if (cancelled, dispatches) == (letter.cancelled_on, letter.dispatches):
        return letter
    return replace(letter, dispatches=dispatches, cancelled_on=cancelled)


def _seen(dispatch: Dispatch, day: date) -> Dispatch:
    late = dispatch.received is not None and dispatch.received > day
    return replace(dispatch, received=None) if late else dispatch


# ---------------------------------------------------------------- Writing


def write_run(
    day: date,
    letters: Iterable[IssuedLetter],
    roots: Mapping[str, str],
    comment: Callable[[Citation], str],
) -> str:
    """The register file of one run, as `bean-format` would leave it.

    `roots` are those of `spelling.options`; `comment` words the text of a citation's note.
    """
    letters = tuple(letters)
    options = spelling.options((letter.account for letter in letters), roots)
    blocks = [_INTRODUCTION.format(day=day.isoformat())]
    if options:
        blocks.append("\n".join(options))
    for letter in letters:
        blocks.append(_letter_block(letter))
        blocks.extend(
            _citation_block(letter, citation, comment(citation)) for citation in letter.citations
        )
    return aligned("\n\n".join(blocks) + "\n")


_INTRODUCTION = """\
;; -*- mode: beancount; coding: utf-8; -*-
;; Registre des relances du {day}.
;; On ajoute, on ne modifie jamais : une erreur se corrige par une note #annulation.
;;   document = la lettre                                 ^R…
;;   note = une facture citée                             ^F… ^R…
;;   note #envoi, #retour, #annulation = la suite         ^R…"""


def _letter_block(letter: IssuedLetter) -> str:
    path = PurePosixPath("..") / PurePosixPath(letter.path).relative_to("out")
    links = spelling.links([*(c.invoice for c in letter.citations), letter.id])
    head = f"{letter.date} document {letter.account} {text(str(path))} #relance {links}"
    return head + metadata(
        {
            "relance": letter.id,
            "etape": letter.step,
            "rang": letter.rank,
            "parcours": letter.track,
            "canal": ", ".join(letter.channels),
            "ton": letter.tone,
            "arrete-au": letter.stopped_on,
            "sous": letter.days_given,
            "total": letter.total,
            "penalites": letter.interest,
            "indemnite": letter.fee,
            "markdown-sha256": letter.markdown_sha256,
            "pdf-sha256": letter.pdf_sha256,
            "base": letter.base,
            "version": letter.version,
            "politique-sha256": letter.policy_sha256,
        }
    )


def _citation_block(letter: IssuedLetter, citation: Citation, comment: str) -> str:
    links = spelling.links([citation.invoice, letter.id])
    head = f"{letter.date} note {letter.account} {text(comment)} #relance {links}"
    return head + metadata(
        {
            "relance": letter.id,
            "facture": citation.invoice,
            "tranche": citation.instalment,
            "etape": citation.step,
            "rang": citation.rank,
            "parcours": citation.track,
            "echeance": citation.due,
            "solde": citation.balance,
            "versement": citation.instalment_due,
        }
    )
