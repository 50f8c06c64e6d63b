"""The fingerprint of our own source: every module counts, wherever it lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import relance
from relance.cache.evidence import versions as of_books
from relance.paper.page_cache import versions as of_pages
from relance.values.source_print import print_of, source_print

PACKAGE = Path(relance.__file__).parent
# One module of every folder.
MODULES = sorted(
    {path.parent: path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")}.values()
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it stands, somewhere else."""
    folder = tmp_path_factory.mktemp("copy") / "relance"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=str)
def test_an_edit_in_any_folder_is_seen(copy: Path, module: Path) -> None:
    before, text = print_of(copy), (copy / module).read_bytes()
    assert before == source_print()
    (copy / module).write_bytes(text + b"# edited\n")
    edited = print_of(copy)
    (copy / module).write_bytes(text)
    assert edited != before == print_of(copy)


@pytest.mark.slow
def test_a_module_added_moved_or_removed_is_seen(copy: Path) -> None:
    before = print_of(copy)
    new = copy / "fava" / "new.py"
    new.write_bytes(b"")
    assert print_of(copy) != before
    new.unlink()
    moved = (copy / "fava" / "pages.py").rename(copy / "pages.py")
    assert print_of(copy) != before
    moved.rename(copy / "fava" / "pages.py")
    assert print_of(copy) == before


def test_books_and_pages_are_kept_under_it() -> None:
    assert source_print() in of_books()
    assert source_print()[:8] in of_pages()["relance"]
