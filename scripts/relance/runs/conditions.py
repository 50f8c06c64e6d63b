"""Whether a run may be issued at a day: what `emettre` refuses, and `plan` says beforehand.

Apart from `run_files`, whose pages are slow to import.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from relance.ledger.company import Company
from relance.text.locales import enumeration, french_date
from relance.values.problem import Problem, Refusal, Status, refuse
from relance.values.register import FOLDER

AHEAD = 31  # so many days from today at most may a run be dated
_NAMED = 6  # so many letters at most are named in a refusal


def bars(company: Company, day: date, today: date) -> list[Problem]:
    """Everything for which a run of that day would be refused, seen from its books and date."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: complete(company),
        lambda: check_near(day, today),
        lambda: check_date(company, day),
    )
    return [problem for check in checks for problem in _problems(check)]


def _problems(check: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        check()
    except Refusal as refusal:
        return refusal.problems
    return ()


def complete(company: Company) -> Company:
    """The company, provided its ledger reads the register: else every letter would go twice."""
    if fault := company.register_unread():
        raise Refusal([fault])
    return company


def check_date(company: Company, day: date) -> None:
    """Refuse a run earlier than the register's last: letters go forward in time. Cancelled
    letters do not count: a run dated by mistake must not close the time before it."""
    later = [x for x in company.books.letters if x.date > day and x.cancelled_on is None]
    if later:
        latest = max(letter.date for letter in later)
        names = enumeration([letter.id for letter in later][:_NAMED])
        more = f" et {len(later) - _NAMED} autres" if len(later) > _NAMED else ""
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
