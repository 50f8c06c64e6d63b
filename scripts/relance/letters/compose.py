"""Letters as Markdown files: words, and beside them all that laying them out needs.

The words are in the templates of `letters/`; here they only meet the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ParamSpec, cast

from relance.claims.statement import Account, AccountStatement
from relance.decision.client_files import ClientFiles
from relance.decision.outcomes import Letter
from relance.ledger.company import Company
from relance.letters.client_facts import file_facts, statement_facts
from relance.letters.letter_facts import Facts, front
from relance.letters.mentions import NAME as MENTIONS
from relance.letters.mentions import mentions
from relance.letters.payment import links, quoted, transfer
from relance.letters.variables import call_sheet, variables
from relance.policy.settings import Creditor, PageSettings, Window
from relance.text import frontmatter, gsm, templates
from relance.text.templates import Escape
from relance.text.typography import FRENCH, as_printed, ordinary
from relance.values.facts import Client, Document
from relance.values.kinds import Channel
from relance.values.problem import Problem, Refusal, in_templates, refuse

P = ParamSpec("P")
CALL_SHEET, TEXT_MESSAGE, STATEMENT = "appel", "sms.txt", "_releve"
PROPOSAL = "proposition-echeancier"


@dataclass(frozen=True, slots=True)
class LetterSetting:
    """What all letters of a run share.

    `templates` is the folder `letters/`, `language` the name of its folder of templates for
    clients that have no language of their own, and for what stays in the house; `documents` are
    all the declared ones: each letter encloses its own copies of invoices. `page` says how
    sheets are laid out, `files` hold what account statements and call sheets say of a client.
    """

    creditor: Creditor
    templates: Path
    documents: tuple[Document, ...] = ()
    language: str = FRENCH
    page: PageSettings = field(default_factory=PageSettings)
    files: ClientFiles | None = None

    @property
    def folder(self) -> Path:
        """The templates of the language."""
        return self.templates / self.language

    def for_client(self, client: Client) -> LetterSetting:
        """The same, in the language that the client reads."""
        return replace(self, language=client.language or self.language)


def setting_of(company: Company) -> LetterSetting:
    """What the letters of a company share."""
    policy, documents = company.policy, company.books.documents
    files = ClientFiles(company.books, policy.terms)
    return LetterSetting(
        policy.creditor, company.templates, documents, policy.language, policy.page, files
    )


def compose(letter: Letter, setting: LetterSetting) -> str:
    """The letter as a whole Markdown file, in its client's language; the call sheet when it is
    only told by telephone.

    The same letter always gives the same text. Raises Refusal for the template's faults.
    """
    if letter.channels == (Channel.PHONE,):
        return compose_call_sheet(letter, setting)
    translated = setting.for_client(letter.client)
    annex = _statement(letter, translated) if letter.step.statement else ""
    return _composed(letter, translated, template_of(letter, translated), annex=annex)


def _statement(letter: Letter, setting: LetterSetting) -> str:
    """The account in the letter's currency, as the last page of a letter whose step asks it."""
    values: Facts = {"date": letter.date, "devise": letter.currency, "langue": setting.language}
    values |= {"annexe": True, "releve": statement_facts(_account(letter, setting))}
    return piece(STATEMENT, values, setting)


def _account(letter: Letter, setting: LetterSetting) -> AccountStatement:
    """The client's account in the letter's currency, since its oldest open invoice."""
    assert setting.files is not None, "a step asks for a statement of an account nobody knows"
    return setting.files.statement(Account(letter.client, letter.currency), letter.date)


def template_of(letter: Letter, setting: LetterSetting) -> str:
    """The name of a letter's template: the variant of its tone when the language has one."""
    variant = f"{letter.step.template}.{letter.tone}"
    exists = (setting.folder / f"{variant}.md").is_file()
    return variant if exists else letter.step.template


def compose_call_sheet(letter: Letter, setting: LetterSetting) -> str:
    """The sheet of whoever makes the call, a Markdown file to lay out like a letter.

    It is read in the house: it keeps the house's language, and says which one the client speaks.
    """
    return _composed(letter, setting, CALL_SHEET)


def compose_sms(letter: Letter, setting: LetterSetting) -> str:
    """The text message: the template's first version, of those between blank lines, that fits
    into a single one (see `gsm`), as it is written or else without the accents that cost.

    Nothing is cut: Refusal when even the last one is too long.
    """
    setting = setting.for_client(letter.client)
    path = setting.folder / TEXT_MESSAGE
    values = values_of(facts_of(letter, setting), letter, setting)
    text = templates.render(path, values, Escape.PLAIN)
    blocks = (" ".join(ordinary(version).split()) for version in re.split(r"\n\s*\n", text))
    versions = [version for version in blocks if version]
    for version in (*versions, *map(gsm.folded, versions)):
        if gsm.length(version).messages == 1:
            return version
    raise _too_long(path, letter, gsm.length(gsm.folded(versions[-1] if versions else "")))


def _too_long(path: Path, letter: Letter, length: gsm.Length) -> Refusal:
    limit, unit = (160, "caractères GSM") if length.gsm else (70, "caractères, hors alphabet GSM")
    what = (
        f"{letter.id} ({letter.client.label}) : le SMS dépasse {limit} {unit} ({length.units}) ;"
        f" il en ferait {length.messages}"
    )
    remedy = "ajouter à la fin du modèle une version plus courte"
    return Refusal([Problem(in_templates(path), what, remedy)])


def compose_proposal(letter: Letter, setting: LetterSetting, terms: Facts) -> str:
    """The letter that offers a payment plan; `terms` are `versements` (`numero`, `date`,
    `montant`), `interets` ("courent" or "abandonnes") and `grace`, in working days."""
    terms = {"proposition": terms, "virement": None}
    return _composed(letter, setting.for_client(letter.client), PROPOSAL, terms)


def compose_specimen(letter: Letter, setting: LetterSetting, name: str) -> str:
    """A made-up letter by the template `name`, which may name the window's measures."""
    return _composed(letter, setting, name, {"fenetre": _window(setting.page.window)})


def companions(letter: Letter, setting: LetterSetting) -> dict[str, str]:
    """What goes with the letter on its other channels, by the end of its file name."""
    texts = {}
    if Channel.PHONE in letter.channels and letter.channels != (Channel.PHONE,):
        texts["appel.md"] = compose_call_sheet(letter, setting)
    if Channel.SMS in letter.channels:
        texts["sms.txt"] = compose_sms(letter, setting)
    return texts


def faults(job: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> tuple[Problem, ...]:
    """What a job on a template refuses; nothing when it does its work."""
    try:
        job(*args, **kwargs)
    except Refusal as refusal:
        return refusal.problems
    return ()


def _composed(
    letter: Letter, setting: LetterSetting, name: str, more: Facts | None = None, annex: str = ""
) -> str:
    facts = facts_of(letter, setting) | (more or {})
    values = values_of(facts, letter, setting)
    if letter.states_account:
        account = _account(letter, setting)
        since = account.rows[0].date if account.rows else None
        values |= {"annexe": False, "depuis": since, "releve": statement_facts(account)}
    if name == CALL_SHEET:
        values |= call_sheet(letter, setting.language) | file_facts(letter, setting.files)
    return assemble(name, facts, values, setting, annex)


def facts_of(letter: Letter, setting: LetterSetting) -> Facts:
    """The front matter of a letter: its facts, how to pay, and what its page needs beside."""
    pay: Facts = {
        "virement": transfer(letter, setting.creditor, setting.page.code),
        "liens-paiement": list(links(letter)),
    }
    return front(letter, setting.creditor, setting.documents) | pay | sheet_facts(setting.page)


def sheet_facts(page: PageSettings) -> Facts:
    """The sheet's measures, said when they are not the usual ones, and its fold marks."""
    return {
        "fenetre": None if page.window == Window() else _window(page.window),
        "plis": page.folds or None,
    }


def _window(window: Window) -> dict[str, int]:
    return {
        "gauche": window.left,
        "haut": window.top,
        "largeur": window.width,
        "hauteur": window.height,
    }


def assemble(
    name: str, facts: Facts, values: Facts, setting: LetterSetting, annex: str = ""
) -> str:
    """The Markdown file that the template `name` makes: `facts` are what it says of itself,
    `values` what the template may name; `annex` follows its words."""
    values = _with_printed_names(values)
    heading = templates.heading(setting.folder / f"{name}.md", values)
    body = "\n\n".join(filter(None, (piece(name, values | heading, setting), annex)))
    head = {"relance": facts["relance"]} | heading | {"langue": setting.language} | facts
    return frontmatter.letter_file(_without_gaps(head), body)


def _with_printed_names(values: Facts) -> Facts:
    """The values of a template, whoever is named in them as print does; the front matter keeps
    what the books write."""
    people = {key: values[key] for key in _PEOPLE if isinstance(values.get(key), dict)}
    return values | {key: as_printed(cast("Facts", person)) for key, person in people.items()}


_PEOPLE = ("destinataire", "creancier", "debiteur")


def piece(name: str, values: Facts, setting: LetterSetting) -> str:
    """The Markdown that the template `name` makes, its front matter left out."""
    path = setting.folder / f"{name}.md"
    body = _tidy(templates.render(path, values, Escape.MARKDOWN))
    _check_tables(path, body)
    return body


_RULE = re.compile(r"\|[ :|-]*-[ :|-]*\|")


def _check_tables(path: Path, body: str) -> None:
    """Markdown takes a table glued to the line before it for text: the client would read its
    bars and dashes. Jinja removes the line feed after a block that ends a line."""
    lines = ["", "", *body.splitlines()]
    for above, head, rule in zip(lines, lines[1:], lines[2:], strict=False):
        if _RULE.fullmatch(rule.strip()) and head.strip() and above.strip():
            what = f"un tableau y suit une ligne sans blanc : « {above.strip()[:60]} »"
            remedy = "laissez une ligne vide avant ; pas de {% … %} en fin de ligne juste avant"
            raise refuse(in_templates(path).path, what, remedy)


def values_of(facts: Facts, letter: Letter, setting: LetterSetting) -> Facts:
    """The variables of a template, the legal sentences of that debtor and day among them."""
    sentences = mentions(setting.folder / MENTIONS, letter.client.debtor, letter.date)
    legal = {key.replace("-", "_"): sentence for key, sentence in sentences.items()}
    legal_values = {"langue": setting.language, "mentions": legal}
    legal_values["reference"] = quoted(letter, setting.creditor)
    return variables(facts, letter, setting.documents) | legal_values


def _without_gaps(facts: Facts) -> Facts:
    """The front matter without what there is nothing to say of."""
    return {
        key: _without_gaps(value) if isinstance(value, dict) else value
        for key, value in facts.items()
        if value is not None and value != []
    }


def _tidy(body: str) -> str:
    """One blank line at most between two blocks, none around the whole."""
    return re.sub(r"\n[ \t]*(?:\n[ \t]*)+\n", "\n\n", body).strip()
