"""What people type in a line of a ledger that Beancount does not read, and the line as it should
be; the repair that is told is the first whose line loads (`slips`)."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator

from relance.ledger.figure_repairs import Repair, bare, first_mended, mended_amount, mended_day

_FRENCH_WORDS = {
    "ouvrir": "open", "ouvre": "open", "ouverture": "open", "fermer": "close", "ferme": "close",
    "fermeture": "close", "solde": "balance", "inclure": "include", "inclus": "include",
    "prix": "price", "evenement": "event",
}  # fmt: skip
DATED = ("open", "close", "note", "document", "balance", "pad", "commodity", "price", "event",
         "query", "custom", "txn")  # fmt: skip
UNDATED = ("option", "include", "plugin", "pushtag", "poptag", "pushmeta", "popmeta")
_LAWFUL = re.compile(
    r"[0-9]{4}[-/][0-9]+[-/][0-9]+|[#^][A-Za-z0-9_/.-]+|[*!]|[A-Z][A-Z0-9'._-]*[A-Z0-9]"
    r"|[-+]?[0-9][0-9,]*(\.[0-9]*)?|[^\W\d_][\w-]*(:[\w-]+)+|[a-z][\w-]+:|TRUE|FALSE"
)


def _outside(line: str, change: Callable[[str], str]) -> str:
    """The line with its stretches changed that stand in no text and in no comment."""
    parts = re.split(r'("[^"]*"|;.*)', line)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _marks(line: str) -> Repair:
    new = _outside(line, lambda part: re.sub(r"[«“„]\s*([^«»“”]*?)\s*[»”]", r'"\1"', part))
    if new == line:
        new = _outside(line, lambda part: re.sub(r"(?<![\w])'([^']*)'(?!\w)", r'"\1"', part))
    if new == line:
        new = re.sub("[“”„]", '"', line)
    return None if new == line else ('les textes vont entre guillemets droits ( " )', new)


def _key(line: str) -> Repair:
    match = re.fullmatch(r"(\s+)([^\W\d][\w-]*)\s*[:=;]\s*(.*)", line)
    if not match or re.match(r"\s+[^\W\d_a-z][\w-]*:[^\W_a-z]", line):  # an account
        return None
    head, key, rest = match.groups()
    plain = bare(key)
    if f"{head}{plain}: {rest}".rstrip() == line.rstrip():
        return None
    wrong = line.strip().removesuffix(rest).rstrip()
    if plain == key:
        return f"« {wrong} » : une clé se termine par deux-points, sans espace avant", (
            f"{head}{plain}: {rest}"
        )
    return f"« {key}: » : une clé s'écrit en minuscules sans accent", f"{head}{plain}: {rest}"


def _keyword(line: str) -> Repair:
    """A directive's word in French, with a capital letter or mistyped."""
    for pattern, words in (
        (r"([0-9]{4}[-/][0-9]+[-/][0-9]+\s+)([^\W\d]\w*)(.*)", DATED),
        (r"()([^\W\d]\w*)(\s.*)", UNDATED),
    ):
        if (match := re.fullmatch(pattern, line)) and match[2] not in words:
            word = bare(match[2])
            near = difflib.get_close_matches(word, words, 1, 0.7)
            if meant := _FRENCH_WORDS.get(word) or (near[0] if near else None):
                new = f"{match[1]}{meant}{match[3]}"
                return f"« {match[2]} » n'est pas un mot de Beancount : {meant}", new
    return None


def _flag(line: str) -> Repair:
    """TRUE and FALSE in French or in small letters."""
    match = re.fullmatch(r"(\s+[a-z][\w-]*:\s*)(\w+)(\s*)", line)
    word = bare(match[2]) if match else ""
    meant = {"vrai": "TRUE", "oui": "TRUE", "true": "TRUE", "faux": "FALSE", "non": "FALSE",
             "false": "FALSE"}.get(word)  # fmt: skip
    if not match or not meant or meant == match[2]:
        return None
    return f"« {match[2]} » s'écrit {meant}", f"{match[1]}{meant}{match[3]}"


def _link(line: str) -> Repair:
    """A link with an accent, a blank, or a sign that no link has."""

    def spelt(match: re.Match[str]) -> str:
        text = unicodedata.normalize("NFKD", match["it"][1:].strip())
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
        return match["it"][0] + re.sub(r"[^A-Za-z0-9_/.-]+", "-", text)

    repair = first_mended(line, r"(?<=\s)[#^]\s*[^\s\"]+", spelt)
    what = "un lien n'a que des lettres sans accent, des chiffres et - _ / ."
    return (f"« {repair[0]} » : {what}", repair[1]) if repair else None


def _account(line: str) -> Repair:
    """An account's parts begin with a capital letter or a digit, and touch their colons."""

    def spelt(match: re.Match[str]) -> str:
        parts = re.split(r"\s*:\s*", match["it"])
        return ":".join(part[:1].upper() + part[1:] for part in parts)

    repair = first_mended(line, r"(?<![\w:-])[^\W\d][\w-]*(?:\s?:\s?[\w-]+)+", spelt)
    what = "chaque partie d'un compte commence par une majuscule, sans espace"
    return (f"« {repair[0]} » : {what}", repair[1]) if repair else None


def _unquoted_entry(line: str) -> Repair:
    """A payee or a narration without its quotation marks: neighbouring words become one text."""
    match = re.fullmatch(r"([0-9]{4}[-/][0-9]+[-/][0-9]+\s+(?:[*!]|txn))\s+(.+)", line)
    if not match or line.count('"') % 2:
        return None
    parts: list[str] = []
    apart = True
    for word in re.findall(r'"[^"]*"|[^\s"]+', match[2]):
        if word[0] in '"^#;':
            apart = True
            parts.append(word)
        elif apart:
            apart = False
            parts.append(f'"{word}"')
        else:
            parts[-1] = f'{parts[-1][:-1]} {word}"'
    new = f"{match[1]} {' '.join(parts)}"
    if new == line:
        return None
    return "le bénéficiaire et le libellé vont entre guillemets", new


def _unquoted(line: str) -> Repair:
    """Words that are none of Beancount's, between those that are, in a directive of one text."""
    if '"' in line and not re.match("(option|plugin)", line):
        return None
    words = list(re.finditer(r'"[^"]*"|\S+', line))
    start = 1 if re.match(r"\s|[a-z]", line) else 2  # after a key or a directive's word
    odd = [word for word in words[start:] if word[0][0] != '"' and not _LAWFUL.fullmatch(word[0])]
    if not odd:
        return None
    first, last = odd[0].start(), odd[-1].end()
    if re.match(r"\s+[a-z]", line):
        first, last = words[1].start(), words[-1].end()
    text = line[first:last].replace('"', "'")
    new = f'{line[:first]}"{text}"{line[last:]}'
    return f"« {text} » : un texte va entre guillemets", new


def _blanks(line: str) -> Repair:
    new = _outside(line, lambda part: re.sub("[^\\S \\t]|[\ufeff\u200b]", " ", part))
    return None if new == line else ("une espace insécable n'est pas lue comme une espace", new)


REPAIRS: tuple[Callable[[str], Repair], ...] = (
    _marks, mended_day, mended_amount, _key, _flag, _keyword, _link, _unquoted_entry, _unquoted,
    _account, _blanks,
)  # fmt: skip


def together(line: str) -> Repair:
    """Every repair after the other, told by the first that mends anything."""
    what, new = "", line
    for repair in REPAIRS:
        if mended := repair(new):
            what, new = what or mended[0], mended[1]
    return (what, new) if what else None


def guesses(line: str) -> Iterator[tuple[str, str]]:
    """A sign, a word or a blank too many or missing, one after the other."""
    yield from _words(line)
    signs = list(re.finditer(r"[^\w\s]|\s+", line))
    for match in signs[not line[:1].strip() :]:
        sign = "l'espace" if match[0].isspace() else f"« {match[0]} »"
        yield f"{sign} est de trop", line[: match.start()] + line[match.end() :]
    for match in signs:
        before, after = line[: match.start()], line[match.end() :]
        yield "il manque une espace", f"{before} {match[0]}{after}"
        yield "il manque une espace", f"{before}{match[0]} {after}"
        for sign in ":-":
            yield f"« {match[0]} » au lieu de « {sign} »", f"{before}{sign}{after}"


def _words(line: str) -> Iterator[tuple[str, str]]:
    """A word written twice, forgotten or too many, or half of its quotation marks."""
    for twice in re.finditer(r"(?<!\S)(\S+)(\s+)\1(?!\S)", line):
        yield f"« {twice[1]} » est écrit deux fois", line[: twice.end(1)] + line[twice.end() :]
    if match := re.match(r"[0-9]{4}[-/][0-9]+[-/][0-9]+\s+(?=\S)", line):
        for word, what in (("*", "l'étoile d'une écriture"), ("open", "le mot open")):
            yield f"il manque {what}", f"{match[0]}{word} {line[match.end() :]}"
    for end in re.finditer(r"(?<=\S)(?=\s|$)|(?<=\s)(?=\S)", line):
        new = f'{line[: end.start()]}"{line[end.start() :]}'
        if all(re.fullmatch(r"\s\S(.*\S)?\s", text) for text in _texts(f"{new} ")):
            yield "il manque un guillemet", new
    for more in list(re.finditer(r"(?<!\S)[^\s\"]{1,20}(?!\S)\s*", line))[1:]:
        new = line[: more.start()] + line[more.end() :]
        yield f"« {more[0].strip()} » est de trop", new


def _texts(line: str) -> list[str]:
    """The texts between quotation marks, each with the sign before and the sign after it."""
    return [line[m.start() - 1] + m[1] + line[m.end()] for m in re.finditer('"([^"]*)"', line)]
