"""Letters in the language of their reader, under French law: words, figures, countries, texts."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from places import LETTERS
from relance.decision.channels import Unreachable, resolve
from relance.decision.outcomes import Letter
from relance.letters.compose import (
    LetterSetting,
    compose,
    compose_call_sheet,
    compose_proposal,
    compose_sms,
)
from relance.letters.mentions import mentions
from relance.policy.settings import Creditor, Policy
from relance.specimens import made_up_company, reminders
from relance.specimens.previews import PreviewForm, check_templates, previews
from relance.text import gsm, locales, postal, typography
from relance.text.addresses import dialled
from relance.text.frontmatter import front_matter
from relance.text.locales import languages
from relance.text.typography import ordinary
from relance.text.yamlfile import load
from relance.values.kinds import Channel, DebtorType, Tone
from relance.values.problem import Refusal
from story import PRELUDE, company, refused

POLICY = Policy(creditor=Creditor(name="X", address=("69001 LYON",)))
OURS = ("de", "en", "fr")


def setting(language: str, folder: Path = LETTERS) -> LetterSetting:
    creditor = made_up_company.creditor()
    return LetterSetting(creditor, folder, made_up_company.documents(), language)


def letter(step: str, debtor: DebtorType = DebtorType.PROFESSIONAL) -> Letter:
    """The fullest letter of a step."""
    made = reminders.specimens(POLICY.steps[step])
    return next(each for each, _ in made if each.client.debtor is debtor)


def said(text: str) -> str:
    return " ".join(ordinary(re.sub(r"[*>|]", " ", text)).split())


# ---------------------------------------------------------------- The folders


# What the house keeps, and the declaration to a French trustee: no client reads them.
OF_THE_HOUSE = {"declaration.md", "charte.md", "fenetre.md", "bordereau.md", "_piece.md"}
OF_THE_HOUSE |= {path.name for path in (LETTERS / "fr").glob("dossier*.md")}  # for a French court


def test_every_language_has_every_template() -> None:
    assert languages(LETTERS) == OURS
    french = {path.name for path in (LETTERS / "fr").iterdir()} - OF_THE_HOUSE
    for language in OURS:
        assert french <= {path.name for path in (LETTERS / language).iterdir()}, language


def test_every_language_has_the_same_words_of_the_page() -> None:
    def words(language: str) -> object:
        path = LETTERS / language / "mots.yaml"
        value = load(path.read_text(encoding="utf-8"), str(path)).value
        assert isinstance(value, dict)
        return {key: set(v) if isinstance(v, dict) else None for key, v in value.items()}

    assert words("en") == words("fr") == words("de")


ARTICLE = re.compile(r"\b[LRD]?\d+(?:-\d+)+\b")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("debtor", DebtorType)
@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 1)])
def test_the_law_is_the_same_in_every_language(
    language: str, debtor: DebtorType, day: date
) -> None:
    french = mentions(LETTERS / "fr/mentions.yaml", debtor, day)
    other = mentions(LETTERS / language / "mentions.yaml", debtor, day)
    for key, sentence in french.items():
        assert set(ARTICLE.findall(other[key])) == set(ARTICLE.findall(sentence)), key
    assert "mise en demeure" in other["mise-en-demeure"]


def test_a_template_speaks_of_the_same_things_in_every_language() -> None:
    """Each piece names the same variables: no invoice, sum or day is lost in translation."""

    def named(path: Path) -> set[str]:
        text = path.read_text(encoding="utf-8")
        marks = re.findall(r"\{[{%].*?[}%]\}", text, re.DOTALL)
        words = {w for mark in marks for w in re.findall(r"[a-z_]+(?:\.[a-z_]+)+", mark)}
        # « Madame, » says no name in French, which says it again at the end.
        own = {"destinataire.personne", "_civilite.md"}
        own |= {"creancier.courriel", "creancier.telephone"}
        return words - {"loop.last", "loop.index", *own}

    for path in sorted((LETTERS / "fr").glob("*.md")):
        for language in ("en", "de") if path.name not in OF_THE_HOUSE else ():
            assert named(LETTERS / language / path.name) == named(path), (language, path.name)


@pytest.mark.slow
def test_the_templates_of_every_language_are_tried(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    for name, old, new in (
        ("de/_decompte.md", "{{ soldes |", "{{ solde |"),
        ("en/relance-1.ferme.md", "{{ suite }}", "{{ suites }}"),
        ("de/relance-2.md", "{% endif %}\n>", "\n>"),
        ("en/_fin.md", "{{ creancier.nom }}", "{{ ''.__class__ }}"),
    ):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text or name == "de/relance-2.md"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = "\n".join(map(str, check_templates(folder, POLICY)))
    # The lines are those of the files: {{ soldes }} is on the 9th of its piece.
    assert "letters/de/_decompte.md:9: la variable « solde » n'existe pas" in told
    assert re.search(r"letters/en/relance-1\.ferme\.md:\d+: la variable « suites »", told)
    assert "letters/en/_fin.md:7: appel interdit" in told
    assert "letters/fr" not in told


def test_a_firm_adds_its_language_by_a_folder(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LETTERS, tmp_path / "letters"))
    shutil.copytree(folder / "en", folder / "it")
    opening = folder / "it/_civilite.md"
    text = opening.read_text(encoding="utf-8").replace("Dear Sir or Madam", "Gentili Signori")
    opening.write_text(text, encoding="utf-8")
    assert languages(folder) == ("de", "en", "fr", "it")
    client = replace(letter("relance-1").client, language="it")
    written = compose(replace(letter("relance-1"), client=client), setting("fr", folder))
    assert "Gentili Signori" in written
    assert "1.440,00\u00a0€" in written
    assert front_matter(written)[0]["langue"] == "it"


# ---------------------------------------------------------------- Who reads what


def test_the_client_s_language_goes_before_the_house_s() -> None:
    own = letter("relance-1")
    english = replace(own, client=replace(own.client, language="en"))
    assert "Dear Sir or Madam" in compose(english, setting("fr"))
    assert "Dear Sir or Madam" in compose(own, setting("en"))
    assert "Madame, Monsieur" in compose(own, setting("fr"))
    terms = reminders.proposal(english)
    assert "payment plan" in compose_proposal(english, setting("fr"), terms)
    assert "remains to be paid" in compose_sms(english, setting("fr"))


def test_the_call_sheet_stays_in_the_house_and_names_the_language() -> None:
    own = letter("relance-1")
    german = replace(own, client=replace(own.client, language="de"))
    sheet = compose_call_sheet(german, setting("fr"))
    assert "| Langue | **allemand** |" in sheet
    assert front_matter(sheet)[0]["langue"] == "fr"
    assert "Langue" not in compose_call_sheet(own, setting("fr"))
    assert "| Sprache | **Englisch** |" in compose_call_sheet(
        replace(own, client=replace(own.client, language="en")), setting("de")
    )


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "MISE EN DEMEURE de payer (relance n° 2)"),
        ("en", "FORMAL NOTICE TO PAY (MISE EN DEMEURE), reminder No. 2"),
        ("de", "INVERZUGSETZUNG MIT ZAHLUNGSAUFFORDERUNG (MISE EN DEMEURE), Mahnung Nr. 2"),
    ],
)
def test_a_formal_notice_says_so_in_french_in_every_language(language: str, subject: str) -> None:
    front, body = front_matter(compose(letter("mise-en-demeure"), setting(language)))
    assert said(str(front["objet"])) == subject
    assert "mise en demeure" in body


@pytest.mark.parametrize("language", OURS)
def test_no_interest_nor_fee_is_asked_of_a_private_person(language: str) -> None:
    firm = replace(letter("relance-1", DebtorType.CONSUMER), tone=Tone.FIRM)
    lines = tuple(replace(line, interest=None, fee=Decimal(0)) for line in firm.lines)
    body = compose(replace(firm, lines=lines), setting(language))
    for word in ("forfait", "recovery", "Beitreibung", "L441", "D441"):
        assert word not in front_matter(body)[1]


# ---------------------------------------------------------------- Figures, days, numbers


@pytest.mark.parametrize(
    ("language", "euros", "pounds", "refund", "rate", "long", "short"),
    [
        (
            *("fr", "1\u202f320,00\u00a0€", "1\u202f320,00\u00a0GBP", "−5,00\u00a0€"),
            *("12,40\u00a0%", "1er\u00a0octobre 2026", "01/10/2026"),
        ),
        (
            *("en", "€1,320.00", "GBP\u00a01,320.00", "−€5.00"),
            *("12.40%", "1\u00a0October 2026", "1\u00a0Oct\u00a02026"),
        ),
        (
            *("de", "1.320,00\u00a0€", "1.320,00\u00a0GBP", "−5,00\u00a0€"),
            *("12,40\u00a0%", "1.\u00a0Oktober 2026", "01.10.2026"),
        ),
    ],
)
def test_figures_and_days_are_written_as_the_reader_does(
    language: str, euros: str, pounds: str, refund: str, rate: str, long: str, short: str
) -> None:
    day, amount = date(2026, 10, 1), Decimal(1320)
    assert locales.money(amount, "EUR", language) == euros
    assert locales.money(amount, "GBP", language) == pounds
    assert locales.money(Decimal(-5), "EUR", language) == refund
    assert locales.rate(Decimal("12.4"), language) == rate
    assert locales.long_date(day, language) == long
    assert locales.short_date(day, language) == short


def test_lists_and_telephones_follow_the_language() -> None:
    assert locales.enumeration(["a", "b", "c"], "en") == "a, b and c"
    assert locales.enumeration(["a", "b", "c"], "de") == "a, b und c"
    assert ordinary(typography.phone("0199001234")) == "01 99 00 12 34"
    assert ordinary(typography.phone("0199001234", "en")) == "+33 1 99 00 12 34"
    assert ordinary(typography.phone("+44 20 7946 0000", "en")) == "+44 20 7946 0000"


def test_french_spaces_stay_in_french_letters() -> None:
    assert typography.composed("Total : l'an", "fr") == "Total\u00a0: l’an"
    assert typography.composed("No. 2: it's", "en") == "No.\u00a02: it’s"
    assert typography.composed("Nr. 2", "de") == "Nr.\u00a02"


@pytest.mark.parametrize(
    ("written", "network"),
    [
        ("01 99 00 12 34", "+33199001234"),
        ("06.39.98.00.00", "+33639980000"),
        ("+33 (0)1 99 00 12 34", "+33199001234"),
        ("0033 1 99 00 12 34", "+33199001234"),
        ("0044 20 7946 0000", "+442079460000"),
        ("0692 00 00 00", "+262692000000"),  # La Réunion
        ("0690 00 00 00", "+590690000000"),  # Guadeloupe
        ("99 00 12 34", None),
        ("01 99 00 12", None),
        ("+33 0199001234", None),
        ("+1234567890123456", None),
        ("accueil", None),
    ],
)
def test_numbers_as_networks_dial_them(written: str, network: str | None) -> None:
    assert dialled(written) == network


def test_no_text_message_to_a_number_that_nobody_dials() -> None:
    client = replace(letter("relance-1").client, phone="poste 12", emails=(), address=())
    step = POLICY.steps["relance-1"].model_copy(update={"channels": (Channel.SMS,)})
    route = resolve(client, step)
    assert route.channels == (Channel.PHONE,)
    assert "mal écrit" in route.remarks[0]
    with pytest.raises(Unreachable):
        resolve(replace(client, phone=None), step)


# ---------------------------------------------------------------- Countries


@pytest.mark.parametrize(
    ("address", "country", "printed"),
    [
        (("1 High St", "LONDON E1 1AA", "United Kingdom"), None, "ROYAUME-UNI"),
        (("1 High St", "LONDON E1 1AA", "ROYAUME-UNI"), None, "ROYAUME-UNI"),
        (("Hauptstr. 1", "10117 Berlin"), "DE", "ALLEMAGNE"),
        (("Hauptstr. 1", "D-10117 Berlin"), None, "ALLEMAGNE"),
        (("Hauptstr. 1", "10117 Berlin", "Deutschland"), "DE", "ALLEMAGNE"),
        (("1 Main St", "NEW YORK NY 10001", "USA"), None, "ÉTATS-UNIS"),
        (("Rue Neuve 1", "B-1000 BRUXELLES"), None, "BELGIQUE"),
        (("1 rue du Lac", "74000 ANNECY"), None, "74000 ANNECY"),
        (("1 rue du Lac", "74000 ANNECY", "France"), None, "74000 ANNECY"),
        (("1 rue du Lac", "74000 ANNECY"), "FR", "74000 ANNECY"),
        (("1 rue du Port", "97400 SAINT DENIS", "LA REUNION"), None, "LA REUNION"),
        (("Quai Antoine", "98000 MONACO"), None, "98000 MONACO"),
    ],
)
def test_the_country_stands_last_in_french_capitals(
    address: tuple[str, ...], country: str | None, printed: str
) -> None:
    lines = postal.to_post(address, country)
    assert lines[-1] == printed
    assert sum(postal.country_in([line]) is not None for line in lines[-1:]) <= 1
    assert len(set(lines)) == len(lines)


ABROAD = """
2010-01-01 open Actifs:Clients:Berlin
  client: "Berlin GmbH"
  adresse: "Hauptstr. 1\\n10117 BERLIN"
"""


def test_a_client_says_its_country_and_its_language(tmp_path: Path) -> None:
    for name in OURS:
        (tmp_path / "letters" / name).mkdir(parents=True)
        (tmp_path / "letters" / name / "rappel.md").write_text("", encoding="utf-8")
    more = '  pays: "allemagne"\n  langue: "de"\n'
    (client,) = [c for c in company(tmp_path, ABROAD + more).books.clients if c.language]
    assert (client.country, client.language) == ("DE", "de")


def test_a_contradicted_country_is_told_and_an_unknown_one_refused(tmp_path: Path) -> None:
    odd = ABROAD.replace("BERLIN", "BERLIN\\nAutriche") + '  pays: "DE"\n'
    warnings = company(tmp_path / "a", odd).books.warnings
    assert [w.what for w in warnings] == ["« pays » dit « Allemagne », l'adresse « Autriche »"]
    told = refused(company(tmp_path / "b", ABROAD + '  pays: "Germanie"\n'))
    assert "« pays » ne connaît pas « Germanie »" in told


def test_a_language_without_templates_is_refused_where_it_is_written(tmp_path: Path) -> None:
    for name in ("fr", "en"):
        (tmp_path / "letters" / name).mkdir(parents=True)
        (tmp_path / "letters" / name / "rappel.md").write_text("", encoding="utf-8")
    story = company(tmp_path, ABROAD + '  langue: "nl"\n', policy="langue: it\n")
    with pytest.raises(Refusal) as told:
        assert story.facts
    line = 1 + (PRELUDE + ABROAD).splitlines().index("2010-01-01 open Actifs:Clients:Berlin")
    assert f"main.beancount:{line}: « langue » : aucun modèle de lettre en « nl »" in str(
        told.value
    )
    assert "relance.yaml:4:9: « langue » : aucun modèle de lettre en « it »" in str(told.value)
    assert "au choix : en, fr" in str(told.value)


# ---------------------------------------------------------------- Text messages


@pytest.mark.parametrize(
    ("text", "gsm_", "units", "messages"),
    [
        ("a" * 160, True, 160, 1),
        ("a" * 161, True, 161, 2),
        ("é" * 160, True, 160, 1),
        ("€" * 80, True, 160, 1),
        ("€" * 81, True, 162, 2),  # 76 in the first message, which has room for 153
        ("a" * 306, True, 306, 2),
        ("€" * 153, True, 306, 3),  # 76 + 76 + 1: none is cut in two
        ("ê" + "a" * 69, False, 70, 1),
        ("ê" + "a" * 70, False, 71, 2),
        ("ê" + "a" * 134, False, 135, 3),  # 67 + 67 + 1
        ("🙂" * 35, False, 70, 1),
        ("🙂" * 36, False, 72, 2),
        ("", True, 0, 1),
    ],
)
def test_messages_are_counted_in_their_alphabet(
    text: str, gsm_: bool, units: int, messages: int
) -> None:
    assert gsm.length(text) == gsm.Length(gsm_, units, messages)


def test_what_the_alphabet_lacks_is_put_as_near_as_it_can() -> None:
    assert (
        gsm.folded("Forêt d’Œuvre, ça coûte « 5 € » …") == 'Foret d\'OEuvre, ca coute " 5 € " ...'
    )
    assert gsm.folded("Київ") == "Київ"
    assert gsm.folded("e\u0301") == "é"


def creditor(name: str) -> LetterSetting:
    return replace(
        setting("fr"), creditor=made_up_company.creditor().model_copy(update={"name": name})
    )


def test_a_message_that_one_accent_makes_too_long_loses_it() -> None:
    message = compose_sms(letter("relance-1"), creditor("Menuiserie de la Forêt"))
    assert message.startswith("Menuiserie de la Foret : sauf erreur, 1 842,89 €")
    assert gsm.length(message).messages == 1


def test_a_message_in_another_alphabet_must_hold_in_seventy() -> None:
    with pytest.raises(Refusal, match=r"dépasse 70 caractères, hors alphabet GSM \(\d+\)"):
        compose_sms(letter("relance-1"), creditor("Майстерня"))


@pytest.mark.slow
@pytest.mark.parametrize("language", OURS)
def test_every_made_up_message_is_a_single_one(language: str) -> None:
    texts = [p for p in previews(LETTERS, POLICY) if p.form is PreviewForm.TEXT]
    made = [p for p in texts if p.name.startswith(language)]
    # Four steps and the instalment, for each debtor and for the bare client: 5 × 5.
    assert len(made) == 25
    assert {gsm.length(each.make()).messages for each in made} == {1}
