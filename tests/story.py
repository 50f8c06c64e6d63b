"""Stories: a company written as text in a folder, its plans day by day, its letters issued.

A story's ledger needs neither options nor plan of accounts: `PRELUDE` has them, with one client
of each debtor type. Its policy needs no creditor. Days are written "2026-03-17".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from relance.claims.claim import Claim, Receivables
from relance.claims.on_day import OnDay
from relance.decision.outcomes import Letter, Line, Plan
from relance.decision.planner import make_plan
from relance.ledger.books import read_books
from relance.ledger.company import Company as Facts
from relance.ledger.company import read_company
from relance.ledger.register_writer import write_run
from relance.policy.reader import read_policy
from relance.policy.settings import Policy
from relance.terminal.views.plan_json import plan_as_json
from relance.values.amounts import ZERO, Money, total
from relance.values.facts import Books
from relance.values.issued import Citation, IssuedLetter, PendingLetter
from relance.values.problem import Refusal

Json = dict[str, Any]

CREDITOR = """\
creancier:
  nom: Atelier Essai
  adresse: [1 rue des Essais, 69001 LYON]
"""

# Plain counts of days, where a story is not about the calendar of working days.
EVERY_DAY = "calendrier: {jours-ouvres: false}\n"

# A letter issued is a letter sent, where a story is not about what becomes of it next.
SENT = "envoi: {suivi: false}\n"

OPTIONS = """\
option "name_assets" "Actifs"
option "name_liabilities" "Passifs"
option "name_equity" "Capitaux"
option "name_income" "Produits"
option "name_expenses" "Charges"
include "../out/registre/*.beancount"
"""

ACCOUNTS = """\
2010-01-01 open Actifs:Banque
2010-01-01 open Produits:Ventes
2010-01-01 open Charges:Pertes
2010-01-01 open Capitaux:Reprise
"""

# Durand owes as a professional in every story that does not say otherwise.
CLIENTS = """\
2010-01-01 open Actifs:Clients:Durand
  client: "Durand SARL"
  adresse: "2 rue du Port\\n69002 LYON"
  courriel: "compta@durand.example"
  telephone: "01 99 00 00 01"
  type: "professionnel"
2010-01-01 open Actifs:Clients:Mairie
  client: "Commune de Valbois"
  adresse: "Hôtel de ville\\n39000 VALBOIS"
  courriel: "finances@valbois.example"
  type: "public"
2010-01-01 open Actifs:Clients:Martin
  client: "Mme Martin"
  adresse: "3 rue du Lac\\n74000 ANNECY"
  courriel: "martin@lac.example"
  type: "particulier"
2010-01-01 open Actifs:Clients:Club
  client: "Club de voile"
  adresse: "4 quai du Lac\\n74000 ANNECY"
  courriel: "club@voile.example"
  type: "autre"
"""

PRELUDE = OPTIONS + ACCOUNTS + CLIENTS

REGISTER_HEADER = 'option "name_assets" "Actifs"\n'

# The first month of stories: 2026-03-01 is a Sunday, 2026-03-10 a Tuesday.
ONE_INVOICE = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
"""
# Durand owes F1 and F2, the town F3.
THREE_INVOICES = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
2026-02-11 * "Durand" "Facture" ^F2
  echeance: 2026-03-11
  Actifs:Clients:Durand  200.00 EUR
  Produits:Ventes
2026-02-12 * "Commune" "Facture" ^F3
  echeance: 2026-03-12
  Actifs:Clients:Mairie  300.00 EUR
  Produits:Ventes
"""


@dataclass
class Story:
    """A company's folder; what is read is kept until the next line is written."""

    root: Path
    _facts: list[Facts] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        """The policy and books as they stand."""
        if not self._facts:
            self._facts.append(read_company(self.root))
        return self._facts[0]

    @property
    def books(self) -> Books:
        return self.facts.books

    @property
    def policy(self) -> Policy:
        return self.facts.policy

    def write(self, path: str, text: str) -> None:
        """Write a file of the folder anew."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self._facts.clear()

    def add(self, text: str) -> None:
        """Go on with the ledger."""
        path = "ledger/main.beancount"
        self.write(path, (self.root / path).read_text(encoding="utf-8") + text)

    def replace(self, old: str, new: str) -> None:
        """Correct something in the ledger."""
        path = "ledger/main.beancount"
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))


def company(
    root: Path, ledger: str, policy: str = "", register: str = "", prelude: str = PRELUDE
) -> Story:
    """A company with these books; its policy is the defaults, what `policy` adds, and `SENT`
    unless that speaks of dispatch."""
    story = Story(root)
    story.write("relance.yaml", CREDITOR + policy + ("" if "envoi:" in policy else SENT))
    story.write("ledger/main.beancount", prelude + ledger)
    story.write("out/registre/0000-entete.beancount", REGISTER_HEADER)
    if register:
        story.write("out/registre/2000-01-01.beancount", REGISTER_HEADER + register)
    return story


def day_of(story: Story, day: str, pending: Iterable[PendingLetter] = ()) -> OnDay:
    """The story's books at the end of a day."""
    return OnDay(story.policy, story.books, date.fromisoformat(day), tuple(pending))


def decide(story: Story, day: str, pending: Iterable[PendingLetter] = ()) -> Plan:
    """The plan of a day."""
    return make_plan(day_of(story, day, pending))


def plan(story: Story, day: str, pending: Iterable[PendingLetter] = ()) -> Json:
    """The plan of a day as its public JSON."""
    return plan_as_json(decide(story, day, pending))


def outcome(story: Story, day: str, invoice: str = "F1", instalment: int = 1) -> str | None:
    """What becomes of one claim: its step, or the code of its wait; None when nothing is open."""
    return outcome_in(plan(story, day), invoice, instalment)


def outcome_in(result: Json, invoice: str, instalment: int = 1) -> str | None:
    """The same, in a plan at hand; two decisions about one claim are an error."""
    key = (invoice, instalment)
    found = [
        line["etape"]
        for letter in result["lettres"]
        for line in letter["factures"]
        if line["etape"] and (line["facture"], line["tranche"]) == key
    ]
    found += [w["code"] for w in result["attentes"] if (w["facture"], w["tranche"]) == key]
    assert len(found) <= 1, f"{len(found)} decisions about {key}"
    return found[0] if found else None


def outcomes(story: Story, days: Iterable[str], invoice: str = "F1") -> list[str | None]:
    """What becomes of one claim on each of these days, nothing being issued in between."""
    return [outcome(story, day, invoice) for day in days]


def only_letter(result: Json) -> Json:
    """The one letter of a plan."""
    (letter,) = result["lettres"]
    assert isinstance(letter, dict)
    return letter


def lines(letter: Json) -> dict[str, Json]:
    """The lines of a letter by invoice."""
    return {line["facture"]: line for line in letter["factures"]}


def wait_of(result: Json, invoice: str = "F1") -> Json:
    """The wait of one invoice."""
    (wait,) = [w for w in result["attentes"] if w["facture"] == invoice]
    assert isinstance(wait, dict)
    return wait


def ledger_of(story: Story, day: str) -> Receivables:
    """Claims and overpayments at a date."""
    return day_of(story, day).receivables


def claims(story: Story, day: str) -> dict[tuple[str | None, int], Claim]:
    """Every claim at a date by invoice and instalment."""
    return {(claim.invoice, claim.instalment): claim for claim in ledger_of(story, day).claims}


def balances(story: Story, day: str) -> dict[str, str]:
    """What is open at a date: "F1", or "F1/2" for its second instalment."""
    return {
        name(claim): str(claim.balance)
        for claim in ledger_of(story, day).claims
        if claim.balance > 0
    }


def name(claim: Claim) -> str:
    """How tests name a claim."""
    return str(claim.invoice) + (f"/{claim.instalment}" if claim.instalment > 1 else "")


def issue(story: Story, day: str) -> Json:
    """Plan a day and put its letters into the register."""
    decided = decide(story, day)
    if decided.letters:
        put_into_register(story, day, [issued(letter) for letter in decided.letters])
    return plan_as_json(decided)


def put_into_register(story: Story, day: str, letters: Iterable[IssuedLetter]) -> None:
    """Write the register file of a run, and something in place of each letter."""
    letters = tuple(letters)
    text = write_run(date.fromisoformat(day), letters, {"Actifs": "name_assets"}, _comment)
    path = f"out/registre/{day}.beancount"
    while (story.root / path).exists():
        path = path.replace(".beancount", "-2.beancount")
    for letter in letters:
        story.write(letter.path, "Lettre\n")
    story.write(path, text)


def issued(letter: Letter) -> IssuedLetter:
    """A letter as the register tells it."""
    return IssuedLetter(
        id=letter.id,
        date=letter.date,
        account=letter.client.account,
        path=f"out/lettres/{letter.date}/{letter.id}.md",
        step=letter.step.name,
        rank=letter.rank,
        track=letter.track,
        channels=tuple(channel.value for channel in letter.channels),
        citations=tuple(
            Citation(
                letter=letter.id,
                invoice=str(line.claim.invoice),
                instalment=line.claim.instalment,
                step=line.step.name,
                rank=line.rank,
                track=line.track,
                due=line.claim.due or letter.date,
                balance=Money(line.claim.balance, letter.currency),
                instalment_due=line.instalment,
                interest=_part(line, line.interest.total if line.interest else ZERO),
                fee=_part(line, line.fee, "EUR"),
            )
            for line in letter.lines
            if line.step
        ),
        stopped_on=letter.date,
        days_given=letter.days_given,
        total=letter.total,
        interest=Money(letter.interest, letter.currency),
        fee=Money(letter.fee, "EUR"),
        markdown_sha256=hashlib.sha256(letter.id.encode()).hexdigest(),
        tone=letter.tone.value,
    )


def _part(line: Line, amount: Decimal, currency: str = "") -> Money | None:
    return Money(amount, currency or line.claim.currency) if line.demanded and amount else None


def _comment(citation: Citation) -> str:
    return f"Facture {citation.invoice}, relance n° {citation.rank}."


def past_letter(
    letter: str,
    step: str,
    *invoices: str,
    rank: int = 1,
    account: str = "Actifs:Clients:Durand",
    balance: str = "100.00",
) -> IssuedLetter:
    """A letter issued earlier, as its id dates it (R20260317-01), about first instalments."""
    day = date.fromisoformat(f"{letter[1:5]}-{letter[5:7]}-{letter[7:9]}")
    owed = Money(Decimal(balance), "EUR")
    return IssuedLetter(
        id=letter,
        date=day,
        account=account,
        path=f"out/lettres/{day}/{letter}.md",
        step=step,
        rank=rank,
        track="standard",
        channels=("courriel",),
        citations=tuple(
            Citation(letter, invoice, 1, step, rank, "standard", day, owed) for invoice in invoices
        ),
        total=owed,
    )


def demanding(letter: IssuedLetter, interest: str, fee: str) -> IssuedLetter:
    """The letter as one that asked interest and a fee beside the balance, in euros."""
    extras = [Money(Decimal(amount), "EUR") for amount in (interest, fee)]
    whole = Money(total(x.number for x in (letter.total, *extras) if x), "EUR")
    return replace(letter, total=whole, interest=extras[0], fee=extras[1])


def posted(story: Story, letter: str, day: str, received: str = "") -> None:
    """Note the dispatch of a letter."""
    _after(story, letter, day, "envoi", f"\n  recu: {received}" if received else "")


def cancelled(story: Story, letter: str, day: str) -> None:
    """Note that a letter was cancelled."""
    _after(story, letter, day, "annulation")


def _after(story: Story, letter: str, day: str, sort: str, more: str = "") -> None:
    account = next(issued.account for issued in story.books.letters if issued.id == letter)
    note = f'{day} note {account} "Suite." #{sort} ^{letter}\n  relance: "{letter}"{more}\n'
    story.write(f"out/registre/{day}-{letter}-{sort}.beancount", REGISTER_HEADER + note)


def refusal(
    root: Path, ledger: str, policy: str = "", register: str = "", prelude: str = PRELUDE
) -> str:
    """All that is said when these books or this policy are refused."""
    return refused(company(root, ledger, policy, register, prelude))


def refused(story: Story) -> str:
    """All that is said when this company is refused."""
    with pytest.raises(Refusal) as told:
        read_books(read_policy(story.root / "relance.yaml"), story.root)
    return str(told.value)


def line_of(story_ledger: str, text: str, prelude: str = PRELUDE) -> int:
    """The line of the ledger file on which `text` stands."""
    rows = (prelude + story_ledger).splitlines()
    return next(number for number, row in enumerate(rows, 1) if text in row)
