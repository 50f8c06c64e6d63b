"""The READMEs and the guide say what is true: examples run, tables are the program's own."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import pytest

import documentation
from guide_pages import CONTENTS, FOLDER, GUIDE, PAGES, pages
from markdown_parts import blocks, codes, rows, section
from places import ROOT
from relance import __version__
from relance.claims.calculator import as_json, calculate
from relance.claims.claim import Claim
from relance.claims.interest import Debt
from relance.claims.rates import Rates
from relance.decision.outcomes import Plan
from relance.decision.urgency import Urgency, urgency
from relance.policy.reader import read_policy
from relance.specimens.glossary import variables
from relance.specimens.meanings import FILTER_MEANINGS, MEANINGS
from relance.terminal import cli
from relance.terminal.model_folder import start
from relance.text.filters import FILTERS
from relance.text.locales import money, short_date
from relance.text.typography import french
from relance.values.facts import Client, Note
from relance.values.issued import Dispatch
from relance.values.kinds import Channel, DebtorType, NoteSort
from relance.values.lifecycle import InvoiceStatus
from relance.values.movement import Movement
from relance.values.problem import Refusal, Status
from story import (
    CREDITOR,
    OPTIONS,
    PRELUDE,
    Story,
    company,
    decide,
    ledger_of,
    past_letter,
    plan,
    put_into_register,
)

PACKAGE = ROOT / "scripts/relance"
README = (ROOT / "README.md").read_text(encoding="utf-8")
FRONT = (ROOT / "README.fr.md").read_text(encoding="utf-8")
ALL = pytest.mark.parametrize(
    "text", [README, FRONT, GUIDE], ids=["README.md", "README.fr.md", "guide"]
)
FILES = [ROOT / "README.md", ROOT / "README.fr.md", *sorted(FOLDER.glob("*.md"))]


# ---------------------------------------------------------------- Reading Markdown


def first_codes(text: str) -> list[str]:
    """The code that each row of the tables begins with."""
    return [codes(row[0])[0] for row in rows(text)]


def said(command: str, folder: Path) -> str:
    """What a command prints on a screen of 140 columns, blanks at the ends of lines apart."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "COLUMNS": "140"}
    words = command.removeprefix("relance ").split()
    done = subprocess.run(
        [sys.executable, "-m", "relance", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    # Where no shell finds `relance`, it names itself as it was called.
    output = done.stdout.replace(f"{sys.executable} -m relance", "relance")
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines())


# ---------------------------------------------------------------- Both


@pytest.mark.parametrize("file", FILES, ids=[path.name for path in FILES])
def test_links_lead_somewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for path, anchor in re.findall(r"\]\((?!https?://)([^)#]*)#?([^)]*)\)", text):
        target = file.parent / path if path else file
        assert target.exists(), path
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), anchor


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@ALL
def test_commands_exist_with_their_options(text: str) -> None:
    written = [line for block in blocks(text, "sh") for line in block.splitlines()] + codes(text)
    named = [re.fullmatch(r"(?:\.venv/bin/)?relance ([a-z]+)\b(.*)", line) for line in written]
    found = [(match[1], match[2]) for match in named if match]
    assert found
    for name, rest in found:
        command = cli.relance.get_command(click.Context(cli.relance), name)
        assert command, name
        options = {option for p in command.params for option in p.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= options, name


@ALL
def test_make_targets_exist(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    written = [line for block in blocks(text, "sh") for line in block.splitlines()] + codes(text)
    targets = {line.split()[1] for line in written if re.match("make [a-z]", line)}
    assert targets
    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)[0] == __version__


# ---------------------------------------------------------------- README.md


@pytest.mark.slow
def test_the_example_prints_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(tmp_path)
    monkeypatch.chdir(tmp_path)
    story = Story(tmp_path)
    story.write("relance.yaml", blocks(README, "yaml")[0])
    story.write("ledger/main.beancount", blocks(README, "beancount")[0])
    command, _, shown = blocks(README, "text")[0].partition("\n")
    assert f"{said(command.removeprefix('$ '), tmp_path)}\n" == shown


def test_every_exit_status_is_told() -> None:
    told = [int(row[0]) for row in rows(pages("json")) if row[0].isdigit()]
    assert told == [*map(int, Status), 130]


def test_the_json_has_the_keys_that_are_told(tmp_path: Path) -> None:
    told = {row[0]: codes(row[1]) for row in rows(pages("json"))}
    result = plan(guide_company(tmp_path), DAY)
    letter = next(each for each in result["lettres"] if each["factures"])
    debt = Debt(DebtorType.PROFESSIONAL, Decimal(100), date(2026, 5, 1))
    cost = as_json(calculate(debt, date(2026, 6, 1), Rates.known()))
    segments = cost["segments"]
    assert isinstance(segments, list)
    wait, profile = result["attentes"][0], result["profils"][0]
    real = [result, letter, letter["factures"][0], segments[0], wait, profile, cost]
    names = (
        "plan", "lettre", "créance dans une lettre", "segment", "attente", "profil", "penalites"
    )  # fmt: skip
    assert [told[name] for name in names] == [list(each) for each in real]


def layers() -> list[list[str]]:
    """The packages of each level, the lowest first, as `make lint` holds them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (c for c in settings["tool"]["importlinter"]["contracts"] if "layers" in c)
    return [row.split(" | ") for row in reversed(contract["layers"])]


def test_the_map_is_the_contract_of_the_walls() -> None:
    table = rows(section(README, "How the house is built"))
    told = [(int(level), codes(package)[0].rstrip("/")) for level, package, _ in table]
    assert told == [(n, name) for n, level in enumerate(layers(), 1) for name in level]
    assert {name for _, name in told} == {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert {p.name for p in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}


def test_the_map_says_what_each_package_says() -> None:
    for _, package, holds in rows(section(README, "How the house is built")):
        text = (PACKAGE / codes(package)[0] / "__init__.py").read_text(encoding="utf-8")
        docstring = ast.get_docstring(ast.parse(text)) or ""
        assert holds == docstring.partition("\n\n")[0].replace("\n", " ")


FRONT_DOORS = [path.parent.name for path in sorted(PACKAGE.glob("*/__init__.py"))]


@pytest.mark.slow
@pytest.mark.parametrize("package", FRONT_DOORS)
def test_the_front_door_of_a_package_is_there(package: str) -> None:
    docstring = (importlib.import_module(f"relance.{package}").__doc__ or "").partition(
        "Front door:"
    )
    doors = codes(docstring[2])
    assert doors
    for door in doors:
        module, _, name = door.partition(".")
        found = (
            module
            if module[0].isupper()
            else importlib.import_module(f"relance.{package}.{module}")
        )
        assert not name or hasattr(found, name), door


# ---------------------------------------------------------------- The guide's ledger

BOOKS = pages("grand-livre", "suivi", "lecture", "autres-livres")
DAY = "2026-11-20"


def guide_company(folder: Path) -> Story:
    """The company whose books are the examples of the guide, in their order."""
    story = company(folder, "\n".join(blocks(BOOKS, "beancount")), prelude="")
    story.write("ledger/pieces/F2026-0031.pdf", "Facture\n")
    return story


def name(claim: Claim) -> str:
    part = f" ({claim.instalment}/{claim.instalments})" if claim.instalments > 1 else ""
    return f"`{claim.invoice}{part}`"


def decisions(decided: Plan) -> Iterator[list[str]]:
    """Every decision as a row of the guide's table."""
    found = [(w.claim, f"attente `{w.code}`") for w in decided.waits]
    for letter in decided.letters:
        found += [(x.claim, f"lettre `{x.step.name}`") for x in letter.lines if x.step]
    for claim, decision in found:
        assert claim.due
        yield [name(claim), short_date(claim.due), money(claim.balance, claim.currency), decision]


def test_the_examples_are_read_as_the_table_says(tmp_path: Path) -> None:
    decided = decide(guide_company(tmp_path), DAY)
    assert rows(section(BOOKS, "Ce que le programme y lit")) == sorted(decisions(decided))
    assert decided.warnings == ()


def test_the_examples_beside_messages_are_read_without_a_fault(tmp_path: Path) -> None:
    texts = sorted(blocks(pages("messages-livre", "messages-noter"), "beancount"))
    whole = [
        text
        for text in texts
        if not any(other.startswith(text[:-1]) for other in texts if other != text)
    ]
    accounts = "".join(f"2020-01-01 open {name}\n" for name in ("Revenus:Ventes", "Capitaux:R"))
    options = OPTIONS.replace('"Produits"', '"Revenus"')
    story = company(tmp_path, "\n".join(whole), prelude=options + accounts)
    (tmp_path / "ledger/pieces").mkdir()
    story.write("ledger/pieces/F2026-0031.pdf", "Facture\n")
    (client,) = story.books.clients
    assert (client.name, client.siren) == ("Durand SARL", "552100554")
    assert [claim.number for claim in story.books.movements] == [Decimal(1200)]
    assert [note.judgment for note in story.books.notes] == [date(2026, 10, 29)]


def test_the_example_of_one_account_for_all(tmp_path: Path) -> None:
    part = section(BOOKS, "Un seul compte pour tous")
    options = blocks(BOOKS, "beancount")[0]
    (policy,), (ledger,) = blocks(part, "yaml"), blocks(part, "ledger")
    decided = decide(company(tmp_path, ledger, policy, prelude=options), DAY)
    found = [(w.claim, f"attente `{w.code}`") for w in decided.waits]
    for letter in decided.letters:
        found += [(x.claim, f"lettre `{x.step.name}`") for x in letter.lines if x.step]
    assert rows(part) == sorted(
        [name(c), french(c.client.name or "aucun encore"), money(c.balance, c.currency), decision]
        for c, decision in found
    )


def test_the_examples_settle_what_they_say(tmp_path: Path) -> None:
    settled = [c for c in ledger_of(guide_company(tmp_path), DAY).claims if not c.balance]
    (said_so,) = re.findall(r"^.* sont soldées\.", BOOKS, re.MULTILINE)
    assert codes(said_so) == sorted(claim.invoice or "" for claim in settled)


def test_the_part_in_dispute_is_not_claimed(tmp_path: Path) -> None:
    letters = decide(guide_company(tmp_path), DAY).letters
    (line,) = [x for a in letters for x in a.lines if x.claim.invoice == "F2026-0041"]
    assert (line.claimed, line.disputed) == (Decimal(300), Decimal(60))


def faults(folder: Path, ledger: str) -> str:
    """All that is said against these books, nothing when they are accepted."""
    try:
        assert company(folder, ledger).books
    except Refusal as refused:
        return str(refused)
    return ""


CLIENT_KEYS = {
    "name": "client",
    "address": "adresse",
    "contact": "contact",
    "civility": "civilite",
    "emails": "courriel",
    "copies": "copie",
    "reminder_contact": "contact-relance",
    "reminder_emails": "courriel-relance",
    "phone": "telephone",
    "siren": "siren",
    "debtor": "type",
    "terms": "delai",
    "channel": "canal",
    "track": "parcours",
    "rate": "taux",
    "bears_interest": "penalites",
    "reference": "reference",
    "followed_by": "suivi-par",
    "direct_debit": "paiement",
    "payment_link": "lien-paiement",
    "payer_ibans": "iban-payeur",
    "mandates": "mandat",
    "vat": "tva",
    "limitation": "prescription",
    "profile": "profil",
    "excluded": "relance",
    "language": "langue",
    "country": "pays",
    "aliases": "autres-noms",
    "succeeds": "succede",
}
INVOICE_KEYS = {
    "own_due": "echeance",
    "invoices": "facture",
    "label": "numero",
    "invoiced": "date-facture",
    "service": "prestation",
    "deposited": "depot",
    "instalment": "tranche",
    "rate": "taux",
    "limitation": "prescription",
    "payment_link": "lien-paiement",
    "bears_interest": "penalites",
    "excluded": "relance",
}
# What a posting says without metadata.
WRITTEN = {
    "date",
    "account",
    "number",
    "currency",
    "source",
    "text",
    "entry",
    "unread",
    "billed",
    "given_back",
    "banked",
}
WRITTEN |= {"opening", "part", "penalty"}
WRITTEN |= {"draft", "padding", "credit_note", "waived", "tags"}


def test_every_key_of_a_client_is_told_and_read(tmp_path: Path) -> None:
    names = {f.name for f in fields(Client)} - {"account", "source"}
    assert names - {"pays_otherwise"} == CLIENT_KEYS.keys()  # `paiement` says it too
    told = first_codes(section(BOOKS, "Les clients"))
    assert told == list(CLIENT_KEYS.values())
    wrong = "".join(f"  {key}: 2026-01-01\n" for key in told)
    against = faults(tmp_path, f"2026-01-01 open Actifs:Clients:Faux\n{wrong}")
    assert set(re.findall(r": « ([a-z-]+) »", against)) == set(told)


def test_every_key_of_an_invoice_is_told_and_read(tmp_path: Path) -> None:
    assert {f.name for f in fields(Movement)} - WRITTEN == INVOICE_KEYS.keys()
    told = first_codes(section(BOOKS, "Les factures"))
    assert told == list(INVOICE_KEYS.values())
    wrong = "".join(f"  {key}: {'TRUE' if key == 'taux' else '0.5'}\n" for key in told)
    postings = "  Actifs:Clients:Durand  9.00 EUR\n  Produits:Ventes\n"
    against = faults(tmp_path, f'2026-01-05 * "Facture" ^F1\n{wrong}{postings}')
    assert set(re.findall(r": « ([a-z-]+) »", against)) == set(told)


def test_every_type_and_channel_is_told() -> None:
    told = {codes(row[0])[0]: codes(row[1]) for row in rows(section(BOOKS, "Les clients"))}
    assert told["type"] == [f'"{kind}"' for kind in DebtorType]
    assert sorted(told["canal"]) == sorted(f'"{c}"' for c in Channel if c is not Channel.FILE)


NOTES = {
    codes(row[0])[0].removeprefix("#"): (codes(row[1]), codes(row[2]))
    for row in rows(section(BOOKS, "Le suivi"))
}


def test_every_sort_of_note_is_told_and_shown(tmp_path: Path) -> None:
    assert f"\n\n{documentation.notes_table()}\n\n" in pages("suivi")
    assert set(NOTES) == set(NoteSort)
    assert {note.sort for note in guide_company(tmp_path).books.notes} == set(NoteSort)


def test_what_a_note_must_have(tmp_path: Path) -> None:
    bare = "".join(f'2026-03-20 note Actifs:Clients:Durand "…" #{sort}\n' for sort in NOTES)
    missing = re.findall(r"« ([a-z-]+) » manque à cette note #([a-z-]+)", faults(tmp_path, bare))
    assert set(missing) == {(key, sort) for sort, (must, _) in NOTES.items() for key in must}


def test_every_key_of_a_note_is_told_and_read(tmp_path: Path) -> None:
    told = {(sort, key) for sort, (must, may) in NOTES.items() for key in [*must, *may]}
    plain = {"date", "account", "sort", "text", "source", "invoices", "status"}
    of_status = {"statut", "heure", "approuve"}  # with `motif`, what a status is told by
    assert len(fields(InvoiceStatus)) == len(of_status) + 1
    written = {key for _, key in told} - of_status
    assert len(written) == len({f.name for f in fields(Note)} - plain)
    notes = [f'2026-03-20 note Actifs:Clients:Durand "{s}" #{s}\n  {k}: TRUE' for s, k in told]
    lines = (PRELUDE + "\n".join(notes)).splitlines()
    against = re.findall(r":(\d+):3: « ([a-z-]+) »(?! manque)", faults(tmp_path, "\n".join(notes)))
    assert {(lines[int(n) - 2].rpartition("#")[2], key) for n, key in against} == told


# ---------------------------------------------------------------- The guide's other tables


@ALL
def test_every_table_has_the_line_under_its_head(text: str) -> None:
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        lines = table.splitlines()
        assert len(lines) > 1, table
        assert re.fullmatch(r"\|(?: ?:?-+:? ?\|)+", lines[1]), lines[0]


def test_the_table_of_contents_names_every_page() -> None:
    assert {f"{name}.md" for name in PAGES} | {"README.md"} == {p.name for p in FOLDER.glob("*.md")}
    titles = {name: text.splitlines()[0].removeprefix("# ") for name, text in PAGES.items()}
    links = re.findall(r"^- \[(.+)\]\((.+)\.md\)\s:", CONTENTS, re.MULTILINE)
    assert links == [(title, name) for name, title in titles.items()]


def test_the_front_pages_are_short() -> None:
    assert max(len(text.splitlines()) for text in (README, FRONT)) <= 200


@pytest.mark.parametrize("file", FILES[1:], ids=[path.name for path in FILES[1:]])
def test_the_typography_is_french(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert french(text) == text


def test_every_command_is_told() -> None:
    told = first_codes(section(GUIDE, "Les commandes"))
    assert {command.removeprefix("relance ") for command in told} == cli.COMMANDS.keys()


def test_every_key_of_the_policy_is_told() -> None:
    assert f"\n\n{documentation.keys_table()}\n\n" in section(GUIDE, "Toutes les clés")
    assert f"\n\n{documentation.steps_table()}\n\n" in section(GUIDE, "Les étapes et les parcours")


def test_every_variable_and_filter_of_the_templates_is_told() -> None:
    names = {variable.name for variable in variables(ROOT / "letters")}
    assert names == MEANINGS.keys()
    assert FILTERS.keys() == FILTER_MEANINGS.keys()
    told = section(GUIDE, "Les variables des modèles")
    assert f"\n\n{documentation.variables_table()}\n\n" in told
    assert f"\n\n{documentation.filters_table()}\n\n" in told


@pytest.mark.parametrize("text", blocks(GUIDE, "yaml"))
def test_the_examples_of_policies_are_accepted(tmp_path: Path, text: str) -> None:
    (tmp_path / "relance.yaml").write_text(CREDITOR + text, encoding="utf-8")
    assert read_policy(tmp_path / "relance.yaml")


# Which argument of these calls is the code of a wait.
REASON = "tuple[str, str] | None"
CODE_PLACE = {
    "DoubtfulEntry": 2,
    "Question": 0,
    "Obstacle": 0,
    "Doubt": 0,
    "Unreachable": 0,
    "wait": 0,
    "_Bound": 1,
    "Next": 3,
    "Undelivered": 2,
}


def wait_codes(tree: ast.Module) -> Iterator[str]:
    """The codes of waits that a module spells out: in calls, or returned with their reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = CODE_PLACE.get(called, len(node.args))
            given = [k.value for k in node.keywords if k.arg == "code" and called in CODE_PLACE]
            yield from spelled([*node.args[place : place + 1], *given])
        elif isinstance(node, ast.FunctionDef) and ends_in_a_reason(node):
            pairs = [n.value for n in ast.walk(node) if isinstance(n, ast.Return)]
            yield from spelled([p.elts[0] for p in pairs if isinstance(p, ast.Tuple)])


def ends_in_a_reason(function: ast.FunctionDef) -> bool:
    return function.returns is not None and ast.unparse(function.returns) == REASON


def spelled(values: list[ast.expr]) -> Iterator[str]:
    yield from (v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str))


@pytest.mark.slow
def test_every_wait_is_told() -> None:
    trees = [ast.parse(p.read_text(encoding="utf-8")) for p in PACKAGE.rglob("*.py")]
    told = first_codes(section(GUIDE, "Pourquoi une créance attend"))
    assert sorted(told) == sorted({code for tree in trees for code in wait_codes(tree)})


def test_waits_are_grouped_by_who_must_act() -> None:
    text = section(GUIDE, "Pourquoi une créance attend")
    for asked in Urgency:
        title = asked.value.replace("'", "’")
        group = text.partition(f"**{title}.**")[2].partition("\n**")[0]
        assert {urgency(code) for code in first_codes(group)} == {asked}


@pytest.mark.slow
def test_the_interest_is_what_is_shown(tmp_path: Path) -> None:
    text = section(GUIDE, "Pénalités et indemnité")
    (command,), (shown,) = blocks(text, "sh"), blocks(text, "text")
    assert f"{said(command.strip(), tmp_path)}\n" == shown
    # Rule 7.9, example 9, by hand: 10 000 × 60 × 12.15 % / 365 and 10 000 × 12.40 % / 365 are paid.
    assert all(figure in shown for figure in ("199,73", "3,40", "6\u202f203,13", "130,66"))


def test_what_happens_to_letters_is_read(tmp_path: Path) -> None:
    text, story = section(GUIDE, "Le registre et la suite des lettres"), guide_company(tmp_path)
    clients = {
        "01": ("Garage", "F2025-0018"),
        "02": ("Lefort", "F2026-0038"),
        "03": ("Müller", "F2026-0031"),
    }
    issued = [
        past_letter(f"R20261112-{n}", "mise-en-demeure", invoice, account=f"Actifs:Clients:{who}")
        for n, (who, invoice) in clients.items()
    ]
    put_into_register(story, "2026-11-12", issued)
    (place,) = [code for code in codes(text) if code.endswith("-envois.beancount")]
    story.write(place, *blocks(text, "beancount"))
    posted, returned, cancelled = story.books.letters
    number, received = "1A 000 000 0000 0", date(2026, 11, 17)
    assert posted.dispatches == (Dispatch(date(2026, 11, 13), "recommande", number, received),)
    assert (returned.dispatches, returned.cancelled_on) == ((), None)
    assert cancelled.cancelled_on == date(2026, 11, 20)
