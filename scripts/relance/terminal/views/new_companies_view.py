"""The companies that an office made from exports: what stands against each, then one table."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable

from rich.text import Text

from relance.terminal.offices.new_companies import NewCompany
from relance.terminal.views.console import borderless, next_thing, out, say, show_problems
from relance.text.escapes import plain, short
from relance.text.locales import money
from relance.text.words import count

_NAME = 24
_REFUSED, _IN_PART = _TOLD = ("refusée", "faite en partie")
_FEW = 3  # problems of one company that are told, the others counted


def show_companies(companies: Iterable[NewCompany]) -> bool:
    """Print the table; whether nothing stands against any of them."""
    made = list(companies)
    for company in made:
        _show_problems(company)
    table = borderless(("", _NAME), ("r", 6), ("r", 14), ("r", 11), ("", 15))
    titles = ("entreprise", "entrés", "dû", "à compléter", "résultat")
    table.add_row(*(Text(title, "dim") for title in titles))
    for company in made:
        fate = _fate(company)
        cells = (*_cells(company), Text(fate, "red" if fate in _TOLD else ""))
        table.add_row(Text(short(company.folder.name, _NAME)), *cells)
    out.put(table)
    fates = Counter(_fate(company) for company in made)
    sentences = ", ".join(f"{fate} : {number}" for fate, number in fates.items())
    say(f"\n{count(len(made), 'entreprise')} ; {sentences}.")
    first = shlex.quote(str(made[0].folder))
    next_thing(
        "remplissez le créancier de chacune, puis vérifiez-la, celle-ci d'abord : "
        f"relance verifier --dossier {first}"
    )
    return not any(_fate(company) in _TOLD for company in made)


def _fate(company: NewCompany) -> str:
    if company.problems:
        return _REFUSED
    if company.prepared is None:
        return "déjà là"
    return _IN_PART if company.prepared.refused else "faite"


def _cells(company: NewCompany) -> tuple[Text, Text, Text]:
    if company.prepared is None:
        return Text(""), Text(""), Text("")
    came = sum(outcome.came for outcome in company.prepared.outcomes)
    owed = ", ".join(money(amount.number, amount.currency) for amount in company.owed)
    clients = {lack.client.account for group in company.lacks for lack in group.lacks}
    return Text(str(came)), Text(owed), Text(count(len(clients), "client") if clients else "")


def _show_problems(company: NewCompany) -> None:
    prepared = company.prepared
    problems = [*company.problems]
    for outcome in prepared.outcomes if prepared else ():
        problems += [*outcome.faults, *outcome.left]
    if problems:
        say(f"{plain(company.folder.name)} :")
        show_problems(problems[:_FEW])
        if len(problems) > _FEW:
            say(f"    et {len(problems) - _FEW} de plus")
