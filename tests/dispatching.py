"""Companies whose letters are approved and ready to leave, in real repositories."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pikepdf
from click.testing import CliRunner, Result

from places import LETTERS
from relance.claims.on_day import OnDay
from relance.decision.planner import make_plan
from relance.ledger.company import read_company, sha256
from relance.ledger.register_writer import write_run
from relance.letters.compose import LetterSetting, companions, compose
from relance.runs.letter_files import Prints, issued_letter
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.text.writing import slug
from relance.values.issued import IssuedLetter
from relance.values.problem import Refusal
from repositories import commit, git
from story import Story

PARIS = ZoneInfo("Europe/Paris")
ISSUED, SENT = "2026-03-17", "2026-03-18"  # a Tuesday, a Wednesday
# Late since 10 March, by their links F1 and F2.
LATE = """
2026-02-10 * "Durand" "Facture" ^F1
  echeance: 2026-03-10
  Actifs:Clients:Durand  100.00 EUR
  Produits:Ventes
2026-02-11 * "Commune" "Facture" ^F2
  echeance: 2026-03-10
  Actifs:Clients:Mairie  200.00 EUR
  Produits:Ventes
"""


def repository(story: Story) -> Story:
    """The story's folder under git."""
    story.write(".gitignore", "/out/envois/\n")
    shutil.copytree(LETTERS, story.root / "letters", dirs_exist_ok=True)
    git(story.root, "init", "-qb", "main", ".")
    commit(story.root)
    return story


def blank(title: str) -> bytes:
    """A PDF of one empty page."""
    with pikepdf.new() as made, io.BytesIO() as written:
        made.add_blank_page()
        made.docinfo["/Title"] = title
        made.save(written, static_id=True)
        return written.getvalue()


def approved(story: Story, day: str = ISSUED) -> tuple[IssuedLetter, ...]:
    """The letters of a day, approved: in the register of main, with files that fit it. Their
    pages are blank: nothing here looks at them."""
    story.facts  # noqa: B018 - read anew, so that a fault shows here
    company = read_company(story.root)
    decided = make_plan(OnDay(company.policy, company.books, date.fromisoformat(day)))
    setting = LetterSetting(company.policy.creditor, LETTERS, company.books.documents)
    found = []
    for letter in decided.letters:
        stem = f"out/lettres/{day}/{letter.id}-{slug(letter.client.label)}"
        text, page = compose(letter, setting), blank(letter.id)
        for name, content in companions(letter, setting).items():
            story.write(f"{stem}-{name}", content)
        story.write(f"{stem}.md", text)
        (story.root / f"{stem}.pdf").write_bytes(page)
        message = companions(letter, setting).get("sms.txt")
        sms = message and sha256(message.encode())
        prints = Prints(f"{stem}.pdf", sha256(text.encode()), sha256(page), sms)
        found.append(issued_letter(letter, prints, "0" * 40, company.policy_sha256))
    register = write_run(decided.date, found, company.books.roots, lambda c: f"Facture {c.invoice}")
    story.write(f"out/registre/{day}.beancount", register)
    commit(story.root, f"Relances du {day}")
    return tuple(found)


def at_nine(day: str) -> datetime:
    """Nine in the morning, in Paris."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), PARIS).replace(hour=9)


def run(story: Story, *arguments: str) -> Result:
    """A command in the story's folder; a refusal told by its exit status and its text."""
    result = CliRunner().invoke(cli.relance, [*arguments, "--dossier", str(story.root)])
    if isinstance(result.exception, Refusal):
        result.exit_code = int(result.exception.status)
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def said(result: Result) -> str:
    """The exit status and all that was printed, on one line."""
    words = str(result.exception) if isinstance(result.exception, Refusal) else result.output
    return ordinary(" ".join(f"{result.exit_code} {words}".split()))


def dispatched(story: Story) -> dict[str, list[str]]:
    """The channels noted for each letter, by id, of the letters that have any."""
    letters = Story(story.root).books.letters
    return {x.id: [str(d.channel) for d in x.dispatches] for x in letters if x.dispatches}


def cancelled(story: Story) -> set[str]:
    return {letter.id for letter in Story(story.root).books.letters if letter.cancelled_on}


def clean(story: Story) -> bool:
    """Whether git has nothing to say of the folder."""
    return git(story.root, "status", "--porcelain") == ""


def accounts(numbers: Iterable[int]) -> str:
    """So many clients of their own, each owing 100 EUR since 2026-03-10."""
    return "".join(
        f"""
2010-01-01 open Actifs:Clients:C{n:03}
  client: "Client {n:03}"
  adresse: "{n} rue du Port\\n69002 LYON"
  courriel: "c{n:03}@clients.example"
  type: "professionnel"
2026-02-10 * "Client {n:03}" "Facture" ^F{n:03}
  echeance: 2026-03-10
  Actifs:Clients:C{n:03}  100.00 EUR
  Produits:Ventes
"""
        for n in numbers
    )
