"""`relance audit` on real repositories: what proves, and each way in which it does not."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from relance.audit import contents
from relance.audit.rerun import compared, rerun
from relance.ledger.company import read_company
from relance.paper import pdf
from relance.runs import letter_files
from relance.terminal.model_folder import start
from relance.text import frontmatter
from relance.text.typography import ordinary
from repositories import commit, found, git, named, run
from text.test_letter_file import in_its_head
from whole.test_emettre import LATER, LEDGER

pytestmark = pytest.mark.slow

# F2026-0001, 1 200.00 due on 2026-09-30: relance-1 on 7 October, relance-2 (15 days late, and 7
# after the first) on the 15th.
FIRST, SECOND = "2026-10-07", "2026-10-15"
R1, R2 = "R20261007-01", "R20261015-01"
REGISTER, DISPATCHES = f"out/registre/{FIRST}.beancount", "out/registre/2026-10-08-envois.beancount"
DISPATCH = f"""\
option "name_assets" "Actifs"

2026-10-08 note Actifs:Clients:Dupont "Partie." #envoi ^{R1}
  relance: "{R1}"
  canal: "courriel"
"""
RETURNED = f"""
2026-10-12 note Actifs:Clients:Dupont "Revenue." #retour ^{R1}
  relance: "{R1}"
"""


MARTIN = """
2026-01-01 open Actifs:Clients:Martin
  client: "Martin"
  courriel: "m@m.example"
  type: "professionnel"
"""


def issue(folder: Path, day: str) -> None:
    """Issue a run on its branch, which stays checked out."""
    result = run(folder, "emettre", "--au", day)
    assert result.exit_code == 0, result.output
    assert git(folder, "branch", "--show-current").startswith(f"relance/{day}")


def merge(folder: Path, *options: str) -> None:
    branch = git(folder, "branch", "--show-current")
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", *(options or ("--no-ff", "-m", "approuvé")), branch)
    if "--squash" in options:
        commit(folder, "approuvé")


def add(folder: Path, path: str, text: str, subject: str = "suite") -> None:
    place = folder / path
    place.write_text((place.read_text() if place.exists() else "") + text)
    commit(folder, subject)


def change(folder: Path, path: str, old: str, new: str, *, keep: bool = True) -> None:
    """Change a file by hand, and commit it unless told not to."""
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1))
    if keep:
        commit(folder, "correction")


def letter(folder: Path, name: str = R1) -> str:
    """The path of a letter's Markdown."""
    (found,) = (folder / "out/lettres").glob(f"*/{name}-dupont-*.md")
    return found.relative_to(folder).as_posix()


@pytest.fixture(scope="module")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first run on its branch, not merged yet."""
    folder = found(tmp_path_factory.mktemp("audit") / "société été", LEDGER)
    issue(folder, FIRST)
    return folder


@pytest.fixture(scope="module")
def two_runs(one_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs merged, the first letter's dispatch noted between them."""
    folder = Path(shutil.copytree(one_run, tmp_path_factory.mktemp("audit") / "société été"))
    merge(folder)
    add(folder, DISPATCHES, DISPATCH)
    issue(folder, SECOND)
    merge(folder)
    return folder


@pytest.fixture
def company(two_runs: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(two_runs, tmp_path / "société été"))


@pytest.fixture
def fresh(one_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(one_run, tmp_path / "société été"))


def audit(folder: Path, *options: str) -> tuple[int, str]:
    result = run(folder, "audit", *(options or ("--sans-pdf",)))
    return result.exit_code, ordinary(result.output)


def as_json(folder: Path, *options: str) -> dict[str, object]:
    found = json.loads(run(folder, "audit", "--format", "json", *options).output)
    assert isinstance(found, dict)
    return found


def verdicts(folder: Path, *options: str) -> dict[str, str]:
    rows = as_json(folder, *(options or ("--sans-pdf",)))["lettres"]
    assert isinstance(rows, list)
    return {row["id"]: row["verdict"] for row in rows}


def findings(folder: Path) -> list[str]:
    """Each finding with its place, in the order told."""
    found = as_json(folder, "--sans-pdf")["constats"]
    assert isinstance(found, list)
    assert all(each["remede"] for each in found)
    return [f"{x['fichier']}:{x['ligne'] or ''} {x['constat']}" for x in found]


def last(folder: Path) -> str:
    """The last commit as findings name it."""
    return git(
        folder, "log", "-1", "--abbrev=7", "--date=format:%d/%m/%Y", "--format=%h (%cd, %an)"
    )


@pytest.mark.slow
def test_a_clean_history_is_proved_to_the_byte(company: Path) -> None:
    before = git(company, "status", "--porcelain"), git(company, "rev-parse", "HEAD")
    status, said = audit(company, "--diff")
    assert status == 0
    assert "2 lettres : 2 prouvées, 2 PDF refaits à l'octet près ; aucun écart." in said
    assert (git(company, "status", "--porcelain"), git(company, "rev-parse", "HEAD")) == before
    assert not list((company / ".git/relance").glob("past-*"))


@pytest.fixture
def of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first run as an earlier version laid its letter out, on its branch."""
    folder = found(tmp_path / "société", LEDGER)
    with monkeypatch.context() as then:
        then.setattr(frontmatter, "letter_file", in_its_head)
        issue(folder, FIRST)
    return folder


def test_a_history_of_two_layouts_is_proved_to_the_byte(of_before: Path) -> None:
    merge(of_before)
    issue(of_before, SECOND)
    merge(of_before)
    heads = [(of_before / letter(of_before, n)).read_text().index("\n---\n") for n in (R1, R2)]
    assert heads[0] > 2 * heads[1]
    status, said = audit(of_before, "--diff")
    assert status == 0
    assert "2 lettres : 2 prouvées, 2 PDF refaits à l'octet près ; aucun écart." in said


def test_a_hand_edit_in_the_earlier_layout_is_seen_as_ever(of_before: Path) -> None:
    retouch(of_before, "Madame, Monsieur,", "Cher Monsieur,")
    merge(of_before)
    assert verdicts(of_before) == {R1: "retouchée"}
    shown = audit(of_before, "--sans-pdf", "--diff")[1]
    changed = re.findall(r"^ *([-+][^-+\d].*)$", shown, re.MULTILINE)
    assert changed == ["-Madame, Monsieur,", "+Cher Monsieur,"]


@pytest.mark.parametrize("pair", [("total: 1200.00", "total: 1900.00"), ("rang: 1", "rang: 9")])
def test_a_figure_changed_in_the_earlier_layout(of_before: Path, pair: tuple[str, str]) -> None:
    retouch(of_before, *pair)
    merge(of_before)
    rows = (of_before / letter(of_before)).read_text().splitlines()
    line = next(n for n, row in enumerate(rows, 1) if row.strip() == pair[1])
    assert any(f"{letter(of_before)}:{line} {R1} (lettre)" in told for told in findings(of_before))


CLEAN = """\
held=$(mktemp "{store}/XXXXXX"); cat > "$held"
sum=$(sha256sum < "$held" | cut -c1-64); size=$(($(wc -c < "$held")))
mv "$held" "{store}/$sum"
printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' "$sum" "$size"
"""
SMUDGE = """cat "{store}/$(sed -n 's/^oid sha256://p')"\n"""


def test_what_git_lfs_keeps_is_proved_by_its_pointer(tmp_path: Path) -> None:
    """A stand-in for it: git holds the pointers, a folder the PDFs."""
    folder, store = found(tmp_path / "société", LEDGER), tmp_path / "store"
    store.mkdir()
    for name, script in (("clean", CLEAN), ("smudge", SMUDGE)):
        (store / name).write_text(script.format(store=store))
        git(folder, "config", f"filter.lfs.{name}", f"sh '{store / name}'")
    (folder / ".gitattributes").write_text("*.pdf filter=lfs -text\n")
    commit(folder)
    issue(folder, FIRST)
    merge(folder)
    (pdf_file,) = (folder / "out/lettres").rglob("*.pdf")
    place = pdf_file.relative_to(folder).as_posix()
    assert git(folder, "show", f"HEAD:{place}").startswith("version https://git-lfs")
    assert pdf_file.read_bytes().startswith(b"%PDF")
    assert verdicts(folder) == {R1: "prouvée"}
    pdf_file.write_bytes(pdf_file.read_bytes() + b"%")
    commit(folder, "retouche")
    assert verdicts(folder) == {R1: "écart"}


def test_without_pdf_nothing_is_laid_out(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "render", lambda *_: pytest.fail("a page was made"))
    assert verdicts(company) == {R1: "prouvée", R2: "prouvée"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--depuis", SECOND), [R2]),
        (("--au", FIRST), [R1]),
        (("--depuis", "2026-10-08", "--au", "2026-10-14"), []),
    ],
)
def test_only_the_letters_of_a_time(
    company: Path, options: tuple[str, ...], expected: list[str]
) -> None:
    assert list(verdicts(company, "--sans-pdf", *options)) == expected


# ---------------------------------------------------------------- What is no fault


def test_a_payment_rewritten_later_changes_nothing(company: Path) -> None:
    change(company, "ledger/main.beancount", "1200.00 EUR", "1.00 EUR", keep=False)
    change(company, "ledger/main.beancount", "-1200.00 EUR", "-1.00 EUR")
    assert audit(company)[0] == 0


def test_a_policy_changed_later_changes_nothing(company: Path) -> None:
    policy = (company / "relance.yaml").read_text()
    (company / "relance.yaml").write_text(f"{policy}\ntolerance: 5000\n")
    commit(company, "politique")
    assert verdicts(company) == {R1: "prouvée", R2: "prouvée"}


def test_a_second_run_of_the_day_on_another_branch(fresh: Path) -> None:
    """F2026-0002 is due on 2 October: on the 7th it waits for the gap to the letter pending, and
    `-2` comes of a client that has none."""
    git(fresh, "switch", "-q", "main")
    other = LATER.replace("Dupont", "Martin").replace("2026-10-02", "2026-09-28")
    opened = (
        '2026-01-01 open Actifs:Clients:Martin\n  client: "Martin"\n  courriel: "m@m.example"\n'
    )
    add(fresh, "ledger/main.beancount", opened + '  type: "professionnel"\n' + other)
    issue(fresh, FIRST)
    merge(fresh)
    git(fresh, "merge", "-q", "-m", "approuvé", f"relance/{FIRST}")
    assert verdicts(fresh) == {R1: "prouvée", "R20261007-02": "prouvée"}


def test_a_base_squashed_away_cannot_be_replayed(fresh: Path) -> None:
    git(fresh, "switch", "-qc", "travail", "main")
    git(fresh, "branch", "-qD", f"relance/{FIRST}")
    add(fresh, "ledger/main.beancount", "\n; un commentaire\n")
    issue(fresh, FIRST)
    merge(fresh, "--squash")
    status, said = audit(fresh)
    assert (status, verdicts(fresh)) == (0, {R1: "non rejouable"})
    assert "absente de l'historique" in said
    assert "1 lettre : 1 non rejouable ; aucun écart." in said


def test_a_shallow_clone_says_what_it_lacks(company: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", company.as_uri(), "clone")
    assert verdicts(tmp_path / "clone") == {R1: "non rejouable", R2: "non rejouable"}
    status, said = audit(tmp_path / "clone")
    assert (status, "git fetch --unshallow" in said) == (0, True)


def test_another_version_is_compared_by_its_figures(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = letter_files.engines()
    later = ours.replace("relance ", "relance 9.", 1)
    monkeypatch.setattr(letter_files, "engines", lambda: later)
    status, said = audit(company, "--diff")
    assert (status, verdicts(company)) == (0, {R1: "chiffres", R2: "chiffres"})
    assert "autre version : relance " in said
    assert "2 rejouées pour les chiffres seulement" in said


@pytest.mark.parametrize(
    ("version", "steps"), [("relance 0.1.0", [[], ["mise-en-demeure"]]), (None, [[]])]
)
def test_a_run_of_before_took_reminders_for_sent(
    two_runs: Path, version: str | None, steps: list[list[str]]
) -> None:
    """The second reminder of 15 October has no dispatch: no notice follows it since 0.2.0."""
    company, ours = read_company(two_runs), letter_files.engines()
    notice = replace(company.books.letters[-1], date=date(2026, 11, 16), version=version or ours)
    plans = rerun(company, [notice], (), ours).plans
    assert [[letter.step.name for letter in plan.letters] for plan in plans] == steps


def test_other_engines_leave_the_pdf_alone(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = letter_files.engines()
    monkeypatch.setattr(
        letter_files, "engines", lambda: ours.replace("weasyprint ", "weasyprint 9")
    )
    monkeypatch.setattr(pdf, "render", lambda *_: pytest.fail("a page was made"))
    status, said = audit(company, "--diff")
    assert (status, "2 prouvées" in said, "weasyprint " in said) == (0, True, True)


# ---------------------------------------------------------------- Hand edits during the review


def retouch(folder: Path, old: str, new: str) -> None:
    """What a hand edit and `relance rendre` leave: letter, PDF and fingerprints that agree."""
    path = folder / letter(folder)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    page = pdf.render(path.read_text(), folder / "letters")
    register = (folder / REGISTER).read_text()
    for suffix, content in ((".md", path.read_bytes()), (".pdf", page)):
        before = text.encode() if suffix == ".md" else path.with_suffix(".pdf").read_bytes()
        register = register.replace(sha256(before).hexdigest(), sha256(content).hexdigest())
    path.with_suffix(".pdf").write_bytes(page)
    (folder / REGISTER).write_text(register)
    commit(folder, "retouche")


MERGES = [("--no-ff", "-m", "approuvé"), ("--ff-only",), ("--squash",)]


@pytest.mark.parametrize("how", MERGES)
def test_a_hand_edit_in_review_is_shown_not_blamed(fresh: Path, how: tuple[str, ...]) -> None:
    retouch(fresh, "Madame, Monsieur,", "Cher Monsieur Dupont,")
    merge(fresh, *how)
    status, said = audit(fresh, "--diff")
    assert (status, verdicts(fresh)) == (0, {R1: "retouchée"})
    assert "+1 -1 lignes" in said
    assert "-Madame, Monsieur," in said
    assert "+Cher Monsieur Dupont," in said
    assert "1 PDF refait à l'octet près" in said


def test_an_amount_changed_by_hand_is_a_finding(fresh: Path) -> None:
    text = (fresh / letter(fresh)).read_text()
    body = text.index("\n---\n", 4)
    sum_ = next(row for row in text[body:].splitlines() if "€" in row)
    assert "1\u202f200,00" in sum_
    retouch(fresh, sum_, sum_.replace("1\u202f200,00", "1\u202f900,00"))
    merge(fresh)
    assert [f for f in findings(fresh) if "montant changé à la main" in f]
    assert audit(fresh)[0] == 2


@pytest.mark.parametrize("forged", [True, False])
def test_another_version_may_not_tell_another_sum(fresh: Path, forged: bool) -> None:
    """Claimed to be of a version whose words nobody compares; 9 200.00 is nowhere in the books."""
    text = (fresh / letter(fresh)).read_text()
    rows, body = text.splitlines(), text[: text.index("\n---\n", 4)].count("\n") + 2
    line = next(n for n, row in enumerate(rows[body:], body + 1) if "1\u202f200,00" in row)
    if forged:
        row = rows[line - 1]
        retouch(fresh, row, row.replace("1\u202f200,00", "9\u202f200,00"))
    change(fresh, REGISTER, 'version: "relance ', 'version: "relance 0.0.')
    merge(fresh)
    status = audit(fresh)[0]
    if forged:
        said = f"{letter(fresh)}:{line} {R1} : « 9 200,00 € » n'est aucun montant de ses livres"
        assert (findings(fresh), status) == ([said], 2)
    else:
        assert (findings(fresh), status, verdicts(fresh)) == ([], 0, {R1: "chiffres"})


def test_a_figure_of_the_front_matter_changed_by_hand(fresh: Path) -> None:
    retouch(fresh, "\ntotal: 1200.00\n", "\ntotal: 1900.00\n")
    merge(fresh)
    rows = (fresh / letter(fresh)).read_text().splitlines()
    said = f"{letter(fresh)}:{rows.index('total: 1900.00') + 1} {R1} (lettre), total : 1900.00"
    assert f"{said}, ses livres donnent 1200.00" in findings(fresh)


def test_a_register_that_says_another_sum(fresh: Path) -> None:
    change(fresh, REGISTER, "total: 1200.00 EUR", "total: 1900.00 EUR")
    merge(fresh)
    (said,) = findings(fresh)
    assert said.startswith(f"{REGISTER}:10 ")  # where the letter is recorded
    assert f"{R1} (registre), total : 1900.00 EUR, ses livres donnent 1200.00 EUR" in said


def test_a_letter_that_its_books_do_not_give(fresh: Path) -> None:
    """Its base is set to the first commit, whose books know no invoice yet."""
    git(fresh, "switch", "-q", "main")
    change(fresh, "ledger/main.beancount", "echeance: 2026-09-30", "echeance: 2026-10-30")
    early = git(fresh, "rev-parse", "HEAD")
    change(fresh, "ledger/main.beancount", "echeance: 2026-10-30", "echeance: 2026-09-30")
    git(fresh, "branch", "-qD", f"relance/{FIRST}")
    issue(fresh, FIRST)
    change(fresh, REGISTER, git(fresh, "rev-parse", "main"), early)
    merge(fresh)
    (said,) = findings(fresh)
    assert f"{R1} : les livres de sa base ne donnent pas cette lettre : attente apres" in said


@pytest.mark.parametrize("how", [("--no-ff", "-m", "approuvé"), ("--ff-only",), None])
def test_a_letter_taken_out_is_told_where_history_holds_it(
    tmp_path: Path, how: tuple[str, ...] | None
) -> None:
    """No finding, whether taken out in review or, `how` None, right after a fast-forward, which
    nothing tells apart; only a merge commit tells that it never was approved."""
    folder = found(tmp_path / "société été", LEDGER)
    other = LATER.replace("Dupont", "Martin").replace("2026-10-02", "2026-09-28")
    add(folder, "ledger/main.beancount", MARTIN + other)
    issue(folder, FIRST)
    if how is None:
        merge(folder, "--ff-only")
    (gone,) = (folder / "out/lettres").glob("*/R20261007-02-*.md")
    for path in (folder / "out/lettres").glob("*/R20261007-02-*"):
        path.unlink()
    register = (folder / REGISTER).read_text().split("\n\n")
    kept = [block for block in register if "R20261007-02" not in block]
    assert len(kept) == len(register) - 2  # the letter and the claim that it cites
    (folder / REGISTER).write_text("\n\n".join(kept) + "\n")
    commit(folder, "retirée")
    by = last(folder)
    if how:
        merge(folder, *how)
    assert (findings(folder), verdicts(folder)) == ([], {R1: "prouvée"})
    told = f"R20261007-02 : lettre retirée par {by}, {gone.relative_to(folder).as_posix()}"
    merged_apart = how is not None and "--no-ff" in how
    assert as_json(folder, "--sans-pdf")["a_savoir"] == ([] if merged_apart else [told])


@pytest.mark.parametrize("touched", [False, True])
def test_a_branch_refreshed_then_fast_forwarded(fresh: Path, touched: bool) -> None:
    """Its base moved on while it waited: merged into it, the letters made again from there."""
    branch = git(fresh, "branch", "--show-current")
    git(fresh, "switch", "-q", "main")
    path = DISPATCHES if touched else "ledger/notes.txt"
    add(fresh, path, '; rien encore\noption "name_assets" "Actifs"\n', "entre-temps")
    new = git(fresh, "rev-parse", "HEAD")
    git(fresh, "switch", "-q", branch)
    git(fresh, "merge", "-q", "--no-ff", "-m", "base", "main")
    change(fresh, REGISTER, git(fresh, "merge-base", "HEAD~1", "main"), new, keep=False)
    retouch(fresh, "Madame, Monsieur,", "Madame,")
    merge(fresh, "--ff-only")
    assert (findings(fresh), verdicts(fresh)) == ([], {R1: "retouchée"})
    change(fresh, REGISTER, "rang: 1", "rang: 2")
    assert any(f"changé après sa fusion par {last(fresh)}" in each for each in findings(fresh))


@pytest.mark.parametrize("how", MERGES)
def test_a_line_removed_right_after_the_merge(fresh: Path, how: tuple[str, ...]) -> None:
    """A fast-forward leaves no commit of approval: a register rewritten alone is no review."""
    merge(fresh, *how)
    line = (fresh / REGISTER).read_text().splitlines().index("  tranche: 1") + 1
    change(fresh, REGISTER, "  tranche: 1\n", "")
    said = f"{REGISTER}:{line} changé après sa fusion par {last(fresh)} : ligne retirée"
    assert [each for each in findings(fresh) if said in each], findings(fresh)


# ---------------------------------------------------------------- After the merge


Tampering = Callable[[Path], None]


def removes(path: str, line: str) -> Tampering:
    return lambda folder: change(folder, path, line, "")


def deletes(name: str) -> Tampering:
    def act(folder: Path) -> None:
        git(folder, "rm", "-q", letter(folder) if name == "letter" else name)
        commit(folder, "ménage")

    return act


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (
            lambda f: change(f, letter(f), "total: 1200.00", "total: 1900.00"),
            "{letter}: " + R1 + " : modifié après sa fusion par {by}",
        ),
        (deletes("letter"), "{letter}: " + R1 + " : ce fichier manque, supprimé après sa fusion"),
        (
            removes(REGISTER, '  etape: "relance-1"\n'),
            REGISTER + ":12 changé après sa fusion par {by} : ligne retirée : « etape: ",
        ),
        (
            lambda f: change(f, REGISTER, "solde: 1200.00 EUR", "solde: 1300.00 EUR"),
            ":35 changé après sa fusion par {by} : « solde: 1200.00 EUR » remplacée par « solde: ",
        ),
        (
            deletes(DISPATCHES),
            DISPATCHES + ": registre supprimé après sa fusion par {by}",
        ),
        (
            removes(DISPATCHES, DISPATCH.split("\n\n")[1]),
            DISPATCHES + ":3 changé après sa fusion par {by} : ligne retirée : « 2026-10-08 note",
        ),
        (
            lambda f: change(f, DISPATCHES, "  canal", "  recu: 2026-10-09\n  canal"),
            DISPATCHES + ":4 changé après sa fusion par {by} : ligne ajoutée : « recu: 2026-10-09",
        ),
    ],
)
def test_what_was_changed_after_the_merge(company: Path, tamper: Tampering, expected: str) -> None:
    name = letter(company)
    tamper(company)
    said = expected.format(letter=name, by=last(company))
    assert [f for f in findings(company) if said in f], findings(company)
    assert audit(company)[0] == 2


def test_the_remedy_makes_it_right_again(company: Path) -> None:
    change(company, REGISTER, "total: 1200.00 EUR", "total: 1.00 EUR")
    git(company, "checkout", "HEAD~1", "--", REGISTER)
    commit(company, "rétabli")
    status, said = audit(company)
    assert (status, "rétabli depuis" in said) == (0, True)


def test_dispatches_may_be_added(company: Path) -> None:
    add(company, DISPATCHES, RETURNED)
    assert audit(company)[0] == 0


def test_a_letter_changed_but_not_committed(company: Path) -> None:
    change(company, letter(company), "Madame", "Mesdames", keep=False)
    (said,) = findings(company)
    assert "n'est plus celui que le registre atteste" in said


def test_an_id_twice_and_a_dispatch_without_letter(company: Path) -> None:
    blocks = (company / REGISTER).read_text().split("\n\n")
    add(company, "out/registre/2026-10-16.beancount", f"{blocks[1]}\n\n{blocks[2]}\n")
    add(company, DISPATCHES, RETURNED.replace(R1, "R20261007-09"))
    said = "\n".join(findings(company))
    assert f"{R1} figure deux fois au registre" in said
    assert "aucune lettre R20261007-09 au registre" in said
    assert audit(company)[0] == 2


def test_a_run_taken_out_of_the_register(company: Path) -> None:
    git(company, "rm", "-q", REGISTER, DISPATCHES)
    commit(company, "oubli")
    said = findings(company)
    assert any(f"{R1} : cette lettre n'est dans aucun registre" in each for each in said)
    assert any("registre supprimé après sa fusion" in each for each in said)


# ---------------------------------------------------------------- Elsewhere than on main


@pytest.mark.parametrize("rewritten", [False, True])
def test_letters_under_review_are_audited_on_their_branch(fresh: Path, rewritten: bool) -> None:
    if rewritten:
        retouch(fresh, "Madame, Monsieur,", "Madame,")
    assert audit(fresh)[0] == 0
    assert verdicts(fresh) == {R1: "retouchée" if rewritten else "prouvée"}


@pytest.mark.slow
def test_a_company_in_a_subfolder(tmp_path: Path) -> None:
    folder = tmp_path / "cabinet/société été"
    start(folder)
    policy = folder / "relance.yaml"
    policy.write_text(named(policy.read_text()))
    (folder / "ledger/main.beancount").write_text(LEDGER)
    git(tmp_path, "init", "-qb", "main", "cabinet")
    commit(folder)
    issue(folder, FIRST)
    merge(folder)
    assert verdicts(folder) == {R1: "prouvée"}
    change(folder, REGISTER, "rang: 1", "rang: 3")
    assert any(f"{REGISTER}:13 changé après sa fusion" in each for each in findings(folder))


def test_outside_git_it_is_refused(tmp_path: Path) -> None:
    start(tmp_path / "sans git")
    assert audit(tmp_path / "sans git")[0] == 3


# ---------------------------------------------------------------- Rules by hand


def test_what_differs_between_two_machines() -> None:
    same = compared("relance 0.2.0, weasyprint 70.0", "relance 0.2.0, weasyprint 70.0")
    assert (same.same, same.same_program, str(same)) == (True, True, "")
    other = compared("relance 0.2.0, weasyprint 70.0", "relance 0.2.0, weasyprint 71.0, pango 1")
    assert str(other) == "autre version : weasyprint 70.0 → 71.0, pango ? → 1"
    assert (other.same, other.same_program) == (False, True)
    assert not compared("relance 0.1.0", "relance 0.2.0").same_program
    assert str(compared(None, "relance 0.2.0")) == "autre version : non notée"


@pytest.mark.parametrize(
    ("derived", "written", "expected"),
    [
        ("Payez 1 200,00 €.", "Merci de payer 1 200,00 €.", ([], [])),
        ("Payez 1 200,00 €.", "Payez 1 900,00 €.", (["1 200,00"], ["1 900,00"])),
        ("Payez 90,00 €.", "Payez 90,00 €, moins 10,00 € d'avoir.", ([], [])),
        ("Payez 90,00 €. Dont 40,00 €.", "Payez 90,00 €.", ([], [])),
        ("Le 27.07.2026, € 90.00.", "Le 28.07.2026, € 90.00.", ([], [])),
        ("Au taux de 12,40 %.", "Au taux de 14,40 %.", (["12,40"], ["14,40"])),
    ],
)
def test_a_sum_may_not_change(
    derived: str, written: str, expected: tuple[list[str], list[str]]
) -> None:
    assert contents.replaced_amounts(derived, written) == expected


def test_what_the_contact_says_already_is_no_retouch() -> None:
    """Letters of before 0.2.0 tell nobody's civility apart."""
    before = {"destinataire": {"nom": "Dupont", "contact": "Mme Roux"}}
    now = {"destinataire": {**before["destinataire"], "civilite": "Mme", "personne": "Roux"}}
    assert contents.recipient(before, now) == ""
    other = {"destinataire": {"nom": "Dupont", "contact": "M. Roux"}}
    assert contents.recipient(other, now) == (
        "-destinataire, contact : Mme Roux\n+destinataire, contact : M. Roux\n"
    )
