"""A copy of the books to try what is not written yet: nobody finds one after a kill."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from relance.ledger.mirror import mirrored


def test_what_a_killed_run_left_goes_and_what_serves_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead, held, young = (tmp_path / f"relance-livres-{name}" for name in ("a", "b", "c"))
    other = tmp_path / "relance-autre"
    for folder in (dead, held, young, other):
        (folder / "livres").mkdir(parents=True)
        (folder / "livres/main.beancount").write_text("livres")
    for folder in (dead, held, other):
        os.utime(folder, (0, 0))
    (tmp_path / "relance-livres-lien").symlink_to(other)
    company = tmp_path / "société"
    company.mkdir()
    serving = os.open(held, os.O_RDONLY)
    fcntl.flock(serving, fcntl.LOCK_EX)
    with mirrored(company, [], {"a.beancount": b"x"}) as root:
        assert (root / "a.beancount").read_bytes() == b"x"
    os.close(serving)
    left = sorted(path.name for path in tmp_path.glob("relance-*"))
    expected = ["autre", "livres-b", "livres-c", "livres-lien"]
    assert left == [f"relance-{name}" for name in expected]
    assert (other / "livres/main.beancount").exists()
