"""The claims of the books at a date, each with what forbids to write about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from relance.claims.claim import Claim, Overpayment, Receivables
from relance.claims.doubts import Doubts, owners_of, stayed, unexplained
from relance.claims.imputation import ImputationSheet
from relance.claims.penalties import DemandedSum, demanded_sums
from relance.values.facts import Books, Client, DoubtfulEntry, Succession
from relance.values.issued import IssuedLetter
from relance.values.movement import Movement
from relance.values.problem import Problem, Source
from relance.values.terms import Terms


def receivables(books: Books, terms: Terms | None, day: date) -> Receivables:
    """Impute every movement up to `day`: linked ones first, then the others, oldest due first.

    `terms` are the policy's, for an invoice and a client that have none.
    """
    clients = {client.account: client for client in books.clients}
    accounts: dict[str, list[Movement]] = defaultdict(list)
    for movement in books.movements:
        if movement.date <= day:
            accounts[movement.account].append(movement)
    doubtful = [entry for entry in books.doubtful if entry.stands(day)]
    knowledge = _Known(
        owners_of(accounts),
        tuple(entry for entry in doubtful if entry.code),
        demanded_sums(books.letters, day),
        frozenset(draft.source for draft in books.unsettled if draft.import_id),
    )
    sheets = [
        (sheet, doubts)
        for account in sorted(accounts)
        for sheet, doubts in _sheets(clients.get(account), accounts[account], terms, knowledge)
    ]
    _hold_for_what_stayed(sheets, [x for x in books.successions if x.invoices and x.date <= day])
    numbers = _Numbers(books.letters, day)
    return Receivables(
        claims=tuple(
            claim for sheet, doubts in sheets for claim in doubts.cast(numbers.kept(sheet.claims))
        ),
        overpayments=tuple(
            Overpayment(sheet.client, left, sheet.currency, doubts.set_aside)
            for sheet, doubts in sheets
            if (left := sheet.left + doubts.set_aside) > 0
        ),
        warnings=(
            *(warning for sheet, _ in sheets for warning in sheet.warnings),
            *(problem for _, doubts in sheets for problem in doubts.told),
            *(Problem(x.source, x.what, x.remedy) for x in doubtful if x.code in _LOUD),
        ),
    )


# Told though no claim may be there to wait for it.
_LOUD = frozenset(
    {None, "credit-inexplique", "montant-douteux", "date-douteuse", "hors-compte", "en-commentaire"}
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known across clients: the accounts that carry each number, the doubtful entries,
    what letters demanded by account and currency, the drafts that an import wrote."""

    owners: Mapping[str, set[str]]
    doubtful: tuple[DoubtfulEntry, ...]
    demanded: Mapping[tuple[str, str], Sequence[DemandedSum]]
    guessed: frozenset[Source]


def _sheets(
    client: Client | None, movements: Sequence[Movement], terms: Terms | None, knowledge: _Known
) -> Iterator[tuple[ImputationSheet, Doubts]]:
    """The account's sheet in each currency, with what forbids to write about its claims."""
    client = client or Client(movements[0].account, None, movements[0].source)
    doubtful = [entry for entry in knowledge.doubtful if entry.account in (None, client.account)]
    aside = unexplained(movements, doubtful)
    places = {m.source for m in aside}
    sheets = [
        ImputationSheet(
            client, currency, terms, knowledge.demanded.get((client.account, currency), ())
        )
        for currency in sorted({m.currency for m in movements})
    ]
    for sheet in sheets:
        sheet.impute(
            [m for m in movements if m.currency == sheet.currency and m.source not in places]
        )
    idle = {sheet.currency: sheet.idle for sheet in sheets if sheet.idle}
    for sheet in sheets:
        doubts = Doubts(movements, sheet.currency, knowledge.owners, idle)
        yield (
            sheet,
            doubts.with_entries(doubtful, aside).with_guesses(knowledge.guessed, sheet.claims),
        )


def _hold_for_what_stayed(
    sheets: Iterable[tuple[ImputationSheet, Doubts]], moved: Iterable[Succession]
) -> None:
    """Money without a reference that stays on an account may have paid what was moved from it."""
    left = {
        (sheet.client.account, sheet.currency): sheet.left + doubts.set_aside
        for sheet, doubts in sheets
    }
    for succession in moved:
        for sheet, doubts in sheets if succession.same_debtor else ():
            amount = left.get((succession.old, sheet.currency), 0)
            if sheet.client.account == succession.new and amount > 0:
                doubts.hold(
                    succession.invoices, stayed(f"{amount:.2f} {sheet.currency}", succession)
                )


class _Numbers:
    """The instalment numbers that letters already used: a corrected due date keeps its number,
    so that the claim keeps its steps."""

    def __init__(self, letters: Iterable[IssuedLetter], day: date) -> None:
        self._cited: dict[tuple[str, str, str], dict[int, date]] = defaultdict(dict)
        for letter in letters:
            for citation in letter.citations if letter.date <= day else ():
                invoice = (letter.account, citation.invoice, citation.balance.currency)
                self._cited[invoice][citation.instalment] = citation.due

    def kept(self, claims: Sequence[Claim]) -> Iterator[Claim]:
        """The claims of one sheet, renumbered where the register knows better."""
        if not self._cited:
            yield from claims
            return
        invoices: dict[str | None, list[Claim]] = defaultdict(list)
        for claim in claims:
            invoices[claim.invoice].append(claim)
        for claim in claims:
            of_invoice = invoices[claim.invoice]
            cited = self._cited.get((claim.client.account, claim.invoice or "", claim.currency))
            if cited and len(of_invoice) > 1:
                yield replace(claim, instalment=_renumbered(of_invoice, cited)[claim.instalment])
            else:
                yield claim


def _renumbered(claims: Sequence[Claim], cited: Mapping[int, date]) -> dict[int, int]:
    """From the number by due date to the number kept: that of the letter which cited this due
    date; what is left in the order of the ledger."""
    left = {claim.instalment: claim for claim in claims}
    kept: dict[int, int] = {}
    for number, due in sorted(cited.items()):
        match = next((claim for claim in left.values() if claim.due == due), None)
        if match is not None:
            kept[match.instalment] = number
            del left[match.instalment]
    free = [n for n in range(1, len(claims) + 1) if n not in kept.values()]
    written = sorted(left.values(), key=lambda claim: (claim.source, claim.instalment))
    return kept | {claim.instalment: n for claim, n in zip(written, free, strict=False)}
