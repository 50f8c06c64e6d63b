"""Letters as Markdown files: a front matter that alone suffices to lay them out, and a body.

The words are in the templates of `letters/`; here they only meet the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ParamSpec

from relance import yamlfile
from relance.clientfiles import ClientFiles
from relance.decision import Letter
from relance.letters import specimens, templates
from relance.letters.client_facts import file_facts, statement_facts
from relance.letters.facts import Facts, call_sheet, front, variables
from relance.letters.mentions import NAME as MENTIONS
from relance.letters.mentions import mentions
from relance.letters.templates import Escape
from relance.model import Channel, Document, Tone
from relance.pages import pdf
from relance.policy import Creditor, Policy
from relance.problem import Problem, Refusal, in_templates, refuse
from relance.statement import Account
from relance.typography import ordinary

P = ParamSpec("P")
CALL_SHEET, TEXT_MESSAGE, STATEMENT = "appel", "sms.txt", "_releve"
PROPOSAL = "proposition-echeancier"
SMS_LENGTH = 160


@dataclass(frozen=True, slots=True)
class LetterSetting:
    """What all letters of a run share.

    `templates` is the folder `letters/`, `language` the name of its folder of templates, and
    `documents` are all the declared ones: each letter encloses its own copies of invoices.
    `files` hold what account statements and call sheets say of a client.
    """

    creditor: Creditor
    templates: Path
    documents: tuple[Document, ...] = ()
    language: str = "fr"
    files: ClientFiles | None = None

    @property
    def folder(self) -> Path:
        """The templates of the language."""
        return self.templates / self.language


def compose(letter: Letter, setting: LetterSetting) -> str:
    """The letter as a whole Markdown file; the call sheet when it is only told by telephone.

    The same letter always gives the same text. Raises Refusal for the template's faults.
    """
    if letter.channels == (Channel.PHONE,):
        return _composed(letter, setting, CALL_SHEET)
    written = _composed(letter, setting, template_of(letter, setting))
    return f"{written}\n{_statement(letter, setting)}" if letter.step.statement else written


def _statement(letter: Letter, setting: LetterSetting) -> str:
    """The account in the letter's currency, as the last page of a letter whose step asks it."""
    assert setting.files is not None, "a step asks for a statement of an account nobody knows"
    found = setting.files.statement(Account(letter.client, letter.currency), letter.date)
    values: Facts = {"date": letter.date, "devise": letter.currency, "langue": setting.language}
    values |= {"annexe": True, "releve": statement_facts(found)}
    return piece(STATEMENT, values, setting) + "\n"


def template_of(letter: Letter, setting: LetterSetting) -> str:
    """The name of a letter's template: the variant of its tone when there is one."""
    variant = f"{letter.step.template}.{letter.tone}"
    exists = (setting.folder / f"{variant}.md").is_file()
    return variant if exists else letter.step.template


def compose_call_sheet(letter: Letter, setting: LetterSetting) -> str:
    """The sheet of whoever makes the call, a Markdown file to lay out like a letter."""
    return _composed(letter, setting, CALL_SHEET)


def compose_sms(letter: Letter, setting: LetterSetting) -> str:
    """The text message: the template's first version, of those between blank lines, that fits.

    Nothing is cut: Refusal when even the last one is over 160 characters.
    """
    path = setting.folder / TEXT_MESSAGE
    values = values_of(front(letter, setting.creditor, setting.documents), letter, setting)
    text = templates.render(path, values, Escape.PLAIN)
    versions = [" ".join(ordinary(version).split()) for version in re.split(r"\n\s*\n", text)]
    for version in filter(None, versions):
        if len(version) <= SMS_LENGTH:
            return version
    what = f"{letter.id} ({letter.client.label}) : le SMS dépasse {SMS_LENGTH} caractères"
    raise refuse(str(path), what, "ajouter à la fin du gabarit une version plus courte")


def compose_proposal(letter: Letter, setting: LetterSetting, terms: Facts) -> str:
    """The letter that offers a payment plan; `terms` are `versements` (`numero`, `date`,
    `montant`), `interets` ("courent" or "abandonnes") and `grace`, in working days."""
    return _composed(letter, setting, PROPOSAL, {"proposition": terms})


def companions(letter: Letter, setting: LetterSetting) -> dict[str, str]:
    """What goes with the letter on its other channels, by the end of its file name."""
    found = {}
    if Channel.PHONE in letter.channels and letter.channels != (Channel.PHONE,):
        found["appel.md"] = compose_call_sheet(letter, setting)
    if Channel.SMS in letter.channels:
        found["sms.txt"] = compose_sms(letter, setting)
    return found


def check_templates(folder: Path, policy: Policy) -> list[Problem]:
    """Every fault of the templates in `folder` (`letters/`), its page and its style sheet.

    Each step's template, the call sheet and the text message meet made-up letters, the fullest
    and the barest; those of the first step are laid out too.
    """
    written = [step for step in policy.steps.values() if Channel.FILE not in step.channels]
    made_up = [each for step in written for each in _in_every_tone(specimens.specimens(step))]
    if reminder := next((step for step in written if step.before_due), None):
        made_up.extend(specimens.reminders_of_instalments(reminder))
    copies, files = specimens.documents(), specimens.files()
    problems = [
        problem
        for letter, creditor in made_up
        for make in (compose, compose_call_sheet, compose_sms)
        for problem in faults(make, letter, LetterSetting(creditor, folder, copies, files=files))
    ]
    for letter, creditor in made_up[:1] + made_up[4:5]:
        setting = LetterSetting(creditor, folder, copies)
        problems += faults(compose_proposal, letter, setting, specimens.PROPOSAL)
    if not problems:
        setting = LetterSetting(policy.creditor, folder, copies, files=files)
        pages = (make(made_up[0][0], setting) for make in (compose, compose_call_sheet))
        problems = [problem for page in pages for problem in faults(pdf.render, page, folder)]
    return list(dict.fromkeys(problems))


def _in_every_tone(
    made_up: Iterable[tuple[Letter, Creditor]],
) -> Iterator[tuple[Letter, Creditor]]:
    for letter, creditor in made_up:
        yield from ((replace(letter, tone=tone), creditor) for tone in Tone)


def faults(job: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> tuple[Problem, ...]:
    """What a job on a template refuses; nothing when it does its work."""
    try:
        job(*args, **kwargs)
    except Refusal as refusal:
        return refusal.problems
    return ()


def _composed(letter: Letter, setting: LetterSetting, name: str, more: Facts | None = None) -> str:
    facts = front(letter, setting.creditor, setting.documents) | (more or {})
    values = values_of(facts, letter, setting)
    if name == CALL_SHEET:
        values |= call_sheet(letter) | file_facts(letter, setting.files)
    return assemble(name, facts, values, setting)


def assemble(name: str, facts: Facts, values: Facts, setting: LetterSetting) -> str:
    """The Markdown file that the template `name` makes: `facts` are its front matter, `values`
    what the template may name."""
    own = templates.heading(setting.folder / f"{name}.md", values)
    body = piece(name, values | own, setting)
    head = {"relance": facts["relance"]} | own | {"langue": setting.language} | facts
    return f"---\n{yamlfile.dump(_without_gaps(head))}---\n\n{body}\n"


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
    return variables(facts, letter, setting.documents) | {"mentions": legal}


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
