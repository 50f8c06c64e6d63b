"""Every template met by made-up letters: to check them all, and to look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path

from relance.decision.outcomes import Letter
from relance.decision.steps import INSTALMENT_LETTER
from relance.letters.compose import (
    CALL_SHEET,
    PROPOSAL,
    TEXT_MESSAGE,
    LetterSetting,
    compose,
    compose_call_sheet,
    compose_proposal,
    compose_sms,
    compose_specimen,
    faults,
    template_of,
)
from relance.letters.declaration_letter import TEMPLATE as DECLARATION
from relance.letters.declaration_letter import compose_declaration
from relance.paper import pdf
from relance.policy.settings import Creditor, Policy, Step
from relance.policy.step_settings import APART
from relance.specimens import informing, made_up_company, reminders
from relance.specimens.papers import declarations
from relance.specimens.proofs import Proofs
from relance.text.locales import languages
from relance.text.typography import FRENCH
from relance.values.kinds import Channel, DebtorType, Information, RemainderRule, Tone
from relance.values.problem import Problem, Refusal

_BARE = "minimal"
_SHOWN = (DebtorType.PROFESSIONAL.value, _BARE)


class PreviewForm(Enum):
    """What a preview's text becomes: a page, the mail that brings it, or a text message."""

    PAGE = "page"
    MAIL = "courriel"
    TEXT = "sms"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a template makes of a made-up letter; `name` is « fr/relance-1.doux-professionnel ».

    `main` leaves out the debtors whose page differs in nothing that is worth a look.
    """

    name: str
    make: Callable[[], str]
    main: bool = True
    form: PreviewForm = PreviewForm.PAGE


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where previews are composed: the templates of a language, for the firm's own creditor and
    sheet where it is `shown`, for made-up ones else."""

    folder: Path
    language: str
    shown: Policy | None = None

    def setting(self, creditor: Creditor) -> LetterSetting:
        """How letters are composed there; `creditor` is the made-up one."""
        setting = LetterSetting(
            creditor,
            self.folder,
            made_up_company.documents(),
            self.language,
            files=made_up_company.files(),
        )
        if self.shown is None:
            return setting
        return replace(setting, creditor=self.shown.creditor, page=self.shown.page)

    def has(self, name: str) -> bool:
        """Whether the language has this template."""
        return (self.folder / self.language / f"{name}.md").is_file()


def previews(folder: Path, policy: Policy, *, firm: bool = False) -> Iterator[Preview]:
    """Every template of `folder` (`letters/`) that the policy's steps can need, language by
    language, with a made-up client of each type and one of whom next to nothing is known; from
    the policy's creditor when `firm`, else from made-up ones, known and unknown."""
    steps = [step for step in policy.steps.values() if step.name not in APART]
    written = [step for step in steps if Channel.FILE not in step.channels]
    for language in sorted({policy.language, *languages(folder)}):
        desk = _Desk(folder, language, policy if firm else None)
        for step in written:
            yield from _of_step(step, desk)
        if reminder := next((step for step in written if step.before_due), None):
            yield from _of_instalments(reminder, desk)
        step = policy.remainder_step
        asked = policy.interest.remainder is RemainderRule.REMIND
        if asked or desk.has(step.template):
            yield from _special(reminders.remainders(step), step, desk)
        yield from _informing(policy, desk)
        if written:
            yield from _apart(written[-1], desk)


def _of_step(step: Step, desk: _Desk) -> Iterator[Preview]:
    """The letters of a step: one per debtor, and per tone that has words of its own."""
    for letter, creditor in reminders.specimens(step):
        setting = desk.setting(creditor)
        who = _who(letter)
        main = who in _SHOWN or step.formal_notice
        in_tones = (replace(letter, tone=tone) for tone in Tone)
        for name, letter_in_tone in {
            template_of(toned, setting): toned for toned in in_tones
        }.items():
            make = partial(_letter, letter_in_tone, setting, name)
            yield Preview(f"{desk.language}/{name}-{who}", make, main)
            if Channel.EMAIL in step.channels:
                mail = f"{desk.language}/{PreviewForm.MAIL.value}-{name}-{who}"
                yield Preview(mail, make, main, PreviewForm.MAIL)
        other = f"{step.name}-{who}"
        sheet = f"{desk.language}/{CALL_SHEET}-{other}"
        yield Preview(sheet, partial(compose_call_sheet, letter, setting), who in _SHOWN)
        yield _message(other, letter, setting)


def _letter(letter: Letter, setting: LetterSetting, name: str) -> str:
    """The letter of that template, also where a step is only told by telephone."""
    by_phone = letter.channels == (Channel.PHONE,) and name != CALL_SHEET
    return compose(replace(letter, channels=(Channel.EMAIL,)) if by_phone else letter, setting)


def _message(other: str, letter: Letter, setting: LetterSetting) -> Preview:
    name = f"{setting.language}/{Path(TEXT_MESSAGE).stem}-{other}"
    make = partial(compose_sms, letter, setting)
    return Preview(name, make, _who(letter) in _SHOWN, PreviewForm.TEXT)


def _who(letter: Letter) -> str:
    debtor = letter.client.debtor
    return debtor.value if debtor else _BARE


def _of_instalments(step: Step, desk: _Desk) -> Iterator[Preview]:
    for letter, creditor in reminders.reminders_of_instalments(step):
        setting = desk.setting(creditor)
        other = f"{INSTALMENT_LETTER}-{_who(letter)}"
        main = _who(letter) in _SHOWN
        yield Preview(f"{desk.language}/{other}", partial(compose, letter, setting), main)
        sheet = f"{desk.language}/{CALL_SHEET}-{other}"
        yield Preview(sheet, partial(compose_call_sheet, letter, setting), main)
        yield _message(other, letter, setting)


def _informing(policy: Policy, desk: _Desk) -> Iterator[Preview]:
    """The letters that ask for nothing: those that the policy sends, or that have a template."""
    step = policy.information_step(Information.THANKS)
    if policy.thanks or desk.has(step.template):
        yield from _special(informing.thanks(step), step, desk)
    step = policy.information_step(Information.CORRECTION)
    if policy.correction or desk.has(step.template):
        yield from _special(informing.corrections(step), step, desk)


def _special(
    letters: Iterable[tuple[Letter, Creditor]], step: Step, desk: _Desk
) -> Iterator[Preview]:
    """The letters of a step to which no track leads."""
    for letter, creditor in letters:
        setting = desk.setting(creditor)
        name = f"{desk.language}/{step.template}-{_who(letter)}"
        yield Preview(name, partial(compose, letter, setting), _who(letter) in _SHOWN)


def _apart(step: Step, desk: _Desk) -> Iterator[Preview]:
    """The offer of a payment plan, to the fullest and the barest client; the declaration."""
    for letter, creditor in reminders.specimens(step):
        if _who(letter) in _SHOWN:
            setting = desk.setting(creditor)
            make = partial(compose_proposal, letter, setting, reminders.proposal(letter))
            yield Preview(f"{desk.language}/{PROPOSAL}-{_who(letter)}", make)
    if desk.language == FRENCH and desk.has(DECLARATION):
        for number, (declaration, creditor) in enumerate(declarations(), 1):
            setting = desk.setting(creditor)
            make = partial(compose_declaration, declaration, setting)
            yield Preview(f"{desk.language}/{DECLARATION}-{number}", make, main=number == 1)


# ---------------------------------------------------------------- Checking


def check_templates(folder: Path, policy: Policy, proofs: Proofs | None = None) -> list[Problem]:
    """Every fault of the templates in `folder` (`letters/`), in every language there is, of its
    page and its style sheet: each template meets made-up letters, the longest letter and the
    longest call sheet of each language are read as pages too, and laid out where they bring
    something new."""
    problems: list[Problem] = []
    longest: dict[tuple[str, str], str] = {}
    for preview in previews(folder, policy):
        if preview.form is PreviewForm.MAIL:  # the words of the page of the same name
            continue
        try:
            text = preview.make()
        except Refusal as refusal:
            problems.extend(refusal.problems)
        else:
            if preview.form is PreviewForm.PAGE:
                sort = _sort(preview)
                longest[sort] = max(longest.get(sort, ""), text, key=len)
    check = (proofs or Proofs(folder)).check
    problems += [problem for text in longest.values() for problem in faults(check, text)]
    return list(dict.fromkeys(problems))


def _sort(preview: Preview) -> tuple[str, str]:
    """The language of a page, and whether it is a call sheet, a declaration or a letter."""
    language, _, name = preview.name.partition("/")
    sorts = (CALL_SHEET, DECLARATION)
    return language, next((sort for sort in sorts if name.startswith(sort)), "")


# ---------------------------------------------------------------- The sheet to try in a window

CHARTER, WINDOW = "charte", "fenetre"


def specimen(policy: Policy, templates: Path) -> dict[str, bytes]:
    """The house's specimen, its files by name: every element of a letter on one sheet, and a
    sheet to try in a window envelope, with the firm's own name and measures. Raises Refusal for
    a fault of a template."""
    step = max(policy.steps.values(), key=lambda step: step.interest)  # the fullest letter
    letter, _ = next(reminders.specimens(step))
    setting = LetterSetting(
        policy.creditor, templates, made_up_company.documents(), page=policy.page
    )
    tried = replace(setting, page=policy.page.model_copy(update={"folds": True}))
    charter = compose_specimen(letter, setting, CHARTER)
    window = compose_specimen(letter, tried, WINDOW)
    return {
        f"{CHARTER}.md": charter.encode(),
        f"{CHARTER}.pdf": pdf.render(charter, templates),
        f"{WINDOW}.pdf": pdf.render(window, templates),
    }
