"""Pages held against each other are laid out each time."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def laid_out_once() -> None:
    """In the place of what keeps pages in other rooms."""
