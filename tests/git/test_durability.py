"""After a loss of power what was not brought to the disk may be gone, names and contents alike:
the order in which a commit of ours brings its files there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transactions import CASES, case

RECORD = "transaction.json"


def recorded(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> list[tuple[str, str]]:
    """What an act asks of the disk, in order: the call and the path it is about."""
    asked: list[tuple[str, str]] = []

    def watched(name: str, path_of: Callable[..., str]) -> None:
        real: Any = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            asked.append((name, path_of(*arguments)))
            return real(*arguments, **options)

        monkeypatch.setattr(os, name, call)

    watched("fsync", lambda descriptor: str(Path(f"/proc/self/fd/{descriptor}").readlink()))
    watched("replace", lambda _, target, **__: os.fspath(target))
    watched("unlink", lambda path, **_: os.fspath(path))
    act()
    monkeypatch.undo()
    return asked


@pytest.mark.parametrize("name", CASES)
def test_files_and_names_are_on_the_disk_before_the_record_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = case(name, tmp_path)
    own = made.folder / ".git/relance"
    asked = recorded(monkeypatch, made.commit)
    (record,) = {path for call, path in asked if call == "replace" and Path(path).parent == own}
    begins, ends = asked.index(("replace", record)), asked.index(("unlink", record))
    # The record itself: content, then name, before the first file of the user's is touched.
    assert asked[begins - 1] == ("fsync", f"{record}.partiel")
    assert asked[begins + 1] == ("fsync", str(own))
    written = [path for path, content in made.new.files.items() if content is not None]
    assert written
    for path in map(str, (made.folder / path for path in written)):
        appears = asked.index(("replace", path))
        assert begins + 1 < appears < ends
        # Its content before its name, its name before the record that would take it back goes.
        partial = str(Path(path).with_name(".relance-partiel"))
        assert asked[appears - 1] == ("fsync", partial)
        for folder in Path(path).relative_to(made.folder).parents:
            settled = ("fsync", str(made.folder / folder))
            assert settled in asked[appears:ends], folder
    for path, content in made.new.files.items():
        if content is None:
            gone = asked.index(("unlink", str(made.folder / path)))
            assert begins + 1 < gone < ends


def test_git_brings_objects_and_branches_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git's own count of what it asked of the disk, two files in folders of their own: their two
    objects, those of four folders and of the commit, the branch, the index."""
    made, log = case("added here", tmp_path), tmp_path / "git.log"
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(log))
    made.commit()
    told = r'hardware-flush","(?:value":"|count":)(\d+)'  # newer gits call it a counter
    counts = re.findall(told, log.read_text())
    assert sum(map(int, counts)) >= 2 + 4 + 1 + 1 + 1
