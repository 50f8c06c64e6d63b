"""One letter against what its base gives: figures, words, pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from relance import yamlfile
from relance.audit import figures, wording
from relance.audit.engines import Engines
from relance.audit.figures import Difference
from relance.audit.replay import Replay
from relance.audit.verdict import Proof
from relance.company import Company, sha256
from relance.decision import Letter
from relance.letters.compose import LetterSetting, compose
from relance.letters.facts import Facts, front
from relance.model import IssuedLetter, Record
from relance.pages import pdf
from relance.problem import Problem, Refusal, Source
from relance.recording import recorded

_REMEDY = "relisez la lettre ; si elle est fausse, notez une #annulation (relance noter)"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A letter as it stands: the register's words and places, the Markdown file beside it."""

    letter: IssuedLetter
    client: str
    records: tuple[Record, ...]
    text: str | None

    @property
    def markdown(self) -> str:
        """The path of its text."""
        return str(PurePosixPath(self.letter.path).with_suffix(".md"))

    @property
    def intact(self) -> bool:
        """Whether the file is the one that the register attests."""
        return self.text is not None and sha256(self.text.encode()) == self.letter.markdown_sha256

    def place(self, invoice: str | None = None) -> Source:
        """Where the register speaks of the letter, or of one of its claims."""
        for record in self.records:
            if record.sort == "relance" and invoice in record.invoices:
                return record.source
        return self.records[0].source if self.records else Source(self.letter.path)


def exhibit(letter: IssuedLetter, client: str, company: Company) -> Exhibit:
    """What the company's folder holds of a letter."""
    records = tuple(r for r in company.books.records if r.letter == letter.id)
    own = sorted(records, key=lambda r: (r.sort != "lettre", r.source))
    path = company.root / Path(letter.path).with_suffix(".md")
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else None
    return Exhibit(letter, client, tuple(own), text)


@dataclass(frozen=True, slots=True)
class Prover:
    """Compares the letters of one run with what its base gives.

    `company` is the base, loaded; `pages` whether PDFs are made again.
    """

    company: Company
    replayed: Replay
    engines: Engines
    pages: bool

    def prove(self, each: Exhibit) -> Proof:
        """The proof of one letter: of the plans it may come from, the one that fits best."""
        candidates = self.replayed.candidates(each.letter)
        if not candidates:
            return Proof(each.letter, each.client, problems=(self._never(each),))
        proofs = [self._against(each, letter) for letter in candidates]
        return min(proofs, key=lambda proof: len(proof.problems))

    def _never(self, each: Exhibit) -> Problem:
        wait = self.replayed.wait(each.letter)
        reason = f" : attente {wait.code}, {wait.reason}" if wait else ""
        what = f"{each.letter.id} : les livres de sa base ne donnent pas cette lettre{reason}"
        return Problem(each.place(), what, _REMEDY)

    def _against(self, each: Exhibit, letter: Letter) -> Proof:
        setting = self._setting()
        proof = Proof(
            each.letter,
            each.client,
            remarks=(str(self.engines),) if not self.engines.same else (),
            problems=(*self._policy(each), *self._figures(each, letter, setting)),
            worded=self.engines.same_program,
        )
        if each.text is None or not each.intact:
            return proof
        if self.engines.same_program:
            proof = self._words(proof, each, compose(letter, setting))
        else:
            proof = _recipient(proof, each, letter, setting)
        return self._page(proof, each)

    def _setting(self) -> LetterSetting:
        company = self.company
        return LetterSetting(company.policy.creditor, company.templates, company.books.documents)

    def _policy(self, each: Exhibit) -> Iterator[Problem]:
        written = each.letter.policy_sha256
        content = (self.company.root / "relance.yaml").read_bytes()
        windows = content.replace(b"\n", b"\r\n")  # how such a machine may have read it
        if written and written not in (sha256(content), sha256(windows)):
            what = f"{each.letter.id} : la politique de sa base n'est pas celle qu'elle atteste"
            yield Problem(each.place(), what, _REMEDY)

    def _figures(self, each: Exhibit, letter: Letter, setting: LetterSetting) -> Iterator[Problem]:
        derived = recorded(letter, each.letter.path)
        complete = self.engines.same_program
        for found in figures.of_register(each.letter, derived, complete=complete):
            yield _told(each, found, each.place(found.invoice), "registre")
        if each.text is None:
            return
        try:
            written = yamlfile.front_matter(each.text, each.markdown)[0]
        except Refusal as refusal:
            yield from refusal.problems
            return
        for found in figures.of_file(written, _front(letter, setting)):
            yield _told(each, found, _line(each, found), "lettre")

    def _words(self, proof: Proof, each: Exhibit, derived: str) -> Proof:
        """The words of the letter: as derived, or by hand, a sum never changed."""
        assert each.text is not None
        diff = wording.difference(derived, each.text, PurePosixPath(each.markdown).name)
        lost, instead = wording.replaced_amounts(derived, each.text)
        problems = proof.problems
        if lost:
            what = f"{proof.letter.id} : montant changé à la main, {_listed(instead)}"
            what = f"{what} au lieu de {_listed(lost)}"
            problems = (*problems, Problem(Source(each.markdown), what, _REMEDY))
        return replace(proof, diff=diff, problems=problems)

    def _page(self, proof: Proof, each: Exhibit) -> Proof:
        """The PDF made again from the approved text, with the base's style and templates."""
        expected = each.letter.pdf_sha256
        if not (self.pages and self.engines.same and expected and each.text):
            return proof
        same = sha256(pdf.render(each.text, self.company.templates)) == expected
        if same:
            return replace(proof, pdf=True)
        what = f"{proof.letter.id} : le PDF refait de son texte n'est pas celui du registre"
        remedy = "comparez-les à l'œil ; une autre machine (Pango, HarfBuzz) donne d'autres octets"
        problem = Problem(Source(each.letter.path), what, remedy)
        return replace(proof, pdf=False, problems=(*proof.problems, problem))


def _front(letter: Letter, setting: LetterSetting) -> Facts:
    """The front matter as a file would say it."""
    written = yamlfile.dump(front(letter, setting.creditor, setting.documents))
    return yamlfile.front_matter(f"---\n{written}---\n\n")[0]


def _recipient(proof: Proof, each: Exhibit, letter: Letter, setting: LetterSetting) -> Proof:
    """Without the words of another version, whom the letter went to can still be compared."""
    written = yamlfile.front_matter(each.text or "", each.markdown)[0]
    found = tuple(figures.recipient(written, _front(letter, setting)))
    rows = [
        f"-destinataire {x.key} : {x.derived}\n+destinataire {x.key} : {x.written}\n" for x in found
    ]
    return replace(proof, diff="".join(rows))


def _told(each: Exhibit, found: Difference, where: Source, of: str) -> Problem:
    return Problem(where, f"{each.letter.id} ({of}), {found}", _REMEDY)


def _line(each: Exhibit, found: Difference) -> Source:
    """The line of the front matter that says so."""
    wanted = f"facture: {found.invoice}" if found.invoice else f"{found.key}:"
    rows = (each.text or "").splitlines()
    inside = (n for n, row in enumerate(rows, 1) if row.strip().startswith(wanted))
    return Source(each.markdown, next(inside, 0))


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)
