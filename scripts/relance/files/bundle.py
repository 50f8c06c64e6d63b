"""The folder of a litigation file: sheets, exhibits, data, checksums, one PDF and one archive.

The same books give the same bytes: nothing in it tells when it was made but its date.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path, PurePosixPath

from relance.files import data
from relance.files.case_sheets import CaseSheet, divider, sheets
from relance.files.case_sheets import contents as contents_sheet
from relance.files.casefile import CaseFile
from relance.files.exhibits import CaseExhibit
from relance.files.paper_names import paper_name
from relance.ledger.company import Company, sha256
from relance.letters.compose import LetterSetting, setting_of
from relance.letters.letter_facts import Facts
from relance.paper import pdf
from relance.paper.assembly import Part, join, page_count
from relance.paper.examination import PDF, Paper, a4_pages, limits_of
from relance.paper.folios import numbered
from relance.text.writing import slug, write_files
from relance.values.issued import IssuedLetter
from relance.values.problem import Problem, Refusal, Source, Status, refuse

FOLDER = "out/dossiers"
SUMS, WHOLE = "SHA256SUMS", "dossier.pdf"
_LAID_OUT = {".pdf": PDF, ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of the folder by their path in it, and the archive of them all."""

    folder: str
    files: Mapping[str, bytes]
    archive: bytes
    warnings: tuple[Problem, ...] = ()

    @property
    def archive_path(self) -> str:
        """Beside the folder, named by client and day."""
        path = PurePosixPath(self.folder)
        return f"{path.parent}/{path.parent.name}-{path.name}.zip"


@dataclass(frozen=True, slots=True)
class _Content:
    """The bytes of an exhibit; its pages, or why there are none."""

    exhibit: CaseExhibit
    file: bytes | None
    pages: bytes | None = None
    fault: str = ""


def make_bundle(case: CaseFile, company: Company, *, dividers: bool = False) -> Bundle:
    """Everything of the file; with `dividers` a sheet before each exhibit. Raises `Refusal` for
    the templates' faults."""
    setting = setting_of(company)
    contents = [_read(exhibit, company) for exhibit in case.exhibits]
    unjoined: Facts = {str(c.exhibit.number): c.fault for c in contents if c.fault}
    files = _sheets_and_pdf(case, setting, contents, unjoined, dividers=dividers)
    files |= _data(case, setting)
    for content in contents:
        if content.file is not None:
            files[f"pieces/{_file_name(content.exhibit)}"] = content.file
    files[SUMS] = _sums(files).encode()
    client = paper_name(case.client, company.books.clients)
    folder, name = f"{FOLDER}/{client}/{case.day}", f"{client}-{case.day}"
    return Bundle(folder, files, _archive(files, name, case.day), tuple(_warnings(contents)))


def _sheets_and_pdf(
    case: CaseFile,
    setting: LetterSetting,
    contents: Sequence[_Content],
    unjoined: Facts,
    *,
    dividers: bool,
) -> dict[str, bytes]:
    made = [*sheets(case, setting, unjoined)]
    files = {f"textes/{sheet.name}.md": sheet.markdown.encode() for sheet in made}
    parts = [Part(sheet.title, pdf.render(sheet.markdown, setting.templates)) for sheet in made]
    stamps = [""] * len(parts)
    for content in contents:
        sheet = divider(case, content.exhibit, setting, unjoined)
        pages = content.pages
        if pages is None or dividers:  # what cannot be laid out is said on its sheet
            before = Part(sheet.title, pdf.render(sheet.markdown, setting.templates))
            pages = join([before, *([Part(sheet.title, pages)] if pages else [])])
        parts.append(Part(sheet.title, pages))
        stamps.append(sheet.title)
    if table := _contents(case, setting, unjoined, parts):
        files[f"textes/{table[0].name}.md"] = table[0].markdown.encode()
        parts.insert(1, table[1])
        stamps.insert(1, "")
    return {WHOLE: numbered(parts, stamps, parts[0].title)} | files


def _contents(
    case: CaseFile, setting: LetterSetting, unjoined: Facts, parts: Sequence[Part]
) -> tuple[CaseSheet, Part] | None:
    """The table of contents, to stand after the first part: laid out once to know its own pages,
    then with those that follow counted after them."""
    counts = [page_count(part.pdf, part.title) for part in parts]
    length = 1
    while True:
        starts = [1, *accumulate(counts[1:-1], initial=1 + counts[0] + length)]
        places = [(part.title, start) for part, start in zip(parts, starts, strict=True)]
        sheet = contents_sheet(case, setting, unjoined, places)
        if sheet is None:
            return None
        made = Part(sheet.title, pdf.render(sheet.markdown, setting.templates))
        if (pages := page_count(made.pdf, made.title)) == length:
            return sheet, made
        length = pages


def _data(case: CaseFile, setting: LetterSetting) -> dict[str, bytes]:
    files = {
        "donnees/chronologie.csv": data.chronology_csv(case),
        "donnees/bordereau.csv": data.exhibits_csv(case),
    }
    for account in case.accounts:
        if account.due:
            currency = account.currency.lower()
            claim = data.claim_data(case, account, setting)
            files[f"donnees/decompte-{currency}.csv"] = data.account_csv(account)
            files[f"donnees/saisine-{currency}.json"] = data.as_json(claim)
            files[f"donnees/saisine-{currency}.csv"] = data.claim_csv(claim)
    return {name: text.encode() for name, text in files.items()}


# ---------------------------------------------------------------- Exhibits


def _read(exhibit: CaseExhibit, company: Company) -> _Content:
    path = company.root / exhibit.path
    if not path.is_file():
        return _Content(exhibit, None, fault="introuvable")
    content = path.read_bytes()
    fault = "modifiee" if exhibit.is_letter and _altered(exhibit.letter, path, content) else ""
    try:
        pages = _laid_out(exhibit, content, company)
    except Refusal:
        return _Content(exhibit, content, fault=fault or "illisible")
    return _Content(exhibit, content, pages, fault or ("" if pages else "format"))


def _altered(letter: IssuedLetter | None, path: Path, content: bytes) -> bool:
    """Whether a letter is no more the one that the register vouches for."""
    if letter is None:
        return False
    attested = letter.pdf_sha256 if path.suffix == ".pdf" else letter.markdown_sha256
    return attested is not None and attested != sha256(content)


def _laid_out(exhibit: CaseExhibit, content: bytes, company: Company) -> bytes | None:
    """The pages of a file on A4; None for a sort of file that has none."""
    kind = PurePosixPath(exhibit.path).suffix.lower()
    if kind in _LAID_OUT:
        paper = Paper(exhibit.path, _LAID_OUT[kind], content)
        return a4_pages(paper, limits_of(company.policy))
    if kind == ".md" and exhibit.is_letter:
        return pdf.render(content.decode(errors="replace"), company.templates)
    return None


def _file_name(exhibit: CaseExhibit) -> str:
    path = PurePosixPath(exhibit.path)
    return f"piece-{exhibit.number:02}-{slug(exhibit.sort)}-{slug(path.stem)}{path.suffix.lower()}"


_FAULTS = {
    "introuvable": ("le fichier a disparu", "rétablissez-le (git)"),
    "modifiee": ("n'est plus la lettre du registre", "relance audit dit ce qui a changé"),
    "illisible": ("ne peut pas être mis en page : fichier joint tel quel", "enregistrez-le en PDF"),
    "format": ("ne peut pas être mis en page : fichier joint tel quel", "enregistrez-le en PDF"),
}


def _warnings(contents: Iterable[_Content]) -> Iterator[Problem]:
    for exhibit, fault in ((content.exhibit, content.fault) for content in contents):
        if fault:
            what, remedy = _FAULTS[fault]
            yield Problem(Source(exhibit.path), f"pièce n° {exhibit.number} : {what}", remedy)


# ---------------------------------------------------------------- Checksums, archive, disk


def _sums(files: Mapping[str, bytes]) -> str:
    """As `sha256sum --check` reads it."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files))


def _archive(files: Mapping[str, bytes], name: str, day: date) -> bytes:
    """The same files always give the same archive: sorted, all of the file's day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(
                f"{name}/{path}", (max(day.year, 1980), day.month, day.day, 0, 0, 0)
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # whatever machine writes it
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return target.getvalue()


def write_bundle(bundle: Bundle, root: Path) -> None:
    """Put the folder in the place of its earlier state.

    Only files that bear the checksum we wrote are replaced or removed. Raises `Refusal`, and
    writes nothing, when one was changed by hand or is not ours.
    """
    folder = root / bundle.folder
    ours = _ours(folder)
    changed = [
        Problem(
            Source(f"{bundle.folder}/{name}"),
            "ce fichier n'est plus celui que le dossier avait écrit",
            "renommez le dossier pour le garder, ou supprimez-le pour le refaire",
        )
        for name in sorted({*ours, *bundle.files} - {SUMS})
        if (folder / name).is_file()
        and sha256((folder / name).read_bytes()) != ours.get(name)
        and (folder / name).read_bytes() != bundle.files.get(name)
    ]
    if changed:
        raise Refusal(changed, Status.REFUSED_STATE)
    for name in ours.keys() - bundle.files.keys():
        (folder / name).unlink(missing_ok=True)
    write_files(folder, bundle.files)
    write_files(root, {bundle.archive_path: bundle.archive})


def _ours(folder: Path) -> dict[str, str]:
    """The checksums of an earlier run; paths that lead out of the folder are nobody's."""
    path = folder / SUMS
    if not path.is_file():
        return {}
    lines = (line.partition("  ") for line in path.read_text("utf-8").splitlines())
    sums = {name: digest for digest, _, name in lines}
    root = folder.resolve()
    if any(not (folder / name).resolve().is_relative_to(root) for name in sums):
        raise refuse(str(path), "ce fichier a été changé", "supprimez le dossier pour le refaire")
    return sums
