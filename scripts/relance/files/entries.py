"""The entries of doubtful and lost debts, to read, complete and paste: Beancount text.

Each accounts for one claim, in the French chart: 416 doubtful client, 491 depreciation against
68174, 654 loss, 4457 VAT that comes back. Nothing is written to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.files.bad_debts import Candidate
from relance.files.sales import Chart, Leg, Place, root_of
from relance.ledger import syntax
from relance.ledger.beancount import aligned
from relance.ledger.company import Company
from relance.text.locales import french_date, money
from relance.text.typography import ordinary
from relance.values.amounts import ZERO

HOME = "EUR"
DOUBTFUL = "Douteux"  # the sub-account 416 of a client: the debt stays its own, and is reminded


class Entries:
    """Writes the entries of a day; opens what accounts they need, once."""

    def __init__(self, company: Company, chart: Chart, day: date) -> None:
        self._company = company
        self._chart = chart
        self._day = day
        self._opened: dict[str, str] = {}

    def text(self, candidates: Iterable[Candidate]) -> str:
        """A whole file: the accounts to open, then each candidate's entries."""
        blocks = [block for candidate in candidates for block in self._entries_of(candidate)]
        opens = [
            f'{self._day} open {name} {HOME}\n  pcg: "{number}"\n'
            for name, number in self._opened.items()
        ]
        names = {*self._opened, *(line.split()[0] for b in blocks for line in _postings(b))}
        options = syntax.options(names, self._company.books.roots)
        head = [
            f";; -*- mode: beancount; coding: utf-8; -*-\n{_preamble(self._day)}",
            "".join(f"{line}\n" for line in options),
        ]
        return aligned("\n".join(part for part in (*head, *opens, *blocks) if part))

    def _entries_of(self, candidate: Candidate) -> Iterator[str]:
        claim = candidate.claim
        yield "".join(f";; {line}\n" for line in self._heading(candidate))
        if claim.currency != HOME or claim.invoice is None:
            return
        place = self._chart.places.get(claim.source, Place(claim.client.account))
        doubtful = f"{place.account}:{DOUBTFUL}"
        moved = self._chart.held.get((doubtful, claim.invoice), ZERO)
        if candidate.lost:
            apart = max(min(moved, claim.balance), ZERO)
            yield from self._loss(candidate, place, Leg(doubtful, apart))
        elif moved < candidate.base:
            yield self._transfer(candidate, place.account, doubtful)
            yield self._depreciation(candidate, place)

    def _heading(self, candidate: Candidate) -> Iterator[str]:
        claim = candidate.claim
        sort = "à passer en perte" if candidate.lost else "à déprécier"
        sum_ = money(claim.balance, claim.currency)
        yield ordinary(
            f"{claim.client.label} · {claim.numbered or 'sans numéro'} · {sum_} : {sort}"
        )
        for reason in candidate.reasons:
            yield ordinary(reason)
        if claim.currency != HOME:
            yield "En devise : aucune écriture proposée, le cours est à choisir."
        elif claim.invoice is None:
            yield "Sans numéro de facture : aucune écriture proposée."
        elif self._sale(claim) is None:
            yield "TVA illisible dans l'écriture d'origine : montants TTC, à ventiler vous-même."
        elif candidate.lost and not candidate.vat:
            yield "TVA non récupérée : rien ne prouve la perte définitive (CGI, art. 272, 1)."

    def _sale(self, claim: Claim) -> object:
        place = self._chart.places.get(claim.source)
        return place.sale if place else None

    def _transfer(self, candidate: Candidate, account: str, doubtful: str) -> str:
        self._open(doubtful, "416000")
        lines = (Leg(account, -candidate.base), Leg(doubtful, candidate.base))
        return self._entry(candidate.claim, "Créance douteuse", lines)

    def _depreciation(self, candidate: Candidate, place: Place) -> str:
        """On the price without tax; the whole of it, the share being for the accountant."""
        claim = candidate.claim
        net = candidate.base - _vat(place, candidate.base)
        settings = self._company.policy.bad_debts
        charge = settings.charge or self._account("68174", "Dotations-dépréciations-clients")
        asset = settings.depreciation or self._account("491", "Dépréciations-clients")
        self._open(charge, "681740")
        self._open(asset, "491000")
        tax = "hors taxe" if place.sale else "TTC, TVA à ôter"
        lines = (Leg(charge, net), Leg(asset, -net))
        entry = self._entry(claim, f"Dépréciation à 100 % ({tax})", lines, link=False)
        return f";; La part à déprécier est à apprécier : 100 % ici.\n{entry}"

    def _loss(self, candidate: Candidate, place: Place, apart: Leg) -> Iterator[str]:
        """The whole loss, taken from where the debt lies, then the VAT that comes back: two
        entries, so that nothing makes the first one look like a payment."""
        claim = candidate.claim
        loss = self._company.policy.bad_debts.loss or self._account("654", "Pertes-sur-créances")
        self._open(loss, "654000")
        taken = (
            Leg(loss, claim.balance),
            Leg(place.account, apart.amount - claim.balance),
            Leg(apart.account, -apart.amount),
        )
        yield self._entry(claim, "Créance irrécouvrable", [line for line in taken if line.amount])
        back = place.sale.share(claim.balance) if candidate.vat and place.sale else ()
        if back:
            total = sum((vat for _, vat in back), ZERO)
            lines = (*back, Leg(loss, -total))
            entry = self._entry(claim, "TVA récupérée (CGI, art. 272, 1)", lines, link=False)
            yield (
                ";; Après l'envoi du duplicata rectifié. Une dépréciation déjà passée est à\n"
                f";; reprendre par ailleurs (491 et 78174).\n{entry}"
            )

    def _account(self, number: str, name: str) -> str:
        """The account of that number of the chart, else a name to adapt, below the books' root."""
        roots = {"4": ("name_assets", "Assets"), "6": ("name_expenses", "Expenses")}
        return self._chart.numbered(number) or f"{root_of(self._company, *roots[number[0]])}:{name}"

    def _open(self, name: str, number: str) -> None:
        if name not in self._chart.numbers:
            self._opened.setdefault(name, number)

    def _entry(
        self,
        claim: Claim,
        what: str,
        lines: Iterable[Leg],
        *,
        link: bool = True,
    ) -> str:
        """One transaction; with `link` it moves the claim itself."""
        named = syntax.text(f"{what}, {claim.numbered}")
        invoice = claim.invoice or ""
        links = f" ^{invoice}" if link and syntax.spells(invoice) else ""
        key = self._company.policy.ledger.invoice.meta
        meta = f"  {key[0]}: {syntax.text(invoice)}\n" if link and not links else ""
        rows = "".join(f"  {name}  {amount:.2f} {HOME}\n" for name, amount in lines)
        return f"{self._day} * {syntax.text(claim.client.label)} {named}{links}\n{meta}{rows}"


def _preamble(day: date) -> str:
    return (
        f";; Créances douteuses et irrécouvrables au {french_date(day)} : à relire, à compléter,\n"
        ";; puis à coller dans le grand livre. Rien n'y est écrit sans vous.\n"
    )


def _vat(place: Place, amount: Decimal) -> Decimal:
    return sum((vat for _, vat in place.sale.share(amount)), ZERO) if place.sale else ZERO


def _postings(block: str) -> list[str]:
    return [
        line.strip() for line in block.splitlines() if line.startswith("  ") and line.endswith(HOME)
    ]
