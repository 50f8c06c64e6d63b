"""What follow-up notes add to a letter: the client's profile, a promise that was not kept, the
copy of an invoice that never arrived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from relance.claims.claim import Claim
from relance.claims.on_day import OnDay
from relance.claims.promises import Promise
from relance.decision.outcomes import Letter
from relance.text.locales import french_date
from relance.values.facts import Document, Note
from relance.values.kinds import Reason
from relance.values.lifecycle import COLLECTED
from relance.values.problem import Problem


class FollowUp:
    """Completes the letters of a day; what an earlier letter already answered is left out."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._held = _copied(on.books.documents, on.day)

    def completed(self, letters: Iterable[Letter]) -> list[Letter]:
        """The letters with what their template may say, and the plan's remarks on it."""
        return [self._completed(letter) for letter in letters]

    def _completed(self, letter: Letter) -> Letter:
        if letter.informs:
            return replace(letter, profile=self._on.profiles.get(letter.client.account))
        copies = tuple(self._asked(letter))
        apart = letter.step.before_due or letter.asks_remainder
        broken = None if apart else self._broken(letter)
        remarks = (
            *letter.remarks,
            *_promise_remark(broken),
            *map(self._copy_remark, copies),
            *self._collected(letter),
        )
        return replace(
            letter,
            profile=self._on.profiles.get(letter.client.account),
            broken_promise=broken,
            copies_asked=copies,
            remarks=remarks,
        )

    def _broken(self, letter: Letter) -> Promise | None:
        """The last promise that failed about what the letter demands, unless a letter said so
        since, or the money came after all."""
        claims = [line.claim for line in letter.demanded if line.step]
        failed = [
            promise
            for claim in claims
            if (promise := self._on.promises.latest(claim))
            and promise.failed
            and promise.share(letter.currency).missing > 0
            and not self._written_since(claim, promise.last)
        ]
        return max(failed, key=lambda p: (p.last, p.note.date, p.note.source), default=None)

    def _written_since(self, claim: Claim, last: date) -> bool:
        return any(p.letter.date > last for p in self._on.history.of(claim) if p.citation.rank)

    def _asked(self, letter: Letter) -> Iterable[str]:
        """The invoices that the client says it never received, since the last letter about
        them; one told on the day of that letter may well be the answer to it."""
        cited = {line.claim.invoice: line.claim for line in letter.lines if line.step}
        for invoice, claim in cited.items():
            past = self._on.history.of(claim)
            since = past[-1].letter.date if past else date.min
            notes = self._on.notes.of(letter.client.account)
            if invoice and any(_not_received(note, claim, since) for note in notes):
                yield invoice

    def _collected(self, letter: Letter) -> Iterable[str]:
        """The invoices that we told the platform were paid, and of which the books know nothing."""
        for line in letter.lines if letter.client.account in self._on.notes else ():
            claim = line.claim
            statuses = [
                note
                for note in self._on.notes.statuses(claim)
                if note.status and note.status.code == COLLECTED
            ]
            if statuses and line.step and not any(r.is_payment for r in claim.receipts):
                since = f"encaissée d'après la plateforme le {french_date(statuses[-1].date)}"
                yield f"{claim.label} {since}, les livres n'ont aucun règlement"

    def _copy_remark(self, name: str) -> str:
        copy = "jointe" if name in self._held else "à joindre, aucune n'est déclarée"
        return f"{name} jamais reçue, dit le client : copie {copy}"


def _not_received(note: Note, claim: Claim, since: date) -> bool:
    not_received = note.reason is Reason.NOT_RECEIVED and note.date >= since
    return not_received and note.concerns(claim.client.account, claim.invoice)


def missing_copies(letters: Iterable[Letter], documents: Iterable[Document]) -> list[Problem]:
    """The copies that clients asked for and that the books do not have."""
    asked = [(letter, name) for letter in letters for name in letter.copies_asked]
    held = _copied(documents, asked[0][0].date) if asked else set()
    return [
        Problem(
            letter.client.source,
            f"copie à joindre : {name}, que {letter.client.label} dit n'avoir pas reçue",
            f"déclarez-la : AAAA-MM-JJ document {letter.client.account} "
            f'"pieces/{name}.pdf" ^{name} #facture',
        )
        for letter, name in asked
        if name not in held
    ]


def not_joinable(letters: Iterable[Letter], documents: Iterable[Document]) -> list[Problem]:
    """The copies of invoices cited by these letters that are no PDF and no image."""
    cited = {
        (letter.client.account, line.claim.invoice)
        for letter in letters
        if letter.encloses_copies
        for line in letter.lines
    }
    return [
        Problem(
            document.source,
            f"{document.path} ne peut être jointe à une lettre : ni PDF, ni PNG, ni JPEG",
            "enregistrez-la en PDF, et déclarez ce PDF",
        )
        for document in documents
        if "facture" in document.sorts and document.media_type is None
        if any((document.account, name) in cited for name in document.invoices)
    ]


def _copied(documents: Iterable[Document], day: date) -> set[str]:
    """The invoices of which a copy is declared."""
    return {
        invoice
        for document in documents
        if document.copy and document.date <= day
        for invoice in document.invoices
    }


def _promise_remark(promise: Promise | None) -> list[str]:
    if promise is None or promise.note.due is None:
        return []
    outcome = promise.outcome.value
    return [f"promesse pour le {french_date(promise.note.due)} {outcome} : la lettre le dit"]
