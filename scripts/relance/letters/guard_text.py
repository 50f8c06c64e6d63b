"""A text held against the letter of the books: its subject, its body, what it cannot do without."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from relance.letters.figures import Block, Figure, FigureKind, FigureReader, plain, years
from relance.letters.letter_text import LetterText, as_text, invoice_rows, leaves
from relance.values.problem import Problem, Source

REMEDY = (
    "rétablissez-le ; si ce sont les livres qui se trompent, corrigez-les sur la branche de base, "
    "puis relance rafraichir"
)
_NOTICE = "mise en demeure"
_ARTICLE = re.compile(r"\b(?:articles?|artikeln?) [LRDA]?\.? ?\d", re.IGNORECASE)
_DEMAND = re.compile(
    r"mett\w+ en demeure|vaut mise en demeure|formal notice|in verzug|inverzugsetzung"
    r"|\bcontest\w+|\bdisput\w+|\bbestreit\w+",
    re.IGNORECASE,
)


class Guard:
    """Holds a text against the letter of the books."""

    def __init__(self, name: str, letter: LetterText, numbers: Iterable[str]) -> None:
        self._name = name
        self._letter = letter
        front = letter.values
        invoices = [row for row in invoice_rows(front) if row.get("etape")]
        self._moving = {str(row[key]) for row in invoices for key in ("numero", "facture")}
        self._reader = FigureReader([*numbers, *self._moving], str(front.get("devise", "EUR")))
        self._blocks = self._reader.blocks(letter.body)
        self._held = self._figures_of_the_letter()

    def _figures_of_the_letter(self) -> set[Figure]:
        """All that the letter of the books says, in its front matter too."""
        lines = (as_text(value) for _, value in leaves(self._letter.values))
        figures = {figure for line in lines for figure in self._reader.figures(line)}
        figures.update(figure for block in self._blocks for figure in block.figures)
        return figures

    def subject(self, mine: LetterText) -> list[Problem]:
        """What is wrong with the subject."""
        place = mine.front.place(("objet",))
        place = Source(place.path, place.line)
        right, text = (str(front.get("objet", "")) for front in (self._letter.values, mine.values))
        if _NOTICE in right.casefold() and _NOTICE not in text.casefold():
            what = "l'objet ne dit plus « mise en demeure » : la lettre n'en serait plus une"
            return [Problem(place, what, f"rétablissez : {right}")]
        return list(self._strangers(place, self._reader.figures(text)))

    def body(self, text: str, offset: int) -> list[Problem]:
        """What is wrong with a body whose first line is the one after `offset`."""
        mine = [
            Block(block.line + offset, block.text, block.figures)
            for block in self._reader.blocks(text)
        ]
        problems = list(self._changed_blocks(mine))
        return problems or [*self._lost(mine), *self._unsaid(mine)]

    def _changed_blocks(self, mine: Sequence[Block]) -> Iterator[Problem]:
        """What is wrong with the blocks that a hand changed: a row tells what it told, and prose
        puts no figure in the place of another."""
        untouched = {block.text for block in self._blocks} & {block.text for block in mine}
        left = [block for block in self._blocks if block.text not in untouched]
        rows = [block.figures for block in self._blocks if block.is_row]
        for block in mine:
            if block.text in untouched:
                continue
            origin = _counterpart(block, left)
            place = Source(self._name, block.line)
            if block.is_row and block.figures and block.figures not in rows:
                yield self._row(place, block, origin)
            else:
                replaced = _replaced(block, origin) if origin else None
                yield from [Problem(place, replaced, REMEDY)] if replaced else ()
                yield from () if replaced else self._strangers(place, block.figures)

    def _row(self, place: Source, block: Block, origin: Block | None) -> Problem:
        right = (
            f"les livres disent : {_quoted(origin.figures)}"
            if origin
            else "les livres n'en ont pas"
        )
        return Problem(
            place, f"cette ligne du tableau dit {_quoted(block.figures)} ; {right}", REMEDY
        )

    def _strangers(self, place: Source, figures: Iterable[Figure]) -> Iterator[Problem]:
        """The figures that the letter of the books does not hold."""
        for figure in dict.fromkeys(figures):
            if not self._holds(figure):
                stranger = f"« {figure.text} » ({figure.kind})"
                yield Problem(place, f"{stranger} n'est pas dans ce que disent les livres", REMEDY)

    def _holds(self, figure: Figure) -> bool:
        if figure in self._held or figure.value in years(self._held):
            return True
        without_year = figure.kind is FigureKind.DATE and figure.value.startswith("-")
        return without_year and any(
            held.kind is FigureKind.DATE and held.value.endswith(figure.value)
            for held in self._held
        )

    def _lost(self, mine: Sequence[Block]) -> Iterator[Problem]:
        """What the letter cannot do without: the rows of what it demands, its sums, its deadline,
        where to pay."""
        kept, rows = {f for block in mine for f in block.figures}, {block.figures for block in mine}
        figures = {figure for block in self._blocks for figure in block.figures}
        for figure in self._needed():
            if figure in figures and figure not in kept:
                what = (
                    f"« {figure.text} » ({figure.kind}) a été retiré, et cette lettre doit le dire"
                )
                yield Problem(Source(self._name), what, REMEDY)
        for block in self._blocks:
            if block.is_row and self._must_stay(block) and block.figures not in rows:
                what = f"cette ligne d'un tableau a été retirée : {_quoted(block.figures)}"
                yield Problem(Source(self._name), what, REMEDY)

    def _unsaid(self, mine: Sequence[Block]) -> Iterator[Problem]:
        """What makes a formal notice one (C. civ. 1344): the demand, the sentences of law, the
        invitation to state a dispute, the signature; where they stand and how is free."""
        if _NOTICE not in str(self._letter.values.get("objet", "")).casefold():
            return
        prose = [_prose(block).casefold() for block in mine if not block.is_row]
        whole = " ".join(prose)
        for sentence in self._sentences():
            if sentence.casefold() not in whole:
                what = f"une mise en demeure doit dire : « {sentence} »"
                yield Problem(Source(self._name), what, "rétablissez cette phrase")
        for name in self._signatures():
            if not any(text.startswith(name.casefold()) for text in prose):
                what = f"la signature a été retirée : {name}"
                yield Problem(Source(self._name), what, "rétablissez-la")

    def _sentences(self) -> Iterator[str]:
        for block in self._blocks:
            text = _prose(block)
            if block.is_row or text.startswith("#"):
                continue
            lawful = _ARTICLE.search(text)
            for sentence in re.split(r"(?<=[.!?]) ", text):
                if lawful or _DEMAND.search(sentence):
                    yield sentence

    def _signatures(self) -> Iterator[str]:
        """The signature's lines: a paragraph that is the creditor's name, or who signs for him."""
        creditor = self._letter.values.get("creancier")
        named = creditor if isinstance(creditor, dict) else {}
        names = {plain(str(named[key])) for key in ("signataire", "nom") if named.get(key)}
        yield from (text for block in self._blocks if (text := plain(block.text)) in names)

    def _needed(self) -> Iterator[Figure]:
        front = self._letter.values
        keys = ("total", "penalites", "indemnite", "echeance")
        creditor = front.get("creancier")
        iban = str(creditor.get("iban") or "") if isinstance(creditor, dict) else ""
        for value in [*(front[key] for key in keys if front.get(key)), iban]:
            yield from self._reader.figures(as_text(value))
        yield from (Figure(FigureKind.REFERENCE, number, number) for number in sorted(self._moving))
        if days := front.get("sous"):
            yield Figure(FigureKind.DELAY, f"{days} day", f"{days} jours")

    def _must_stay(self, block: Block) -> bool:
        """A row may go when all that it names is told for information alone."""
        named = {figure.value for figure in block.figures if figure.kind is FigureKind.REFERENCE}
        kinds = {figure.kind for figure in block.figures}
        return bool(kinds - {FigureKind.ADDRESS}) and (not named or bool(named & self._moving))


def _prose(block: Block) -> str:
    """A paragraph's words without the marks of a quotation."""
    return plain(block.text).replace("> ", "")


def _counterpart(block: Block, candidates: Sequence[Block]) -> Block | None:
    """The block of the letter that this one was made from, by its words."""
    texts = {other.text: other for other in candidates if other.is_row == block.is_row}
    close = difflib.get_close_matches(block.text, list(texts), 1, 0.4)
    return texts[close[0]] if close else None


def _replaced(block: Block, origin: Block) -> str | None:
    """How figures took the place of others of their kind, or changed places; None when none did."""
    lost = Counter(origin.figures) - Counter(block.figures)
    gained = Counter(block.figures) - Counter(origin.figures)
    kinds = {figure.kind for figure in lost} & {figure.kind for figure in gained}
    if kinds:
        new = [figure for figure in gained if figure.kind in kinds]
        old = [figure for figure in lost if figure.kind in kinds]
        return f"{_quoted(new)} a pris la place de {_quoted(old)}, que disent les livres"
    if not lost and not gained and block.figures != origin.figures:
        return f"les chiffres ont changé de place ; les livres disent : {_quoted(origin.figures)}"
    return None


def _quoted(figures: Iterable[Figure]) -> str:
    return ", ".join(f"« {figure.text} »" for figure in figures)
