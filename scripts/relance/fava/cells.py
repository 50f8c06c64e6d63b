"""One thing of a page each: a letter, a claim that waits, a row of the aged balance.

`tri` is what a column is sorted by, where that is not the text of the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.client_notes import Dispute
from relance.claims.insolvency import ToDeclare
from relance.decision import notices, planwords
from relance.decision.handover import Handover
from relance.decision.outcomes import Letter, Line, Wait
from relance.fava.departures import Departure
from relance.fava.links import Links
from relance.outlook.task import Task, dialled
from relance.report.ageing import AgedBalance, AgedRow, Column
from relance.report.units import cell
from relance.settling.open_questions import OpenQuestion
from relance.text.escapes import plain
from relance.text.locales import money, short_date
from relance.text.typography import french
from relance.text.words import count, listed
from relance.values.facts import Client
from relance.values.problem import Problem

Facts = dict[str, object]


class Cells:
    """The cells of a page, with where each leads."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def client(self, client: Client) -> Facts:
        """A client, by its name, and its own page."""
        return {
            "nom": plain(client.label),
            "compte": client.account,
            "lien": self._links.client(client.account),
        }

    def invoice(self, claim: Claim) -> Facts:
        """A claim by its invoice's number."""
        lien = self._links.invoice(claim.invoice, claim.client.account)
        return {"nom": plain(claim.numbered) or "(sans numéro)", "lien": lien}

    def letter(self, letter: Letter) -> Facts:
        """A letter that would go out, with why each of its claims is in it."""
        return {
            "id": letter.id,
            "client": self.client(letter.client),
            "profil": planwords.payer(letter.profile),
            "etape": planwords.title(letter),
            "rang": letter.rank,
            "teinte": min(letter.rank, 3),
            "canaux": listed(letter.channels),
            "total": amount(letter.total.number, letter.currency),
            "detail": planwords.asked(letter),
            "remarques": [words(remark) for remark in letter.remarks],
            "lignes": [self._line(line, letter) for line in letter.lines],
        }

    def _line(self, line: Line, letter: Letter) -> Facts:
        late = line.days_late and not line.instalment
        return {
            "facture": self.invoice(line.claim),
            "depuis": planwords.since(line),
            "jours": count(line.days_late, "jour") if late else "",
            "montant": planwords.sum_of(line, letter),
            "role": words(planwords.role(line, letter)),
            "raisons": [words(reason) for reason in (line.because, line.rule) if reason],
        }

    def departure(self, departure: Departure) -> Facts:
        """A letter of the register, and what became of it."""
        letter, total = departure.letter, departure.letter.total
        return {
            "date": day(letter.date),
            "id": letter.id,
            "lien": self._links.letter(letter.id),
            "client": self.client(departure.client),
            "etape": plain(letter.step),
            "rang": letter.rank,
            "teinte": min(letter.rank, 3),
            "total": amount(total.number, total.currency) if total else {"texte": "", "tri": "0"},
            "sort": words(departure.fate),
        }

    def wait(self, wait: Wait) -> Facts:
        """A claim that waits, and why."""
        claim = wait.claim
        return {
            "client": self.client(claim.client),
            "facture": self.invoice(claim),
            "echeance": day(claim.due),
            "solde": amount(claim.balance or claim.unallocated, claim.currency),
            "code": wait.code,
            "raison": words(wait.reason),
            "suite": planwords.expected(wait),
            "tri": wait.next_date.isoformat() if wait.next_date else "9999",
        }

    def balance(self, aged: AgedBalance) -> Facts:
        """The aged balance in a currency, columns in which nothing stands left out."""
        used = [column for column in Column if aged.column(column)]
        overpaid = bool(aged.overpaid)
        titles = [column.label.capitalize() for column in used] + ["Trop-perçu"] * overpaid
        return {
            "devise": aged.currency,
            "titres": [*titles, "Solde"],
            "lignes": [
                {"client": self.client(row.client), "cellules": _row(row, used, overpaid=overpaid)}
                for row in aged.rows
            ],
            "total": [
                *(amount_cell(aged.column(column)) for column in used),
                *([amount_cell(-aged.overpaid)] if overpaid else []),
                amount_cell(aged.balance),
            ],
        }

    def task(self, task: Task) -> Facts:
        """What a person must do, and the command that does it."""
        return {
            "client": self.client(task.client) if task.client else None,
            "qui": plain(task.who),
            "sommes": " + ".join(money(sum_.number, sum_.currency) for sum_ in task.totals),
            "quoi": words(task.what),
            "telephone": plain(task.phone or ""),
            "tel": dialled(task.phone or ""),
            "commande": plain(task.command),
        }

    def question(self, question: OpenQuestion) -> Facts:
        """What the bank says and nobody has settled, and what it may be."""
        waiting, draft = question.waiting, question.waiting.draft
        return {
            "date": day(draft.date),
            "montant": amount(draft.amount.number, draft.amount.currency),
            "client": self.client(waiting.client) if waiting.client else None,
            "payeur": plain(draft.payer) or "(payeur inconnu)",
            "raison": words(notices.bank_words(waiting)),
            "libelle": plain(draft.text),
            "ou": plain(str(draft.source)),
            "lien": self._links.source(draft.source),
            "propositions": [
                {
                    "client": self.client(match.client),
                    "sommes": question.sums(match),
                    "raison": words(match.reason),
                }
                for match in question.matches
            ],
        }

    def declaration(self, declaration: ToDeclare) -> Facts:
        """What an insolvent client's trustee is to be told."""
        return {
            "client": self.client(declaration.client),
            "sommes": notices.sums_to_declare(declaration),
            "delai": notices.deadline(declaration),
            "ouverture": words(notices.opened(declaration)),
        }

    def dispute(self, dispute: Dispute) -> Facts:
        """A dispute that is open for too long."""
        return {
            "client": self.client(dispute.claim.client),
            "facture": self.invoice(dispute.claim),
            "montant": money(dispute.amount, dispute.claim.currency),
            "jours": count(dispute.days, "jour"),
            "texte": plain(dispute.text),
        }

    def handover(self, handover: Handover) -> Facts:
        """A client whose file is to be handed over."""
        return {
            "client": self.client(handover.client),
            "sommes": notices.handover_totals(handover),
            "factures": [
                {
                    "facture": self.invoice(item.claim),
                    "sommes": notices.claim_sums(item),
                    "prescription": notices.time_barred(item.limitation),
                }
                for item in handover.claims
            ],
        }

    def problem(self, problem: Problem) -> Facts:
        """A complaint: where, what, what to do about it."""
        return {
            "ou": plain(str(problem.source)),
            "lien": self._links.source(problem.source),
            "quoi": words(problem.what),
            "remede": words(problem.remedy),
        }


def _row(row: AgedRow, used: Iterable[Column], *, overpaid: bool) -> list[Facts]:
    columns: Mapping[Column, Decimal] = row.columns
    return [
        *(amount_cell(columns[column]) for column in used),
        *([amount_cell(-row.overpaid)] if overpaid else []),
        amount_cell(row.balance),
    ]


def words(text: str) -> str:
    """One of our sentences, in which foreign text may stand."""
    return french(plain(text))


def amount(number: Decimal, currency: str) -> Facts:
    """« 1 320,00 € », sorted by its number."""
    return {"texte": money(number, currency), "tri": f"{number:f}"}


def amount_cell(number: Decimal) -> Facts:
    """The same where the currency stands at the head of the table; nothing for zero."""
    return {"texte": cell(number), "tri": f"{number:f}"}


def day(due: date | None) -> Facts:
    """« 30/09/2026 », sorted by year first."""
    return {"texte": short_date(due) if due else "–", "tri": due.isoformat() if due else ""}
