"""The page « Relances » against Fava's own journal, as a browser gets them, in one process.

`python -m bench.fava_page FOLDER` prints seconds of CPU as JSON, ours and the journal's: for the
first page after a load, the same again, the page of a client. Last comes the reading of our facts,
against the load of the ledger in which it is done. The journal is that of all dates, which costs
Fava less than that of one day.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from unittest.mock import patch

from fava.application import create_app
from flask.testing import FlaskClient

from bench.companies import TODAY
from relance.fava.books_reader import BooksReader

EXTENSION = '2024-01-01 custom "fava-extension" "relance.fava"\n'
JOURNAL = ("journal/", "api/journal_page?page=1&order=desc")
PAGE = f"extension/Relances/?time={TODAY}"
CLIENT = f"{PAGE}&compte=Actifs:Clients:C00007"


def main(ledger: Path) -> None:
    """Print the pairs, the reading's last."""
    read = []
    renew = BooksReader.renew

    def timed(reader: BooksReader) -> None:
        read.append(spent(partial(renew, reader)))

    with patch.object(BooksReader, "renew", timed):
        start = process_time()
        app = create_app([ledger], load=True, poll_watcher=True)
        load = process_time() - start
    client, base = app.test_client(), f"/{app.config['LEDGERS'].first_slug()}"
    pairs = []
    for page in (PAGE, PAGE, CLIENT):
        theirs = spent(partial(ask, client, [f"{base}/{part}" for part in JOURNAL]))
        pairs.append((spent(partial(ask, client, [f"{base}/{page}"])), theirs))
    print(json.dumps([*pairs, (sum(read), load - sum(read))]))


def spent(work: Callable[[], object]) -> float:
    """Do it, and give what it took."""
    start = process_time()
    work()
    return process_time() - start


def ask(client: FlaskClient, addresses: Iterable[str]) -> None:
    """Ask for the parts of a page, and read them to their end."""
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200 and answer.get_data()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        company = Path(folder, "company")
        shutil.copytree(sys.argv[1], company, ignore=shutil.ignore_patterns(".git"))
        main_file = company / "ledger/main.beancount"
        main_file.write_text(main_file.read_text("utf-8") + EXTENSION, encoding="utf-8")
        main(main_file)
