"""Print the tables of the guide that the program's own tables can write.

After a change of one, run it and paste what it prints; the tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from relance.ledger.note_sorts import FOLLOW_UP
from relance.policy.json_schema import documented_keys
from relance.policy.settings import DEFAULT_STEPS
from relance.specimens.glossary import EVERYWHERE, variables
from relance.specimens.meanings import FILTER_MEANINGS, MEANINGS
from relance.text.filters import FILTERS
from relance.text.typography import french

LETTERS = Path(__file__).parents[1] / "letters"
STEP_KEYS = ("apres", "canal", "penalites", "effet", "sous")


def keys_table() -> str:
    """Every key of relance.yaml with its default and its meaning, sections in bold."""
    return _table(("Clé", "Défaut", "Sens"), map(_key_row, documented_keys()))


def steps_table() -> str:
    """The default steps, key by key."""
    rows = [
        (_code(name), *(_code(_written(step[key])) if key in step else "" for key in STEP_KEYS))
        for name, step in DEFAULT_STEPS.items()
    ]
    return _table(("Étape", *map(_code, STEP_KEYS)), rows)


def notes_table() -> str:
    """What a follow-up note of each sort must and may say, and what it does."""
    rows = [
        (_code(f"#{sort}"), _codes(form.must), _codes(form.may), form.effect)
        for sort, form in FOLLOW_UP.items()
    ]
    return _table(("Sorte", "Obligatoire", "Facultatif", "Effet"), rows)


def variables_table() -> str:
    """Every variable of the templates of letters: its meaning, an example, where it is known."""
    rows = [
        (_code(v.name), MEANINGS.get(v.name, ""), _example(v.example), _where(v.where))
        for v in variables(LETTERS)
    ]
    return _table(("Variable", "Sens", "Exemple", "Dans"), rows)


def filters_table() -> str:
    """Every filter of the templates of letters."""
    return _table(("Filtre", "Écrit"), [(_code(n), FILTER_MEANINGS.get(n, "")) for n in FILTERS])


def _example(text: str) -> str:
    return _code(text.replace("|", "")) if text else ""


def _where(names: tuple[str, ...]) -> str:
    return "tous" if EVERYWHERE in names else ", ".join(_code(f"{name}.md") for name in names)


def _key_row(key: tuple[str, str, str]) -> tuple[str, str, str]:
    name, default, meaning = key
    if not default:
        return f"**{_code(name)}**", "", meaning
    return _code(name), "*obligatoire*" if default == "obligatoire" else _code(default), meaning


def _written(value: object) -> str:
    """A default as one would write it in the file."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(value)}]"
        case Mapping():
            return f"{{{', '.join(f'{key}: {item}' for key, item in value.items())}}}"
    return str(value)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = tuple(head)
    lines = [titles, ("---",) * len(titles), *rows]
    return french("\n".join(map(_line, lines)))


def _line(cells: Iterable[str]) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def _code(text: str) -> str:
    return f"`{text}`"


def _codes(texts: Iterable[str]) -> str:
    return " ".join(map(_code, texts))


if __name__ == "__main__":
    print(
        notes_table(), steps_table(), keys_table(), variables_table(), filters_table(), sep="\n\n"
    )
