"""The data of a litigation file for programs: a court's form, a spreadsheet.

Amounts are strings with two decimals, dates ISO. What only a lawyer decides (which court, which
costs) is left empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relance.files.account import DebtAccount, DebtLine
from relance.files.case_facts import reference, uses, way, whole
from relance.files.casefile import CaseFile
from relance.letters.compose import LetterSetting
from relance.letters.letter_facts import Facts, creditor_facts, recipient
from relance.text.escapes import json_text
from relance.text.writing import Cell, as_csv
from relance.values.amounts import cents


def claim_data(case: CaseFile, account: DebtAccount, setting: LetterSetting) -> Facts:
    """What the form of an order for payment, or any other claim, asks for in one currency."""
    values = whole(case, setting)
    legal = values["mentions"]
    assert isinstance(legal, dict)
    return {
        "reference": reference(case),
        "date": case.day.isoformat(),
        "voie": way(case),
        "juridiction": None,
        "creancier": creditor_facts(setting.creditor),
        "debiteur": {"type": values["type"] or None, **recipient(case.client)},
        "devise": account.currency,
        "principal": f"{cents(account.total('principal_left'))}",
        "interets": f"{cents(account.total('interest_owed'))}",
        "interets_arretes_au": account.stopped_on.isoformat(),
        "indemnite": f"{cents(account.total('fee'))}",
        "indemnite_devise": "EUR",
        "total": f"{cents(account.asked)}",
        "conteste": f"{cents(account.total('disputed'))}",
        "fondement": [legal[key] for key in ("penalites", "indemnite") if legal[key]],
        "factures": [_line(case, line) for line in account.due],
        "pieces": [
            {"numero": e.number, "sorte": e.sort, "date": e.date.isoformat(), "fichier": e.path}
            for e in case.exhibits
        ],
    }


def _line(case: CaseFile, line: DebtLine) -> Facts:
    claim = line.claim
    segments = line.interest.segments if line.interest else ()
    return {
        "numero": claim.numbered if claim.label else None,
        "date": claim.invoiced.isoformat(),
        "echeance": claim.due.isoformat() if claim.due else None,
        "montant": f"{cents(claim.amount)}",
        "solde": f"{cents(claim.balance)}",
        "principal": f"{cents(line.principal_left)}",
        "interets": f"{cents(line.interest_owed)}",
        "interets_a_compter_du": line.since.isoformat() if line.since else None,
        "taux": f"{segments[-1].rate:.2f}" if segments else None,
        "indemnite": f"{cents(line.fee)}",
        "mise_en_demeure": line.notice.isoformat() if line.notice else None,
        "prescription": line.limitation.last_day.isoformat(),
        "pieces": list(case.numbers_of(claim.label)),
    }


def as_json(data: Facts) -> str:
    """The data as one object."""
    return json_text(data, indent=2) + "\n"


def claim_csv(data: Facts) -> str:
    """The same as two columns: the name of a value, the value."""
    return as_csv(("cle", "valeur"), list(_flat(data, "")))


def _flat(value: object, name: str) -> Iterator[tuple[Cell, Cell]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name}.{place}")
    else:
        yield name, None if value is None else str(value)


def exhibits_csv(case: CaseFile) -> str:
    """The schedule of exhibits."""
    head = ("numero", "sorte", "date", "factures", "lettre", "chemin")
    return as_csv(
        head,
        [
            (
                e.number,
                e.sort,
                e.date,
                " ".join(e.numbers),
                e.letter.id if e.letter else "",
                e.path,
            )
            for e in case.exhibits
        ],
    )


def chronology_csv(case: CaseFile) -> str:
    """Everything that happened, a line each."""
    head = ("date", "sorte", "texte", "montant", "devise", "pieces")
    return as_csv(
        head,
        [
            (
                m.event.date,
                m.event.sort,
                m.event.what,
                cents(m.event.amount.number) if m.event.amount else None,
                m.event.amount.currency if m.event.amount else "",
                " ".join(map(str, m.exhibits)),
            )
            for m in case.moments
        ],
    )


def account_csv(account: DebtAccount) -> str:
    """The account in the order of its claims: each segment of interest, each payment set off."""
    head = (
        *("facture", "sorte", "du", "au", "jours", "principal", "taux"),
        *("interets", "regle", "sur_interets", "sur_principal"),
    )
    return as_csv(head, [row for line in account.due for row in _rows(line)])


def _rows(line: DebtLine) -> Iterable[tuple[Cell, ...]]:
    name = line.claim.numbered
    for s in line.interest.segments if line.interest else ():
        days = (s.start, s.end, s.days)
        yield (name, "interets", *days, cents(s.principal), s.rate, cents(s.amount), *[None] * 3)
    for use in uses(line):
        receipt = use.receipt
        sort = "reglement" if receipt.is_payment else "abandon" if receipt.waived else "avoir"
        split = (cents(receipt.amount), cents(use.interest), cents(use.principal))
        yield (name, sort, receipt.date, receipt.date, None, None, None, None, *split)
    if line.fee:
        yield (name, "indemnite", None, None, None, None, None, cents(line.fee), None, None, None)
