"""Who is owed, asked one question at a time or taken from options: each answer checked."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import click

from relance.policy.creditor import PLACEHOLDER
from relance.terminal.creditor_entry import CreditorEntry
from relance.text.addresses import ascii_address
from relance.text.firms import compact, is_valid
from relance.values.problem import Problem, Refusal, Source

_LONGEST = 200  # characters of one answer
_PHONE_DIGITS = 6  # the fewest of a number that can be called
_MARKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_POSTCODE = re.compile(r",\s*(?=(?:[A-Z]{1,2}-)?\d{4,5}\b)")


def someone_answers() -> bool:
    """Whether questions can be asked: somebody reads them, and types."""
    return sys.stdin.isatty() and sys.stdout.isatty()


# ---------------------------------------------------------------- What an answer may be


def _text(answer: str) -> str:
    text = answer.strip()
    if _MARKS.search(text):
        raise ValueError("un texte sur une seule ligne, sans tabulation")
    if len(text) > _LONGEST:
        raise ValueError(f"{_LONGEST} caractères au plus")
    return text


def _name(answer: str) -> str:
    text = _text(answer)
    if not text or text == PLACEHOLDER:
        raise ValueError("le nom de l'entreprise, tel que les lettres l'impriment")
    return text


def _siren(answer: str) -> str:
    digits = re.sub(r"[\s.\u00a0\u202f-]", "", _text(answer))
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise ValueError("un SIREN a neuf chiffres (les neuf premiers du SIRET)")
    if not is_valid("fr.siren", digits):
        raise ValueError("ce SIREN est faux : sa clé ne tombe pas juste, vérifiez chaque chiffre")
    return digits


def _iban(answer: str) -> str:
    text = re.sub(r"[\s.\u00a0\u202f-]", "", _text(answer)).upper()
    if text.startswith("FR") and len(text) != 27:
        raise ValueError(f"un IBAN français a 27 caractères, celui-ci {len(text)}")
    if not is_valid("iban", text):
        raise ValueError("cet IBAN est faux : sa clé ne tombe pas juste, recopiez-le du RIB")
    return compact("iban", text)


def _email(answer: str) -> str:
    text = _text(answer)
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", text):
        raise ValueError("une adresse électronique s'écrit nom@domaine.fr")
    ascii_address(text)  # says why, of what no server would take
    return text


def _phone(answer: str) -> str:
    text = _text(answer)
    digits = sum(sign.isdecimal() for sign in text)
    if digits < _PHONE_DIGITS or not re.fullmatch(r"\+?[0-9\s.()/\u00a0\u202f-]+", text):
        raise ValueError("un numéro de téléphone n'a que des chiffres : 04 72 00 00 01")
    return text


def _address(answer: str) -> tuple[str, ...]:
    """The lines of an address on one line: cut before the postcode, or where it says `/`."""
    parts = re.split(r"\n|\s/\s", answer)
    lines = tuple(
        line for part in parts for cut in _POSTCODE.split(part) if (line := _text(cut).strip(","))
    )
    if len(lines) < 2:
        raise ValueError(
            "une adresse a au moins deux lignes : 12 rue des Lanternes, 69004 LYON "
            "(ou séparées par « / »)"
        )
    return lines


@dataclass(frozen=True, slots=True)
class _Question:
    """One fact of the creditor: the option that gives it, how it is asked, how it is read."""

    option: str
    asked: str
    read: Callable[[str], object]
    needed: bool = False


_QUESTIONS: Mapping[str, _Question] = {
    "name": _Question("--nom", "Nom de l'entreprise", _name, needed=True),
    "siren": _Question("--siren", "SIREN (rien : aucun)", _siren),
    "address": _Question(
        "--adresse", "Adresse (12 rue des Lanternes, 69004 LYON)", _address, needed=True
    ),
    "iban": _Question("--iban", "IBAN où vos clients paient", _iban, needed=True),
    "email": _Question("--courriel", "Adresse électronique (rien : aucune)", _email),
    "phone": _Question("--telephone", "Téléphone (rien : aucun)", _phone),
}


# ---------------------------------------------------------------- Options, then questions


def from_options(given: Mapping[str, str | None]) -> CreditorEntry:
    """What options say, by the names of the creditor's facts. Raises `Refusal` (2) with all that
    are wrong."""
    facts: dict[str, object] = {}
    faults = []
    for name, question in _QUESTIONS.items():
        if (text := given.get(name)) is None:
            continue
        try:
            facts[name] = question.read(text)
        except ValueError as fault:
            source = Source(question.option)
            faults.append(Problem(source, f"« {_shown(text)} » ne va pas", str(fault)))
    if faults:
        raise Refusal(faults)
    return replace(CreditorEntry(), **facts)  # type: ignore[arg-type]  # each as its reader gives


def ask(creditor: CreditorEntry, *, given: Mapping[str, str | None]) -> CreditorEntry:
    """Ask what no option said; what is known from elsewhere is proposed. A wrong answer is told
    and asked again."""
    facts = {}
    for name, question in _QUESTIONS.items():
        if given.get(name) is None:
            facts[name] = _answer(question, _written(getattr(creditor, name)))
    creditor = replace(creditor, **facts)  # type: ignore[arg-type]  # the same
    while not (creditor.email or creditor.phone):
        click.echo("Il faut l'un ou l'autre : le client doit pouvoir vous joindre.")
        email = _QUESTIONS["email"]
        creditor = replace(creditor, email=str(_answer(email, "")))
        if not creditor.email:
            creditor = replace(creditor, phone=str(_answer(_QUESTIONS["phone"], "")))
    return creditor


def _answer(question: _Question, proposed: str) -> object:
    def read(answer: str) -> object:
        if not answer.strip() and not question.needed:
            return ""
        try:
            return question.read(answer)
        except ValueError as fault:
            raise click.UsageError(f"« {_shown(answer)} » : {fault}") from None

    default = proposed or (None if question.needed else "")
    return click.prompt(
        question.asked,
        default=default,
        show_default=bool(proposed),
        value_proc=read,
        prompt_suffix=" : ",
    )


def _written(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " / ".join(value)


def _shown(text: str) -> str:
    return _MARKS.sub(" ", text)[:60]
