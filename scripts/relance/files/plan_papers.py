"""A payment plan on paper: the letter that proposes it, the notes that keep it once accepted."""

from __future__ import annotations

from datetime import date

from relance.claims.claim import Claim
from relance.decision.outcomes import Letter, Line
from relance.files.paper_names import paper_name
from relance.files.plan_proposals import Proposal
from relance.ledger.company import Company
from relance.letters.compose import compose_proposal, setting_of
from relance.notes.note import NewNote, Value, naming, spells
from relance.paper import pdf
from relance.policy.settings import Step
from relance.text.writing import write_files
from relance.values.amounts import Money
from relance.values.kinds import Channel, NoteSort
from relance.values.problem import Problem, Refusal, Source

FOLDER = "out/propositions"
_LETTER = Step(name="proposition", after=0, channels=(Channel.POST,))


def files(proposal: Proposal, company: Company) -> dict[str, bytes]:
    """The letter that offers the plan, Markdown and PDF, by path from the company's folder.

    An earlier, different letter of that day to that client keeps its name: this one takes the
    next. The same proposal always has the same name. Raises `Refusal` for a fault of a template.
    """
    setting = setting_of(company)
    terms = _terms(proposal, company.policy.payment_plan.grace)
    markdown = compose_proposal(_letter(proposal), setting, terms)
    content = markdown.encode()
    client = paper_name(proposal.wish.client, company.books.clients)
    base = f"{FOLDER}/{proposal.date}-{client}"
    names = [base, *(f"{base}-{n}" for n in range(2, 100))]
    stem = next(name for name in names if _is_free(company, f"{name}.md", content))
    return {f"{stem}.md": content, f"{stem}.pdf": pdf.render(markdown, company.templates)}


def save(made: dict[str, bytes], company: Company) -> None:
    """Write files that are not there yet."""
    write_files(company.root, made)


def _is_free(company: Company, name: str, content: bytes) -> bool:
    path = company.root / name
    return not path.exists() or path.read_bytes() == content


def _terms(proposal: Proposal, grace: int) -> dict[str, object]:
    return {
        "versements": [
            {"numero": x.place, "date": x.due, "montant": x.amount} for x in proposal.instalments
        ],
        "interets": _interest_of(proposal),
        "grace": grace,
    }


def _interest_of(proposal: Proposal) -> str:
    """What becomes of interest while the plan is kept."""
    if proposal.wish.waived:
        return "abandonnes"
    return "courent" if proposal.bears_interest else "aucun"


def _letter(proposal: Proposal) -> Letter:
    client, day = proposal.wish.client, proposal.date
    return Letter(
        id=f"E{day:%Y%m%d}",
        date=day,
        client=client,
        currency=proposal.currency,
        step=_LETTER,
        rank=0,
        track="",
        channels=_LETTER.channels,
        lines=tuple(_line(claim, day) for claim in proposal.claims),
    )


def _line(claim: Claim, day: date) -> Line:
    late = (day - claim.due).days if claim.due else 0
    return Line(claim, None, 0, "", max(late, 0), demanded=True)


def notes(proposal: Proposal) -> tuple[NewNote, ...]:
    """The notes that keep an accepted plan, one per instalment, dated of the proposal's day."""
    links, named = _names(proposal)
    return tuple(
        NewNote(
            date=proposal.date,
            account=proposal.wish.client.account,
            text=_text(proposal, instalment.place),
            tags=(NoteSort.PAYMENT_PLAN.value,),
            links=links,
            metadata={
                **named,
                "echeance": instalment.due,
                "montant": Money(instalment.amount, proposal.currency),
            },
        )
        for instalment in proposal.instalments
    )


def _names(proposal: Proposal) -> tuple[tuple[str, ...], dict[str, Value]]:
    """The links that name the invoices, or the metadata when a link cannot spell the only one."""
    if not proposal.wish.invoices:
        return (), {}
    invoices = tuple(dict.fromkeys(claim.invoice or "" for claim in proposal.claims))
    if len(invoices) > 1 and (odd := [name for name in invoices if not spells(name)]):
        what = f"« {odd[0]} » ne s'écrit pas en lien, et une note ne nomme qu'une facture sans lien"
        raise Refusal([Problem(Source("--facture"), what, "un échéancier pour elle seule")])
    return naming(invoices)


def _text(proposal: Proposal, place: int) -> str:
    text = f"Échéancier accordé, {place} sur {len(proposal.instalments)}"
    return f"{text}, intérêts abandonnés s'il est tenu." if proposal.wish.waived else f"{text}."
