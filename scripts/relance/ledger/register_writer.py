"""Writing the register file of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import PurePosixPath

from relance.ledger import syntax
from relance.ledger.beancount import aligned
from relance.ledger.syntax import metadata, text
from relance.values.issued import Citation, IssuedLetter


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
    options = syntax.options((letter.account for letter in letters), roots)
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
    links = syntax.links([*(c.invoice for c in letter.citations), letter.id])
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
            "sms-sha256": letter.sms_sha256,
            "base": letter.base,
            "version": letter.version,
            "politique-sha256": letter.policy_sha256,
        }
    )


def _citation_block(letter: IssuedLetter, citation: Citation, comment: str) -> str:
    links = syntax.links([citation.invoice, letter.id])
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
            "penalites": citation.interest,
            "indemnite": citation.fee,
        }
    )
