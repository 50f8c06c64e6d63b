"""The sheets of a litigation file: Markdown by the templates `dossier*.md`, then PDF.

In French whatever the client reads: a French court does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from relance.files.case_facts import account_facts, exhibit_facts, front, whole
from relance.files.casefile import CaseFile
from relance.files.exhibits import CaseExhibit
from relance.letters.compose import LetterSetting, assemble
from relance.letters.letter_facts import Facts
from relance.text.escapes import plain
from relance.text.frontmatter import front_matter
from relance.text.typography import FRENCH

COVER, PARTIES, CHRONOLOGY = "dossier", "dossier-parties", "dossier-chronologie"
STATEMENT, LIMITATION, CLAIM = "dossier-decompte", "dossier-prescription", "dossier-saisine"
SCHEDULE, EXHIBIT, CONTENTS = "dossier-bordereau", "dossier-piece", "dossier-table"
TEMPLATES = (
    *(COVER, PARTIES, CHRONOLOGY, STATEMENT, LIMITATION, CLAIM, SCHEDULE, EXHIBIT, CONTENTS),
)


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One section: the name of its file without its end, its entry in the outline, its words."""

    name: str
    title: str
    markdown: str


def sheets(case: CaseFile, setting: LetterSetting, unjoined: Facts) -> Iterator[CaseSheet]:
    """The sections in their order, the statement and the claim once per currency.

    `unjoined` maps the number of an exhibit that cannot be laid out to the reason. Raises
    `Refusal` for the templates' faults.
    """
    setting = replace(setting, language=FRENCH)
    sheet = _Sheets(case, setting, unjoined)
    yield sheet.of(COVER)
    yield sheet.of(PARTIES)
    yield sheet.of(CHRONOLOGY)
    for place in range(len(case.accounts)):
        yield sheet.of(STATEMENT, place)
    yield sheet.of(LIMITATION)
    for place in range(len(case.accounts)):
        if case.accounts[place].due:
            yield sheet.of(CLAIM, place)
    yield sheet.of(SCHEDULE)


def contents(
    case: CaseFile, setting: LetterSetting, unjoined: Facts, places: Sequence[tuple[str, int]]
) -> CaseSheet | None:
    """The page that says on which page each part begins, the exhibits last; None when the folder
    has no template of it, as one made before there was any."""
    if not (setting.templates / FRENCH / f"{CONTENTS}.md").is_file():
        return None
    sheet = _Sheets(case, replace(setting, language=FRENCH), unjoined)
    pieces = [None] * (len(places) - len(case.exhibits)) + [*map(exhibit_facts, case.exhibits)]
    listed = [
        {"titre": title, "page": page, "piece": piece}
        for (title, page), piece in zip(places, pieces, strict=True)
    ]
    return sheet.made(CONTENTS, {"table": listed}, "00-table")


def divider(
    case: CaseFile, exhibit: CaseExhibit, setting: LetterSetting, unjoined: Facts
) -> CaseSheet:
    """The sheet before an exhibit, which bears its number."""
    setting = replace(setting, language=FRENCH)
    sheet = _Sheets(case, setting, unjoined)
    return sheet.made(EXHIBIT, {"piece": exhibit_facts(exhibit)}, f"piece-{exhibit.number:02}")


class _Sheets:
    """Makes the sheets of one file, numbered in the order in which they are asked for."""

    def __init__(self, case: CaseFile, setting: LetterSetting, unjoined: Facts) -> None:
        self._case = case
        self._setting = setting
        self._values = whole(case, setting) | {"non_jointes": unjoined}
        self._made = 0

    def of(self, template: str, place: int | None = None) -> CaseSheet:
        """A section, of one account when it is about one."""
        self._made += 1
        name = template.removeprefix("dossier-") if template != COVER else "couverture"
        more: Facts = {}
        currency = "EUR"
        if place is not None:
            account = self._case.accounts[place]
            currency = account.currency
            more = {"compte_en": account_facts(self._case, account), "devise": currency}
            if len(self._case.accounts) > 1:
                name = f"{name}-{currency.lower()}"
        return self.made(template, more, f"{self._made:02}-{name}", currency)

    def made(self, template: str, more: Facts, name: str, currency: str = "EUR") -> CaseSheet:
        """The sheet that a template makes; its subject is its entry in the outline."""
        facts = front(self._case, self._setting, currency)
        markdown = assemble(template, facts, self._values | more, self._setting)
        return CaseSheet(name, _subject(markdown), markdown)


def _subject(markdown: str) -> str:
    return plain(str(front_matter(markdown)[0]["objet"]))
