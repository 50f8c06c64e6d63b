"""What the tests of sending share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mailserver import Behaviour, MailServer, running


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes all it is given."""
    with running(Behaviour()) as taking:
        yield taking
