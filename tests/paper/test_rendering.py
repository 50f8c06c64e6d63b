"""Letters laid out by several processes: the same pages, whatever happens to who makes them."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from paper.test_pdf import LETTER
from places import LETTERS
from relance.paper import rendering
from relance.paper.page_cache import Kept, Store
from relance.paper.press import Job, Made, Power
from relance.paper.rendering import Local, Printing, opened
from relance.paper.workers import WorkerBug, Workers
from relance.terminal import cli
from relance.text.writing import Spool
from relance.values.problem import Refusal
from repositories import commit, git, run
from reviews import make_company, state

DAY = "2026-10-07"


def jobs(count: int) -> list[Job]:
    """Different letters to different clients."""
    return [
        Job(f"R{n:03}", f"Client {n}", LETTER.replace("1 440,00", f"{n} 440,00"))
        for n in range(1, count + 1)
    ]


def digests(made: Iterable[Made]) -> dict[str, str]:
    """The fingerprints of pages by letter, each made once and without fault."""
    found: dict[str, str] = {}
    for each in made:
        assert each.problems == ()
        assert each.name not in found
        found[each.name] = hashlib.sha256(each.page).hexdigest()
    return found


@pytest.fixture(scope="module")
def alone() -> dict[str, str]:
    """Eight letters laid out by this process."""
    return digests(Local(1).make(jobs(8), LETTERS))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two letters are worth starting processes for."""
    monkeypatch.setattr(rendering, "FEW", 2)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def left_in(temporary: Path) -> list[Path]:
    """Our temporary files; Python's own socket (pymp-) lasts as long as the process."""
    return [path for path in temporary.iterdir() if not path.name.startswith("pymp-")]


# ---------------------------------------------------------------- The same pages


@pytest.mark.slow
def test_any_number_of_workers_makes_the_same_bytes(alone: dict[str, str], temporary: Path) -> None:
    assert len(set(alone.values())) == 8
    for number in (2, 3):
        with Workers(number) as workers:
            assert digests(workers.make(jobs(8), LETTERS)) == alone
            assert len(workers.pids) == number
            # A second batch finds the same workers: no process starts for it.
            before = workers.pids
            assert digests(workers.make(jobs(2), LETTERS)).items() <= alone.items()
            assert workers.pids == before
        assert not any(Path(f"/proc/{pid}").exists() for pid in before)
    assert left_in(temporary) == []


@pytest.mark.slow
def test_few_letters_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(rendering, "Workers", started.append)
    with opened(Power(8)) as press:
        assert len(digests(press.make(jobs(rendering.FEW - 1), LETTERS))) == rendering.FEW - 1
    with opened(Power(1)) as press:
        assert len(digests(press.make(jobs(rendering.FEW), LETTERS))) == rendering.FEW
    assert started == []


def test_the_default_is_the_cores_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 2, 5}, raising=False)
    assert rendering.cores() == 3


# ---------------------------------------------------------------- Workers that fail


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_its_letter_made_again(alone: dict[str, str]) -> None:
    killed: list[int] = []

    def watched(workers: Workers) -> Iterator[Job]:
        for number, job in enumerate(jobs(8)):
            if number in (4, 7):
                killed.append(workers.pids[0])
                os.kill(workers.pids[0], signal.SIGKILL)
            yield job

    with Workers(2) as workers:
        assert digests(workers.make(watched(workers), LETTERS)) == alone
        assert len(workers.pids) == 2
        assert not set(killed) & set(workers.pids)
    assert len(set(killed)) == 2


class Deadly(str):
    """A text that ends the process that reads it."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


@pytest.mark.slow
def test_a_letter_that_ends_two_workers_is_named(alone: dict[str, str]) -> None:
    letters = [*jobs(4), Job("R999", "Dupont", Deadly("x"))]
    letters[1:1] = [letters.pop()]
    with Workers(2) as workers:
        made = {each.name: each for each in workers.make(letters, LETTERS)}
    (problem,) = made.pop("R999").told()
    assert problem.what.startswith(
        "Dupont : cette lettre a fait tomber plusieurs fois le processus"
    )
    assert digests(made.values()).items() <= alone.items()
    assert len(made) == 4


@pytest.mark.slow
def test_a_worker_that_has_made_its_share_is_replaced(
    alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relance.paper.workers.LIFE", 3)
    with Workers(1) as workers:
        pages = workers.make(jobs(7), LETTERS)
        first = digests([next(pages)])
        pid = workers.pids
        assert first | digests(pages) == dict(list(alone.items())[:7])
        assert workers.pids != pid


@pytest.mark.slow
def test_a_bug_in_a_worker_is_ours_with_its_traceback() -> None:
    wrong = Job("R001", "Dupont", b"no text")  # type: ignore[arg-type]
    with Workers(1) as workers, pytest.raises(WorkerBug, match=r"R001 \(Dupont\)\nTraceback"):
        list(workers.make([wrong], LETTERS))


@pytest.mark.slow
def test_a_run_given_up_leaves_no_process(temporary: Path) -> None:
    with Workers(2) as workers:
        pages = workers.make(jobs(8), LETTERS)
        next(pages)
        pids = workers.pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert left_in(temporary) == []


# ---------------------------------------------------------------- Letters that fail


@pytest.mark.slow
def test_what_is_wrong_with_every_letter_is_told_with_its_client(few: None) -> None:
    letters = jobs(8)
    for n in (2, 6):
        letters[n] = Job(f"R{n:03}", f"Client {n}", LETTER.replace("Madame", "株"))
    letters[4] = Job("R004", "Client 4", LETTER.replace("Madame", "![x](absent.png)"))
    told: list[str] = []
    with opened(Power(2)) as press, pytest.raises(Refusal) as refusal:
        dict(Printing(press, told.append).pages(letters, LETTERS))
    problems = [str(problem.what) for problem in refusal.value.problems]
    assert len(problems) == 3
    assert all(any(f"Client {n} : " in p for p in problems) for n in (2, 4, 6))
    assert sorted(told) == sorted(job.client for job in letters)  # the bar reached its end


def test_after_twenty_letters_that_fail_no_other_is_begun() -> None:
    begun: list[str] = []

    class Failing:
        def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
            for job in jobs:
                begun.append(job.name)
                yield from Local(1).make([Job(job.name, job.client, "rien")], folder)

    with pytest.raises(Refusal) as refusal:
        list(Printing(Failing(), lambda _: None).pages(jobs(30), LETTERS))
    assert len(begun) == 20
    assert len(refusal.value.problems) == 20


# ---------------------------------------------------------------- Pages kept


class Counting:
    """A press that says what it was given."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        for job in jobs:
            self.names.append(job.name)
            yield from Local(1).make([job], folder)


@pytest.mark.slow
def test_nothing_is_laid_out_again_whose_inputs_did_not_change(tmp_path: Path) -> None:
    letters = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    store = tmp_path / "pages"

    def made(*todo: Job) -> tuple[list[str], dict[str, str]]:
        press = Counting()
        pages = digests(Kept(press, Store(store)).make(todo, letters))
        return press.names, pages

    first, second, third = jobs(3)
    names, fresh = made(first, second)
    assert names == ["R001", "R002"]
    assert made(first, second) == ([], fresh)
    assert made(third, first)[0] == ["R003"]
    other = Job("R009", "Autre", first.markdown)  # the same text is the same page
    assert made(other)[0] == []
    damaged = min(store.iterdir())
    damaged.write_bytes(damaged.read_bytes()[:-9])
    names, again = made(first, second, third)
    assert len(names) == 1
    assert fresh.items() <= again.items()
    style = letters / "letter.css"
    style.write_text(style.read_text(encoding="utf-8") + "\np { margin: 4mm }\n", encoding="utf-8")
    names, styled = made(first, second)
    assert names == ["R001", "R002"]
    assert styled != fresh
    shutil.rmtree(store)
    assert made(first) == (["R001"], {"R001": styled["R001"]})


def test_the_pages_that_served_least_recently_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number, key in enumerate("abc"):
        store.put(key, b"x" * 68)  # and 32 bytes of fingerprint: 100 each
        os.utime(tmp_path / key, (number, number))
    assert store.get("a") == b"x" * 68
    store.prune(200)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


def test_a_store_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("un fichier est à cette place")
    store = Store(tmp_path / "pages")
    store.put("a", b"x")
    store.prune()
    assert store.get("a") is None


# ---------------------------------------------------------------- Whole runs

HEAD = """
option "name_assets" "Actifs"
option "name_income" "Produits"
include "../out/registre/*.beancount"
2026-01-01 open Actifs:Banque
2026-01-01 open Produits:Ventes
"""


def ledger(count: int) -> str:
    """Clients with one late invoice each: due 30 September, first reminder on 7 October."""
    return HEAD + "".join(
        f"""
2026-01-01 open Actifs:Clients:C{n:03}
  client: "Maison {n}"
  adresse: "{n} rue Neuve\\n69001 LYON"
  courriel: "c{n}@maison.example"
  type: "professionnel"
2026-08-31 * "Facture" ^F2026-{n:04}
  echeance: 2026-09-30
  Actifs:Clients:C{n:03}   {100 + n}.00 EUR
  Produits:Ventes
"""
        for n in range(1, count + 1)
    )


def letters_of(folder: Path) -> dict[str, str]:
    """The fingerprints of what git has of a run, its register apart: it names the base."""
    tree = git(folder, "ls-tree", "-r", "HEAD", "out/lettres")
    return {row.split("\t")[1]: row.split()[2] for row in tree.splitlines()}


@pytest.mark.slow
def test_a_run_is_the_same_with_one_worker_and_with_three(tmp_path: Path, few: None) -> None:
    for number in (1, 3):
        folder = make_company(tmp_path / str(number), ledger=ledger(4))
        result = run(folder, "emettre", "--au", DAY, "--ouvriers", str(number))
        assert result.exit_code == 0, result.exception
    assert len(letters_of(folder)) == 2 * 4 + 1  # and the summary
    assert letters_of(tmp_path / "1") == letters_of(tmp_path / "3")
    # Nothing of the pages kept is proof of anything: the audit lays out every one again.
    shutil.rmtree(folder / ".git/relance/pages")
    audit = run(folder, "audit", "--ouvriers", "3")
    assert audit.exit_code == 0
    assert not (folder / ".git/relance/pages").exists()


@pytest.mark.slow
def test_a_letter_that_fails_stops_the_run_before_the_commit(tmp_path: Path, few: None) -> None:
    folder = make_company(tmp_path / "c", ledger=ledger(5))
    template = folder / "letters/fr/relance-1.md"
    broken = '\n{% if numeros[0] == "F2026-0003" %}\n![x](absent.png)\n{% endif %}\n'
    template.write_text(template.read_text(encoding="utf-8") + broken, encoding="utf-8")
    commit(folder)
    before = state(folder)
    result = run(folder, "emettre", "--au", DAY, "--ouvriers", "2")
    assert isinstance(result.exception, Refusal)
    assert result.exit_code == 2
    assert "R20261007-03: Maison 3 : mise en page" in str(result.exception)
    assert "absent.png" in str(result.exception)
    assert state(folder) == before
    # The four others are kept: the next run lays out one.
    assert len(list((folder / ".git/relance/pages").iterdir())) == 4


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty pages of two megabytes each: never more than a few of them at once."""

    def heavy(_: Local, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        for job in jobs:
            yield Made(job.name, job.client, job.name.encode() * 150_000)  # 13 letters each

    monkeypatch.setattr(Local, "make", heavy)
    folder = make_company(tmp_path / "c", ledger=ledger(40))
    tracemalloc.start()
    try:
        result = run(folder, "emettre", "--au", DAY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.exit_code == 0, result.exception
    assert sum(path.stat().st_size for path in folder.glob("out/lettres/*/*.pdf")) > 70_000_000
    assert peak < 35_000_000


def test_a_spool_is_a_mapping_of_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool["a/b"] = b"1"
    spool["c"] = b"2"
    assert dict(spool) == {"a/b": b"1", "c": b"2"}
    assert (tmp_path / "a/b").read_bytes() == b"1"
    del spool["c"]
    assert "c" not in spool
    assert not (tmp_path / "c").exists()


def test_workers_and_a_cluster_exclude_each_other(tmp_path: Path) -> None:
    both = run(tmp_path, "audit", "--ouvriers", "2", "--grappe", "tcp://127.0.0.1:1")
    assert both.exit_code == 2
    assert "s'excluent" in both.output
    for address in ("127.0.0.1:8786", "http://a:1", "tcp://a", "tcp://u@a:1"):
        assert "adresse incomprise" in run(tmp_path, "audit", "--grappe", address).output


# ---------------------------------------------------------------- Ctrl-C


def issuing(folder: Path, temporary: Path) -> subprocess.Popen[str]:
    """`emettre` with two workers in a process group of its own, three letters later."""
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "relance", "emettre", "--au", DAY, "--ouvriers", "2"],
        cwd=folder,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    pages = folder / ".git/relance/pages"
    while process.poll() is None and not (pages.is_dir() and len(list(pages.iterdir())) > 3):
        time.sleep(0.01)
    return process


def gone(session: int) -> bool:
    """Whether no process of a session is left, soon."""
    listing = ["ps", "-s", str(session), "-o", "pid="]
    deadline = time.monotonic() + 30
    while subprocess.run(listing, capture_output=True, check=False).stdout.strip():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.slow
def test_ctrl_c_leaves_nothing_behind_and_the_next_run_goes_on(tmp_path: Path) -> None:
    folder = make_company(tmp_path / "c", ledger=ledger(40))
    before = state(folder)
    process = issuing(folder, tmp_path / "tmp")
    os.killpg(process.pid, signal.SIGINT)  # a terminal tells the whole group
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "Interrompu" in said
    assert state(folder) == before
    assert gone(process.pid)
    assert left_in(tmp_path / "tmp") == []
    assert run(folder, "emettre", "--au", DAY).exit_code == 0
    assert len(letters_of(folder)) == 81


@pytest.mark.slow
def test_workers_end_when_the_program_is_killed(tmp_path: Path) -> None:
    folder = make_company(tmp_path / "c", ledger=ledger(40))
    process = issuing(folder, tmp_path / "tmp")
    process.kill()
    process.communicate(timeout=60)
    assert gone(process.pid)
    # What the killed program's own library keeps of fonts holds nothing of the books.
    left = left_in(tmp_path / "tmp")
    assert [path for path in left if not path.name.startswith("weasyprint-")] == []
    assert run(folder, "emettre", "--au", DAY).exit_code == 0
    assert git(folder, "branch", "--show-current") == f"relance/{DAY}"


@pytest.mark.parametrize(
    "asked",
    [["rendre", "--specimen"], ["audit", "--sans-pdf"], ["apercu", "--format", "html"]],
)
def test_workers_with_nothing_to_do_are_refused(asked: list[str]) -> None:
    result = CliRunner().invoke(cli.relance, [*asked, "--ouvriers", "2"])
    assert result.exit_code == 2
    assert f"avec {' '.join(asked[1:])}, --ouvriers et --grappe n'auraient rien à" in result.output
