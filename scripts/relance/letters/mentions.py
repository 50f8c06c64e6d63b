"""The legal sentences of letters: a dated table per debtor type, kept beside the templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from relance.text import typography, yamlfile
from relance.text.templates import read
from relance.values.kinds import DebtorType
from relance.values.problem import Problem, Refusal, in_templates

NAME = "mentions.yaml"
SENTENCES = (
    *("intitule", "penalites", "indemnite", "imputation", "mise-en-demeure", "suite"),
    *("nouvelle-mise-en-demeure", "duplicata"),
)
_KNOWN = ("debiteur", "depuis", *SENTENCES)
_KEYS = f"clés : {', '.join(_KNOWN)}"


def mentions(path: Path, debtor: DebtorType | None, day: date) -> Mapping[str, str]:
    """The sentences in force for that debtor on that day, empty where the law says nothing.

    An unknown debtor gets none. Raises Refusal when the table is missing or badly written, or
    has no row for that day.
    """
    empty = dict.fromkeys(SENTENCES, "")
    if debtor is None:
        return empty
    rows = [row for row in _table(path) if debtor.value in row.debtors and row.since <= day]
    if not rows:
        what = f"aucune ligne pour « {debtor} » au {day}"
        raise Refusal([Problem(in_templates(path), what, "ajouter une ligne avec son « depuis »")])
    return empty | dict(max(rows, key=lambda row: row.since).sentences)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table: the debtors it speaks of, its first day, its sentences."""

    debtors: tuple[object, ...]
    since: date
    sentences: Mapping[str, str]


def _row(row: Mapping[str, object], language: str) -> _Row:
    since = row["depuis"]
    assert isinstance(since, date)
    sentences = {
        key: typography.composed(str(row[key]), language)
        for key in SENTENCES
        if row.get(key) is not None
    }
    return _Row(tuple(_listed(row["debiteur"])), since, sentences)


def _table(path: Path) -> list[_Row]:
    if not path.is_file():
        what = "la table des mentions légales manque"
        raise Refusal([Problem(in_templates(path), what, "la reprendre du modèle de letters/fr")])
    return _parsed(path, path.resolve(), path.stat().st_mtime_ns)


@lru_cache
def _parsed(path: Path, _resolved: Path, _written: int) -> list[_Row]:
    document = yamlfile.load(read(path), in_templates(path).path, yamlfile.typed)
    rows = document.value if isinstance(document.value, list) else []
    problems = [*document.problems, *_faults(document, rows)]
    if problems or not rows:
        missing = Problem(in_templates(path), "une liste de lignes est attendue", "voir letters/fr")
        raise Refusal(problems or [missing])
    return [_row(row, path.parent.name) for row in rows]


def _faults(document: yamlfile.YamlDocument, rows: list[object]) -> Iterator[Problem]:
    for n, row in enumerate(rows):
        if isinstance(row, dict):
            yield from _row_faults(document, n, row)
        else:
            yield Problem(document.place((n,)), "une ligne est faite de clés", _KEYS)


def _row_faults(
    document: yamlfile.YamlDocument, n: int, row: Mapping[str, object]
) -> Iterator[Problem]:
    for key, value in row.items():
        if key not in _KNOWN:
            yield Problem(document.key_place((n, key)), f"clé « {key} » inconnue", _KEYS)
        elif key in SENTENCES and isinstance(value, dict | list):
            what = f"« {key} » doit être un texte"
            yield Problem(document.key_place((n, key)), what, "mettez-le entre guillemets")
    if not isinstance(row.get("depuis"), date):
        what = "« depuis » doit être une date AAAA-MM-JJ"
        yield Problem(document.place((n, "depuis")), what, "depuis: 2027-01-01")
    debtors = list(DebtorType)
    if unknown := [debtor for debtor in _listed(row.get("debiteur")) if debtor not in debtors]:
        what = f"débiteur inconnu : {', '.join(map(str, unknown))}"
        yield Problem(document.place((n, "debiteur")), what, f"parmi {', '.join(debtors)}")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
