"""What a slip did to the letters: the plans of the books with it beside those without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from relance.claims.on_day import OnDay
from relance.decision.outcomes import Letter, Line, Plan
from relance.decision.planner import make_plan
from relance.ledger.books import read_books
from relance.ledger.company import Company as Facts
from relance.policy.reader import read_policy
from relance.policy.settings import Policy
from relance.values.problem import Refusal
from slips.books import DAYS, ISSUED, POLICY, Company, Open, opened
from slips.writing import Slip
from story import REGISTER_HEADER, Story, issue

Key = tuple[str, str, int, str]  # account, invoice or what stands for it, instalment, currency

# Waits of what nobody doubts: a claim that only they hold is free to be written about.
ORDINARY = frozenset({"apres", "ecart", "ecart-client", "sous", "seuil", "tolerance",
                      "non-postee", "derniere-etape", "contentieux", "deja-relancee"})  # fmt: skip


COVERED = "credit-non-affecte"  # by money without a reference: other facts may uncover it

SENT = '{day} note {compte} "Postée." #envoi ^{id}\n  relance: "{id}"\n'


@dataclass(frozen=True)
class Asked:
    """What one letter says about one claim; `costs` are interest and fee."""

    recipient: tuple[str, str, tuple[str, ...], tuple[str, ...]]
    balance: Decimal
    due: date | None
    disputed: Decimal
    step: str | None
    costs: tuple[Decimal, Decimal]

    def __str__(self) -> str:
        words = f"{self.step or 'pour information'} {self.balance} échue le {self.due}"
        disputed = f" dont contesté {self.disputed}" if self.disputed else ""
        return (
            f"{words}{disputed}, frais {sum(self.costs)}, à {', '.join(map(str, self.recipient))}"
        )

    def agrees(self, other: Asked | None) -> bool:
        """Whether both say the same; an address that is not known any more is not a wrong one."""
        if other is None or replace(self, recipient=other.recipient) != other:
            return False
        pairs = zip(self.recipient, other.recipient, strict=True)
        return all(not own or own == its for own, its in pairs)


@dataclass(frozen=True)
class Decided:
    """The plan of a day: what letters ask, the codes of waits, what is told."""

    day: date
    letters: Mapping[Key, Asked]
    waits: Mapping[Key, str]
    told: frozenset[str]

    @property
    def open(self) -> set[Key]:
        return {*self.letters, *self.waits}


def decided(plan: Plan) -> Decided:
    """A plan by claim."""
    letters = {
        _key(line): _asked(letter, line)
        for letter in plan.letters
        for line in sorted(letter.lines, key=lambda line: line.step is not None)
    }
    waits = {
        (
            wait.claim.client.account,
            wait.claim.invoice or f"{wait.claim.amount} sans numéro",
            wait.claim.instalment,
            wait.claim.currency,
        ): wait.code
        for wait in plan.waits
    }
    return Decided(plan.date, letters, waits, frozenset(w.what for w in plan.warnings))


def _key(line: Line) -> Key:
    claim = line.claim
    return (claim.client.account, claim.invoice or "", claim.instalment, claim.currency)


def _asked(letter: Letter, line: Line) -> Asked:
    client = letter.client
    return Asked(
        (client.account, client.label, client.address, client.emails),
        line.claim.balance,
        line.claim.due,
        line.disputed,
        line.step.name if line.step else None,
        (line.interest.total if line.interest else Decimal(0), line.fee),
    )


@dataclass
class Office:
    """A folder in which companies are laid, read and decided about."""

    root: Path
    laid: dict[str, str] = field(default_factory=dict)
    cited: frozenset[str] = frozenset()

    def settle(self, company: Company) -> None:
        """A new company: its files, and the register of what was issued so far."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.laid, self.cited = {}, frozenset()
        story = Story(self.root)
        story.write("out/registre/0000-entete.beancount", REGISTER_HEADER)
        for entry in company.of("document"):
            story.write("pieces/" + entry.text.split('"')[1].rpartition("/")[2], "")
        self._lay(company)
        for day in ISSUED:
            letters = issue(story, day.isoformat())["lettres"]
            story.write(
                f"out/registre/{day}-envois.beancount",
                REGISTER_HEADER + "".join(SENT.format(day=day, **letter) for letter in letters),
            )
            self.cited |= {line["facture"] for letter in letters for line in letter["factures"]}

    def decide(self, company: Company) -> tuple[Decided, ...] | str:
        """The plan of each day, or why there is none."""
        self._lay(company)
        try:
            policy = _policy(self.root / POLICY, self.laid[POLICY])
            books = read_books(policy, self.root)
        except Refusal as refusal:
            return str(refusal)
        if unread := Facts(self.root, policy, books).unread():
            return str(unread)
        *before, last = (OnDay(policy, books, day) for day in DAYS)
        # A run of the last day sees what the books have under a later date; one of the past is
        # replayed.
        return tuple(decided(make_plan(on)) for on in (*before, last.foreseeing()))

    def _lay(self, company: Company) -> None:
        files = company.files()
        for name, text in files.items():
            if self.laid.get(name) != text:
                path = self.root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        self.laid = files


_POLICIES: dict[str, Policy] = {}


def _policy(path: Path, text: str) -> Policy:
    """The policy at a path; one that was read already with this text is read no more."""
    if text not in _POLICIES:
        _POLICIES[text] = read_policy(path)
    return _POLICIES[text]


@dataclass(frozen=True)
class Fault:
    """A claim about which a slip made the plan say something that is not so."""

    claim: Key
    day: date
    before: str
    after: str
    told: bool  # a warning speaks, though the letter goes
    less: bool  # the letter asks less than is owed

    def __str__(self) -> str:
        return f"{self.day} {' '.join(map(str, self.claim))} : {self.before} → {self.after}" + (
            " (averti)" if self.told else ""
        )


@dataclass(frozen=True)
class Verdict:
    """What became of one slip."""

    outcome: str  # caught, harmless, valid or wrong
    faults: tuple[Fault, ...] = ()


def judge(office: Office, company: Company, before: tuple[Decided, ...], slip: Slip) -> Verdict:
    """Compare the plans with the slip to those without it, and to what the slip makes true."""
    slipped = company.with_entry(slip.old, *slip.new)
    after = office.decide(slipped)
    if isinstance(after, str):
        return Verdict("caught")
    alike: list[Decided | None] = [None for _ in before]
    if slip.like is not None:
        correct = office.decide(company.with_entry(slip.old, *slip.like))
        assert not isinstance(correct, str), correct
        alike = [*correct]
    faults: list[Fault] = []
    outcomes = set()
    for place, (own, new) in enumerate(zip(before, after, strict=True)):
        reading = _Reading(
            own,
            new,
            opened(slipped, own.day) if slip.says else None,
            alike[place],
            slip.holds,
        )
        faults.extend(reading.faults())
        outcomes |= reading.outcomes
    if faults:
        return Verdict("wrong", tuple(faults))
    return Verdict(next((x for x in ("valid", "caught") if x in outcomes), "harmless"))


def _one(key: Key) -> tuple[str, str, str]:
    """The invoice of a claim, whatever the instalment."""
    account, invoice, _, currency = key
    return account, invoice, currency


@dataclass
class _Reading:
    """One day without and with a slip; `facts` is what is open if the books are taken at their
    word, `alike` the plan of correct books that say the same, `holds` the invoices that nobody
    may be asked for."""

    before: Decided
    after: Decided
    facts: Open | None
    alike: Decided | None
    holds: tuple[str, ...]
    outcomes: set[str] = field(default_factory=set)

    def faults(self) -> Iterator[Fault]:
        """What is wrong; `outcomes` then knows what else became of the claims."""
        for key, asked in self.after.letters.items():
            if asked.step and key[1] in self.holds:
                yield self._fault(key, f"{asked} ; à retenir")
            elif not asked.agrees(self.before.letters.get(key)) and not self._only_listed(
                key, asked
            ):
                if not self._as_the_books_say(key, asked):
                    yield self._fault(key, str(asked))
                self.outcomes.add("valid")
        yield from self._vanished()
        waits = self.after.waits.items() - self.before.waits.items()
        if any(key not in self.after.letters for key, _ in waits):
            self.outcomes.add("caught")

    def _vanished(self) -> Iterator[Fault]:
        """The claims, owed before or by the books now, of which the plan says no word."""
        for key in sorted(self.before.open - self.after.open):
            if self._settled(key):
                self.outcomes.add("valid")
            elif self._told(key):
                self.outcomes.add("caught")
            else:
                yield self._fault(key, "ni lettre, ni attente, ni avertissement")
        for key in sorted({*(self.facts or ())} - self.before.open - self.after.open):
            if not self._all_decided(key) and not self._told(key):
                yield self._fault(key, "dû d'après les livres, et le plan n'en dit rien")

    def _only_listed(self, key: Key, asked: Asked) -> bool:
        """Whether a claim that nobody doubts is listed because another's letter now goes."""
        return asked.step is None and self.before.waits.get(key) in ORDINARY

    def _as_the_books_say(self, key: Key, asked: Asked) -> bool:
        if self.alike and asked.agrees(self.alike.letters.get(key)):
            return True
        if self.facts is None or not self._is_open(key, asked):
            return False
        was, wait = self.before.letters.get(key), self.before.waits.get(key)
        if was is None or was.step is None:
            return wait is None or wait in {*ORDINARY, COVERED}
        same = (was.balance, was.due) == (asked.balance, asked.due)
        return asked.recipient == was.recipient and (was.step == asked.step or not same)

    def _is_open(self, key: Key, asked: Asked) -> bool:
        """Whether the invoice has as many such claims open as the letters ask: an instalment cited
        by a letter keeps its number, which the books alone do not tell."""
        asked_alike = sum(
            (other.balance, other.due) == (asked.balance, asked.due)
            for k, other in self.after.letters.items()
            if _one(k) == _one(key)
        )
        sums = [x for x in self._open_of(key) if x == (asked.balance, asked.due)]
        return asked_alike <= len(sums)

    def _open_of(self, key: Key) -> list[tuple[Decimal, date]]:
        """What is open of the invoice."""
        return [x for k, x in (self.facts or {}).items() if _one(k) == _one(key)]

    def _all_decided(self, key: Key) -> bool:
        """Whether as many claims of the invoice are decided as the books have open."""
        return len(self._open_of(key)) <= sum(_one(k) == _one(key) for k in self.after.open)

    def _settled(self, key: Key) -> bool:
        """Whether by the books nothing of the claim is open any more."""
        if self.facts is not None:
            return key not in self.facts and self._all_decided(key)
        return self.alike is not None and key not in self.alike.open

    def _told(self, key: Key) -> bool:
        """Whether a new wait or a new warning speaks of the invoice or of its client."""
        account, invoice, _, _ = key
        waits = {k for k in self.after.waits if self.after.waits[k] != self.before.waits.get(k)}
        return any(account == k[0] or invoice == k[1] for k in waits) or bool(
            self.after.told - self.before.told
        )

    def _fault(self, key: Key, after: str) -> Fault:
        asked = self.after.letters.get(key)
        was = self.before.letters.get(key)
        wait = self.before.waits.get(key)
        told = bool(self.after.told - self.before.told)
        before = str(was) if was else f"attente {wait}" if wait else "rien"
        less = (
            was is not None
            and asked is not None
            and asked.agrees(replace(was, balance=asked.balance, costs=asked.costs))
            and (asked.balance < was.balance)
        )
        return Fault(key, self.before.day, before, after, told, less)
