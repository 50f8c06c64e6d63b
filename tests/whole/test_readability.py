"""No page of the guide becomes hard to read: `make lisibilite` prints the figures of each."""

from __future__ import annotations

import pytest

from guide_pages import PAGES
from readability import reading_ease

HARDEST = 42  # LIX: a newspaper for everybody stays below 45, an official text is above 50
AVERAGE, LONGEST = 20, 50  # words in a sentence


def test_the_figures_are_those_that_one_counts() -> None:
    page = """\
# Un titre ne compte pas

Le client **paie** `relance plan`. Il attend [la lettre](x.md) recommandée !

| Un tableau | non plus |
|---|---|

```text
Ni ce qui se copie.
```

- Aujourd’hui
"""
    ease = reading_ease(page)
    assert ease.sentences == (
        ("Le", "client", "paie", "x"),
        ("Il", "attend", "la", "lettre", "recommandée"),
        ("Aujourd’hui",),
    )
    # 10 words in 3 sentences; « recommandée » and « Aujourd’hui » have more than six letters.
    assert (ease.words, ease.longest) == (10, "Il attend la lettre recommandée")
    assert ease.lix == pytest.approx(10 / 3 + 100 * 2 / 10)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_as_easily_as_a_newspaper(name: str) -> None:
    ease = reading_ease(PAGES[name])
    assert ease.lix <= HARDEST
    assert ease.length <= AVERAGE
    assert len(ease.longest.split()) <= LONGEST, ease.longest
