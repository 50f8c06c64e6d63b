"""`relance verifier`: letters and registers are what the register attests."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from relance.ledger.company import read_company
from relance.runs import register_check
from repositories import commit, git, run
from reviews import (
    BRANCH,
    DAY,
    DUPONT,
    REGISTER,
    done,
    edit,
    faults,
    make_company,
    on_main,
    payment,
)

PDF = DUPONT.replace(".md", ".pdf")


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_company(tmp_path_factory.mktemp("modèle") / "société")
    done(folder, "emettre", "--au", DAY)
    return folder


@pytest.fixture
def company(issued: Path, tmp_path: Path) -> Path:
    """The letters on their branch."""
    return Path(shutil.copytree(issued, tmp_path / "société", symlinks=True))


@pytest.mark.slow
@pytest.mark.parametrize("key", ["markdown-sha256", "pdf-sha256"])
def test_a_letter_bears_its_fingerprints(company: Path, key: str) -> None:
    register = company / REGISTER
    register.write_text(re.sub(rf'\n +{key}: +"[^"]*"', "", register.read_text("utf-8")), "utf-8")
    assert any(f"{key} manque au registre pour R20261007-02" in told for told in faults(company))


@pytest.mark.slow
def test_the_text_message_is_attested(tmp_path: Path) -> None:
    company = make_company(tmp_path / "sms", "etapes: {relance-1: {apres: 7, canal: sms}}\n")
    done(company, "emettre", "--au", DAY)
    assert faults(company) == []
    (message,) = company.glob("out/lettres/*/*02*-sms.txt")
    right = message.read_text("utf-8")
    message.write_text("Durand : payez 9 300,00 EUR avant demain.\n", "utf-8")
    commit(company, "Update sms")  # as a web page does
    assert any("-sms.txt n'est plus celui que le registre atteste" in x for x in faults(company))
    assert "9 300,00 EUR" in str(run(company, "rendre").exception)
    message.write_text(right.replace("merci", "un grand merci"), "utf-8")
    commit(company, "Update sms")
    assert "-sms.txt : enregistré" in done(company, "rendre")
    assert faults(company) == []
    register = company / REGISTER
    register.write_text(re.sub(r"\n +sms-sha256: .*", "", register.read_text("utf-8")), "utf-8")
    assert any("sms-sha256 manque au registre" in told for told in faults(company))


@pytest.mark.parametrize(
    ("new", "number"),
    [
        ('  canal: "recommande"\n  recu: 2026-11-24\n', 1),
        ('  canal: "recommande"\n\n2026-11-25 note Actifs:A "revenue." #retour ^R1\n', 0),
    ],
)
def test_a_merged_entry_takes_no_line(tmp_path: Path, new: str, number: int) -> None:
    head = '2026-11-20 note Actifs:A "postée." #envoi ^R1\n'
    register = tmp_path / "x.beancount"
    register.write_text(head + new, "utf-8")
    old = head + '  canal: "recommande"\n'
    assert len(list(register_check.only_added("x", old, register))) == number


def both_prints(folder: Path, name: str, old: str) -> None:
    """Bring the register in line by hand, as someone who hides an edit would."""
    edit(folder, REGISTER, old, hashlib.sha256((folder / name).read_bytes()).hexdigest())


def line(folder: Path, name: str, text: str) -> int:
    rows = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, row in enumerate(rows, 1) if text in row)


@pytest.mark.slow
def test_verifier_refuses_what_does_not_fit(issued: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(issued, tmp_path / "société", symlinks=True))
    assert run(folder, "verifier").exit_code == 0
    (folder / PDF).unlink()
    refused = run(folder, "verifier")
    assert refused.exit_code == 2
    assert f"{PDF} manque" in str(refused.exception)


@pytest.mark.slow
def test_nothing_to_say(company: Path) -> None:
    assert faults(company) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [(DUPONT, f"{DUPONT} manque, que cette ligne"), (PDF, f"{PDF} manque, que cette ligne")],
)
def test_a_missing_file(company: Path, name: str, words: str) -> None:
    (company / name).unlink()
    told = faults(company)
    place = line(company, REGISTER, "document Actifs:Clients:Dupont")
    assert told[0].startswith(f"{REGISTER}:{place}: {words}")
    assert told[1] == f"    → rétablissez-le : git checkout -- {name}"


@pytest.mark.parametrize("name", [DUPONT, PDF])
def test_a_changed_file(company: Path, name: str) -> None:
    (company / name).write_bytes((company / name).read_bytes() + b"\n")
    told = faults(company)
    assert f"{name} n'est plus celui que le registre atteste (R20261007-01)" in told[0]
    assert told[1] == f"    → pas encore fusionnée : relance rendre ; sinon git checkout -- {name}"


def test_another_way_of_writing_the_same(company: Path) -> None:
    """A front matter that a hand wrote otherwise is read as YAML before anyone is accused."""
    before = hashlib.sha256((company / DUPONT).read_bytes()).hexdigest()
    edit(company, DUPONT, "total: 1200.00", 'total:   1200.0  # vu "par" nous')
    edit(company, DUPONT, "canal:\n- courriel", "canal: [courriel]")
    both_prints(company, DUPONT, before)
    told = faults(company)
    assert not [row for row in told if DUPONT in row]


def test_twice_the_same_id(company: Path) -> None:
    again = (company / REGISTER).read_text().replace("2026-10-07.beancount", "")
    (company / "out/registre/2026-10-07-2.beancount").write_text(again)
    assert any("R20261007-01 figure deux fois au registre" in row for row in faults(company))
    assert faults(company)[0].startswith("out/registre/2026-10-07")


def test_one_file_for_two_letters(company: Path) -> None:
    text = (company / REGISTER).read_text()
    edit(company, REGISTER, "R20261007-02-durand", "R20261007-01-dupont-freres")
    assert text != (company / REGISTER).read_text()
    assert any(
        "est aussi le fichier d'une autre lettre (R20261007-02)" in r for r in faults(company)
    )


# ---------------------------------------------------------------- Registers that were merged


@pytest.fixture
def merged(issued: Path, tmp_path: Path) -> Path:
    """History on main, and a branch of new letters."""
    folder = Path(shutil.copytree(issued, tmp_path / "société", symlinks=True))
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", BRANCH)
    (folder / "out/registre/2026-10-08-envois.beancount").write_text(
        'option "name_assets" "Actifs"\n\n2026-10-08 note Actifs:Clients:Dupont "Partie." #envoi '
        '^R20261007-01\n  relance: "R20261007-01"\n'
    )
    commit(folder, "envois")
    return folder


def test_a_line_of_a_merged_register_may_not_change(merged: Path) -> None:
    edit(merged, REGISTER, "échus le", "dus le")
    (told, remedy) = faults(merged)
    assert told.startswith(f"{REGISTER}:")
    assert "cette ligne d'un registre fusionné a été changée ou retirée" in told
    assert f"git checkout -- {REGISTER}" in remedy


def test_on_a_branch_a_committed_change_is_seen_too(merged: Path) -> None:
    git(merged, "switch", "-qc", "relance/2026-10-16")
    edit(merged, REGISTER, "échus le", "dus le")
    commit(merged, "retouche")
    assert any("registre fusionné a été changée" in row for row in faults(merged))
    git(merged, "rm", "-q", "out/registre/2026-10-08-envois.beancount")
    assert any("ce registre fusionné a disparu" in row for row in faults(merged))


@pytest.mark.parametrize("name", [DUPONT, PDF])
def test_a_merged_letter_is_checked_like_a_new_one(merged: Path, name: str) -> None:
    (merged / name).write_bytes((merged / name).read_bytes() + b"\n")
    assert f"{name} n'est plus celui que le registre atteste" in faults(merged)[0]


def test_what_is_added_is_no_change(merged: Path) -> None:
    envois = merged / "out/registre/2026-10-08-envois.beancount"
    note = envois.read_text().replace('option "name_assets" "Actifs"\n', "").replace("-01", "-02")
    envois.write_text(envois.read_text() + note.replace("Dupont", "Durand"))
    assert faults(merged) == []


def test_an_older_branch_lacks_nothing(merged: Path) -> None:
    git(merged, "switch", "-qc", "relance/ancienne", BRANCH)
    on_main(merged, payment("Dupont", "F2026-0001", "400.00"))
    assert faults(merged) == []


def test_outside_git_the_rest_is_checked(issued: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(issued, tmp_path / "seul", symlinks=True))
    shutil.rmtree(folder / ".git")
    assert faults(folder) == []
    (folder / PDF).unlink()
    assert len(faults(folder)) == 2


# ---------------------------------------------------------------- Speed


@pytest.mark.slow
def test_a_thousand_letters_are_attested(issued: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(issued, tmp_path / "grande", symlinks=True))
    text, content = (folder / DUPONT).read_text("utf-8"), (folder / PDF).read_bytes()
    head, *blocks = re.split(r"\n{2,}", (folder / REGISTER).read_text("utf-8"))
    own = "\n\n".join(b for b in blocks if "R20261007-01" in b or b.startswith("option"))
    for number in range(1000):
        day = date(2023, 1, 1) + timedelta(number)
        name = f"R{day:%Y%m%d}-01"
        letter = text.replace("R20261007-01", name).replace("date: 2026-10-07", f"date: {day}")
        page, stem = content + str(number).encode(), f"out/lettres/{day}/{name}"
        (folder / stem).parent.mkdir()
        (folder / f"{stem}.md").write_text(letter, encoding="utf-8")
        (folder / f"{stem}.pdf").write_bytes(page)
        entry = own.replace("R20261007-01-dupont-freres", name).replace("R20261007-01", name)
        entry = re.sub(r"^2026-10-07 ", f"{day} ", entry, flags=re.MULTILINE)
        entry = entry.replace("lettres/2026-10-07/", f"lettres/{day}/")
        entry = entry.replace("arrete-au: 2026-10-07", f"arrete-au: {day}")
        for key, what in (("markdown", letter.encode()), ("pdf", page)):
            print_ = hashlib.sha256(what).hexdigest()
            entry = re.sub(rf'({key}-sha256: *)"\w+"', rf'\1"{print_}"', entry)
        (folder / f"out/registre/{day}.beancount").write_text(f"{head}\n\n{entry}\n", "utf-8")
    edit(folder, "ledger/main.beancount", "2026-01-01 open", "2020-01-01 open")
    company = read_company(folder)
    assert register_check.faults(company) == []
    assert len(company.books.letters) == 1002
