"""The folder of a company made from the files that it has: accounting export, sheets, invoices,
statements. It appears whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from relance.imports import import_run, inbox, writing_out
from relance.imports.inbox import OwnForms
from relance.imports.prepared import ImportRequest, Prepared
from relance.incoming.invoice import Invoice, Party
from relance.ledger.company import POLICY
from relance.policy.creditor import PLACEHOLDER
from relance.policy.reader import read_policy
from relance.terminal.clock import today
from relance.terminal.model_folder import LEDGER, start
from relance.text.firms import bare, bears, is_company_number, is_valid
from relance.values.problem import Problem, Refusal, Source, refuse

_FORMS = ("SARL", "EURL", "SASU", "SAS", "SA", "SCI", "SNC", "EI")
_FEC_NAME = re.compile(r"(\d{9})FEC\d{8}", re.IGNORECASE)  # the name that the law gives a FEC
# Open long before whatever comes in, and to every currency.
_ACCOUNTS = """\
2000-01-01 open Actifs:Banque
2000-01-01 open Passifs:TVA-collectée
2000-01-01 open Produits:Ventes
"""


@dataclass(frozen=True, slots=True)
class FoundingParty:
    """Who the files say is owed, and the account that its invoices are paid to; "" for what none
    says."""

    party: Party
    iban: str = ""


def files_of(places: Sequence[Path]) -> list[Path]:
    """The files named, and those in the folders named; `Refusal` (2) for what is not there."""
    return inbox.files_in([place.absolute() for place in places])


def found(folder: Path, paths: Sequence[Path], on_read: Callable[[str, int], None]) -> Prepared:
    """Make the folder of a company of these files, and say what the import did.

    Raises `Refusal`: when something lies there already, when nothing of the files can be taken
    (with what stands against each); nothing is left then.
    """
    if not is_free(folder):
        remedy = f"choisissez un dossier vide, ou : relance importer --dossier {folder}"
        raise refuse(str(folder), "ce dossier n'est pas vide", remedy)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".relance-init-", dir=folder.parent))
    try:
        prepared = _filled(draft, paths, on_read)
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


def _filled(draft: Path, paths: Sequence[Path], on_read: Callable[[str, int], None]) -> Prepared:
    start(draft)
    top = draft / LEDGER
    head = top.read_text(encoding="utf-8").partition("\n2026-01-01 open ")[0]
    top.write_text(f"{head}\n{_ACCOUNTS}", encoding="utf-8")
    policy = draft / POLICY
    text = policy.read_text(encoding="utf-8")
    policy.write_text(with_creditor(text, _creditor(draft, paths)), encoding="utf-8")
    day = today(read_policy(policy).calendar.timezone)
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


def _creditor(root: Path, paths: Iterable[Path]) -> FoundingParty:
    """The seller of most invoices, and where they are paid; without any, the SIREN that the name
    of an accounting export begins with."""
    forms = OwnForms.of(read_policy(root / POLICY).importing)
    invoices: dict[str, list[Invoice]] = defaultdict(list)
    siren = ""
    for path in paths:
        if match := _FEC_NAME.match(path.name):
            siren = siren or match[1]
            continue
        for fact in inbox.read_file(path, root, forms).facts:
            if isinstance(fact, Invoice) and fact.seller.name:
                invoices[fact.seller.siren or bare(fact.seller.name)].append(fact)
    if not invoices:
        return FoundingParty(Party("", siren=siren))
    sold = max(invoices.values(), key=len)
    fullest = max((invoice.seller for invoice in sold), key=lambda seller: len(seller.address))
    ibans = Counter(iban for invoice in sold for iban in invoice.payment.ibans)
    return FoundingParty(fullest, next((iban for iban, _ in ibans.most_common(1)), ""))


def with_creditor(text: str, creditor: FoundingParty) -> str:
    """The model's policy with what is known of the creditor. The name stays the model's, which
    stops every letter, unless the address is known too."""
    head, mark, rest = text.partition("\ngrand-livre:")
    for key, value in _keys(creditor):
        block = r"(?:\n {4}.*)*" if key == "adresse" else ""
        line = f"  {key}: {json.dumps(value, ensure_ascii=False)}"
        place = re.search(rf"^  (?:# )?{key}:.*{block}", head, re.MULTILINE)
        if place:
            head = f"{head[: place.start()]}{line}{head[place.end() :]}"
    if PLACEHOLDER not in head:  # no file tells the form, unless the name bears it
        head = head.replace("  forme: SARL #", "  # forme: SARL #")
    return f"{head}{mark}{rest}"


def _keys(creditor: FoundingParty) -> Iterator[tuple[str, object]]:
    """The keys of the creditor that the files tell, as far as they can be right."""
    party = creditor.party
    if party.name and party.address:
        yield "nom", party.name
        yield "adresse", list(party.address)
        if form := next((form for form in _FORMS if bears(party.name, form)), ""):
            yield "forme", form
    if is_company_number(party.siren):
        yield "siren", party.siren[:9]
    if party.vat and is_valid("eu.vat", party.vat):
        yield "tva", party.vat
    if party.email:
        yield "courriel", party.email
    if creditor.iban and is_valid("iban", creditor.iban):
        yield "iban", creditor.iban
