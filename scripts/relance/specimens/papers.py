"""Papers that no step of a letter makes, and their templates tried on them: account statements,
declarations to a trustee, litigation files, rectified duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from relance.claims.receivables import receivables
from relance.claims.statement import AccountStatement
from relance.files import loss_papers
from relance.files.case_sheets import COVER, contents, divider, sheets
from relance.files.casefile import CaseFile, gather
from relance.files.exhibits import Gap
from relance.files.loss_papers import Duplicate, compose_duplicate
from relance.letters import statement_letter as statements
from relance.letters.compose import LetterSetting, faults
from relance.letters.letter_facts import Facts
from relance.letters.statement_letter import compose_statement
from relance.outlook.declaration import STEP, Declaration, declare
from relance.policy.settings import Creditor
from relance.specimens import made_up_company, reminders
from relance.specimens.made_up_company import DAY, JUDGED
from relance.specimens.proofs import Proofs
from relance.text.typography import FRENCH
from relance.values.kinds import DebtorType
from relance.values.problem import Problem


def check_statement(setting: LetterSetting, proofs: Proofs | None = None) -> list[Problem]:
    """The faults of the template, tried on made-up accounts; none without one."""
    if not (setting.folder / f"{statements.TEMPLATE}.md").is_file():
        return []
    check = (proofs or Proofs(setting.templates)).check

    def tried(statement: AccountStatement) -> None:
        check(compose_statement(statement, setting))

    problems = (
        problem for account in made_up_company.accounts() for problem in faults(tried, account)
    )
    return list(dict.fromkeys(problems))


# ---------------------------------------------------------------- Declarations


def declarations() -> Iterator[tuple[Declaration, Creditor]]:
    """Declarations with everything, in euros and in pounds, for each debtor type, then with next
    to nothing; of each a publication is known or not."""
    for debtor in DebtorType:
        (whole,) = declare(made_up_company.on_day(debtor, JUDGED), made_up_company.client(debtor))
        yield from _variants(whole, made_up_company.creditor())
    *_, (letter, creditor) = reminders.specimens(STEP)
    yield from _variants(replace(whole, letter=letter), creditor)


def _variants(whole: Declaration, creditor: Creditor) -> Iterator[tuple[Declaration, Creditor]]:
    yield whole, creditor
    yield replace(whole, letter=replace(whole.letter, currency="GBP"), exhibits=()), creditor
    unpublished = replace(whole.proceedings, published=None)
    yield replace(whole, proceedings=unpublished, exhibits=()), creditor


# ---------------------------------------------------------------- Litigation files

# Everything that a file can lack, and that a document can fail to be joined for.
_GAPS = (
    *("facture", "contrat", "livraison", "clause", "mise-en-demeure", "mise-en-demeure-envoi"),
    *("adresse-a-verifier", "mise-en-demeure-partielle"),
    *("mise-en-demeure-accuse", "relance-envoi", "type", "adresse", "siren"),
)
_UNJOINED: Facts = {"1": "introuvable", "2": "modifiee", "3": "format"}


def case_files() -> Iterator[CaseFile]:
    """Everything at once for each debtor, once after a judgment, then next to nothing."""
    days = [(debtor, DAY) for debtor in DebtorType]
    for debtor, day in (*days, (DebtorType.PROFESSIONAL, JUDGED)):
        case = gather(made_up_company.on_day(debtor, day), made_up_company.client(debtor))
        (account,) = case.accounts
        due = (replace(d, interest=reminders.rate_unknown(d.interest)) for d in account.due)
        account = replace(account, due=tuple(due))
        abroad = replace(account, currency="GBP", later=(), settled=())
        gaps = tuple(Gap(code, ("S2026-0001", "S2026-0002")) for code in _GAPS)
        yield replace(case, accounts=(account, abroad), gaps=gaps)
    bare = gather(
        made_up_company.on_day(DebtorType.PROFESSIONAL, DAY), made_up_company.bare_client()
    )
    yield replace(bare, moments=(), gaps=())


def check_case_files(setting: LetterSetting) -> list[Problem]:
    """The faults of the templates of a litigation file; none when the folder has none of them."""
    if not (setting.templates / FRENCH / f"{COVER}.md").is_file():
        return []
    setting = replace(setting, creditor=made_up_company.creditor())
    cases = list(case_files())
    problems = [problem for case in cases for problem in faults(_sheets, case, setting)]
    return list(dict.fromkeys([*problems, *faults(_dividers, cases[0], setting)]))


def _sheets(case: CaseFile, setting: LetterSetting) -> None:
    for _ in sheets(case, setting, _UNJOINED):
        pass


def _dividers(case: CaseFile, setting: LetterSetting) -> None:
    titles = ["Les parties", *(f"Pièce n° {exhibit.number}" for exhibit in case.exhibits)]
    contents(case, setting, _UNJOINED, [(title, n) for n, title in enumerate(titles, 1)])
    for exhibit in case.exhibits:
        divider(case, exhibit, setting, _UNJOINED)


# ---------------------------------------------------------------- Rectified duplicates


def check_duplicate(setting: LetterSetting) -> list[Problem]:
    """The faults of its template, tried on made-up invoices; none without one."""
    if not (setting.templates / FRENCH / f"{loss_papers.TEMPLATE}.md").is_file():
        return []
    setting = replace(setting, creditor=made_up_company.creditor())
    claims = receivables(made_up_company.company().books, None, DAY).claims
    tried = [claim for claim in claims if claim.instalments > 1 or claim.due is None]
    made = (Duplicate(duplicate, Decimal(1200), Decimal(200), Decimal(200)) for duplicate in tried)
    return list(
        dict.fromkeys(
            p for duplicate in made for p in faults(compose_duplicate, duplicate, DAY, setting)
        )
    )
