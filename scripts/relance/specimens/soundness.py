"""The one list of what is wrong with a company's folder: whatever `verifier` calls a fault,
`emettre`, `--dossiers` and `envoyer` refuse, in the same words and before anything is written.

Faults of the policy and of the books come first of all, alone, as these are read. Trying every
template takes seconds: that a folder's templates have no fault is remembered in its git directory,
by all that the trial depends on.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from platform import python_version

from relance.git.repository import Repository
from relance.ledger.columns import lines_below, placed
from relance.ledger.company import Company
from relance.paper.page_cache import Assets, Store, libraries
from relance.runs import conditions, register_check
from relance.runs.original_check import check_originals
from relance.values.problem import Problem, Refusal
from relance.values.source_print import source_print

# The sections of a policy that a template can see: of the others, trials know the made-up firm's.
_SEEN = frozenset({"creditor", "steps", "interest", "dispatch", "language", "page"})
_SOUND = b"aucune faute"


def sound(company: Company) -> Company:
    """The company itself, for what issues or sends. Raises `Refusal` with all its `faults`."""
    if problems := faults(company):
        raise Refusal(problems)
    return company


def faults(company: Company) -> list[Problem]:
    """All that is wrong with a company's folder, each fault once: its templates, what is soon seen
    (`conditions.unready`), every letter that is no longer what the register attests, every merged
    register that lost something, every original that says otherwise than its entry."""
    problems = [
        *_of_templates(company),
        *conditions.unready(company),
        *register_check.faults(company),
        *check_originals(company).faults,
    ]
    return list(dict.fromkeys(placed(problems, lines_below(company.root)))) if problems else []


def _of_templates(company: Company) -> list[Problem]:
    store, key = store_of(company), _key(company)
    if store and store.get(key) == _SOUND:
        return []
    from relance.specimens import made_up_company
    from relance.specimens.template_trials import template_faults

    seen = {section: getattr(company.policy, section) for section in _SEEN}
    policy = made_up_company.company().policy.model_copy(update=seen)
    problems = list(template_faults(company.templates, policy))
    if store and not problems:
        store.put(key, _SOUND)
    return problems


def store_of(company: Company) -> Store | None:
    """Where it is remembered; nowhere outside git."""
    try:
        return Store(Repository.at(company.root).pages)
    except Refusal:
        return None


def _key(company: Company) -> str:
    """The fingerprint of all that a trial depends on: templates, policy, program and libraries."""
    # Without warnings: a rate writes itself otherwise than it is held.
    policy = company.policy.model_dump_json(include=set(_SEEN), warnings=False)
    read_by = [version(name) for name in ("babel", "ruamel.yaml")]
    made_with = (python_version(), source_print(), *read_by, *libraries().values())
    parts = [Assets.of(company.templates).digest, policy, *made_with]
    return sha256("\0".join(parts).encode()).hexdigest()
