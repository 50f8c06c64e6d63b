"""Letters laid out by other machines, a Dask cluster: the only module that imports distributed.

They need neither books nor repository. What they get is a letter's Markdown and, once, the
folder `letters/`, known by the fingerprint of its contents; relance and its engines must be
installed there in the same versions as here, which is asked before anything else and again by
each letter.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Self

from distributed import CancelledError, Client, Future, get_worker, wait
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker
from distributed.security import Security

from relance.paper.page_cache import Assets, differences, versions
from relance.paper.press import Job, Made, fatal
from relance.values.problem import Problem, Refusal, Source, Status, refuse

PATIENCE = 10.0  # seconds to wait for a scheduler, for its first worker, for a lost one
_AHEAD = 3  # letters under way for each thread of the cluster: enough that none waits for us
_LOST = (CancelledError, CommClosedError, OSError, TimeoutError)


class Cluster:
    """A cluster at an address; a context that closes our part of it and leaves it running."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None

    def __enter__(self) -> Self:
        security = _security(self._address)
        self._logger = logging.getLogger("distributed")
        self._level = self._logger.level
        self._logger.setLevel(logging.CRITICAL)  # what went wrong is told once, by us
        try:
            with self._connected():
                self._client = Client(
                    self._address, timeout=PATIENCE, set_as_default=False, security=security
                )
                self._client.wait_for_workers(1, timeout=PATIENCE)
                self._check_versions()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close(timeout=2)
        self._logger.setLevel(self._level)

    def _check_versions(self) -> None:
        by_worker = self._client.run(versions, on_error="return")
        problems = [
            Problem(Source(where), f"cet ouvrier n'a pas les mêmes versions : {differing}", _REMEDY)
            for where, theirs in sorted(by_worker.items())
            if (differing := _difference(theirs))
        ]
        if problems:
            raise Refusal(problems, Status.REFUSED_STATE)

    def make(self, jobs: Iterable[Job], folder: Path) -> Iterator[Made]:
        """The letters as they are made (see `Press`)."""
        assets = Assets.of(folder)
        with self._connected():
            name = f"relance-letters-{assets.digest}"
            shared = self._client.submit(Assets, assets.files, assets.digest, key=name)
            ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
        under_way: dict[Future[Made], Job] = {}
        todo = iter(jobs)
        while True:
            for job in islice(todo, ahead - len(under_way)):
                with self._connected():
                    under_way[self._submit(shared, job)] = job
            if not under_way:
                return
            for future in self._ready(list(under_way)):
                yield self._answer(future, under_way.pop(future))

    def _submit(self, shared: Future[Assets], job: Job) -> Future[Made]:
        future: Future[Made] = self._client.submit(_lay_out, shared, job, versions(), pure=False)
        return future

    def _ready(self, futures: list[Future[Made]]) -> list[Future[Made]]:
        """Those that are ready; refused when no worker is left to make them."""
        with self._connected(), self._client.as_current():
            while True:
                try:
                    waited: Any = wait(futures, PATIENCE, "FIRST_COMPLETED")
                    return list(waited.done)
                except TimeoutError:
                    if self._client.status != "running" or not self._client.nthreads():
                        raise

    def _answer(self, future: Future[Made], job: Job) -> Made:
        with self._connected():
            try:
                return future.result(PATIENCE)
            except KilledWorker:
                return fatal(job)

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """A cluster that is not there any more is a refusal; nothing was committed."""
        try:
            yield
        except _LOST as fault:
            what = f"la grappe ne répond plus ({_first_line(fault)})"
            remedy = "vérifiez son ordonnanceur et ses ouvriers, ou recommencez sans --grappe"
            raise refuse(self._address, what, remedy, Status.REFUSED_STATE) from fault


def _security(address: str) -> Any:
    """The certificates that Dask's own settings name; refused when a tls:// address lacks some."""
    security: Any = Security(require_encryption=address.startswith("tls:"))
    lacking = [
        Problem(Source(address), f"{what} manque", f"donnez son fichier par {_VARIABLES}{end}")
        for what, key, end in _CERTIFICATES
        if security.require_encryption and not getattr(security, key)
    ]
    if lacking:
        raise Refusal(lacking)
    return security


_VARIABLES = "DASK_DISTRIBUTED__COMM__TLS__"
_CERTIFICATES = (
    ("le certificat de l'autorité", "tls_ca_file", "CA_FILE"),
    ("notre certificat", "tls_client_cert", "CLIENT__CERT"),
    ("la clé de notre certificat", "tls_client_key", "CLIENT__KEY"),
)
_REMEDY = "installez-y les mêmes versions qu'ici, ou retirez-le de la grappe"


def _first_line(fault: BaseException) -> str:
    """The first line of what a library says, else its name."""
    return next(iter(str(fault).splitlines()), "") or type(fault).__name__


def _difference(theirs: dict[str, str] | BaseException) -> str:
    if isinstance(theirs, BaseException):
        return f"relance n'y répond pas ({_first_line(theirs)})"
    return differences(theirs, versions())


# ---------------------------------------------------------------- On the other machines

# A process lays out one letter at a time: neither WeasyPrint nor Pango is made for threads.
_one_letter = threading.Lock()


def _lay_out(assets: Assets, job: Job, ours: dict[str, str]) -> Made:
    """A letter's page, made by a worker that joined at any time."""
    from relance.paper.pdf import lay_out

    worker = get_worker()
    if differing := differences(versions(), ours):
        what = f"cet ouvrier n'a pas les mêmes versions : {differing}"
        problem = Problem(Source(worker.address), what, _REMEDY)
        return Made(job.name, job.client, problems=(problem,))
    with _one_letter, _temporary(worker.local_directory):
        return lay_out(job, _unpacked(worker.local_directory, assets))


@contextmanager
def _temporary(folder: str) -> Iterator[None]:
    """Temporary files go where the cluster removes them, also when the worker is killed."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


_folders: dict[tuple[str, str], Path] = {}


def _unpacked(place: str, assets: Assets) -> Path:
    """The folder `letters/` with these contents, written once by each worker."""
    key = place, assets.digest
    if key not in _folders:
        _folders[key] = assets.unpack(Path(tempfile.mkdtemp(prefix="relance-", dir=place)))
    return _folders[key]
