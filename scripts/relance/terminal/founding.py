"""The folder of a company made from the files that it has: accounting export, sheets, invoices,
statements. It appears whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from relance.imports import import_run, inbox, writing_out
from relance.imports.inbox import OwnForms
from relance.imports.prepared import ImportRequest, Prepared
from relance.incoming.invoice import Invoice, Party
from relance.ledger.company import POLICY
from relance.policy.importing import ImportSettings
from relance.policy.reader import read_policy
from relance.terminal.clock import today
from relance.terminal.creditor_entry import CreditorEntry
from relance.terminal.model_folder import ModelFolder
from relance.text.firms import bare, is_company_number, is_valid
from relance.values.problem import Problem, Refusal, Source, refuse

_FEC_NAME = re.compile(r"(\d{9})FEC\d{8}", re.IGNORECASE)  # the name that the law gives a FEC


@dataclass(frozen=True, slots=True)
class Founding:
    """The company to be made of files in `folder`, with its creditor, and the workflow files of
    its `forge`."""

    folder: Path
    paths: Sequence[Path]
    creditor: CreditorEntry
    forge: str = ""


def files_of(places: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named; `Refusal` (2) for what is not there."""
    return inbox.files_in([place.absolute() for place in places])


def found(founding: Founding, on_read: Callable[[str, int], None]) -> Prepared:
    """Make the folder of a company of its files, and say what the import did.

    Raises `Refusal`: when something lies there already, when nothing of the files can be taken
    (with what stands against each); nothing is left then.
    """
    folder = founding.folder
    if not is_free(folder):
        remedy = f"choisissez un dossier vide, ou : relance importer --dossier {folder}"
        raise refuse(str(folder), "ce dossier n'est pas vide", remedy)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".relance-init-", dir=folder.parent))
    try:
        prepared = _filled(draft, founding, on_read)
        if folder.exists():
            folder.rmdir()
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return prepared


def is_free(folder: Path) -> bool:
    """Whether a company can be made there."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _filled(draft: Path, founding: Founding, on_read: Callable[[str, int], None]) -> Prepared:
    paths = founding.paths
    ModelFolder(draft, founding.forge).write(founding.creditor)
    day = today(read_policy(draft / POLICY).calendar.timezone)
    request = ImportRequest(draft, tuple(paths), day, founding=True)
    prepared = import_run.prepare(request, paths, on_read)
    if not any(outcome.came for outcome in prepared.outcomes):
        faults = [fault for x in prepared.outcomes for fault in (*x.faults, *x.left, *x.remarks)]
        remedy = "donnez un FEC, des factures électroniques, des relevés de banque ou un tableau"
        what = "rien n'est à prendre dans ces fichiers"
        nothing = Problem(Source(str(paths[0] if paths else draft.parent)), what, remedy)
        raise Refusal(faults or [nothing])
    writing_out.write(prepared)
    return prepared


# ---------------------------------------------------------------- Who is owed


def creditor_of(paths: Iterable[Path]) -> CreditorEntry:
    """The seller of most invoices, and where they are paid; without any, the SIREN that the name
    of an accounting export begins with."""
    invoices: dict[str, list[Invoice]] = defaultdict(list)
    forms = OwnForms.of(ImportSettings())
    siren = ""
    for path in paths:
        if match := _FEC_NAME.match(path.name):
            siren = siren or match[1]
            continue
        for fact in inbox.read_file(path, path.parent, forms).facts:
            if isinstance(fact, Invoice) and fact.seller.name:
                invoices[fact.seller.siren or bare(fact.seller.name)].append(fact)
    if not invoices:
        return _entry(Party("", siren=siren))
    sold = max(invoices.values(), key=len)
    fullest = max((invoice.seller for invoice in sold), key=lambda seller: len(seller.address))
    ibans = Counter(iban for invoice in sold for iban in invoice.payment.ibans)
    return _entry(fullest, next((iban for iban, _ in ibans.most_common(1)), ""))


def _entry(party: Party, iban: str = "") -> CreditorEntry:
    """What the files say of a creditor, as far as it can be right."""
    vat = party.vat or ""
    return CreditorEntry(
        party.name,
        party.siren[:9] if is_company_number(party.siren) else "",
        tuple(party.address),
        iban if iban and is_valid("iban", iban) else "",
        party.email or "",
        vat=vat if vat and is_valid("eu.vat", vat) else "",
    )
