"""A firm as papers name it: its legal form, its name however written, its official numbers.

The only module that knows python-stdnum.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from itertools import pairwise

_FORMS = "sarl|eurl|sasu?|sa|sc[imp]|snc|scop|scic|selarl|selas|earl|gaec|gie|ei|eirl"
_FORM = re.compile(_FORMS)
_SILENT = re.compile(f"et|{_FORMS}")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def bears(name: str, form: str) -> bool:
    """Whether a name begins or ends with its form: « SARL Dupont », « Dupont S.A.R.L. »."""
    words, wanted = _words(name), _words(form)
    size = len(wanted)
    return bool(size) and wanted in (words[:size], words[-size:])


def bare(name: str) -> str:
    """A name without case, accents, punctuation or legal form; as it is when that leaves nothing.

    « Müller & Fils S.A.R.L. » and « MULLER ET FILS » are « mullerfils ».
    """
    return "".join(name_words(name)) or name


def without_form(name: str) -> str:
    """A name as it is written but for its legal form: « Menuiserie Müller »."""
    words = name.split()
    kept = [word for word in words if not _FORM.fullmatch("".join(_words(word)))]
    return " ".join(kept or words)


@lru_cache(4096)
def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, or of a text that may hold one, without case, accents, punctuation or
    legal forms."""
    return tuple(word for word in _words(text) if not _SILENT.fullmatch(word))


def is_beside_form(word: str, text: str) -> bool:
    """Whether a word of `name_words` stands beside a legal form: « DURAND SARL »."""
    return any(
        word in pair and _FORM.fullmatch(pair[pair[0] == word]) for pair in pairwise(_words(text))
    )


_FOREIGN = re.compile(
    "ltd|limited|ll[cp]|lp|plc|inc|corp|corporation|gmbh|ag|kg|ohg|[bn]v|srl|spa|oyj?|aps|pty|sl"
    "|lda|sro|kft|zrt"
)


def is_foreign(name: str) -> bool:
    """Whether a name ends with a legal form that no French firm has: « Acme Ltd », « Rossi
    S.r.l. », « Müller GmbH & Co. KG »."""
    words = _words(name)
    return len(words) > 1 and _FOREIGN.fullmatch(words[-1]) is not None


_COMMON = re.compile(
    rf"{_SILENT.pattern}|[a-z]|de|des|du|le|la|les|aux?|the|and|und|of|mme|mlle|mrs?|dr|monsieur"
    "|madame|messieurs|societe|ste|ets|etablissements?|entreprise|groupe|cabinet|association|asso"
    "|commune|mairie|ville|ltd|limited|llc|plc|inc|corp|gmbh|ag|kg|ohg|bv|nv|srl|spa|oy|ab|company"
    "|actifs|assets|clients?|customers?|receivables?|compte|divers"
)


def is_named(name: str, *names: str) -> bool:
    """Whether a name may be that of who bears these names: they share a word that means something,
    or one is the other written together."""
    words = telling_words(name)
    for other_name in names:
        theirs = telling_words(other_name)
        together, other = "".join(words), "".join(theirs)
        if not words or not theirs or not {*words}.isdisjoint(theirs):
            return True
        if together in other or other in together:
            return True
    return False


def spelt(name: str) -> str:
    """A name without case, accents, spaces or punctuation: one written otherwise is the same."""
    return "".join(word for word in _words(name) if word != "et")


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one party's: alike but for what says nothing of it (the legal form,
    a title), one of them with more words than the other, or one letter apart in a long one."""
    if spelt(name) == spelt(other):
        return True
    words, others = telling_words(name), telling_words(other)
    if not words or not others:
        return False
    joined, together = "".join(words), "".join(others)
    return (
        {*words} <= {*others}
        or {*others} <= {*words}
        or joined == together
        or (min(len(joined), len(together)) >= _LONG and one_letter_apart(joined, together))
    )


def marks(name: str) -> set[str]:
    """What two names that may be one party's have at least one of in common."""
    words = telling_words(name)
    joined = "".join(words)
    cut = range(len(joined)) if len(joined) >= _LONG else ()
    return {spelt(name), joined, *words, *(joined[:i] + joined[i + 1 :] for i in cut)} - {""}


_LONG = 6  # letters, from which one that differs is a slip


def one_letter_apart(word: str, other: str) -> bool:
    """Whether one letter is added, left out or changed, or two neighbours swapped."""
    if abs(len(word) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), None)
    if start is None:
        return True
    rest, theirs = word[start:], other[start:]
    return (
        rest[1:] == theirs[1:]
        or rest[1:] == theirs
        or rest == theirs[1:]
        or (rest[:2] == theirs[1::-1] and rest[2:] == theirs[2:])
    )


def telling_words(name: str) -> list[str]:
    """The words of a name that tell it from others: neither « société » nor « de »."""
    return [word for word in _words(name.replace("_", " ")) if not _COMMON.fullmatch(word)]


def _words(text: str) -> list[str]:
    """Its words without case, accents or dots: « S.A.R.L. » is « sarl »."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return re.findall(r"\w+", plain.replace(".", ""))


def is_valid(standard: str, text: str) -> bool:
    """Whether form and check digits are right; `standard` is one of stdnum's (`fr.siren`)."""
    # Imported here: these tables are only worth their time when a number is checked.
    return bool(import_module(f"stdnum.{standard}").is_valid(text))


def compact(standard: str, text: str) -> str:
    """A valid number without what only makes it readable."""
    return str(import_module(f"stdnum.{standard}").compact(text))


def bare_number(number: str) -> str:
    """The letters and digits of a number, in capitals: what tells it from another."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


@lru_cache(4096)
def is_company_number(text: str) -> bool:
    """Whether it is a SIREN (9 digits) or a SIRET (14), its check digit right."""
    return is_valid("fr.siren", text) or is_valid("fr.siret", text)


def siren_of(text: str) -> str | None:
    """The SIREN of a SIREN or SIRET; None when it is neither."""
    return compact("fr.siret", text)[:9] if is_company_number(text) else None
