"""What is asked about a posting on a client account: where it is, what it holds meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from relance.ledger.fields import Complaints
from relance.ledger.postings import posting_meta
from relance.ledger.settled import Posted, Skipped
from relance.values.facts import DoubtfulEntry


class Question(NamedTuple):
    """What is odd, as the code of a wait and in words, and what to do about it."""

    code: str
    what: str
    remedy: str


def together(posted: Iterable[Posted]) -> list[list[Posted]]:
    """The postings of each entry that has several on client accounts: few have."""
    groups: list[list[Posted]] = []
    before: Posted | None = None
    for line in posted:
        if before and line.entry is before.entry:
            if groups and groups[-1][-1] is before:
                groups[-1].append(line)
            else:
                groups.append([before, line])
        before = line
    return groups


def asked(line: Posted | Skipped, question: Question, complaints: Complaints) -> DoubtfulEntry:
    """The question about a posting, from its date on, that holds all the claims of its client."""
    return DoubtfulEntry(
        date=line.entry.date,
        source=complaints.place(posting_meta(line.entry, line.posting)),
        code=question.code,
        what=question.what,
        remedy=question.remedy,
        account=line.account,
    )
