"""`sommaire.md`: what a run did, as people read it before they approve it.

It is also the text of the request for review: first what to look at, then the letters, what
changed, what waits, what comes next, how to decide. Never over `LIMIT`; its links are relative
to itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import PurePosixPath

from relance.claims.on_day import OnDay
from relance.claims.takeover import succeeded
from relance.decision import planwords
from relance.decision.outcomes import Plan
from relance.ledger.company import Company
from relance.outlook.tasks import at_a_glance
from relance.outlook.timeline import foresee
from relance.policy.step_settings import REMAINDER
from relance.runs.summary import attention, sections
from relance.runs.summary.alerts import alerts
from relance.runs.summary.arrivals import arrivals
from relance.runs.summary.changes import changes
from relance.runs.summary.folded_letters import Texts, in_full
from relance.runs.summary.text import LIMIT, SummarySection, fitted
from relance.runs.summary.waiting import waiting
from relance.text.escapes import quiet
from relance.text.frontmatter import front_matter
from relance.text.locales import french_date
from relance.values.issued import IssuedLetter, PendingLetter
from relance.values.kinds import Information
from relance.values.problem import Refusal

__all__ = ["LIMIT", "summarise"]

_AHEAD = 14  # days


def summarise(
    plan: Plan,
    company: Company,
    issued: Sequence[IssuedLetter],
    pending: Sequence[PendingLetter] = (),
    texts: Texts | None = None,
) -> str:
    """The summary of a run in Markdown; `issued` are the plan's letters with their paths,
    `pending` the letters of other branches, `texts` give the letters' files, which fill the room
    that all else leaves."""
    parts = _sections(plan, company, issued, pending)
    page = fitted(section for section in parts if section is not None)
    if texts is None or not plan.letters:
        return page
    room = LIMIT - len(page.encode()) - 1
    whole = in_full(plan.letters, texts, _folder(plan, issued), room)
    return f"{page}\n{whole}" if whole else page


def _sections(
    plan: Plan,
    company: Company,
    issued: Sequence[IssuedLetter],
    pending: Sequence[PendingLetter],
) -> Iterator[SummarySection | None]:
    policy = company.policy
    books = succeeded(company.books, policy.terms, plan.date)
    links = {x.id: PurePosixPath(x.path).with_suffix(".md").name for x in issued}
    first = alerts(plan, policy, books, _printed_iban(company, plan))
    yield SummarySection(f"{_title(plan)}\n\n{quiet(policy.creditor.name)}")
    yield attention.today(at_a_glance(_seen(plan, company, pending), plan))
    yield attention.unsettled(plan.unsettled)
    yield attention.undelivered([letter for letter in plan.undelivered if not letter.unnoted])
    yield attention.unnoted([letter for letter in plan.undelivered if letter.unnoted])
    yield attention.remainders(plan.remainders)
    yield attention.corrections([x for x in plan.corrections if not x.ready])
    yield attention.declarations(plan.declarations)
    yield sections.to_look_at(first, plan.warnings, links)
    yield attention.disputes([dispute for dispute in plan.disputes if dispute.alert])
    yield sections.totals(plan.letters, (*policy.steps, REMAINDER, *Information))
    yield sections.letters(plan.letters, links, _folder(plan, issued), with_pdf=policy.git.pdf)
    yield arrivals(plan.letters, links)
    yield _decide(plan, company, issued)
    yield sections.changed(changes(plan, books))
    yield from waiting(plan.waits, plan.date)
    yield _coming(plan, company, pending)
    yield sections.handovers(plan.handovers)


def _title(plan: Plan) -> str:
    """The first line, which is the request's own title."""
    states = plan.letters and all(letter.states_account for letter in plan.letters)
    what = "Relevés de compte" if states else "Relances"
    head = f"# {what} du {french_date(plan.date)}"
    if not plan.letters:
        return head
    return f"{head} : {planwords.counted(plan.letters)}"


def _folder(plan: Plan, issued: Sequence[IssuedLetter]) -> str:
    folders = [PurePosixPath(letter.path).parent.as_posix() for letter in issued]
    return folders[0] if folders else f"out/lettres/{plan.date}"


def _decide(plan: Plan, company: Company, issued: Sequence[IssuedLetter]) -> SummarySection | None:
    """How to approve, and how not to; nothing where letters go without a review."""
    template = company.policy.git.branch
    if not plan.letters or not template:
        return None
    branch = template.replace("{date}", PurePosixPath(_folder(plan, issued)).name)
    return SummarySection(
        f"""## Décider

- **Tout va bien** : fusionnez la demande, ou `relance approuver {branch}`. La fusion vaut \
approbation ; les lettres s'envoient ensuite.
- **Une lettre ne doit pas partir** : `relance retirer {plan.letters[0].id}` sur la branche, par \
exemple ; avec `--jusqu-au`, elle attend jusqu'à cette date.
- **Les livres ont changé depuis** : `relance rafraichir` sur la branche refait ce qui doit l'être.
- **Rien ne doit partir** : fermez la demande et supprimez la branche `{branch}`. Rien n'aura été \
émis ; corrigez la cause, et le prochain passage proposera de nouveau."""
    )


def _coming(
    plan: Plan, company: Company, pending: Sequence[PendingLetter]
) -> SummarySection | None:
    until = plan.date + timedelta(_AHEAD)
    timeline = foresee(_seen(plan, company, pending), until)
    events = [event for event in timeline.events if event.date > plan.date]
    command = f"`relance plan --au {plan.date} --jusqu-au {until}` les donne toutes"
    return sections.coming(events, french_date(until), command)


def _seen(plan: Plan, company: Company, pending: Sequence[PendingLetter]) -> OnDay:
    on = OnDay(company.policy, company.books, plan.date, tuple(pending))
    return on.foreseeing() if plan.foreseen else on


def _printed_iban(company: Company, plan: Plan) -> str | None:
    """The account that the last letter before this run printed, if its file is here."""
    past = [x for x in company.books.letters if x.date <= plan.date]
    for letter in sorted(past, key=lambda x: (x.date, x.id), reverse=True)[:1]:
        file = (company.root / letter.path).with_suffix(".md")
        if file.is_file():
            return _iban(file.read_text(encoding="utf-8", errors="replace"))
    return None


def _iban(text: str) -> str | None:
    try:
        creditor = front_matter(text)[0].get("creancier")
    except Refusal:  # a hand left it so: `verifier` tells
        return None
    return str(creditor["iban"]) if isinstance(creditor, dict) and "iban" in creditor else None
