"""Print the tables of README.fr.md that the policy's own model can write.

After a change of the model, run it and paste what it prints; the tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from relance.policy import DEFAULT_STEPS
from relance.policy_schema import documented_keys
from relance.typography import french

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


if __name__ == "__main__":
    print(steps_table(), keys_table(), sep="\n\n")
