"""What a hand may change in a letter, on a formal notice and on a reminder of three invoices."""

from __future__ import annotations

import pytest

from places import ROOT
from relance.letters.figures import FigureReader
from relance.letters.guard import check_letter, check_text
from relance.text.frontmatter import relaid
from relance.text.typography import ordinary
from relance.values.problem import Refusal

FOLDER = ROOT / "out/lettres/2026-11-17"
WRITTEN = (FOLDER / "R20261117-03-salle-de-sport-equilibre.md").read_text("utf-8")
NOTICE, LAID_OUT = ordinary(WRITTEN), ordinary(relaid(WRITTEN))
REMINDER = ordinary((FOLDER / "R20261117-01-maury-architectes.md").read_text("utf-8"))
KNOWN = ("F2026-0019", "F2026-0026", "F2026-0029", "F2026-0035", "FA 2025 018", "1254")


def changed(text: str, *pairs: str) -> str:
    """The text with each odd string in the place of the one before it."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def said(edited: str, derived: str) -> list[str]:
    return [str(problem) for problem in check_letter("lettre.md", edited, derived, KNOWN)]


@pytest.mark.parametrize(
    "pairs",
    [
        ("Madame, Monsieur,\n", "Cher Monsieur Okafor,\n"),
        ("objet: MISE EN DEMEURE", "objet: Dernier avis, mise en demeure"),
        # A figure of the letter said once more, in any form.
        ("Malgré nos relances, et sauf", "Malgré nos relances du 15 octobre 2026, sauf"),
        ("Malgré nos relances, et", "Malgré nos relances (facture F2026-0026, 127,37 euros), et"),
        (
            "Madame, Monsieur,\n",
            "Madame, Monsieur,\n\nIl reste 86.40 EUR, dus depuis 2026-10-15.\n",
        ),
        ("Madame, Monsieur,\n", "Madame, Monsieur,\n\nLe 17 novembre, nous vous avons appelé.\n"),
        # Words that hold digits: a telephone, an hour, an article, an ordinal, a small number.
        (
            "Si vous contestez",
            "Appelez le 04 78 00 00 00 avant 18 h, au 2e étage. Si vous contestez",
        ),
        (
            "Si vous contestez",
            "Voir l'article 1343-5 du Code civil, ou L. 441-10. Si vous contestez",
        ),
        ("Si vous contestez", "Écrivez à comptabilite@atelier-lumen.example. Si vous contestez"),
        # The same words wrapped otherwise, other spaces, other emphasis.
        ("**127,37 €**", "127,37 €"),
        ("et sauf erreur de notre part, nous", "et sauf erreur de notre part,\nnous"),
        ("| **Total à payer**", "| Somme à nous verser"),
        # A sentence moved, a sentence left out.
        ("Si votre règlement s'est croisé avec ce courrier, merci de ne pas en tenir compte.", ""),
    ],
)
def test_words_are_free(pairs: tuple[str, ...]) -> None:
    assert said(changed(NOTICE, *pairs), NOTICE) == []


def test_what_is_told_for_information_may_go() -> None:
    start = REMINDER.index("Pour information")
    end = REMINDER.index("---\n\nSi votre règlement")
    assert said(REMINDER[:start] + REMINDER[end:], REMINDER) == []


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (("de nous payer **127,37", "de nous payer **117,37"), "« 117,37 € » a pris la place"),
        # Both sums are the letter's own: the principal in the place of the total.
        (("de nous payer **127,37", "de nous payer **86,40"), "« 127,37 € », que disent"),
        (("délai de 8 jours", "délai de 15 jours"), "« 15 jours » a pris la place de « 8 jours »"),
        (("délai de 8 jours", "délai de quinze jours"), "« quinze jours » a pris la place"),
        (("dans un délai de 8 jours à compter de", "dès"), "« 8 jours » (délai) a été retiré"),
        (("Madame, Monsieur,\n", "Réglez sous quinzaine.\n"), "« quinzaine » (délai)"),
        (("Madame, Monsieur,\n", "Il reste 90 €.\n"), "« 90 € » (montant)"),
        (("Madame, Monsieur,\n", "Il reste 90,5 euros.\n"), "« 90,5 euros » (montant)"),
        (("Madame, Monsieur,\n", "Il reste 127,37 $.\n"), "« 127,37 $ » (montant)"),
        (("Madame, Monsieur,\n", "Il reste 1 104.\n"), "« 1 104 » (montant)"),
        (("Madame, Monsieur,\n", "Il reste 2000.\n"), "« 2000 » (nombre)"),
        (("Madame, Monsieur,\n", "Payez avant le 30/11/2026.\n"), "« 30/11/2026 » (date)"),
        (("Madame, Monsieur,\n", "Payez avant le 1er décembre.\n"), "« 1er décembre » (date)"),
        (("Madame, Monsieur,\n", "Et la facture F2026-0027.\n"), "« F2026-0027 » (numéro)"),
        (("Madame, Monsieur,\n", "Et la facture FA 2025 018.\n"), "« FA 2025 018 » (numéro)"),
        (("Madame, Monsieur,\n", "Et la facture n° 1254.\n"), "« 1254 » (numéro)"),
        (("Madame, Monsieur,\n", "Au taux de 15 %.\n"), "« 15 % » (taux)"),
        (("Madame, Monsieur,\n", "Payez sur https://payer.example.\n"), "(adresse internet)"),
        (("FR76 0000", "FR77 0000"), "les livres disent : « FR76 0000"),
        (("(BIC FICTFRP0XXX)", "(BIC AUTRFRP0XXX)"), "« BIC FICTFRP0XXX »"),
        (("86,40 € | – | 86,40", "86,40 € | – | 76,40"), "« 76,40 € »"),
        (("| F2026-0026 | 16/10", "| F2026-0026 | 15/10"), "« 16/10/2026 »"),
        (("12,40 %", "14,40 %"), "« 12,40 % »"),
        (("objet: MISE EN DEMEURE de payer", "objet: Rappel"), "l'objet ne dit plus"),
        (("(relance n° 2)", "(facture F2026-0019)"), "« F2026-0019 » (numéro)"),
    ],
)
def test_figures_are_not(pairs: tuple[str, ...], words: str) -> None:
    (told, *_) = said(changed(NOTICE, *pairs), NOTICE)
    assert words in told
    assert told.startswith("lettre.md:")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("| Pénalités de retard | 0,97", "« 0,97 € », « 40,00 € », « 127,37 € »"),
        ("| **Total à payer**", "cette ligne d'un tableau a été retirée : « 17 novembre 2026 »"),
        ("| F2026-0026 | 01/10/2026", "a été retirée : « F2026-0026 », « 01/10/2026 »"),
        ("| F2026-0026 | 16/10/2026", "« 16/10/2026 »"),
        ("| Par virement", "« FR7600000000000000001234519 » (compte bancaire) a été retiré"),
    ],
)
def test_what_a_letter_is_for_must_stay(line: str, words: str) -> None:
    rows = NOTICE.splitlines(keepends=True)
    if "Pénalités" in line:  # the whole account of the sum
        kept = [r for r in rows if not r.startswith(("| Solde", "| Pénal", "| Indem", "| **Tot"))]
        words = "a été retiré"
    else:
        kept = [row for row in rows if not row.startswith(line)]
    assert len(kept) < len(rows)
    told = "\n".join(said("".join(kept), NOTICE))
    assert words in told


@pytest.mark.parametrize(
    "sentence",
    [
        "Vous devez en outre deux mille cinq cents euros de frais.",
        "Nous renonçons à cent euros.",
        "Please also pay two hundred and fifty pounds.",
        "Zahlen Sie zweitausendfünfhundert Euro.",
        "Réglez aussi 99 Euros.",
        "Réglez aussi 99 EURO.",
        "Frais en EUR : 95.",
        "Frais : 9·00 €.",
        "Frais : 9~~0~~0 €.",
        "Vous devez le double de la somme.",
        "Payez la moitié de la somme.",
        "Intérêts de 20 pour cent.",
        "Intérêts au taux de vingt pour cent.",
        "Vous avez quarante-huit heures.",
        "Vous avez 48 h.",
        "Payez sous 12 heures.",
        "Écrivez à escroc@mechant.example.",
        "[Payer](javascript:alert)",
        "![](file:///etc/passwd)",
        "Payez sur mechant.example/payer.",
        "Payez sur mechant.com.",
        "Notre IBAN a changé, appelez le 06 12 34 56 78.",
    ],
)
def test_a_sum_or_an_address_in_other_words_is_one(sentence: str) -> None:
    (told,) = said(changed(NOTICE, "Madame, Monsieur,\n", f"{sentence}\n"), NOTICE)
    assert "n'est pas dans ce que disent les livres" in told


@pytest.mark.parametrize(
    "pairs",
    [
        ("mettons en demeure", "serions reconnaissants"),
        ("La présente lettre vaut mise en demeure", "La présente lettre vaut rappel"),
        ("nous saisirons la juridiction compétente", "nous aviserons"),
        ("Si vous contestez tout ou partie de cette somme,", "À votre écoute,"),
        ("Exigibles sans rappel dès le lendemain de l'échéance", "Exigibles"),
        ("**Camille Vernet, gérante**", ""),
    ],
)
def test_a_formal_notice_stays_one(pairs: tuple[str, str]) -> None:
    old = ordinary(pairs[0])
    told = said(changed(NOTICE.replace("’", "'"), old, pairs[1]), NOTICE.replace("’", "'"))
    assert any("doit dire" in each or "signature" in each for each in told), told


def test_a_reminder_may_say_the_law_otherwise() -> None:
    assert "signature" not in str(
        said(REMINDER.replace("**Camille Vernet, gérante**", ""), REMINDER)
    )


def test_rows_may_not_exchange_their_figures() -> None:
    edited = changed(REMINDER, "480,00 € | – | 480,00", "348,00 € | – | 348,00")
    edited = changed(
        edited, "12/11/2026 | 348,00 € | – | 348,00", "12/11/2026 | 480,00 € | – | 480,00"
    )
    assert len(said(edited, REMINDER)) == 2


def test_figures_of_one_sentence_may_not_change_places() -> None:
    derived = changed(
        NOTICE, "Malgré nos relances", "F2026-0026 du 01/10/2026, due le 15/10/2026. Malgré"
    )
    edited = changed(
        derived, "du 01/10/2026, due le 15/10/2026", "du 15/10/2026, due le 01/10/2026"
    )
    assert "les chiffres ont changé de place" in said(edited, derived)[0]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (
            ("total: 127.37", "total: 100.00"),
            "lettre.md:57: « total » a été changé en 100.00 ; les livres disent 127.37",
        ),
        (("solde: 86.40", "solde: 8.64"), "« factures.1.solde »"),
        (("iban: FR76", "iban: FR77"), "« creancier.iban »"),
        (("nom: Salle de sport", "nom: Autre salle"), "« destinataire.nom »"),
        (("- recommande", "- courriel"), "« canal.1 »"),
        (("sous: 8", "sous: 30"), "« sous » a été changé en 30 ; les livres disent 8"),
        (("sous: 8\n", ""), "« sous » a été retiré ; les livres disent 8"),
        (("sous: 8\n", "sous: 8\nremise: 5.00\n"), "« remise » a été ajouté : 5.00"),
        (("demande: true", "demande: false"), "les livres disent oui"),
    ],
)
def test_the_front_matter_is_the_books(pairs: tuple[str, ...], words: str) -> None:
    (told,) = said(changed(NOTICE, *pairs), NOTICE)
    assert words in told


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (("total: 127.37", "total: 100.00"), "lettre.md:74: « total » a été changé en 100.00"),
        (("montant: 86.40", "montant: 8.64"), "lettre.md:70: « factures.1.montant » a été changé"),
        (("iban: FR76", "iban: FR77"), "lettre.md:68: « creancier.iban »"),
        (("nom: Salle de sport", "nom: Autre salle"), "lettre.md:8: « destinataire.nom »"),
        (("- recommande", "- courriel"), "lettre.md:6: « canal.1 »"),
        (("sous: 8\n", ""), "« sous » a été retiré ; les livres disent 8"),
        (("indemnite: 40.00\ntotal", "total"), "« indemnite » a été changé en 0.00"),
        (("jours: 33, ", "jours: 33, demande: false, "), "« factures.1.demande »"),
        (("sous: 8\n", "sous: 8\nremise: 5.00\n"), "« remise » a été ajouté : 5.00"),
        ((LAID_OUT[LAID_OUT.index("\n<!-- ") :], ""), "les données de la lettre ont été retirées"),
    ],
)
def test_the_data_are_the_books(pairs: tuple[str, ...], words: str) -> None:
    """The same where they stand at the end; what goes without saying is held like the rest."""
    told = said(changed(LAID_OUT, *pairs), LAID_OUT)
    assert any(words in complaint for complaint in told)


def test_a_letter_of_an_earlier_version_is_held_against_this_one_s() -> None:
    """A branch may have been opened before the program was brought up to date."""
    assert said(NOTICE, LAID_OUT) == []
    edited = changed(NOTICE, "Madame, Monsieur,", "Cher Monsieur Okafor,")
    assert said(edited, LAID_OUT) == []
    (told,) = said(changed(NOTICE, "total: 127.37", "total: 100.00"), LAID_OUT)
    assert "lettre.md:57: « total » a été changé en 100.00" in told


def test_a_front_matter_that_cannot_be_read_is_refused_with_its_line() -> None:
    with pytest.raises(Refusal, match=r"lettre\.md:4:7"):
        said(changed(NOTICE, "objet: MISE", "objet: [MISE"), NOTICE)


def test_a_text_message_is_held_against_its_letter() -> None:
    text = "Atelier : sauf erreur, 127,37 € restent à régler (facture F2026-0026). Merci !"
    assert check_text("sms", text.replace("Merci !", "Bien à vous."), text, NOTICE, KNOWN) == []
    (told,) = check_text("sms", text.replace("127,37", "27,37"), text, NOTICE, KNOWN)
    assert "a pris la place" in told.what


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "1 320,00 €, 1\u202f320,00\xa0€, 1320.00 EUR, € 1,320.00, 1.320,00 euros",
            ["1320.00 EUR"] * 5,
        ),
        (
            "30/09/2026, 2026-09-30, 30 septembre 2026, September 30, 2026, 30. September 2026",
            ["2026-09-30"] * 5,
        ),
        ("30 Sept 2026, 30 Sep 2026, Sep 30, 2026", ["2026-09-30"] * 3),
        ("12,40 % et 12.4%", ["12.4"] * 2),
        # 4 × 20 + 6; 2 × 1000 + 5 × 100, also as one German word; 12 × 100.
        ("quatre-vingt-six euros et 40 centimes", ["86.00 EUR", "40.00 CENTIMES"]),
        ("deux mille cinq cents euros, zweitausendfünfhundert Euro", ["2500.00 EUR"] * 2),
        ("12 centaines d'euros, mille deux cents EUR", ["1200.00 EUR"] * 2),
        ("vingt pour cent, 20 %, twenty per cent, zwanzig Prozent", ["20"] * 4),
        ("quarante-huit heures, sous 48 h", ["48 hour"] * 2),
        ("huit jours, 8 jours, 8 days, 8 Tage, huitaine", ["8 day"] * 5),
        (
            "FR76 0000 0000 0000 0000 1234 519 et FR7600000000000000001234519",
            ["FR7600000000000000001234519"] * 2,
        ),
        ("４８０ €", ["480.00 EUR"]),  # full width digits
        ("F2026\\-0001 et **F2026-0001**", ["F2026-0001"] * 2),
        ("n° 2, le 3e, 12 fois, à 9 h 30, tél. +33 1 99 00 12 34", []),
    ],
)
def test_one_figure_however_it_is_written(text: str, values: list[str]) -> None:
    assert [figure.value for figure in FigureReader((), "EUR").figures(text)] == values
