"""`relance apercu`: every template on paper or in a browser, before any client is late."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from places import LETTERS, ROOT
from relance.policy.settings import Creditor, Policy
from relance.specimens import reminders
from relance.terminal import cli
from relance.text.typography import ordinary
from relance.values.problem import Refusal
from story import CREDITOR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy and its templates: no books are needed."""
    (tmp_path / "relance.yaml").write_text(CREDITOR, encoding="utf-8")
    shutil.copytree(LETTERS, tmp_path / "letters")
    return tmp_path


def shown(folder: Path, *words: str) -> Result:
    command = ["apercu", "--dossier", str(folder), *words]
    return CliRunner(env={"COLUMNS": "200"}).invoke(cli.relance, command)


def made(folder: Path) -> list[str]:
    below = folder / "out/apercu"
    return sorted(p.relative_to(below).as_posix() for p in below.rglob("*") if p.is_file())


@pytest.mark.parametrize("step", ["relance-2", "mise-en-demeure"])
def test_the_account_of_a_specimen_ends_on_the_day_that_it_says(step: str) -> None:
    policy = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))
    for letter, _ in reminders.specimens(policy.steps[step]):
        for interest in filter(None, (line.interest for line in letter.lines)):
            assert all(segment.end <= interest.until for segment in interest.segments)
            assert all(
                segment.days == (segment.end - segment.start).days + 1
                for segment in interest.segments
            )
            assert sum(segment.amount for segment in interest.segments) == interest.total


@pytest.mark.slow
def test_the_words_choose_language_and_template(folder: Path) -> None:
    told = shown(folder, "en", "relance-1.doux")
    assert told.exit_code == 0
    assert made(folder) == [
        "en/courriel-relance-1.doux-minimal.html",
        "en/courriel-relance-1.doux-professionnel.html",
        "en/relance-1.doux-minimal.pdf",
        "en/relance-1.doux-professionnel.pdf",
    ]
    assert "out/apercu/en/relance-1.doux-minimal.pdf" in told.output
    assert "4 aperçus" in told.output
    pages = [name for name in made(folder) if name.endswith(".pdf")]
    assert all((folder / "out/apercu" / name).read_bytes()[:5] == b"%PDF-" for name in pages)


@pytest.mark.slow
def test_previews_come_from_the_firm_itself(folder: Path) -> None:
    policy = folder / "relance.yaml"
    policy.write_text(f"{policy.read_text('utf-8')}page: {{plis: true}}\n", encoding="utf-8")
    assert shown(folder, "fr", "relance-1.doux", "--format", "html").exit_code == 0
    for who in ("minimal", "professionnel"):
        page = (folder / f"out/apercu/fr/relance-1.doux-{who}.html").read_text("utf-8")
        assert '<p class="nom">Atelier Essai</p>' in page
        assert "69001 LYON" in page
        assert "pli haut" in page  # and on its own sheet


@pytest.mark.slow
def test_every_step_tone_language_and_channel_is_shown(folder: Path) -> None:
    assert shown(folder, "--format", "html").exit_code == 0
    names = made(folder)
    for language in ("fr", "en", "de"):
        for template in (
            *("rappel", "relance-1", "relance-1.doux", "relance-1.ferme", "relance-2"),
            *("mise-en-demeure", "rappel-echeancier", "proposition-echeancier"),
            *("appel-relance-2", "appel-rappel-echeancier"),
        ):
            for who in ("professionnel", "minimal"):
                assert f"{language}/{template}-{who}.html" in names
        assert f"{language}/sms-relance-1-minimal.txt" in names
        assert {f"{language}/mise-en-demeure-{who}.html" for who in ("public", "particulier")} <= {
            *names
        }
    assert "fr/declaration-1.html" in names
    assert "fr/relance-1-particulier.html" not in names


@pytest.mark.slow
def test_all_debtors_are_shown_when_asked(folder: Path) -> None:
    assert shown(folder, "de", "relance-2", "--tous", "--format", "html").exit_code == 0
    assert "de/relance-2-particulier.html" in made(folder)


@pytest.mark.slow
def test_an_html_page_stands_alone(folder: Path) -> None:
    firm = CREDITOR.replace("creancier:\n", "creancier:\n  courriel: compta@essai.example\n")
    (folder / "relance.yaml").write_text(firm, encoding="utf-8")
    (folder / "letters/logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8"
    )
    page = folder / "letters/page.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("<body", '<img src="logo.svg" alt="x"><body', 1), encoding="utf-8")
    assert shown(folder, "fr", "relance-1-professionnel", "--format", "html").exit_code == 0
    html = (folder / "out/apercu/fr/relance-1-professionnel.html").read_text(encoding="utf-8")
    assert 'src="data:image/svg+xml;base64,' in html
    links = re.findall(r"""<a [^>]*href=["']?([^"'> ]+)""", html)  # gone to by a click alone
    reached = re.findall(r"""(?:src|href)=["']?([^"'> ]+)|url\(([^)]+)\)""", html)
    loaded = {address for pair in reached for address in pair if address} - {*links}
    assert loaded
    assert all(address.startswith("data:") for address in loaded)
    assert {*links} == {"mailto:compta%40essai.example", "https://payer.example/S2026-0001"}
    assert "<script" not in html


def test_the_mail_of_an_issued_letter_is_shown(folder: Path) -> None:
    issued = folder / "out/lettres/2026-11-17"
    issued.mkdir(parents=True)
    example = ROOT / "out/lettres/2026-11-17/R20261117-01-maury-architectes.md"
    shutil.copy(example, issued)
    (issued / "R20261117-01-maury-architectes-appel.md").write_text("fiche", encoding="utf-8")
    told = shown(folder, "R20261117-01")
    assert made(folder) == ["courriels/R20261117-01-maury-architectes.html"]
    assert "out/apercu/courriels/R20261117-01-maury-architectes.html" in told.output
    html = (folder / "out/apercu" / made(folder)[0]).read_text(encoding="utf-8")
    assert "1 104,00 €" in ordinary(html)


def test_a_letter_of_another_branch_is_refused(folder: Path) -> None:
    told = shown(folder, "R20261117-01")
    assert isinstance(told.exception, Refusal)
    assert "aucune lettre de ce numéro dans out/lettres/" in str(told.exception)


@pytest.mark.slow
def test_faults_are_told_with_their_line_and_nothing_is_written(folder: Path) -> None:
    path = folder / "letters/de/_fin.md"
    path.write_text(path.read_text(encoding="utf-8") + "{{ creanciers }}\n", encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())
    told = shown(folder, "de", "rappel-professionnel")
    assert isinstance(told.exception, Refusal)
    assert f"letters/de/_fin.md:{line}: la variable « creanciers » n'existe pas" in str(
        told.exception
    )
    assert made(folder) == []


def test_an_unknown_name_is_refused(folder: Path) -> None:
    told = shown(folder, "relanse-9")
    assert isinstance(told.exception, Refusal)
    assert "aucun aperçu de ce nom" in str(told.exception)


@pytest.mark.slow
def test_the_viewer_gets_the_only_file_or_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = folder / "bin/xdg-open"
    viewer.parent.mkdir()
    viewer.write_text(f'#!/bin/sh\necho "$1" >> "{folder}/opened"\n', encoding="utf-8")
    viewer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{viewer.parent}{os.pathsep}{os.environ['PATH']}")
    target = str(folder / "ailleurs")
    one = ("de", "sms-relance-1-minimal")
    assert shown(folder, *one, "--dans", target, "--ouvrir").exit_code == 0
    assert shown(folder, "de", "sms-relance-1", "--dans", target, "--ouvrir").exit_code == 0
    opened = (folder / "opened").read_text(encoding="utf-8").split()
    assert opened == [f"{target}/de/sms-relance-1-minimal.txt", target]
