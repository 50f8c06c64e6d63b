"""Every message of a fault has its paragraph in the guide, and is found by it, pasted or begun."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from messages import messages
from places import ROOT
from relance.terminal import cli, guide_search
from relance.terminal.guide_messages import (
    explained_messages,
    explaining_sections,
    quotes,
)
from relance.terminal.guide_search import folded
from repositories import found, run
from sentences import HOLE
from source_tree import SourceTree

SECTIONS = guide_search.sections("\n".join(guide_search.pages().values()))
MESSAGES = explained_messages(SECTIONS)
# Ours alone: no user meets them.
INTERNAL = {
    f"no step of a path: {HOLE}",
    f"{HOLE}: line {HOLE}",
    "a letter's file would not say what it was given",
}
# What the system says, in its own words.
SYSTEM = [os.strerror(number) for number in (errno.ENOSPC, errno.EACCES, errno.EROFS)]
# Modules with faults of which the source shows no word: they hand on another fault, a wait, an
# answer of a server, a line mended, or names to choose from.
HANDING_ON = {
    "cache/evidence",
    "claims/receivables",
    "files/client_papers",
    "files/plan_proposals",
    "incoming/cdar",
    "ledger/books",
    "ledger/figure_repairs",
    "ledger/line_repairs",
    "ledger/questions",
    "ledger/slips",
    "outlook/hindrances",
    "platforms/collecting",
    "platforms/exchange",
    "platforms/flow_service",
    "policy/value_checks",
    "sending/run",
    "sending/sorting",
    "terminal/creditor_answers",
    "terminal/interview",
    "terminal/settling_interview",
    "text/yamlfile",
}


def is_telling(message: str) -> bool:
    """Whether it has a word of its own."""
    return re.search(r"[^\W\d_]{3}", message) is not None


def titles(phrase: str) -> list[str]:
    return [section.titles[-1] for section in explaining_sections(phrase, MESSAGES)]


@pytest.fixture(scope="module")
def said() -> dict[str, list[str]]:
    """The messages of the program, each with the places of its source that say it."""
    return messages(SourceTree.read())


def test_every_message_leads_to_one_paragraph(said: dict[str, list[str]]) -> None:
    astray = {
        message: (places[0], paragraphs)
        for message, places in said.items()
        if is_telling(message)
        and message not in INTERNAL
        and len(paragraphs := titles(message)) != 1
    }
    assert len(said) > 900
    assert astray == {}


def test_a_new_message_is_told_with_its_place() -> None:
    source = SourceTree()
    source.add(
        "scripts/relance/new.py",
        'def _refused(what):\n    raise refuse("ici", f"{what} : {1}")\n\n'
        'def go(a):\n    _refused(f"le dragon {a} dort" if a else "nul dragon")\n',
    )
    told = messages(source)
    place = ["scripts/relance/new.py:5"]
    assert told == {"le dragon … dort : …": place, "nul dragon : …": place}
    assert [titles(message) for message in told] == [[], []]


def test_no_paragraph_is_about_a_message_that_is_gone(said: dict[str, list[str]]) -> None:
    spoken = [folded(text) for text in (*said, *SYSTEM, *(f"« {text} »" for text in SYSTEM))]
    gone = [
        message.parts
        for message in MESSAGES
        if not any(message.shared_with(text)[1] for text in spoken)
    ]
    assert gone == []


def test_every_fault_can_be_followed_to_its_words(said: dict[str, list[str]]) -> None:
    """A fault made in a way that `messages` cannot read would need no paragraph."""
    telling = {place for text, places in said.items() if is_telling(text) for place in places}
    silent = {place for places in said.values() for place in places} - telling
    modules = {place.partition(".py:")[0].removeprefix("scripts/relance/") for place in silent}
    assert modules == HANDING_ON


def test_a_paragraph_says_more_than_the_message() -> None:
    for section in SECTIONS:
        if quotes(section):
            assert len(" ".join(section.blocks[1:]).split()) > 12, section.path


SHOWN = sorted((ROOT / "tests/mistakes").rglob("message.txt"))


@pytest.mark.parametrize("file", SHOWN, ids=[path.parent.name for path in SHOWN])
def test_a_message_as_it_is_shown_leads_to_its_paragraph(file: Path) -> None:
    """The messages of the folder of mistakes, each with its place, as one would paste it."""
    lines = file.read_text(encoding="utf-8").splitlines()
    shown = [line for line in lines if re.match(r"(attention )?\S.*?(:\d+)*: ", line)]
    assert shown or not lines
    assert [line for line in shown if len(titles(line)) != 1] == []


PASTED = """\
ledger/2026.beancount:12:3: le compte « Actifs:Clients:Dupont » n'est pas ouvert
    → ouvrez-le (2026-01-01 open Actifs:Clients:Dupont), ou corrigez son nom
"""


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        (PASTED, "Un compte n’est pas ouvert"),
        ("ledger/main.beancount: ce fichier est lu mais n'est pas", "Un fichier lu n’est pas"),
        ("trop-perçu de 1 200,00 € : Durand SARL", "Un trop-perçu"),
        ("UN AUTRE PASSAGE EST EN COURS", "Un autre passage est en cours"),
        ("le registre contient déjà des relances du 21 nov", "Un jour qui ne va pas"),
        ("un autre passage est", "Un autre passage est en cours"),
        ("smtp.exemple.fr:587 refuse l'utilisateur ou le mot de passe (535)", "L’identification"),
        (
            "R20261121-01 : modifié après sa fusion par 3f2a (Ève, 2026-11-22)",
            "Un fichier fusionné",
        ),
    ],
)
def test_a_message_pasted_or_begun_opens_its_paragraph(phrase: str, title: str) -> None:
    told = CliRunner().invoke(cli.relance, ["guide", phrase])
    assert told.exit_code == 0
    head = told.output.partition("\n")[0]
    assert head.startswith("# Messages")
    assert head.rpartition(" › ")[2].startswith(title)


def test_a_message_of_several_is_told_by_all_their_paragraphs() -> None:
    assert titles("ce fichier existe déjà et") == ["Un fichier lu n’est pas enregistré"]
    assert len(titles("ce fichier existe d")) > 1


@pytest.mark.parametrize("phrase", ["fichier", "la politique de la maison", "il manque un"])
def test_other_words_are_no_message(phrase: str) -> None:
    told = CliRunner().invoke(cli.relance, ["guide", phrase])
    assert not told.output.partition("\n")[0].startswith("# Messages")


def test_verifier_tells_the_paragraph_of_each_fault_once(tmp_path: Path) -> None:
    company = found(tmp_path / "a", policy="git:\n  pds: 4\n  pfd: 4\n")
    told = run(company, "verifier", "--expliquer").output
    assert told.count("Les clés › Une clé que le programme ne connaît pas :") == 1
    assert told.count("Une clé inconnue est presque toujours une faute de frappe") == 1
