"""WeasyPrint's libraries are the same, found without a compiler."""

from __future__ import annotations

import ctypes.util
import subprocess
import sys

import pytest

from relance.paper.native import found, found_at_once

NAMES = ("gobject-2.0", "pango-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "pangoft2-1.0")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, libraries are found as usual")
@pytest.mark.parametrize("name", NAMES)
def test_a_library_is_the_one_that_python_finds(name: str) -> None:
    assert found(name) == ctypes.util.find_library(name) is not None


@pytest.mark.parametrize(
    "name", ["libpango-1.0-0", "fontconfig-1", "harfbuzz-0.0", "there-is-none"]
)
def test_what_is_not_there_is_not_found(name: str) -> None:
    assert found(name) is None is ctypes.util.find_library(name)


def test_the_usual_search_is_back_afterwards() -> None:
    usual = ctypes.util.find_library
    with pytest.raises(OSError, match="none"), found_at_once():
        raise OSError("none")
    assert ctypes.util.find_library is usual


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, libraries are found as usual")
def test_weasyprint_has_no_library_looked_for_that_is_there() -> None:
    """One of those that it can do without may be."""
    code = (
        "from relance.paper import native\n"
        "native._usual = lambda name: print(name)\n"
        "import relance.paper.engine"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert set(done.stdout.decode().split()) <= {"harfbuzz-subset", "harfbuzz-vector"}
