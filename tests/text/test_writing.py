"""Files written for the user: whole folders, and what is said when the disk takes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.text.writing import write_files
from relance.values.problem import Refusal, Status


def test_files_are_written_below_their_folder_in_place_of_others(tmp_path: Path) -> None:
    for content in (b"un", b"deux"):
        write_files(tmp_path / "a", {"b/c.md": content, "d.pdf": b"%PDF"})
    assert (tmp_path / "a/b/c.md").read_bytes() == b"deux"
    assert (tmp_path / "a/d.pdf").read_bytes() == b"%PDF"


def test_a_folder_that_is_a_file_takes_none(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("un fichier")
    with pytest.raises(Refusal) as refusal:
        write_files(tmp_path / "out/bilans", {"bilan.md": b"texte"})
    (problem,) = refusal.value.problems
    assert refusal.value.status is Status.REFUSED_STATE
    assert problem.source.path.startswith(str(tmp_path / "out"))
    assert problem.what.startswith("écriture impossible : «")
    assert "rendez le dossier accessible" in problem.remedy
