"""Letters laid out by a real cluster on loopback: a scheduler and its workers, as processes."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from paper.test_pdf import LETTER
from paper.test_rendering import DAY, digests, jobs, ledger
from places import LETTERS
from relance.decision.outcomes import Letter
from relance.letters.compose import LetterSetting
from relance.paper import rendering
from relance.paper.page_cache import versions
from relance.paper.press import Job, Power
from relance.paper.rendering import Local, Printing, opened
from relance.runs import letter_files
from relance.values.problem import Refusal, Status
from repositories import git, run
from reviews import make_company, state
from terminal.test_offices import DAY as PAST_DAY
from terminal.test_offices import emettre, named, of_all

pytestmark = pytest.mark.slow
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join(sys.path),
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
}


@dataclass
class Machines:
    """A scheduler and its workers."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait(30)


def start(folder: Path, workers: int, *options: str) -> Machines:
    """A scheduler on loopback and so many workers, ready to work."""
    file = folder / "scheduler.json"
    nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": ENVIRONMENT}
    common = ("--scheduler-file", str(file), "--no-dashboard", *options)

    def dask(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "dask", *words, *common], **nowhere)  # type: ignore[call-overload,no-any-return]

    scheduler = dask("scheduler", "--host", "127.0.0.1", "--port", "0")
    while not file.exists() or not file.read_text():
        assert scheduler.poll() is None
        time.sleep(0.05)
    address = json.loads(file.read_text())["address"]
    place = ("--nthreads", "1", "--local-directory", str(folder))
    made = [dask("worker", "--no-nanny", *place) for _ in range(workers)]
    return Machines(address, scheduler, made, folder)


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Callable[..., Machines]]:
    """Starts machines, which end with the test, whatever becomes of it."""
    with ExitStack() as stack:

        def started(workers: int, *options: str) -> Machines:
            made = start(tmp_path, workers, *options)
            stack.callback(made.stop)
            return made

        yield started


@pytest.fixture
def machines(starting: Callable[..., Machines]) -> Machines:
    """Two workers."""
    return starting(2)


@pytest.fixture(scope="module")
def alone() -> dict[str, str]:
    """Twelve letters laid out by this process."""
    return digests(Local(1).make(jobs(12), LETTERS))


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second is enough to find that nobody answers."""
    monkeypatch.setattr("relance.paper.cluster.PATIENCE", 1.0)


def at_the_fifth(act: Callable[[], None]) -> Iterator[Job]:
    """Twelve letters, and something that happens meanwhile."""
    for number, job in enumerate(jobs(12), 1):
        if number == 5:
            act()
        yield job


def refused(address: str, todo: Iterable[Job] = ()) -> Refusal:
    """The refusal of a cluster."""
    with pytest.raises(Refusal) as told, opened(Power(cluster=address)) as press:
        list(press.make(todo, LETTERS))
    return told.value


def test_a_cluster_makes_the_same_bytes_also_when_a_worker_is_killed(
    machines: Machines, alone: dict[str, str]
) -> None:
    with opened(Power(cluster=machines.address)) as press:
        assert digests(press.make(jobs(12), LETTERS)) == alone
        # The folder letters/ was written once by each worker that worked, where the cluster
        # removes it; nothing else was left beside.
        assert 1 <= len(list(machines.folder.rglob("letters/letter.css"))) <= 2
        pages = press.make(at_the_fifth(machines.workers[0].kill), LETTERS)
        assert digests(pages) == alone


def test_a_letter_that_fails_on_the_cluster_names_its_client(
    machines: Machines, tmp_path: Path
) -> None:
    folder = make_company(tmp_path / "c", ledger=ledger(3))
    before = state(folder)
    wrong = Job("R001", "Dupont", LETTER.replace("Madame", "![x](absent.png)"))
    with opened(Power(cluster=machines.address)) as press:
        (made,) = press.make([wrong], LETTERS)
    assert made.told()[0].what.startswith("Dupont : mise en page")
    # A whole run: committed, and proved by this machine alone.
    result = run(folder, "emettre", "--au", DAY, "--grappe", machines.address)
    assert result.exit_code == 0, result.exception
    assert state(folder) != before
    assert run(folder, "audit", "--ouvriers", "1").exit_code == 0


def test_an_office_has_all_its_letters_laid_out_there(
    machines: Machines, trials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same commits as alone and without the cluster; then nobody answers any more."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_DATE", "2025-10-07T09:00:00+0200")
    monkeypatch.chdir(tmp_path)
    folders = [named(tmp_path / f"clients/{name}", f"Atelier {name}") for name in "abc"]
    alone = [Path(shutil.copytree(each, tmp_path / f"seul/{each.name}")) for each in folders[:2]]
    for each in alone:
        assert emettre("--dossier", str(each), "--au", PAST_DAY).exit_code == 0
    for each in folders:  # the same templates: known to have no fault; no page is there
        shutil.copytree(trials, each / ".git/relance/pages")
    status, said = of_all("--grappe", machines.address, pattern="clients/[ab]")
    assert (status, "2 entreprises, 2 lettres ; émis : 2." in said) == (0, True)
    assert [git(each, "rev-parse", "HEAD") for each in folders[:2]] == [
        git(each, "rev-parse", "HEAD") for each in alone
    ]
    machines.stop()
    before = state(folders[2])
    status, said = of_all("--grappe", machines.address, pattern="clients/*")
    assert (status, "rien à émettre : 2, refusé : 1." in said) == (3, True)
    assert f"{machines.address}: la grappe ne répond" in said
    assert state(folders[2]) == before


@pytest.mark.usefixtures("hurried")
def test_a_scheduler_that_goes_away_is_refused_and_nothing_is_committed(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_company(tmp_path / "c", ledger=ledger(12))
    before, made = state(folder), letter_files.texts

    def texts(letter: Letter, setting: LetterSetting) -> dict[str, str]:
        if letter.id.endswith("-09"):
            machines.scheduler.send_signal(signal.SIGKILL)
            machines.scheduler.wait()
        return made(letter, setting)

    monkeypatch.setattr(letter_files, "texts", texts)
    result = run(folder, "emettre", "--au", DAY, "--grappe", machines.address)
    assert result.exit_code == Status.REFUSED_STATE
    assert f"{machines.address}: la grappe ne répond plus" in str(result.exception)
    assert state(folder) == before
    # Without the cluster, the run goes on.
    monkeypatch.setattr(letter_files, "texts", made)
    assert run(folder, "emettre", "--au", DAY).exit_code == 0


@pytest.mark.usefixtures("hurried")
def test_workers_that_all_go_away_are_missed(machines: Machines) -> None:
    def end() -> None:
        for worker in machines.workers:
            worker.kill()

    # The scheduler may blame the letters under way for the death of both: they are told then.
    with pytest.raises(Refusal) as told, opened(Power(cluster=machines.address)) as press:
        list(Printing(press, lambda _client: None).pages(at_the_fifth(end), LETTERS))
    assert re.search("la grappe ne répond plus|a fait tomber plusieurs fois", str(told.value))


@pytest.mark.usefixtures("hurried")
def test_nobody_there_and_nobody_at_work(starting: Callable[..., Machines]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = refused(f"tcp://127.0.0.1:{free.getsockname()[1]}")
    assert nobody.status == Status.REFUSED_STATE
    assert refused(starting(0).address).status == Status.REFUSED_STATE


def test_other_versions_are_told_before_any_work(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> Iterator[Job]:
        raise AssertionError
        yield

    theirs = versions()["weasyprint"]
    monkeypatch.setitem(versions(), "weasyprint", "1.0")
    refusal = refused(machines.address, none())
    assert refusal.status == Status.REFUSED_STATE
    assert all(p.source.path.startswith("tcp://127.0.0.1:") for p in refusal.problems)
    assert f"n'a pas les mêmes versions : weasyprint {theirs} au lieu de 1.0" in str(refusal)


def test_without_the_extra_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "find_spec", lambda _: None)
    assert "python -m pip install 'relance[grappe]'" in str(refused("tcp://127.0.0.1:1"))


class Deadly(str):
    """A text that ends the worker that reads it, not the scheduler on its way."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, ...]:
        return end_worker, ()


def end_worker() -> Deadly:
    """The text where no letter is laid out."""
    if "worker" in sys.argv:
        os._exit(9)
    return Deadly()


def test_a_letter_that_ends_its_workers_is_named(machines: Machines) -> None:
    deadly = Job("R999", "Dupont", Deadly("x"))
    with opened(Power(cluster=machines.address)) as press:
        (made,) = press.make([deadly], LETTERS)
    assert "Dupont : cette lettre a fait tomber plusieurs fois" in made.told()[0].what


@pytest.mark.usefixtures("hurried")
def test_a_cluster_behind_certificates(tmp_path: Path, starting: Callable[..., Machines]) -> None:
    """As the guide says it: one authority, a certificate for the machines, one for us."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("machines", "nous"):
        issued = authority.issue_cert("127.0.0.1", "localhost")
        issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / f"{name}.pem")
    theirs = str(tmp_path / "machines.pem")
    made = starting(
        *(1, "--protocol", "tls", "--tls-ca-file", str(tmp_path / "ca.pem")),
        *("--tls-cert", theirs, "--tls-key", theirs),
    )
    assert made.address.startswith("tls://")
    folder = make_company(tmp_path / "c", ledger=ledger(2))
    command = [sys.executable, "-m", "relance", "emettre", "--au", DAY, "--grappe", made.address]
    before = state(folder)

    def issue(**settings: Path) -> tuple[int, str]:
        named = {f"DASK_DISTRIBUTED__COMM__TLS__{k}": str(v) for k, v in settings.items()}
        done = subprocess.run(
            command,
            cwd=folder,
            env=ENVIRONMENT | named,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr

    status, said = issue()
    assert status == Status.REFUSED_INPUT
    for name in ("CA_FILE", "CLIENT__CERT", "CLIENT__KEY"):
        assert f"donnez son fichier par DASK_DISTRIBUTED__COMM__TLS__{name}" in said
    other = tmp_path / "autre.pem"
    foreign = trustme.CA().issue_cert("localhost")
    foreign.private_key_and_cert_chain_pem.write_to_path(other)
    authorities, ours = tmp_path / "ca.pem", tmp_path / "nous.pem"
    status, said = issue(CA_FILE=authorities, CLIENT__CERT=other, CLIENT__KEY=other)
    assert status == Status.REFUSED_STATE
    assert state(folder) == before
    status, said = issue(CA_FILE=authorities, CLIENT__CERT=ours, CLIENT__KEY=ours)
    assert status == 0, said
    assert len(list(folder.glob("out/lettres/*/*.pdf"))) == 2
