"""`relance guide`: every code that the program prints has its words there, and is found by them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relance.ledger.note_sorts import FOLLOW_UP
from relance.policy.json_schema import documented_keys
from relance.terminal import cli, guide_search
from relance.terminal.guide_search import GuideSection, defined, mentioning, near, sections, titled
from relance.values.problem import Refusal

GUIDE = """\
# Le guide

Bonjour.

# Écrire

## Les notes

| Note | Effet |
|---|---|
| `#promesse` | on attend `echeance` |
| `jusqu-au` ou `fin` | un \\| jour |

```
## pas un titre
```

- **`a.b-c`** : ce qu’elle fait
- un point
  de deux lignes

# Les notes de frais

Rien.
"""
PARTS = sections(GUIDE)


def asked(*words: str) -> Result:
    result = CliRunner().invoke(cli.relance, ["guide", *words])
    if isinstance(result.exception, Refusal):
        result.exit_code = int(result.exception.status)
    return result


def test_a_section_knows_its_titles_and_blocks() -> None:
    assert [part.titles for part in PARTS] == [
        ("Le guide",),
        ("Écrire",),
        ("Écrire", "Les notes"),
        ("Les notes de frais",),
    ]
    assert PARTS[2] == GuideSection(
        ("Écrire", "Les notes"),
        (
            (
                "| Note | Effet |\n|---|---|\n| `#promesse` | on attend `echeance` |\n"
                "| `jusqu-au` ou `fin` | un \\| jour |"
            ),
            "```\n## pas un titre\n```",
            "- **`a.b-c`** : ce qu’elle fait\n- un point\n  de deux lignes",
        ),
    )


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ("promesse", ["- **`#promesse`**\n  - Effet : on attend `echeance`"]),
        ("#PROMESSE", ["- **`#promesse`**\n  - Effet : on attend `echeance`"]),
        ("fin", ["- **`jusqu-au` ou `fin`**\n  - Effet : un | jour"]),
        ("b-c", ["- **`a.b-c`** : ce qu’elle fait"]),
        ("a.b-c", ["- **`a.b-c`** : ce qu’elle fait"]),
        ("echeance", []),
    ],
)
def test_a_word_finds_the_rows_that_are_about_it(term: str, told: list[str]) -> None:
    assert [passage.text for passage in defined(term, PARTS)] == told


def test_a_title_is_found_without_accents_the_shortest_first() -> None:
    assert [part.titles[-1] for part in titled("NOTES", PARTS)] == [
        "Les notes",
        "Les notes de frais",
    ]
    assert [part.path for part in titled("ecrire", PARTS)] == ["Écrire"]
    assert [p.text for p in mentioning("deux lignes", PARTS)] == ["- un point\n  de deux lignes"]
    assert near("promese", PARTS) == ["promesse", "#promesse"]


# ---------------------------------------------------------------- The guide itself

WHOLE = sections("\n".join(guide_search.pages().values()))


@pytest.mark.slow
def test_every_wait_is_found_by_its_code() -> None:
    """`test_every_wait_is_told` holds that the table has them all."""
    (table,) = [part for part in WHOLE if part.titles[-1] == "Pourquoi une créance attend"]
    codes = re.findall(r"^\| `([a-z-]+)` \|", "\n".join(table.blocks), re.MULTILINE)
    assert len(codes) > 40
    for code in codes:
        assert any(p.section == table for p in defined(code, WHOLE)), code


@pytest.mark.parametrize("sort", sorted(FOLLOW_UP))
def test_every_sort_of_note_is_found_by_its_tag(sort: str) -> None:
    assert defined(f"#{sort}", WHOLE)


@pytest.mark.slow
def test_every_key_of_the_policy_is_found() -> None:
    assert [key for key, _, _ in documented_keys() if not defined(key, WHOLE)] == []


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_is_found(command: str) -> None:
    assert defined(f"relance {command}", WHOLE)


def test_a_wait_is_explained_in_a_pipe_as_markdown() -> None:
    told = asked("sans-numero")
    assert told.exit_code == 0
    assert told.output.startswith("# Pourquoi une créance attend\n\n- **`sans-numero`**\n")


def test_without_a_word_the_table_of_contents() -> None:
    told = asked()
    assert told.exit_code == 0
    assert told.output.startswith("# Le guide de relance\n")
    assert "\n- [La politique](politique.md)" in told.output


@pytest.mark.parametrize("words", [("decisions",), ("Comment", "une", "decision", "est", "prise")])
def test_a_page_is_shown_whole_by_its_name_or_title(words: tuple[str, ...]) -> None:
    told = asked(*words)
    assert told.exit_code == 0
    assert told.output == guide_search.pages()["decisions"]


def test_an_unknown_word_is_told_with_what_looks_like_it() -> None:
    told = asked("sans-numro")
    assert told.exit_code == 2
    assert "« sans-numero »" in str(told.exception)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "page"), [("decisions", "decisions"), ("sans-numero", "attentes")]
)
def test_the_browser_opens_it_at_the_page(
    word: str, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("webbrowser.open", opened.append)
    told = asked(word, "--ouvrir")
    file = tmp_path / "relance/guide.html"
    assert told.output == f"{file}\n"
    assert opened == [f"{file.as_uri()}#{page}"]
    assert 'id="decisions"' in file.read_text(encoding="utf-8")
