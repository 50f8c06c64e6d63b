"""What is wrong in a template, told in French at its line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError

from relance.text import typography
from relance.text.filters import FILTERS
from relance.values.problem import Problem, Refusal, Source, in_templates


def perhaps(name: str, names: Any) -> str:
    """The nearest of the known names, when there is one."""
    near = get_close_matches(name, [str(k) for k in names], n=1)
    return f", vouliez-vous « {near[0]} » ?" if near else ""


def attempt(path: Path, values: Mapping[str, object], job: Callable[[], str]) -> str:
    """Run the template; what goes wrong inside a template's lines is the template's fault."""
    try:
        return job()
    except (jinja2.TemplateError, SecurityError) as error:
        raise refusal(path, values, error) from None
    except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        if _line_in_template(path, error) is None:
            raise
        raise refusal(path, values, error) from None


def refusal(path: Path, values: Mapping[str, object], error: Exception) -> Refusal:
    """The refusal of a template for what it raised, where it raised it."""
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
    (r"Missing end of (comment|raw)", "un commentaire {{# ou un {{% raw %}} n'est pas refermé", ()),
    (r"got '(end of .+?)'|(Expected an expression)", "il manque une valeur ou un mot", ()),
    (r"got '(.+?)'", "« {} » ne va pas ici", ()),
    (r"unexpected (?:char )?'(.+?)'", "« {} » ne va pas ici", ()),
    (r"^(« .*)", "ce modèle est mal écrit ({})", ()),  # what our own filters say
)


def _said(error: Exception) -> str:
    """What went wrong in French, never in the English of Jinja2 or Python."""
    for pattern, ours, names in _SAID:
        if match := re.search(pattern, str(error)):
            return ours.format(match[1]) + perhaps(match[1] or "", names)
    if isinstance(error, jinja2.TemplateError):
        return "ce modèle est mal écrit"
    return "ce modèle est mal écrit (calcul ou filtre sur une valeur qui ne s'y prête pas)"


def _missing(path: Path, name: str) -> tuple[str, str]:
    """A template that is not there: whole, it is to be translated; included, perhaps misspelt."""
    folder, what = in_templates(path.parent).path, f"le modèle « {name} » n'existe pas"
    if (
        path.parent.name != typography.FRENCH
        and (path.parent.parent / typography.FRENCH / name).is_file()
    ):
        french = in_templates(path.parent.parent / typography.FRENCH / name).path
        return what, f"copiez {french} dans {folder}/, puis traduisez-le"
    siblings = sorted(p.name for p in path.parent.glob("*.*")) if name != path.name else ()
    return what + perhaps(name, siblings), f"écrivez-le dans {folder}/"


def _explained(path: Path, values: Mapping[str, object], error: Exception) -> tuple[str, str]:
    """The fault and its remedy, in French."""
    message = str(error)
    if isinstance(error, jinja2.TemplateNotFound):
        return _missing(path, str(error.name))
    if isinstance(error, jinja2.UndefinedError):
        unknown = _UNKNOWN_NAME.match(message)
        hint = perhaps(unknown[1], values) if unknown else ""
        return message + hint, "les variables sont celles de l'en-tête des lettres"
    if isinstance(error, SecurityError):
        return f"appel interdit dans un modèle : {message}", "s'en tenir aux variables"
    if isinstance(error, RecursionError):
        return "ce modèle finit par s'inclure lui-même", "retirer le {% include %} de trop"
    return _said(error), "vérifier les {{ }} et les {% %} de cette ligne (relance guide variables)"
