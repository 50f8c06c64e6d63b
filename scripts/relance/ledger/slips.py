"""What a line of a ledger that Beancount does not read was meant to be: the slip is named, and
the line shown as it should be, once Beancount has read it so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from relance.ledger.figure_repairs import MendedLine
from relance.ledger.line_repairs import REPAIRS, UNDATED, guesses, together
from relance.values.problem import Problem, Source

MOST = 30  # lines of one file that are looked into; whoever has more corrects these first
_LONGEST = 400  # signs of a line in which a sign too many is looked for

FaultyLines = Callable[[str], Collection[int]]  # the lines of a text that Beancount does not read


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file of the ledger with lines that were not read, by number, and what Beancount's lexer
    stopped at in each; `heading` are the options that its accounts need."""

    name: str
    lines: tuple[str, ...]
    stops: Mapping[int, str]
    heading: str
    faulty: FaultyLines

    def problems(self) -> Iterator[Problem]:
        """What is wrong in each of the lines, those of one cause told once."""
        numbers = sorted({self._written(number) for number in self.stops})
        opened = self._unclosed(numbers)
        if opened:
            numbers = [number for number in numbers if number < opened]
            yield self._of_mark(opened)
        places: set[int] = set()
        for number in numbers[:MOST]:
            problem = self._of(number)
            if problem.source.line not in places:
                places.add(problem.source.line)
                yield problem
        if more := numbers[MOST:]:
            what = "une autre ligne ne se comprend pas"
            if len(more) > 1:
                what = f"{len(more)} autres lignes ne se comprennent pas"
            yield Problem(Source(self.name, more[0], 1), what, "corrigez d'abord les précédentes")

    def _written(self, number: int) -> int:
        """The last line up to this one that is not blank."""
        number = min(number, len(self.lines))
        while number > 1 and not self.lines[number - 1].strip():
            number -= 1
        return max(number, 1)

    # ------------------------------------------------------------ A quotation mark never closed

    def _unclosed(self, numbers: list[int]) -> int:
        """The line whose text goes on into other directives, 0 when none does."""
        text = re.sub(r"(?m)^[;*].*", "", "\n".join(self.lines))
        for match in re.finditer(r';.*|"((?:[^"\\]|\\.)*)("|\Z)', text):
            swallowed = re.search(rf"\n([0-9]{{4}}-|{'|'.join(UNDATED)}\b)", match[0])
            if match[1] is not None and (swallowed or not match[2]):
                start = text.count("\n", 0, match.start()) + 1
                return start if any(number >= start for number in numbers) else 0
        return 0

    def _of_mark(self, number: int) -> Problem:
        line = self.lines[number - 1]
        for guess in guesses(line):
            if guess[0].endswith("guillemet") and not self.faulty(self._block(number, guess[1])[0]):
                return self._shown(number, guess)
        for what, new in (together(line) or ("", ""),):
            if what and new.count('"') % 2 == 0:
                return self._shown(number, (what, new))
        source = Source(self.name, number, line.rfind('"') + 1)
        return Problem(source, "guillemet jamais refermé", "refermez-le à la fin du texte")

    # ------------------------------------------------------------ One line

    def _of(self, number: int) -> Problem:
        line = self.lines[number - 1]
        if problem := self._out_of_place(number, line):
            return problem
        tried = [mended for repair in (*REPAIRS, together) if (mended := repair(line))]
        for mended in tried:
            if self._loads(number, mended[1]):
                return self._shown(number, mended)
        return self._cut(number) or self._guessed(number, line) or self._unknown(number, line)

    def _guessed(self, number: int, line: str) -> Problem | None:
        for guess in guesses(line) if len(line) <= _LONGEST else ():
            if self._loads(number, guess[1]):
                return self._shown(number, guess)
        return None

    def _out_of_place(self, number: int, line: str) -> Problem | None:
        """A line that only its margin or a blank line before it sets apart from its entry."""
        shown = line.strip()
        before = self.lines[number - 2] if number > 1 else ""
        if line[:1].isspace() and not before.strip():
            above = self._written(number - 1)
            if number > above + 1 and self._loads_in(above, f"{self.lines[above - 1]}\n{line}"):
                what = "une ligne vide coupe cette écriture"
                return Problem(Source(self.name, above + 1, 1), what, "retirez la ligne vide")
        if line[:1].isspace() and self._loads(number, shown):
            what = "cette ligne commence par une espace"
            return Problem(Source(self.name, number, 1), what, f"écrivez au bord : {shown}")
        if not line[:1].isspace() and before.strip() and self._loads(number, f"  {line}"):
            what = "cette ligne est la suite de l'écriture au-dessus"
            return Problem(
                Source(self.name, number, 1), what, f"mettez deux espaces devant : {shown}"
            )
        return None

    def _cut(self, number: int) -> Problem | None:
        """A line that goes on in the next one, or two lines in one."""
        line = self.lines[number - 1]
        for first in (number, number - 1):
            if 0 < first < len(self.lines) and self.lines[first].strip():
                whole = f"{self.lines[first - 1]} {self.lines[first].strip()}"
                if self._loads(first, whole, lines=2):
                    what = "une fin de ligne coupe cette ligne en deux"
                    return Problem(
                        Source(self.name, first, len(self.lines[first - 1]) + 1),
                        what,
                        f"écrivez sur une ligne : {whole.strip()}",
                    )
        margin = line[: len(line) - len(line.lstrip())] or "  "
        for gap in list(re.finditer(r"(?<=\S)\s+(?=\S)", line))[:MOST]:
            for start in (margin, ""):
                if self._loads(number, f"{line[: gap.start()]}\n{start}{line[gap.end() :]}"):
                    rest = line[gap.end() :].split()[0]
                    source = Source(self.name, number, gap.end() + 1)
                    return Problem(
                        source, "deux lignes en une", f"allez à la ligne avant « {rest} »"
                    )
        return None

    def _shown(self, number: int, mended: MendedLine) -> Problem:
        """The problem of a line that should be another, from where they differ."""
        line, (what, new) = self.lines[number - 1], mended
        same = next((i for i, (a, b) in enumerate(zip(line, new, strict=False)) if a != b), None)
        column = (min(len(line), len(new)) if same is None else same) + 1
        return Problem(Source(self.name, number, column), what, f"écrivez : {new.strip()}")

    def _unknown(self, number: int, line: str) -> Problem:
        """A line whose slip has no name: what a line that begins so looks like."""
        stop = self.stops.get(number, "")
        column = line.find(stop) + 1 if stop else 0
        source = Source(self.name, number, column or len(line) - len(line.lstrip()) + 1)
        what = f"« {stop} » ne se comprend pas ici" if stop else "cette ligne ne se comprend pas"
        if (day := re.search(r"(?<![\w-])[0-9]+[-/][0-9]+[-/][0-9]+\b", line)) and not _is_day(
            day[0]
        ):
            source = Source(self.name, number, day.start() + 1)
            what = f"« {day[0]} » n'est pas une date"
        return Problem(source, what, _form(line))

    # ------------------------------------------------------------ Reading it again

    def _loads(self, number: int, new: str, lines: int = 1) -> bool:
        """Whether Beancount reads the line, or so many lines from it, as written anew."""
        text, shift = self._block(number, new, lines)
        faulty = self.faulty(text)
        if not faulty:
            return True
        here = range(number - shift, number - shift + 1 + new.count("\n"))
        others = {line - shift for line in self.stops}
        return not any(line in here or line not in others for line in faulty)

    def _loads_in(self, number: int, new: str) -> bool:
        return not self.faulty(self._block(number, new)[0])

    def _block(self, number: int, new: str, lines: int = 1) -> tuple[str, int]:
        """The stretch without blank lines around a line, this one written anew, below the file's
        options; and by how much its lines are numbered less than in the file."""
        start, end = number, number + lines - 1
        while start > 1 and self.lines[start - 2].strip():
            start -= 1
        while end < len(self.lines) and self.lines[end].strip():
            end += 1
        before, after = self.lines[start - 1 : number - 1], self.lines[number + lines - 1 : end]
        block = "\n".join([*before, new, *after])
        return f"{self.heading}\n{block}\n", start - 2 - self.heading.count("\n")


def _is_day(text: str) -> bool:
    try:
        date(*map(int, re.split("[-/]", text)))
    except ValueError:
        return False
    return True


_FORMS = (  # how a line begins, and an example of its sort
    (r"\s*(option|plugin)", 'option "title" "Grand livre"'),
    (r"\s*include", 'include "fichier.beancount"'),
    (r"\s*\S+\s+note", '2026-01-31 note Actifs:Clients:Durand "Texte" ^F2026-0001 #appel'),
    (
        r"\s*\S+\s+document",
        '2026-01-31 document Actifs:Clients:Durand "pieces/F1.pdf" ^F2026-0001 #facture',
    ),
    (r"\s*\S+\s+open", "2026-01-31 open Actifs:Clients:Durand"),
    (r"\s*[0-9]", '2026-01-31 * "Client" "Libellé" ^F2026-0001'),
    (r"\s+[^\W\d][\w-]*:(\s|$)", 'clé: "texte", clé: 2026-01-31 ou clé: 120.00 EUR'),
    (r"\s*[^\W\d_][\w-]*:", "Actifs:Clients:Durand  120.00 EUR"),
)


def _form(line: str) -> str:
    """What a line that begins like this one looks like."""
    for beginning, example in _FORMS:
        if re.match(beginning, line):
            return f"une telle ligne s'écrit : {example}"
    return "une remarque commence par un point-virgule ; sinon retirez cette ligne"
