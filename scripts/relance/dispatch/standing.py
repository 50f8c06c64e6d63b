"""Whether a letter still says what is true: each claim as printed, on the day it leaves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from relance.claims import Claim
from relance.dispatch.letterfile import LetterFile
from relance.history import History, Key, key
from relance.model import ZERO, Books, Citation
from relance.obstacles import Obstacles
from relance.policy import Policy
from relance.receivables import receivables
from relance.typography import french_date, money

NOTICE_DAYS = 3  # at least so many between the dispatch and a day by which the letter asks to pay


class Standing:
    """The claims of the books on a day, to which letters are compared."""

    def __init__(self, policy: Policy, books: Books, day: date) -> None:
        ledger = receivables(books, policy.terms, day)
        self._day = day
        self._claims: dict[Key, Claim] = {key(claim): claim for claim in ledger.claims}
        self._history = History(books.letters, (), policy, day)
        self._obstacles = Obstacles(ledger.claims, books.notes, policy, day)

    def fault(self, file: LetterFile) -> str:
        """The first reason, in French, why the letter may not leave as it is; "" for none."""
        return next(self._faults(file), "")

    def _faults(self, file: LetterFile) -> Iterator[str]:
        cited = {_key(file.letter.account, each): each for each in file.letter.citations}
        printed = {self._printed(file, line): line for line in file.lines}
        for where in {**cited, **printed}:
            claim, citation, line = self._claims.get(where), cited.get(where), printed.get(where)
            if claim is None:
                yield f"{where[1]} n'est plus au compte"
                continue
            yield from self._amount(claim, citation, line)
            yield from self._waits(claim, citation)
            if citation and citation.due != claim.due:
                due = french_date(claim.due) if claim.due else "inconnue"
                yield f"l'échéance de {claim.numbered} est maintenant {due}"
            if line and line.get("etape") is None and not citation:
                continue
            yield from self._debtor(claim, file)
        yield from self._instalment(file)

    def _printed(self, file: LetterFile, line: Mapping[str, object]) -> Key:
        invoice, place = str(line.get("facture")), line.get("tranche")
        currency = file.text("devise")
        return (file.letter.account, invoice, place if isinstance(place, int) else 1, currency)

    def _amount(
        self, claim: Claim, citation: Citation | None, line: Mapping[str, object] | None
    ) -> Iterator[str]:
        """The balance of the register and of the page, and the part in dispute."""
        said = [citation.balance.number] if citation else []
        said += [_amount(line, "solde")] if line else []
        if any(number != claim.balance for number in said):
            now = money(claim.balance, claim.currency)
            before = money(said[0], claim.currency)
            settled = f"{claim.numbered} est réglée" if not claim.balance else ""
            yield settled or f"{claim.numbered} : {now} à régler, et non plus {before}"
        elif line and _amount(line, "conteste") != self._obstacles.disputed(claim):
            yield f"{claim.numbered} : la part contestée a changé"

    def _waits(self, claim: Claim, citation: Citation | None) -> Iterator[str]:
        """What makes the claim wait now; a running plan holds the one it reminds of."""
        obstacle = self._obstacles.of(claim, self._history)
        announced = citation is not None and citation.instalment_due is not None
        if obstacle and not (announced and obstacle.code == "echeancier"):
            yield f"{claim.numbered} : {obstacle.reason}"
        if citation and citation.rank == 0 and not announced and citation.due <= self._day:
            yield f"{claim.numbered} : l'échéance est là, le rappel n'a plus d'objet"
        if citation and announced:
            state = self._obstacles.payment_plans.of(claim)
            if not (state and state.instalment) or state.instalment.due != citation.instalment_due:
                yield f"{claim.numbered} : ce versement de l'échéancier n'est plus le prochain"

    def _debtor(self, claim: Claim, file: LetterFile) -> Iterator[str]:
        """The legal sentences are those of one type of debtor."""
        now = claim.client.debtor.value if claim.client.debtor else ""
        if now != file.text("type"):
            yield f"le type du débiteur est maintenant {now or 'inconnu'}"

    def _instalment(self, file: LetterFile) -> Iterator[str]:
        """What an instalment still lacks, when the letter announces one."""
        told = file.front.get("versement")
        if not isinstance(told, dict):
            return
        owners = (self._claims.get(_key(file.letter.account, c)) for c in file.letter.citations)
        states = [self._obstacles.payment_plans.of(claim) for claim in owners if claim]
        if any(state and state.missing != _amount(told, "manque") for state in states):
            yield "le versement annoncé a été réglé en partie"


def too_near(file: LetterFile, day: date) -> str:
    """Why the letter leaves too late for a day that it prints; "" when it does not."""
    for what, printed in file.printed_days():
        left = (printed - day).days
        if left < NOTICE_DAYS:
            return f"{what} du {french_date(printed)} est à moins de {NOTICE_DAYS} jours"
    return ""


def _key(account: str, citation: Citation) -> Key:
    return (account, citation.invoice, citation.instalment, citation.balance.currency)


def _amount(facts: Mapping[str, object], name: str) -> Decimal:
    value = facts.get(name)
    return Decimal(value) if isinstance(value, int | Decimal) else ZERO
