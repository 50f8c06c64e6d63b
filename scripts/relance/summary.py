"""`sommaire.md`: what a run did, as people read it before they approve it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import PurePosixPath

from relance import notices
from relance.decision import Dispute, Letter, Plan, Wait
from relance.handover import Handover
from relance.insolvency import ToDeclare
from relance.model import IssuedLetter
from relance.problem import Problem
from relance.typography import french_date, markdown, money, short_date

LIMIT = 60_000  # bytes of UTF-8, so never more characters: a server cuts or refuses longer texts


def summarise(plan: Plan, creditor: str, issued: Sequence[IssuedLetter]) -> str:
    """The summary of a run in Markdown; `issued` are the plan's letters with their paths."""
    parts = [
        f"# Relances du {french_date(plan.date)}\n\n{markdown(creditor)}",
        _declarations(plan.declarations),
        _warnings(plan.warnings),
        _disputes([dispute for dispute in plan.disputes if dispute.alert]),
        _by_step(plan.letters),
        _letters(plan.letters, {letter.id: letter.path for letter in issued}),
        _waits(plan.waits),
        _handovers(plan.handovers),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _warnings(warnings: Iterable[Problem]) -> str:
    rows = [f"- {markdown(w.what)} ({markdown(str(w.source))})" for w in warnings]
    return "\n".join(["## À vérifier d'abord", "", *rows]) if rows else ""


def _disputes(disputes: Sequence[Dispute]) -> str:
    """Old disputes come first: they are to be settled, not chased."""
    head = ["| Client | Facture | Contesté | Depuis | Motif |", "|---|---|--:|--:|---|"]
    rows = [
        _row(
            markdown(dispute.claim.client.label),
            markdown(dispute.claim.label),
            money(dispute.amount, dispute.claim.currency),
            f"{dispute.days} jours",
            markdown(dispute.text),
        )
        for dispute in disputes
    ]
    return "\n".join(["## À régler avant de relancer", "", *head, *rows]) if rows else ""


def _by_step(letters: Sequence[Letter]) -> str:
    totals: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for letter in letters:
        totals[letter.step.name, letter.currency].append(letter.total.number)
    rows = [
        f"| {markdown(step)} | {len(numbers)} | {money(sum(numbers, Decimal(0)), currency)} |"
        for (step, currency), numbers in totals.items()
    ]
    return "\n".join(["| Étape | Lettres | Total |", "|---|--:|--:|", *rows])


def _letters(letters: Iterable[Letter], paths: dict[str, str]) -> str:
    head = ["| Lettre | Client | Étape | Canal | Créances | Total |", "|---|---|---|---|--:|--:|"]
    rows = [
        _row(
            f"[{letter.id}]({PurePosixPath(paths[letter.id]).name})",
            markdown(letter.client.label),
            markdown(letter.step.name),
            ", ".join(letter.channels),
            str(len(letter.demanded)),
            money(letter.total.number, letter.currency),
        )
        for letter in letters
    ]
    return "\n".join(["## Lettres", "", *head, *rows])


def _waits(waits: Sequence[Wait]) -> str:
    head = ["| Client | Facture | Solde | Motif | Ensuite |", "|---|---|--:|---|---|"]
    rows = [
        _row(
            markdown(wait.claim.client.label),
            markdown(wait.claim.numbered),
            money(wait.claim.balance or wait.claim.unallocated, wait.claim.currency),
            markdown(wait.reason),
            _next(wait),
        )
        for wait in waits
    ]
    return "\n".join(["## En attente", "", *head, *rows]) if rows else ""


def _declarations(declarations: Sequence[ToDeclare]) -> str:
    head = ["| Client | Principal | Délai | Procédure |", "|---|--:|---|---|"]
    rows = [
        _row(
            markdown(each.client.label),
            notices.sums_to_declare(each),
            markdown(notices.deadline(each)),
            markdown(notices.opened(each)),
        )
        for each in declarations
    ]
    title = [f"## {notices.TO_DECLARE}", "", f"{notices.TO_DECLARE_RULE}.", ""]
    return "\n".join([*title, *head, *rows]) if rows else ""


def _handovers(handovers: Sequence[Handover]) -> str:
    head = ["| Client | Facture | Somme | Prescription |", "|---|---|--:|---|"]
    rows = [
        _row(
            markdown(each.client.label),
            markdown(own.claim.label),
            notices.claim_sums(own),
            notices.time_barred(own.limitation),
        )
        for each in handovers
        for own in each.claims
    ]
    title = [f"## {notices.HANDED_OVER}", "", f"{notices.LIMITATION_RULE.capitalize()}.", ""]
    return "\n".join([*title, *head, *rows]) if rows else ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _next(wait: Wait) -> str:
    if wait.next_step is None or wait.next_date is None:
        return ""
    return f"{markdown(wait.next_step)} le {short_date(wait.next_date)}"
