"""All templates of a folder tried on made-up papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from relance.letters.compose import LetterSetting
from relance.paper.print_jobs import PrintSetting
from relance.policy.settings import Policy
from relance.runs.enclosures import check_separator
from relance.sending.print_run import check_slip
from relance.specimens.papers import check_case_files, check_duplicate, check_statement
from relance.specimens.previews import check_templates
from relance.specimens.proofs import Proofs
from relance.text.locales import languages
from relance.values.problem import Problem


def template_faults(templates: Path, policy: Policy) -> Iterator[Problem]:
    """The faults of the templates of a folder (`letters/`), at last of those that no step names:
    litigation file, rectified duplicate, statement, enclosures, list of a print."""
    proofs = Proofs(templates)
    yield from check_templates(templates, policy, proofs)
    yield from check_case_files(LetterSetting(policy.creditor, templates))
    yield from check_duplicate(LetterSetting(policy.creditor, templates))
    for language in sorted({policy.language, *languages(templates)}):
        setting = LetterSetting(policy.creditor, templates, language=language)
        yield from check_statement(setting, proofs)
        yield from check_separator(setting)
        paper = PrintSetting(policy.creditor, templates, policy.dispatch, language)
        yield from check_slip(paper)
