"""Made-up litigation files on which the templates are tried before they serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from relance.claims.insolvency import Proceedings
from relance.claims.interest import Interest, Segment
from relance.claims.limitation import Limitation
from relance.claims.model import Claim, Receipt
from relance.files.account import DebtAccount, DebtLine, SetOff
from relance.files.case_sheets import COVER, separator, sheets
from relance.files.casefile import CaseFile, Moment
from relance.files.exhibits import SORTS, CaseExhibit, Gap
from relance.letters.compose import LetterSetting, faults
from relance.letters.facts import Facts
from relance.outlook.chronicle import Event
from relance.specimens.reminders import WHOLE
from relance.text.typography import FRENCH
from relance.values.amounts import Money
from relance.values.facts import Client
from relance.values.issued import Dispatch, IssuedLetter
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Source

_DAY = date(2026, 11, 23)
_SOURCE = Source("specimen")
_ACCOUNT = "Actifs:Clients:Specimen"
_CODES = (
    *("facture", "contrat", "livraison", "clause", "mise-en-demeure", "mise-en-demeure-envoi"),
    *("mise-en-demeure-accuse", "relance-envoi", "type", "adresse", "siren"),
)


def case_files() -> Iterator[CaseFile]:
    """Everything at once for each debtor, then next to nothing."""
    for debtor in DebtorType:
        yield _full(debtor)
    judged = Proceedings(_DAY - timedelta(20), stated=True, source=_SOURCE, trustee="Me Exemple")
    yield replace(_full(DebtorType.PROFESSIONAL), proceedings=judged)
    client = Client(_ACCOUNT, None, _SOURCE)
    bare = DebtLine(_claim(client, "", _DAY - timedelta(9)), Limitation(_DAY))
    yield CaseFile(client, _DAY, (DebtAccount("EUR", _DAY, (bare,)),), (), (), ())


def check_templates(setting: LetterSetting) -> list[Problem]:
    """The faults of the templates of a litigation file; none when the folder has none of them."""
    if not (setting.templates / FRENCH / f"{COVER}.md").is_file():
        return []
    setting = replace(setting, creditor=WHOLE)
    cases = list(case_files())
    found = [problem for case in cases for problem in faults(_sheets, case, setting)]
    return list(dict.fromkeys([*found, *faults(_separators, cases[0], setting)]))


_UNJOINED: Facts = {"1": "introuvable", "2": "modifiee", "3": "format"}


def _sheets(case: CaseFile, setting: LetterSetting) -> None:
    for _ in sheets(case, setting, _UNJOINED):
        pass


def _separators(case: CaseFile, setting: LetterSetting) -> None:
    for exhibit in case.exhibits:
        separator(case, exhibit, setting, _UNJOINED)


def _full(debtor: DebtorType) -> CaseFile:
    client = Client(
        _ACCOUNT,
        "Exemple & Fils",
        _SOURCE,
        address=("1 rue des Essais", "67000 STRASBOURG"),
        contact="Mme Exemple",
        emails=("compta@exemple.example",),
        phone="01 99 00 00 00",
        siren="000000018",
        debtor=debtor,
        reference="42",
    )
    lines = tuple(_line(client, f"S{n}") for n in (1, 2))
    later = DebtLine(_claim(client, "S3", _DAY + timedelta(30)), Limitation(_DAY))
    undated = DebtLine(replace(_claim(client, "", _DAY), due=None), Limitation(_DAY))
    settled = replace(lines[0], fee=Decimal(40))
    account = DebtAccount("EUR", _DAY, lines, (later, undated), (settled,))
    return CaseFile(
        client,
        _DAY,
        (account, replace(account, currency="GBP", later=(), settled=())),
        tuple(_exhibits()),
        (
            Moment(Event(_DAY, "facture", "S1", _SOURCE, Money(Decimal(9), "EUR")), (1, 2)),
            Moment(Event(_DAY, "appel", "rien", _SOURCE), ()),
        ),
        tuple(Gap(code, ("S1", "S2")) for code in _CODES),
    )


def _claim(client: Client, label: str, due: date) -> Claim:
    born = _DAY - timedelta(120)
    paid = (Receipt(due, Decimal(300)), Receipt(due, Decimal(100), credit_note=True, linked=False))
    return Claim(
        *(client, label or None, label, 1, 1, Decimal(1000), "EUR", born, due, _SOURCE),
        receipts=paid,
        service=born,
    )


def _line(client: Client, label: str) -> DebtLine:
    claim = _claim(client, label, _DAY - timedelta(60))
    start = _DAY - timedelta(59)
    segment = Segment(start, _DAY, 60, Decimal(600), Decimal("12.40"), Decimal("12.23"))
    total = Decimal("12.23")
    return DebtLine(
        claim,
        Limitation(_DAY, _DAY + timedelta(400)),
        Decimal(100),
        Interest((segment,), total, Decimal(600), total, _DAY, _DAY + timedelta(1)),
        Decimal(40),
        tuple(
            SetOff(receipt, Decimal(1), receipt.amount - 1, Decimal(600), Decimal(0))
            for receipt in claim.receipts
        ),
        start,
        agreed=True,
        acts=(start,),
        notice=start,
    )


def _exhibits() -> Iterator[CaseExhibit]:
    sent = Dispatch(_DAY, "recommande", "1A", _DAY)
    facts = ("mise-en-demeure", 3, "standard", ("recommande",))
    letter = IssuedLetter("R20261112-01", _DAY, _ACCOUNT, "x.pdf", *facts)
    for number, sort in enumerate(SORTS, 1):
        own = replace(letter, dispatches=(sent,)) if sort == "accuse" else None
        numbers = () if sort == "contrat" else ("S1",)
        yield CaseExhibit(number, sort, _DAY, f"pieces/{sort}.pdf", numbers, own)
    for number, (step, rank) in enumerate((("relance-1", 1), ("rappel", 0)), len(SORTS) + 1):
        other = replace(letter, step=step, rank=rank)
        yield CaseExhibit(number, "relance", _DAY, "x.pdf", ("S1",), other)
    with_receipt = replace(letter, dispatches=(sent,))
    yield CaseExhibit(len(SORTS) + 3, "relance", _DAY, "x.pdf", ("S1",), with_receipt)
