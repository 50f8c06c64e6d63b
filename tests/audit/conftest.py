"""Letters laid out again are held against those that were issued: each is laid out."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def laid_out_once() -> None:
    """In the place of what keeps pages in other rooms."""
