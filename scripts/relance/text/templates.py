"""The templates of a folder of letters: loaded and rendered.

A template is ordinary text: the typographer gives it good French spaces when it is read from a
French folder. Every `{{ … }}` is escaped, without exception: a template shares a piece with
another one by `{% include %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from relance.text import escapes, frontmatter, typography
from relance.text.filters import FILTERS, Code, Link
from relance.text.template_faults import attempt, perhaps, refusal
from relance.text.yamlfile import YamlDocument
from relance.values.problem import Problem, Refusal, Source, in_templates


class Escape(Enum):
    """What the values of a template are made harmless for."""

    MARKDOWN = "markdown"
    PLAIN = "plain"
    HTML = "html"


class _Unknown(jinja2.StrictUndefined):
    """An unknown variable, told in French with the nearest known name."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        name = f"« {self._undefined_name} »"
        if isinstance(owner, Mapping):
            return f"{name} n'existe pas ici{perhaps(str(self._undefined_name), owner)}"
        return f"la variable {name} n'existe pas"


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
    _, body = frontmatter.front_matter(text, in_templates(path).path)
    return "\n" * frontmatter.lines_above(text) + body


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
    return attempt(path, values, lambda: environment.get_template(path.name).render(values))


def heading(path: Path, values: Mapping[str, object]) -> dict[str, str]:
    """What the template's own front matter says, as plain text: `objet`, and `page` if any.

    `page` names the layout: a letter, unless it says `fiche`, a sheet for the house.
    """
    if not path.is_file():
        raise refusal(path, values, jinja2.TemplateNotFound(path.name))
    front = _front_matter(read(path), path)
    written = front.value if isinstance(front.value, dict) else {}
    if written.get("objet") is None:
        remedy = "commencer le modèle par « --- », « objet: … », « --- »"
        raise Refusal([Problem(in_templates(path, 1), "ce modèle n'a pas d'objet", remedy)])
    keys = [key for key in ("objet", "page") if written.get(key) is not None]
    return {key: _one_line(path, values, written[key], front.key_place((key,))) for key in keys}


def _one_line(path: Path, values: Mapping[str, object], written: object, place: Source) -> str:
    if isinstance(written, dict | list):
        raise Refusal([Problem(place, "un texte est attendu ici", "mettez-le entre guillemets")])
    template = "\n" * (place.line - 1) + typography.composed(str(written), path.parent.name)
    environment = _environment(path.parent, Escape.PLAIN)
    return escapes.plain(
        attempt(path, values, lambda: _compiled(environment, template).render(values))
    )


@lru_cache(maxsize=512)
def _compiled(environment: jinja2.Environment, text: str) -> jinja2.Template:
    return environment.from_string(text)


@lru_cache
def _front_matter(text: str, path: Path) -> YamlDocument:
    return frontmatter.front_document(text, in_templates(path).path)[0]
