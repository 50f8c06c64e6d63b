"""One letter against what its base gives: figures, words, pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from relance.audit import contents
from relance.audit.rerun import Engines, Rerun
from relance.audit.verdict import Proof
from relance.decision.outcomes import Letter
from relance.decision.recording import recorded
from relance.ledger.company import Company, sha256
from relance.letters.compose import LetterSetting, compose, facts_of, setting_of
from relance.letters.letter_facts import Facts
from relance.paper.press import Job, Made
from relance.runs.comparison import differences, of_register, trail_of
from relance.runs.enclosures import readable
from relance.text import frontmatter
from relance.text.yamlfile import Trail
from relance.values.issued import IssuedLetter, Record
from relance.values.problem import Problem, Refusal, Source

_REMEDY = "relisez la lettre ; si elle est fausse, notez une #annulation (relance noter)"


@dataclass(frozen=True)
class AuditedLetter:
    """A letter as it stands: the register's words and places, the Markdown file beside it."""

    letter: IssuedLetter
    client: str
    records: tuple[Record, ...]
    text: str | None

    @property
    def markdown(self) -> str:
        """The path of its text."""
        return str(PurePosixPath(self.letter.path).with_suffix(".md"))

    @cached_property
    def _read(self) -> tuple[Facts, tuple[Problem, ...]]:
        try:
            return frontmatter.front_matter(self.text or "", self.markdown)[0], ()
        except Refusal as refusal:
            return {}, refusal.problems

    @property
    def front(self) -> Facts:
        """What its front matter says, nothing when it cannot be read."""
        return self._read[0]

    @property
    def unreadable(self) -> tuple[Problem, ...]:
        """Why its front matter cannot be read."""
        return self._read[1]

    @cached_property
    def as_laid_out(self) -> str:
        """Its text, laid out as this version does."""
        return frontmatter.relaid(self.text or "")

    @property
    def intact(self) -> bool:
        """Whether the file is the one that the register attests."""
        digest = self.letter.markdown_sha256
        return self.text is not None and digest in (None, sha256(self.text.encode()))

    def place(self, invoice: str | None = None) -> Source:
        """Where the register speaks of the letter, or of one of its claims."""
        for record in self.records:
            if record.sort == "relance" and invoice in record.invoices:
                return record.source
        return self.records[0].source if self.records else Source(self.letter.path)


class AuditedLetters:
    """What a company's folder holds of its letters."""

    def __init__(self, company: Company) -> None:
        self._root = company.root
        self._clients = {client.account: client.label for client in company.books.clients}
        self._records: dict[str, list[Record]] = defaultdict(list)
        for record in company.books.records:
            self._records[record.letter].append(record)

    def client(self, letter: IssuedLetter) -> str:
        """The name of whom it was written to."""
        return self._clients.get(letter.account, letter.account)

    def of(self, letter: IssuedLetter) -> AuditedLetter:
        """The letter's own line of the register first, then the others."""
        records = sorted(self._records[letter.id], key=lambda r: (r.sort != "lettre", r.source))
        path = self._root / Path(letter.path).with_suffix(".md")
        text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else None
        return AuditedLetter(letter, self.client(letter), tuple(records), text)


@dataclass(frozen=True, slots=True)
class Prover:
    """Compares the letters of one run with what its base gives.

    `company` is the base, loaded; `pages` whether PDFs are made again.
    """

    company: Company
    replayed: Rerun
    engines: Engines
    pages: bool

    def prove(self, audited: AuditedLetter) -> Proof:
        """The proof of one letter but for its PDF: of the plans it may come from, the one that
        fits best."""
        candidates = self.replayed.candidates(audited.letter)
        if not candidates:
            return Proof(audited.letter, audited.client, problems=(self._not_derived(audited),))
        proofs = [self._compared_with(audited, letter) for letter in candidates]
        return min(proofs, key=lambda proof: len(proof.problems))

    def _not_derived(self, audited: AuditedLetter) -> Problem:
        wait = self.replayed.wait(audited.letter)
        reason = f" : attente {wait.code}, {wait.reason}" if wait else ""
        what = f"{audited.letter.id} : les livres de sa base ne donnent pas cette lettre{reason}"
        return Problem(audited.place(), what, _REMEDY)

    def _compared_with(self, audited: AuditedLetter, letter: Letter) -> Proof:
        derived = self._derived(letter)
        same = derived is not None and derived == audited.as_laid_out
        front = {} if same else self._front(letter, derived)
        problems = [*self._policy(audited), *self._register(audited, letter)]
        if audited.text is not None and not same:  # else its front matter is the derived one
            problems += _file(audited, front)
        proof = Proof(
            audited.letter,
            audited.client,
            remarks=tuple(self._remarks(derived)),
            problems=tuple(problems),
            worded=derived is not None,
        )
        if not audited.intact or audited.unreadable:
            return proof
        if derived is None:
            # The words of another version are not compared: whom the letter went to can be.
            diff = contents.recipient(audited.front, front)
            return replace(_summed(proof, audited, self._sums(letter, front)), diff=diff)
        return proof if same else _retouched(proof, audited, derived)

    def _derived(self, letter: Letter) -> str | None:
        """The whole text, if its words are those of this version."""
        return self._composed(letter) if self.engines.same_program else None

    def _composed(self, letter: Letter) -> str | None:
        """Its text in this version's words; None when it cannot read the base's templates."""
        try:
            return compose(letter, self._setting(letter))
        except Refusal:
            return None

    def _sums(self, letter: Letter, front: Facts) -> contents.Sums:
        """The amounts that a letter of another version may tell."""
        text = self._composed(letter)
        return contents.Sums(letter, front, frontmatter.front_matter(text)[1] if text else "")

    def _setting(self, letter: Letter) -> LetterSetting:
        """As a run composes it: copies that cannot be read are not announced."""
        return setting_of(readable([letter], self.company).company)

    def _remarks(self, derived: str | None) -> Iterator[str]:
        if not self.engines.same:
            yield str(self.engines)
        if derived is None and self.engines.same_program:
            yield "modèles de sa base illisibles par cette version"

    def _front(self, letter: Letter, derived: str | None) -> Facts:
        """The front matter as a file would say it."""
        if derived is None:
            facts = frontmatter.dump(facts_of(letter, self._setting(letter)))
            derived = f"---\n{facts}---\n\n"
        return frontmatter.front_matter(derived)[0]

    def _policy(self, audited: AuditedLetter) -> Iterator[Problem]:
        written = audited.letter.policy_sha256
        content = (self.company.root / "relance.yaml").read_bytes()
        windows = content.replace(b"\n", b"\r\n")  # how such a machine may have read it
        if written and written not in (sha256(content), sha256(windows)):
            what = f"{audited.letter.id} : la politique de sa base n'est pas celle qu'elle atteste"
            yield Problem(audited.place(), what, _REMEDY)

    def _register(self, audited: AuditedLetter, letter: Letter) -> Iterator[Problem]:
        written = of_register(audited.letter, complete=self.engines.same_program)
        right = of_register(recorded(letter, audited.letter.path))
        for difference in differences(written, right):
            place = audited.place(difference.claim.invoice if difference.claim else None)
            what = f"{audited.letter.id} (registre), {contents.in_words(difference, 'citée')}"
            yield Problem(place, what, _REMEDY)

    def page(self, proof: Proof, audited: AuditedLetter) -> Job | None:
        """The approved text to be laid out again with the base's style and templates; None when
        there is no page to compare, or another program made it."""
        letter, whole = audited.letter, audited.intact and not audited.unreadable
        comparable = proof.worded and bool(self.replayed.candidates(letter))
        if not (self.pages and self.engines.same and comparable and whole and letter.pdf_sha256):
            return None
        return Job(letter.id, audited.client, audited.text) if audited.text else None


def printed(proof: Proof, made: Made) -> Proof:
    """The proof, with what the page made again tells."""
    if made.problems:
        return replace(proof, pdf=False, problems=(*proof.problems, *made.problems))
    if sha256(made.page) == proof.letter.pdf_sha256:
        return replace(proof, pdf=True)
    what = f"{proof.letter.id} : le PDF refait de son texte n'est pas celui du registre"
    remedy = "comparez-les à l'œil ; une autre machine (Pango, HarfBuzz) donne d'autres octets"
    problem = Problem(Source(proof.letter.path), what, remedy)
    return replace(proof, pdf=False, problems=(*proof.problems, problem))


def _file(audited: AuditedLetter, derived: Facts) -> Iterator[Problem]:
    """The figures of the letter's own front matter."""
    if audited.unreadable:
        yield from audited.unreadable
        return
    for difference in contents.of_front(audited.front, derived):
        what = f"{audited.letter.id} (lettre), {contents.in_words(difference, 'facture')}"
        yield Problem(_place(audited, trail_of(difference, audited.front)), what, _REMEDY)


def _retouched(proof: Proof, audited: AuditedLetter, derived: str) -> Proof:
    """The words of a letter retouched by hand: a sum may not have changed."""
    written = audited.as_laid_out
    diff = contents.difference(derived, written, PurePosixPath(audited.markdown).name)
    words = (frontmatter.front_matter(text)[1] for text in (derived, written))
    lost, instead = contents.replaced_amounts(*words)
    if not lost:
        return replace(proof, diff=diff)
    what = f"{proof.letter.id} : montant changé à la main, {', '.join(instead)}"
    problem = Problem(Source(audited.markdown), f"{what} au lieu de {', '.join(lost)}", _REMEDY)
    return replace(proof, diff=diff, problems=(*proof.problems, problem))


def _summed(proof: Proof, audited: AuditedLetter, sums: contents.Sums) -> Proof:
    """Words of another version are not compared: its sums must still be those of its books."""
    text = audited.text or ""
    body = frontmatter.front_matter(text, audited.markdown)[1]
    above = frontmatter.lines_above(text)
    problems = []
    for line, amount in sums.foreign(audited.front, body):
        what = f"{proof.letter.id} : « {amount} » n'est aucun montant de ses livres"
        place = Source(audited.markdown, above + line) if line else _place(audited, ("objet",))
        problems.append(Problem(place, what, _REMEDY))
    return replace(proof, problems=(*proof.problems, *dict.fromkeys(problems)))


def _place(audited: AuditedLetter, trail: Trail) -> Source:
    """The line of its file that says so."""
    document, _ = frontmatter.front_document(audited.text or "", audited.markdown)
    return Source(audited.markdown, document.place(trail).line)
