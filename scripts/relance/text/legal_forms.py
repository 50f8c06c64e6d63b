"""A firm's name and its legal form: told once, and known again however written."""

from __future__ import annotations

import re
import unicodedata

_FORMS = "sarl|eurl|sasu?|sa|sc[imp]|snc|scop|scic|selarl|selas|earl|gaec|gie|ei|eirl"
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
    return "".join(word for word in _words(name) if not _SILENT.fullmatch(word)) or name


def _words(text: str) -> list[str]:
    """Its words without case, accents or dots: « S.A.R.L. » is « sarl »."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(each for each in letters if not unicodedata.combining(each))
    return re.findall(r"\w+", plain.replace(".", ""))
