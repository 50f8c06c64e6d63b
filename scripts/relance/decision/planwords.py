"""A plan told in short words: the cells of its tables, in a terminal or on a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from relance.claims.payment_plans import Standing
from relance.claims.profile import ClientProfile
from relance.decision.outcomes import Letter, Line, Plan, Wait
from relance.text.locales import decimal, enumeration, money, short_date
from relance.text.words import count
from relance.values.kinds import Information


def title(letter: Letter) -> str:
    """« relance-2 n° 2 »."""
    ranked = f"{letter.step.name} n° {letter.rank}" if letter.rank else letter.step.name
    return f"{ranked} de versement" if letter.running else ranked


def asked(letter: Letter) -> str:
    """The sum demanded, and what of it is interest and fee."""
    if letter.informs:
        return "ne demande rien"
    whole = money(letter.total.number, letter.total.currency)
    interest = f"pénalités {money(letter.interest, letter.currency)}" if letter.interest else ""
    fee = f"indemnité {money(letter.fee, 'EUR')}" if letter.fee else ""
    if letter.currency == "EUR":
        within, beside = ", ".join(filter(None, (interest, fee))), ""
    else:
        within, beside = interest, fee  # always in euros: never in another currency's total
    more = (f"dont {within}" if within else "", f"plus {beside}" if beside else "")
    parts = ", ".join(filter(None, more))
    return f"{whole} ({parts})" if parts else whole


def since(line: Line) -> str:
    """When the claim fell due, or the day its instalment is to be paid, or when it was paid."""
    if line.step and line.step.name == Information.THANKS:
        return f"payée le {short_date(max(receipt.date for receipt in line.claim.receipts))}"
    if line.instalment:
        return f"à verser le {short_date(line.instalment)}"
    if line.correction and line.claim.balance <= 0:
        return "plus rien n'est dû"
    day = short_date(line.claim.due) if line.claim.due else "?"
    return f"échue le {day}" if line.days_late else f"à échoir le {day}"


def sum_of(line: Line, letter: Letter) -> str:
    """What the letter asks of a claim, interest and fee apart; of a paid one these alone, or what
    was paid where it asks for nothing."""
    number = line.remainder.left.total if line.remainder else line.claimed
    if line.step and line.step.name == Information.THANKS:
        number = line.claim.amount
    return money(number, letter.currency)


def _corrected(line: Line) -> str:
    """What a letter claimed before, beside what is owed now."""
    correction = line.correction
    if correction is None:
        return ""
    claimed = money(correction.claimed, line.claim.currency)
    return f"{claimed} réclamés, avoir de {money(correction.credited, line.claim.currency)}"


def role(line: Line, letter: Letter) -> str:
    """What sets a claim apart from the others of its letter."""
    if line.step is None:
        return "pour information"
    step_name = line.step.name if line.step != letter.step else ""
    disputed = f"hors litige de {money(line.disputed, letter.currency)}" if line.disputed else ""
    broken = line.plan and line.plan.standing is Standing.BROKEN
    parts = (step_name, disputed, "échéancier rompu" if broken else "", _corrected(line))
    return ", ".join(filter(None, parts))


def expected(wait: Wait) -> str:
    """« relance-1 le 07/10/2026 », nothing when nothing is expected."""
    if wait.next_step is None or wait.next_date is None:
        return ""
    return f"{wait.next_step} le {short_date(wait.next_date)}"


def payer(profile: ClientProfile | None) -> str:
    """A client's profile, with its average delay when it has one."""
    if profile is None:
        return ""
    late = profile.record.days_late
    return f"{profile.profile}" + (f", moy. {decimal(late)} j" if late is not None else "")


def totals(letters: Iterable[Letter]) -> str:
    """What letters demand, by currency; nothing where none demands anything."""
    asking = (letter for letter in letters if not letter.informs)
    return _added((letter.total.number, letter.currency) for letter in asking)


def counted(letters: Sequence[Letter]) -> str:
    """« 2 lettres, 500,00 € »."""
    return ", ".join(filter(None, (count(len(letters), "lettre"), totals(letters))))


def summed(plan: Plan) -> str:
    """The whole plan in a line: « 2 lettres, 500,00 € ; 1 créance en attente, 30,00 € »."""
    waits = count(len(plan.waits), "créance")
    held = _added(
        (wait.claim.balance or wait.claim.unallocated, wait.claim.currency) for wait in plan.waits
    )
    parts = (
        counted(plan.letters) if plan.letters else "",
        f"{waits} en attente, {held}" if plan.waits else "",
    )
    return " ; ".join(filter(None, parts))


def reasons(plan: Plan) -> str:
    """How many claims wait for each reason, by its code: « apres 2, promesse 1 »."""
    codes = Counter(wait.code for wait in plan.waits).most_common()
    return enumeration([f"{code}\u00a0{number}" for code, number in codes])


def _added(amounts: Iterable[tuple[Decimal, str]]) -> str:
    """The sums by currency: never mixed, never converted."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for number, currency in amounts:
        sums[currency] += number
    return " + ".join(money(number, currency) for currency, number in sorted(sums.items()))
