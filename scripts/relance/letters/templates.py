"""The templates of a folder of letters: loaded, rendered, and their faults told in French.

The only module that imports jinja2. A template is ordinary text: the typographer gives it good
French spaces when it is read from a French folder. Amounts and days are written in the language
that the variable `langue` names. Every `{{ … }}` is escaped, without exception: a template shares a
piece with another one by `{% include %}`.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relance import escapes, frontmatter, locales, typography
from relance.problem import Problem, Refusal, Source, in_templates

T = TypeVar("T")


class Escape(Enum):
    """What the values of a template are made harmless for."""

    MARKDOWN = "markdown"
    PLAIN = "plain"
    HTML = "html"


class Code(str):
    """A value that a Markdown template shows verbatim."""

    __slots__ = ()


class Link(str):
    """An address that a Markdown template makes clickable."""

    __slots__ = ()


class _Unknown(jinja2.StrictUndefined):
    """An unknown variable, told in French with the nearest known name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        name = f"« {self._undefined_name} »"
        if isinstance(owner, Mapping):
            return f"{name} n'existe pas ici{_perhaps(str(self._undefined_name), owner)}"
        return f"la variable {name} n'existe pas"


def _perhaps(name: str, known: Any) -> str:
    near = get_close_matches(name, [str(k) for k in known], n=1)
    return f", vouliez-vous « {near[0]} » ?" if near else ""


class _Loader(jinja2.BaseLoader):
    """Templates of one folder and nothing beside it, prepared when they are read."""

    def __init__(self, folder: Path, prepare: Callable[[str, Path], str]) -> None:
        self._folder = folder
        self._prepare = prepare

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        path = self._folder / template
        if not path.resolve().is_relative_to(self._folder.resolve()) or not path.is_file():
            raise jinja2.TemplateNotFound(template)
        text, written = read(path), path.stat().st_mtime_ns
        return self._prepare(text, path), str(path), lambda: path.stat().st_mtime_ns == written


def read(path: Path) -> str:
    """The text of a file of `letters/`. Raises Refusal when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        what = f"ce fichier n'est pas en UTF-8 (octet {error.start})"
        raise Refusal([Problem(in_templates(path), what, "l'enregistrer en UTF-8")]) from None


def _blank_front_matter(text: str, path: Path) -> str:
    """The text without its front matter, every line keeping its number; a `_piece` has none."""
    if path.name.startswith("_") or not text.startswith("---"):
        return text
    _, body = frontmatter.front_matter(text, str(path))
    return "\n" * text[: len(text) - len(body)].count("\n") + body


def _finalize_markdown(value: object) -> str:
    if isinstance(value, Code):
        return escapes.code(value)
    if isinstance(value, Link):
        return escapes.link(value)
    return "" if value is None else escapes.markdown(str(value))


def _finalize_plain(value: object) -> str:
    return "" if value is None else escapes.plain(str(value))


def _finalize_html(value: object) -> object:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return escapes.plain(value)
    return "" if value is None else value


_FINALIZE: dict[Escape, Callable[[Any], Any]] = {
    Escape.MARKDOWN: _finalize_markdown,
    Escape.PLAIN: _finalize_plain,
    Escape.HTML: _finalize_html,
}


@jinja2.pass_context
def _amount(context: Context, number: object, currency: str = "") -> str:
    """`{{ f.solde | montant }}`: in the letter's currency when none is named."""
    named = currency or str(context["devise"])
    return locales.money(_expected(number, Decimal), named, _language(context))


def _language(context: Context) -> str:
    return str(context.get("langue", typography.FRENCH))


def _spoken(write: Callable[[T, str], str], kind: type[T]) -> Callable[[Context, object], str]:
    """A filter that writes values of one kind in the language of the letter."""

    @jinja2.pass_context
    def filtered(context: Context, value: object) -> str:
        return write(_expected(value, kind), _language(context))

    return filtered


@jinja2.pass_context
def _enumerated(context: Context, items: Sequence[str]) -> str:
    return locales.enumeration(items, _language(context))


def _expected(value: object, kind: type[T]) -> T:
    """The value, when it is of the kind that the filter wants; TypeError otherwise."""
    if not isinstance(value, kind):
        # An unknown variable complains of itself when it is made text.
        raise TypeError(f"« {value!s} » n'est pas {_KINDS[kind]}")
    return value


_KINDS: dict[type, str] = {Decimal: "un nombre", date: "une date", str: "un texte"}
FILTERS: dict[str, Callable[..., str]] = {
    "montant": _amount,
    "nombre": _spoken(locales.decimal, Decimal),
    "taux": _spoken(locales.rate, Decimal),
    "jour": _spoken(locales.short_date, date),
    "date_longue": _spoken(locales.long_date, date),
    "iban": lambda value: typography.grouped(_expected(value, str)),
    "siren": lambda value: typography.grouped(_expected(value, str), 3),
    "telephone": _spoken(typography.phone, str),
    "enumeration": _enumerated,
    "lien": lambda value: Link(_expected(value, str)),
    "code": lambda value: Code(_expected(value, str)),
}


def _environment(folder: Path, escape: Escape) -> jinja2.Environment:
    return _shared_environment(folder, folder.resolve(), escape)


@lru_cache
def _shared_environment(folder: Path, _resolved: Path, escape: Escape) -> jinja2.Environment:
    def prepare(text: str, path: Path) -> str:
        if escape is Escape.HTML:
            return text
        return typography.composed(_blank_front_matter(text, path), folder.name)

    environment = ImmutableSandboxedEnvironment(
        loader=_Loader(folder, prepare),
        undefined=_Unknown,
        finalize=_FINALIZE[escape],
        autoescape=escape is Escape.HTML,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment


def render(path: Path, values: Mapping[str, object], escape: Escape) -> str:
    """The text that the template `path` makes of `values`, its front matter left out.

    Raises Refusal, with file and line, for a missing template, bad syntax, an unknown variable
    or a forbidden call; a template may only include what lies in its own folder.
    """
    environment = _environment(path.parent, escape)
    return _attempt(path, values, lambda: environment.get_template(path.name).render(values))


def heading(path: Path, values: Mapping[str, object]) -> dict[str, str]:
    """What the template's own front matter says, as plain text: `objet`, and `page` if any.

    `page` names the layout: a letter, unless it says `fiche`, a sheet for the house.
    """
    if not path.is_file():
        raise _refusal(path, values, jinja2.TemplateNotFound(path.name))
    text = read(path)
    front = _front_matter(text, path)
    if "objet" not in front:
        remedy = "commencer le modèle par « --- », « objet: … », « --- »"
        raise Refusal([Problem(in_templates(path, 1), "ce modèle n'a pas d'objet", remedy)])
    return {key: _one_line(path, values, text, key) for key in ("objet", "page") if key in front}


def _one_line(path: Path, values: Mapping[str, object], text: str, key: str) -> str:
    line = text[: text.index(f"\n{key}:") + 1].count("\n")
    written = str(_front_matter(text, path)[key])
    template = "\n" * line + typography.composed(written, path.parent.name)
    environment = _environment(path.parent, Escape.PLAIN)
    return escapes.plain(
        _attempt(path, values, lambda: _compiled(environment, template).render(values))
    )


@lru_cache(maxsize=512)
def _compiled(environment: jinja2.Environment, text: str) -> jinja2.Template:
    return environment.from_string(text)


@lru_cache
def _front_matter(text: str, path: Path) -> dict[str, object]:
    return frontmatter.front_matter(text, str(path))[0]


def _attempt(path: Path, values: Mapping[str, object], job: Callable[[], str]) -> str:
    """Run the template; what goes wrong inside a template's lines is the template's fault."""
    try:
        return job()
    except (jinja2.TemplateError, SecurityError) as error:
        raise _refusal(path, values, error) from None
    except (TypeError, ValueError, ArithmeticError) as error:
        if _line_in_template(path, error) is None:
            raise
        raise _refusal(path, values, error) from None


def _refusal(path: Path, values: Mapping[str, object], error: Exception) -> Refusal:
    source = _line_in_template(path, error) or in_templates(path)
    return Refusal([Problem(source, *_explained(path, values, error))])


def _line_in_template(path: Path, error: Exception) -> Source | None:
    """Where the fault stands: the last line of a template that the error passed through."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return in_templates(Path(error.filename or path), error.lineno)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == "<template>":
            return in_templates(path, frame.lineno or 0)
        if Path(frame.filename).parent == path.parent:
            return in_templates(Path(frame.filename), frame.lineno or 0)
    return None


_UNKNOWN_NAME = re.compile(r"la variable « (.+?) »")
_TAGS = (
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "include",
    "with",
    "endwith",
)
# What Jinja2 says of bad syntax, how we say it, and among which words to look for the right one.
_SAID: tuple[tuple[str, str, Iterable[str]], ...] = (
    (r"No filter named '(.+?)'", "« {} » n'est pas un filtre connu", FILTERS),
    (r"No test named '(.+?)'", "« {} » n'est pas un test connu", ("defined", "none", "in")),
    (r"unknown tag '(.+?)'", "la balise « {} » n'existe pas", _TAGS),
    (r"(Unexpected end of template)", "un {{% if %}} ou un {{% for %}} n'est pas refermé", ()),
)


def _said(message: str) -> str:
    """The fault of syntax in French, Jinja2's own words when they are not among the usual ones."""
    for pattern, ours, known in _SAID:
        if found := re.search(pattern, message):
            return ours.format(found[1]) + _perhaps(found[1], known)
    return f"ce modèle est mal écrit ({message})"


def _missing(path: Path, name: str) -> tuple[str, str]:
    """A template that is not there: whole, it is to be translated; included, perhaps misspelt."""
    folder, what = in_templates(path.parent).path, f"le modèle « {name} » n'existe pas"
    if (
        path.parent.name != typography.FRENCH
        and (path.parent.parent / typography.FRENCH / name).is_file()
    ):
        french = in_templates(path.parent.parent / typography.FRENCH / name).path
        return what, f"copiez {french} dans {folder}/, puis traduisez-le"
    known = sorted(p.name for p in path.parent.glob("*.*")) if name != path.name else ()
    return what + _perhaps(name, known), f"écrivez-le dans {folder}/"


def _explained(path: Path, values: Mapping[str, object], error: Exception) -> tuple[str, str]:
    """The fault and its remedy, in French."""
    message = str(error)
    if isinstance(error, jinja2.TemplateNotFound):
        return _missing(path, str(error.name))
    if isinstance(error, jinja2.UndefinedError):
        found = _UNKNOWN_NAME.match(message)
        hint = _perhaps(found[1], values) if found else ""
        return message + hint, "les variables sont celles de l'en-tête des lettres"
    if isinstance(error, SecurityError):
        return f"appel interdit dans un modèle : {message}", "s'en tenir aux variables"
    return _said(message), "vérifier les {{ }} et les {% %} de cette ligne (voir README.fr.md)"
