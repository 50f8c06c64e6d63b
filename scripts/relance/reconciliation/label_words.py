"""What banks print, cut into runs of letters and of digits, with what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from relance.text.firms import is_valid

_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_MOST = 2_000  # signs looked at: banks send 140, or a few times that
_INVOICE = re.compile(
    "facts?|factures?|facs?|fctr?|invoices?|inv|rechnung(en)?|rg|fattur[ae]|facturas?"
)
_NUMBER = re.compile("n|nos?|num|numeros?|nr")
_CUT = "\x01"  # where one text of a line ends and the next begins
_FULL = "\x02"  # the same, where the bank may have cut a word
_WIDTHS = {27, 31, 32, 35, 65, 70, 140}  # signs after which banks cut (MT940, CFONB, camt)
_INNER = re.compile(r" {0,2}[-./_#\x01\x02]? ?")  # what may stand within a number
_TIGHT = re.compile(r"[-./_]")  # what holds two runs together
_OTHERS = (
    "TEL|TELEPHONE|MOBILE|PORT|FAX|SIREN|SIRET|RCS|IBAN|BIC|CB|CARTE|MANDAT|RUM|ICS|CPT|COMPTE"
    "|AGENCE|GUICHET|CODE|CLIENT|CONTRAT|COMMANDE|DEVIS"
)
# No number of an invoice: IBANs, telephones, days, sums, numbers that say what they are.
_MASKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}(?![A-Z0-9])",
        r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: [A-Z0-9]{4}){3,7}(?: [A-Z0-9]{1,3})?(?![A-Z0-9])",
        r"(?<![A-Z0-9./_-])(?:\+|00)[0-9]{2}(?:[ .-]?[0-9]){9,11}(?![0-9])",
        r"(?<![A-Z0-9./_-])0[1-9](?:[ .-]?[0-9]{2}){4}(?![0-9])",
        r"(?<![0-9])[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})(?![0-9])",
        r"(?<![0-9])(?:19|20)[0-9]{2}[/.-][0-9]{1,2}[/.-][0-9]{1,2}(?![0-9])",
        r"(?<![0-9])[0-9]{1,3}(?:[ .][0-9]{3})*,[0-9]{2}(?![0-9])",
        r"(?<![0-9])[0-9]+[.,][0-9]{2} ?(?:EUR|€)",
        rf"\b(?:{_OTHERS})\W{{0,3}}[0-9]+(?: [0-9]{{2,3}}(?![0-9]))*",
    )
)
_DAYS = {6: ("%d%m%y", "%y%m%d"), 8: ("%Y%m%d", "%d%m%Y")}


@dataclass(frozen=True, slots=True)
class Label:
    """The texts of a line: their runs in small letters, and the gap before each; the last gap is
    what follows the last run. An end of the whole is a gap of its own, never empty."""

    runs: tuple[str, ...]
    gaps: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Label:
        """Cut texts that follow each other; what is surely no number of ours is a gap."""
        ended = [f"{text}{_FULL if len(text) in _WIDTHS else _CUT}" for text in texts]
        upper = "".join(ended)[:_MOST].upper()
        for mask in _MASKS:
            upper = mask.sub("\0", upper)
        lower = f" {upper.casefold()} "
        matches = list(_RUN.finditer(lower))
        ends = [0, *(match.end() for match in matches)]
        starts = [*(match.start() for match in matches), len(lower)]
        gaps = tuple(lower[end:start] for end, start in zip(ends, starts, strict=True))
        return cls(tuple(match[0] for match in matches), gaps)

    def words(self, first: int, last: int) -> str:
        """What stands there, as the bank prints it."""
        pairs = zip(self.gaps[first + 1 : last + 1], self.runs[first + 1 : last + 1], strict=True)
        more = "".join(f"{gap}{run}" for gap, run in pairs)
        return re.sub(f"[{_CUT}{_FULL}]", " ", f"{self.runs[first]}{more}").upper()

    def goes_on(self, after: int) -> bool:
        """Whether the run after that one may belong to the same number."""
        return after + 1 < len(self.runs) and bool(_INNER.fullmatch(self.gaps[after + 1]))

    def is_apart(self, first: int, last: int) -> bool:
        """Whether these runs touch no other."""
        return bool(self.gaps[first] and self.gaps[last + 1])

    def is_held(self, first: int, last: int) -> bool:
        """Whether a sign holds them and figures beside them together: 0031-2, 12/0031."""
        after = last + 1 < len(self.runs) and self.runs[last + 1].isdecimal()
        before = first > 0 and (self.runs[first].isdecimal() or self.gaps[first] in "-_")
        return bool(after and _TIGHT.fullmatch(self.gaps[last + 1])) or bool(
            before and _TIGHT.fullmatch(self.gaps[first])
        )

    def is_among_figures(self, first: int, last: int) -> bool:
        """Whether figures stand beside them, as groups of one long number do."""
        before = first > 0 and self.runs[first - 1].isdecimal() and self.goes_on(first - 1)
        after = self.goes_on(last) and self.runs[last + 1].isdecimal()
        return before or after or "\0" in self.gaps[first] + self.gaps[last + 1]

    def is_introduced(self, first: int) -> bool:
        """Whether its first run or the word before says that it is an invoice's number: « INV-31 »,
        « FACT 31 », « FACT. N° 31 »."""
        if _INVOICE.fullmatch(self.runs[first]):
            return True
        before = first - 1
        if before >= 0 and _NUMBER.fullmatch(self.runs[before]):
            before -= 1
        near = all(len(gap) <= len(" n° ") for gap in self.gaps[before + 1 : first + 1])
        return before >= 0 and near and bool(_INVOICE.fullmatch(self.runs[before]))

    def begins_cut(self, first: int) -> bool:
        """Whether the bank may have cut a word just before that run."""
        return self.gaps[first] == _FULL

    def ends_cut(self, last: int) -> bool:
        """Whether the bank may have cut a word just after that run."""
        return self.gaps[last + 1].startswith(_FULL)

    def ends_with(self, last: int) -> bool:
        """Whether nothing of its text follows that run: the bank may have cut it there."""
        after = self.gaps[last + 1]
        return last + 1 == len(self.runs) or _CUT in after or _FULL in after


def runs_of(number: str) -> tuple[str, ...]:
    """The runs of a number of ours."""
    return tuple(_RUN.findall(number.casefold()))


def without_zeros(runs: Iterable[str]) -> str:
    """Runs without the zeros that only fill them up."""
    return "|".join(run.lstrip("0") or "0" if run.isdecimal() else run for run in runs)


def is_other_figure(digits: str) -> bool:
    """Whether plain digits may be a year, a day or a company's number."""
    if len(digits) == len("2026") and digits[:2] in ("19", "20"):
        return True
    if len(digits) in (9, 14) and is_valid("fr.siren" if len(digits) == 9 else "fr.siret", digits):
        return True
    return any(_is_day(digits, form) for form in _DAYS.get(len(digits), ()))


def _is_day(digits: str, form: str) -> bool:
    order = re.findall("%([dmyY])", form)
    places, at = {}, 0
    for part in order:
        width = 4 if part == "Y" else 2
        places[part.lower()] = int(digits[at : at + width])
        at += width
    year = places["y"] if places["y"] > 99 else 2000 + places["y"]
    try:
        return 1950 <= date(year, places["m"], places["d"]).year < 2100
    except ValueError:
        return False
