"""A penalty account in French words, for the house: never for a letter."""

from __future__ import annotations

from collections.abc import Iterator

from relance.claims.penalties import Penalties
from relance.claims.penalty_account import PenaltyAccount
from relance.text.locales import french_date, money


def account_lines(account: PenaltyAccount) -> Iterator[str]:
    """What an account says, a line each; none where lateness cost nothing."""
    if not (account.accrued.total or account.demanded.total):
        return
    currency = account.currency
    accrued = f"pénalités de {account.label} : {_parts(account.accrued, currency)} courues"
    if not account.demands:
        yield f"{accrued}, aucune lettre ne les demande"
    else:
        yield f"{accrued} ; demandé {money(account.demanded.total, currency)}, {_became(account)}"
        for demand in account.demands:
            sums = _parts(demand.amount, currency)
            yield f"{demand.letter} du {french_date(demand.date)} en demandait {sums}"
    if account.set_off and account.balance > 0:
        yield _imputed(account)
    if account.waiver:
        note = account.waiver
        why = f" : {note.motive}" if note.motive else ""
        yield f"pénalités abandonnées le {french_date(note.date)}{why} ({note.source})"


def left(account: PenaltyAccount) -> str:
    """« 55,29 € (pénalités 15,29 €, indemnité 40,00 €) »."""
    return _parts(account.left, account.currency)


def _became(account: PenaltyAccount) -> str:
    sums = (account.paid.total, account.waived.total, account.left.total)
    paid, waived, rest = (money(number, account.currency) for number in sums)
    return f"reçu {paid}, abandonné {waived}, reste {rest}"


def _imputed(account: PenaltyAccount) -> str:
    """The one line of an account whose payments settled interest first."""
    parts = [
        f"principal {money(account.principal, account.currency)}",
        f"pénalités {money(account.interest, account.currency)}",
    ]
    whole = account.principal + account.interest
    if account.due.fee:
        parts.append(f"indemnité {money(account.due.fee, account.currency)}")
        whole += account.due.fee
    together = " + ".join(parts)
    return f"restent, règlements imputés d'abord sur les pénalités : {together} = " + money(
        whole, account.currency
    )


def _parts(amount: Penalties, currency: str) -> str:
    parts = [
        f"{word} {money(number, currency)}"
        for word, number in (("pénalités", amount.interest), ("indemnité", amount.fee))
        if number
    ]
    whole = money(amount.total, currency)
    return f"{whole} ({', '.join(parts)})" if amount.interest and amount.fee else whole
