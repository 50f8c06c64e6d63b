"""Whether letters may be issued: what is soon seen to be wrong with a company's folder, a part of
the one list that every command refuses (`specimens.soundness`), and whether a day may have a run.

`plan` says it beforehand. Apart from `run_files`, whose pages are slow to import.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from relance.decision.outcomes import Letter, Plan
from relance.ledger.columns import lines_below, placed
from relance.ledger.company import POLICY, Company
from relance.policy.creditor import PLACEHOLDER, Creditor
from relance.policy.reader import place_in_policy
from relance.text.locales import enumeration, french_date
from relance.text.words import count
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, Source, Status, refuse
from relance.values.register import FOLDER

AHEAD = 31  # so many days from today at most may a run be dated
_NAMED = 6  # so many letters at most are named in a refusal


def bars(company: Company, plan: Plan, today: date) -> list[Problem]:
    """Everything for which a run of that plan would be refused, seen from its books and date."""
    day = plan.date
    checks: tuple[Callable[[], object], ...] = (
        lambda: ready(company),
        lambda: check_near(day, today),
        lambda: check_date(company, day),
    )
    refusals = [problem for check in checks for problem in _problems(check)]
    return [*refusals, *unpayable(plan.letters, company.policy.creditor)]


def _problems(check: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        check()
    except Refusal as refusal:
        return refusal.problems
    return ()


def unready(company: Company) -> list[Problem]:
    """The faults that are soon known: a creditor still the model's, a register that the ledger
    does not read, so that every letter would go twice, a file of the books that it does not."""
    problems = company.unread()
    if company.policy.creditor.name == PLACEHOLDER:
        place = place_in_policy(company.root / POLICY, ("creancier", "nom"))
        remedy = "remplissez creancier: nom, adresse, siren, iban…"
        problems.insert(0, Problem(place, "le créancier est encore celui du modèle", remedy))
    return placed(problems, lines_below(company.root)) if problems else []


def unpayable(letters: Sequence[Letter], creditor: Creditor) -> list[Problem]:
    """The fault of letters that say no way to pay: the policy has no IBAN, neither invoices nor
    client have a payment link, and no means (`paiement`) is agreed. A call needs none."""
    from relance.letters.payment import links  # and its payment code

    without = [
        letter
        for letter in letters
        if not creditor.iban and letter.channels != (Channel.PHONE,) and not letter.informs
        if not letter.client.pays_otherwise and not links(letter)
    ]
    if not without:
        return []
    clients = list(dict.fromkeys(letter.client.label for letter in without))
    more = [count(len(clients) - _NAMED, "autre")] if len(clients) > _NAMED else []
    what = f"aucun moyen de payer dans {count(len(without), 'lettre')}"
    remedy = "ajoutez creancier.iban, ou lien-paiement à la facture ou au client"
    return [Problem(Source(POLICY), f"{what} : {enumeration([*clients[:_NAMED], *more])}", remedy)]


def ready(company: Company) -> Company:
    """The company itself. Raises `Refusal` with its `unready` faults."""
    if problems := unready(company):
        raise Refusal(problems)
    return company


def check_date(company: Company, day: date) -> None:
    """Refuse a run earlier than the register's last: letters go forward in time. Cancelled
    letters do not count: a run dated by mistake must not close the time before it."""
    later = [x for x in company.books.letters if x.date > day and x.cancelled_on is None]
    if later:
        latest = max(letter.date for letter in later)
        names = enumeration([letter.id for letter in later][:_NAMED])
        more = f" et {count(len(later) - _NAMED, 'autre')}" if len(later) > _NAMED else ""
        raise refuse(
            FOLDER,
            f"le registre contient déjà des relances du {latest}, après le {day}",
            f"choisissez une date à partir du {latest} ; relance plan --au {day} rejoue le passé ; "
            f"si le {latest} est une erreur, annulez ces lettres (relance noter --annulation R…) : "
            f"{names}{more}",
            Status.REFUSED_STATE,
        )


def check_near(day: date, today: date) -> None:
    """Refuse a day more than `AHEAD` days after today: once merged, its letters would bar every
    run before it."""
    if (day - today).days > AHEAD:
        raise refuse(
            "--au",
            f"le {french_date(day)} est dans plus de {AHEAD} jours",
            f"vérifiez l'année ; relance plan --jusqu-au {day} montre les relances à venir",
        )
