"""What people dispatch themselves: letters to post, text messages, calls; as files of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from relance.git.repository import Repository
from relance.ledger.company import Company, text_of
from relance.paper import pdf
from relance.paper.assembly import Part, join
from relance.paper.print_jobs import PrintJob, PrintSetting
from relance.runs.enclosures import printable
from relance.sending.letterfile import page
from relance.sending.print_run import print_run
from relance.sending.sorting import Attempts, LetterFate, LetterVerdict
from relance.text.addresses import Unusable, e164
from relance.text.escapes import one_line
from relance.text.locales import french_date
from relance.text.typography import ordinary
from relance.text.writing import Cell, as_csv, unwritable
from relance.values.facts import Client
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, Source, Status

FOLDER = "out/envois"
_PARTIAL = ".relance-partiel"
_OURS = ("tirage.pdf", "bordereau.*", "sms.csv", "appels.*", "R*.eml")
SHEET, TEXT = "-appel.md", "-sms.txt"


@dataclass(frozen=True, slots=True)
class Hand:
    """A letter for a person to dispatch: where it goes, or in `trouble` why it cannot; `since` is
    the day its papers were first made, None when they are new."""

    verdict: LetterVerdict
    channel: Channel
    to: str = ""
    trouble: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Handouts:
    """The files of the day, by path relative to the company's folder, and what they hold."""

    files: dict[str, bytes]
    hands: tuple[Hand, ...]


def folder(day: date) -> str:
    """Where the files of a day lie."""
    return f"{FOLDER}/{day}"


def make_handouts(
    verdicts: Iterable[LetterVerdict],
    company: Company,
    repository: Repository,
    day: date,
    attempts: Attempts,
) -> Handouts:
    """The letters to post with their list, the text messages and the calls of a day; `attempts`
    tell what was in a person's hands already.

    What no fingerprint of the register attests is read only as committed.
    """
    ready = [
        (verdict, channel)
        for verdict in verdicts
        for channel in verdict.channels
        if verdict.fate is LetterFate.READY and channel is not Channel.EMAIL
    ]
    read = {
        path for verdict, channel in ready for path in _unattested(verdict, channel, company.root)
    }
    maker = _Maker(company, day, attempts, _unfit(repository, read))
    hands = [maker.hand(verdict, channel) for verdict, channel in ready]
    files = {f"{folder(day)}/{name}": content for name, content in maker.files()}
    return Handouts(files, tuple(hands))


def _unattested(verdict: LetterVerdict, channel: Channel, root: Path) -> tuple[str, ...]:
    """The files that a channel needs beside the letter's own."""
    stem = verdict.file.stem
    if channel is Channel.SMS:
        return (f"{stem}{TEXT}",)
    if channel is Channel.PHONE:
        sheet = f"{stem}{SHEET}"  # without one, the letter is the sheet
        return (sheet,) if (root / sheet).is_file() else ()
    return verdict.file.announced


def _unfit(repository: Repository, paths: Iterable[str]) -> dict[str, Problem]:
    """Those of the files that are not as committed, or lie outside."""
    try:
        repository.check_committed(paths)
    except Refusal as refusal:
        return {problem.source.path: problem for problem in refusal.problems}
    return {}


def write(files: dict[str, bytes], root: Path, day: date) -> None:
    """Write the files of a day anew: they are made from what git holds, and what an earlier run
    of the day made of letters noted since is removed. Refused (3) when the folder takes no
    writing, or when a symbolic link leads away from it."""
    here = root / folder(day)
    problems = [*_links(root, [folder(day), *files])]
    if problems:
        raise Refusal(problems, Status.REFUSED_STATE)
    made = [path for pattern in _OURS for path in here.glob(pattern)]
    try:
        for path in made:
            if path.relative_to(root).as_posix() not in files:
                path.unlink()
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            partial = root / folder(day) / _PARTIAL
            partial.unlink(missing_ok=True)
            partial.write_bytes(content)
            partial.replace(root / name)
    except OSError as error:
        raise Refusal([unwritable(error, folder(day))], Status.REFUSED_STATE) from None


def _links(root: Path, names: Iterable[str]) -> Iterator[Problem]:
    """The symbolic links on the way to these files: what is written or removed through them
    would be elsewhere."""
    ways = {up for name in names for up in (PurePosixPath(name), *PurePosixPath(name).parents)}
    for way in sorted(ways - {PurePosixPath()}):
        if (root / way).is_symlink():
            what = "c'est un lien symbolique : ce qui y serait écrit irait ailleurs"
            yield Problem(Source(str(way)), what, "supprimez le lien, puis relancez")


class _Maker:
    """Gathers, letter by letter, what each channel needs; `files` then makes it of all of them."""

    def __init__(
        self, company: Company, day: date, attempts: Attempts, unfit: Mapping[str, Problem]
    ) -> None:
        self._company = company
        self._day = day
        self._attempts = attempts
        self._unfit = unfit
        self._jobs: list[PrintJob] = []
        self._sheets: list[Part] = []
        self._texts: list[tuple[Cell, ...]] = []
        self._calls: list[tuple[Cell, ...]] = []

    def hand(self, verdict: LetterVerdict, channel: Channel) -> Hand:
        try:
            self._check(verdict, channel)
            match channel:
                case Channel.SMS:
                    to = self._text_message(verdict)
                case Channel.PHONE:
                    to = self._call(verdict)
                case _:
                    to = self._post(verdict, channel)
        except Unusable as unusable:
            return Hand(verdict, channel, trouble=str(unusable))
        except Refusal as refusal:  # a file that is gone, not as committed, or cannot be printed
            return Hand(verdict, channel, trouble=str(refusal.problems[0]))
        return Hand(verdict, channel, to, since=self._since(verdict, channel))

    def _check(self, verdict: LetterVerdict, channel: Channel) -> None:
        read = _unattested(verdict, channel, self._company.root)
        if problems := [self._unfit[path] for path in read if path in self._unfit]:
            raise Refusal(problems)

    def _since(self, verdict: LetterVerdict, channel: Channel) -> date | None:
        attempt = self._attempts.get((verdict.letter.id, channel))
        return attempt.day if attempt and attempt.fits(verdict.letter) else None

    def files(self) -> Iterator[tuple[str, bytes]]:
        for name, head, rows in (
            ("sms.csv", _TEXTS, self._texts),
            ("appels.csv", _CALLS, self._calls),
        ):
            if rows:
                yield name, as_csv(head, rows).encode()
        company = self._company
        if self._sheets:
            yield "appels.pdf", join(self._sheets, f"Appels du {french_date(self._day)}")
        policy = company.policy
        setting = PrintSetting(policy.creditor, company.templates, policy.dispatch, policy.language)
        yield from print_run(self._jobs, self._day, setting).files.items()

    def _post(self, verdict: LetterVerdict, channel: Channel) -> str:
        """Put the letter and its enclosures into the print run, unless an earlier day's had it:
        printed twice, it would be posted twice."""
        file, address = verdict.file, _address(verdict)
        whole = printable(page(self._company, file), file.front, self._company)
        since = self._since(verdict, channel)
        if since is None or since == self._day:
            registered = channel is Channel.REGISTERED
            job = PrintJob(verdict.letter.id, _addressee(verdict), address, registered, whole)
            self._jobs.append(job)
        return address[-1]

    def _text_message(self, verdict: LetterVerdict) -> str:
        number = e164(_phone(verdict.client), self._company.policy.calendar.country)
        text = text_of(self._company.root, f"{verdict.file.stem}{TEXT}")
        since = self._since(verdict, Channel.SMS)
        self._texts.append((verdict.letter.id, number, one_line(ordinary(text)), since))
        return number

    def _call(self, verdict: LetterVerdict) -> str:
        client, letter, stem = verdict.client, verdict.letter, verdict.file.stem
        phone = _phone(client)
        has_sheet = (self._company.root / f"{stem}{SHEET}").is_file()  # else the letter is it
        sheet = f"{stem}{SHEET if has_sheet else '.md'}"
        content = pdf.render(text_of(self._company.root, sheet), self._company.templates)
        self._sheets.append(Part(f"{letter.id} {_addressee(verdict)}", content))
        total = str(letter.total) if letter.total else ""
        who = (client.label, client.reader, phone, client.followed_by)
        since = self._since(verdict, Channel.PHONE)
        self._calls.append((letter.id, *who, total, sheet, since))
        return phone


_TEXTS = ("lettre", "numero", "texte", "remis-le")
_CALLS = ("lettre", "client", "contact", "telephone", "suivi-par", "total", "fiche", "remis-le")


def _address(verdict: LetterVerdict) -> tuple[str, ...]:
    """The address printed in the letter, which shows in the window of its envelope."""
    lines = _recipient(verdict).get("adresse")
    if not isinstance(lines, list) or not lines:
        raise Unusable("la lettre n'a pas d'adresse postale")
    return tuple(str(line) for line in lines)


def _phone(client: Client) -> str:
    if client.phone is None:
        raise Unusable(f"{client.label} n'a plus de téléphone")
    return client.phone


def _addressee(verdict: LetterVerdict) -> str:
    return str(_recipient(verdict).get("nom") or verdict.client.label)


def _recipient(verdict: LetterVerdict) -> Mapping[str, object]:
    recipient = verdict.file.front.get("destinataire")
    return recipient if isinstance(recipient, dict) else {}
