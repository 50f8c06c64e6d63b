"""What a run that was killed left, settled before a command that writes, and said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relance.git.repository import Repository
from relance.terminal.views.console import say


@contextmanager
def after_earlier_run(root: Path, *, commit: bool) -> Iterator[Repository | None]:
    """The repository to commit to, held until the end; None, and nothing held meanwhile, for a
    command that only writes files.

    Refused (3) while another run goes on, or outside git when it is to `commit`.
    """
    repository = Repository.around(root, needed=commit)
    if repository is not None:
        with repository.lock():
            say(repository.recover())
            if commit:
                yield repository
                return
    yield None
