"""Whether a letter still says what is true: each claim as printed, on the day it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.claims.claim import Claim
from relance.claims.history import Key, cited, key
from relance.claims.on_day import OnDay
from relance.decision.obstacles import Obstacles
from relance.decision.thanks import ThanksJudge
from relance.policy.step_settings import REMAINDER
from relance.sending.letterfile import LetterFile
from relance.text.locales import french_date, money
from relance.values.amounts import ZERO
from relance.values.issued import Citation, IssuedLetter
from relance.values.kinds import Information

NOTICE_DAYS = 3  # at least so many between the dispatch and a day by which the letter asks to pay


@dataclass(frozen=True, slots=True)
class Printed:
    """A claim as a letter has it, and as the books have it now, None when they do not.

    `citation` is the register's, None when it is listed for information; `line` is that of the
    front matter.
    """

    invoice: str
    claim: Claim | None
    citation: Citation | None
    line: Mapping[str, object]

    @property
    def balances(self) -> tuple[Decimal, ...]:
        """The balance, wherever the letter says it."""
        balances = (self.citation.balance.number,) if self.citation else ()
        return (*balances, _amount(self.line, "solde")) if self.line else balances

    @property
    def remainder(self) -> bool:
        """Whether the letter asks what the paid claim left of penalties."""
        return self.citation is not None and self.citation.step == REMAINDER

    @property
    def thanks(self) -> bool:
        """Whether the letter gives thanks for the payment of the claim."""
        return self.citation is not None and self.citation.step == Information.THANKS

    @property
    def correction(self) -> bool:
        """Whether the letter tells the claim's figures after a credit note."""
        return self.citation is not None and self.citation.step == Information.CORRECTION

    @property
    def announced(self) -> bool:
        """Whether the letter announces an instalment of its payment plan."""
        return self.citation is not None and self.citation.instalment_due is not None


class Validity:
    """The claims of the books on a day, to which letters are compared."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._claims: dict[Key, Claim] = {key(claim): claim for claim in on.claims}
        self._obstacles = Obstacles(on)
        self._thanks = ThanksJudge(on)
        self._last = _last_letters(on.books.letters, on.day)
        self._debtors = {client.account: client.debtor for client in on.books.clients}

    def fault(self, file: LetterFile) -> str:
        """The first reason, in French, why the letter may not leave as it is; "" for none."""
        return next(self._faults(file), "")

    def settled(self, file: LetterFile) -> str:
        """The first amount that is no longer as printed; "" for none."""
        return next(
            (fault for printed in self._claims_of(file) for fault in self._amount(printed)), ""
        )

    def _faults(self, file: LetterFile) -> Iterator[str]:
        for printed in self._claims_of(file):
            yield from self._amount(printed)
            if printed.thanks:
                yield from self._unthanked(printed)
                continue
            if file.letter.states_account:
                continue
            if printed.correction:
                yield from self._uncorrected(printed)
                yield from self._overtaken(printed, file)
                continue
            yield from () if printed.remainder else self._waits(printed)
            yield from self._overtaken(printed, file)
            yield from self._instalment(printed, file)
        if file.letter.states_account:
            yield from self._unstated(file)
        yield from self._debtor(file)

    def _claims_of(self, file: LetterFile) -> Iterator[Printed]:
        """The claims that move and those printed for information alone."""
        letter, currency = file.letter, file.text("devise")
        citations = {cited(letter, citation): citation for citation in letter.citations}
        lines: dict[Key, Mapping[str, object]] = {
            (letter.account, *_cited_in(line), currency): line for line in file.lines
        }
        for where in dict.fromkeys([*citations, *lines]):
            claim, line = self._claims.get(where), lines.get(where, {})
            yield Printed(str(where[1]), claim, citations.get(where), line)

    def _amount(self, printed: Printed) -> Iterator[str]:
        """The balance as the register and the page have it, and whether what its lateness cost is
        still asked."""
        claim = printed.claim
        if claim is None:
            yield f"{printed.invoice} n'est plus au compte"
            return
        if printed.remainder:
            yield from self._left(printed, claim)
            return
        if printed.thanks:
            if claim.balance > 0:
                yield f"{claim.numbered} : la facture est de nouveau ouverte"
            return
        if claim.balance <= 0 < len(printed.balances) and not printed.correction:
            yield f"{claim.numbered} est réglée"
        for before in printed.balances:
            if before != claim.balance:
                now = money(claim.balance, claim.currency)
                was = money(before, claim.currency)
                yield f"{claim.numbered} : {now} à régler, et non plus {was}"
        yield from self._waived(printed, claim)

    def _left(self, printed: Printed, claim: Claim) -> Iterator[str]:
        """What is left of the penalties of a paid invoice, as the register has it."""
        asked = printed.citation
        if asked is None:
            return
        account = self._on.penalties.of(claim)
        before = sum((part.number for part in (asked.interest, asked.fee) if part), ZERO)
        if account.settled_on is None:
            yield f"{claim.numbered} : la facture est de nouveau ouverte"
        elif account.left.total != before:
            now = money(account.left.total, claim.currency)
            was = money(before, claim.currency)
            yield f"{claim.numbered} : {now} de pénalités à régler, et non plus {was}"
        if obstacle := self._obstacles.of_remainder(claim):
            yield f"{claim.numbered} : {obstacle.reason}"

    def _waived(self, printed: Printed, claim: Claim) -> Iterator[str]:
        """Penalties that the letter prints, and that were given up since."""
        line = printed.line
        if _amount(line, "penalites") + _amount(line, "indemnite") and self._on.waiver(claim):
            yield f"{claim.numbered} : ses pénalités sont abandonnées"

    def _unthanked(self, printed: Printed) -> Iterator[str]:
        """What forbids to thank the client by now: it did not pay, not that day, the payment came
        back, or something else is owed."""
        claim = printed.claim
        if claim is None:
            return
        if fault := self._thanks.fault(self._on.instalments(claim)):
            yield f"{claim.numbered} : {fault}"
        before, paid = printed.line.get("paye"), claim.last_received
        if isinstance(before, date) and paid and before != paid:
            now, was = french_date(paid), french_date(before)
            yield f"{claim.numbered} : réglée le {now}, et non plus le {was}"

    def _unstated(self, file: LetterFile) -> Iterator[str]:
        """What keeps the client from being told its account by now, whatever the currency; an
        invoice of before a statement that it does not list: it was booked later."""
        letter = file.letter
        listed = {cited(letter, citation) for citation in letter.citations}
        for claim in self._on.claims_of(letter.account):
            if key(claim) not in listed and claim.balance <= 0:
                continue
            if obstacle := self._obstacles.of_statement(claim):
                yield f"{claim.numbered} : {obstacle.reason}"
            earlier = claim.currency == file.text("devise") and claim.invoiced <= letter.date
            if earlier and claim.balance > 0 and key(claim) not in listed:
                yield f"{claim.numbered} manque à ce relevé"

    def _uncorrected(self, printed: Printed) -> Iterator[str]:
        """What forbids by now to tell the client the claim's figures."""
        claim = printed.claim
        if claim and (obstacle := self._obstacles.of_correction(claim)):
            yield f"{claim.numbered} : {obstacle.reason}"

    def _waits(self, printed: Printed) -> Iterator[str]:
        """What makes the claim wait now; a running plan holds the one it reminds of. Then the
        part in dispute and the due date, as the letter says them."""
        claim, citation = printed.claim, printed.citation
        if claim is None:
            return
        obstacle = self._obstacles.of(claim)
        if obstacle and not (printed.announced and obstacle.code == "echeancier"):
            yield f"{claim.numbered} : {obstacle.reason}"
        if printed.line and _amount(printed.line, "conteste") != self._on.disputed(claim):
            yield f"{claim.numbered} : la part contestée a changé"
        if claim.client.direct_debit and not claim.rejected and citation:
            yield f"{claim.numbered} : prélevée désormais, et non rejetée"
        if citation and citation.due != claim.due:
            due = french_date(claim.due) if claim.due else "inconnue"
            yield f"{claim.numbered} : l'échéance est maintenant {due}"
        if (
            citation
            and citation.rank == 0
            and not printed.announced
            and citation.due <= self._on.day
        ):
            yield f"{claim.numbered} : l'échéance est là, le rappel n'a plus d'objet"

    def _overtaken(self, printed: Printed, file: LetterFile) -> Iterator[str]:
        """A later letter asks for the same claim: this one would dun it a second time."""
        claim = printed.claim
        last = self._last.get(key(claim)) if claim and printed.citation else None
        if claim and last and last.date > file.letter.date:
            yield f"{claim.numbered} : relancée depuis par {last.id}"

    def _instalment(self, printed: Printed, file: LetterFile) -> Iterator[str]:
        """A reminder of an instalment: still the next one, and lacking what it says."""
        claim, citation, announced = printed.claim, printed.citation, file.front.get("versement")
        if claim is None or citation is None or citation.instalment_due is None:
            return
        state = self._on.payment_plans.of(claim)
        following = state.instalment if state else None
        if state is None or following is None or following.due != citation.instalment_due:
            yield f"{claim.numbered} : ce versement de l'échéancier n'est plus le prochain"
        elif isinstance(announced, dict) and state.missing != _amount(announced, "manque"):
            yield f"{claim.numbered} : le versement annoncé est en partie réglé"

    def _debtor(self, file: LetterFile) -> Iterator[str]:
        """The legal sentences are those of one type of debtor."""
        debtor = self._debtors.get(file.letter.account)
        if (now := debtor.value if debtor else "") != file.text("type"):
            yield f"le type du débiteur est maintenant {now or 'inconnu'}"


def _last_letters(letters: Iterable[IssuedLetter], day: date) -> dict[Key, IssuedLetter]:
    """The last letter to ask for each claim, those cancelled left out."""
    standing = [x for x in letters if x.date <= day and x.cancelled_on is None and not x.informs]
    in_order = sorted(standing, key=lambda letter: letter.date)
    return {cited(letter, citation): letter for letter in in_order for citation in letter.citations}


def too_near(file: LetterFile, day: date) -> str:
    """Why the letter leaves too late for a day that it prints; "" when it does not."""
    for what, printed in file.printed_days():
        left = (printed - day).days
        if left < NOTICE_DAYS:
            return f"{what} du {french_date(printed)} est à moins de {NOTICE_DAYS} jours"
    return ""


def _cited_in(line: Mapping[str, object]) -> tuple[str, int]:
    place = line.get("tranche")
    return str(line.get("facture")), place if isinstance(place, int) else 1


def _amount(facts: Mapping[str, object], name: str) -> Decimal:
    value = facts.get(name)
    return Decimal(value) if isinstance(value, int | Decimal) else ZERO
