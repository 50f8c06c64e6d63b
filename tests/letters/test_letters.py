"""What letters say, step by step and debtor by debtor, and the faults of their templates."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from places import LETTERS
from relance.claims.claim import Claim, Receipt
from relance.claims.interest import Interest, Segment
from relance.decision.outcomes import Letter, Line
from relance.letters.compose import (
    LetterSetting,
    companions,
    compose,
    compose_call_sheet,
    compose_sms,
)
from relance.letters.mentions import mentions
from relance.paper import markdown_body
from relance.policy.settings import Creditor, Policy
from relance.specimens.previews import check_templates
from relance.text import templates
from relance.text.frontmatter import front_matter
from relance.text.templates import Escape
from relance.text.typography import ordinary
from relance.values.amounts import ZERO
from relance.values.facts import Client, Document
from relance.values.kinds import Channel, DebtorType
from relance.values.problem import Refusal, Source

DAY = date(2026, 11, 23)
SOURCE = Source("main.beancount", 1)
CREDITOR = Creditor(
    name="Atelier Lumen",
    address=("18 rue des Orfèvres", "67000 Strasbourg"),
    form="SARL",
    phone="01 99 00 12 34",
    iban="FR76 3000 6000 0112 3456 7890 189",
    bic="AGRIFRPP",
    signatory="Claire Lumen, gérante",
)
POLICY = Policy(creditor=CREDITOR)
SETTING = LetterSetting(CREDITOR, LETTERS)
MULLER = Client(
    account="Actifs:Clients:Müller",
    name="Menuiserie Müller & Fils SARL",
    source=SOURCE,
    address=("14 rue des Tanneurs", "67000 Strasbourg"),
    emails=("compta@menuiserie-muller.example",),
    phone="01 99 00 55 66",
    siren="000000018",
    debtor=DebtorType.PROFESSIONAL,
)
INVOICE = Claim(
    client=MULLER,
    invoice="F2026-0031",
    label="F2026-0031",
    instalment=1,
    instalments=1,
    amount=Decimal("1440.00"),
    currency="EUR",
    invoiced=date(2026, 8, 31),
    due=date(2026, 9, 30),
    source=SOURCE,
    receipts=(Receipt(date(2026, 10, 12), Decimal("500.00")),),
)
# 940 EUR from 2026-10-01 to 2026-11-23, 54 days at 12.40 %: 940 × 0.124 × 54 / 365 = 17.24
INTEREST = Interest(
    segments=(
        Segment(date(2026, 10, 1), DAY, 54, Decimal("940.00"), Decimal("12.40"), Decimal("17.24")),
    ),
    total=Decimal("17.24"),
    principal_left=Decimal("940.00"),
    interest_owed=Decimal("17.24"),
    until=DAY,
)
PRICED: dict[str, Any] = {"interest": INTEREST, "fee": Decimal(40)}


def line(step: str | None, claim: Claim = INVOICE, **facts: Any) -> Line:
    assert claim.due is not None
    known: dict[str, Any] = {"rank": 1, "demanded": step is not None} | facts
    known = {"sent_before": max(known["rank"] - 1, 0)} | known
    own = POLICY.steps[step] if step else None
    late = max((DAY - claim.due).days, 0)
    return Line(claim, own, track="standard", days_late=late, **known)


def letter(step: str, *lines: Line, **facts: Any) -> Letter:
    own = POLICY.steps[step]
    known: dict[str, Any] = {
        "id": "R20261123-01",
        "date": DAY,
        "client": lines[0].claim.client,
        "currency": lines[0].claim.currency,
        "rank": max(line.rank for line in lines),
        "channels": own.channels,
    }
    return Letter(step=own, track="standard", lines=lines, **known | facts)


def notice(client: Client = MULLER, **facts: Any) -> Letter:
    """A formal notice for one invoice of 940.00, interest and fee where the debtor owes them."""
    claim = replace(INVOICE, client=client)
    own = PRICED if client.debtor and client.debtor.commercial else {}
    return letter("mise-en-demeure", line("mise-en-demeure", claim, rank=3, **own), **facts)


def words(text: str) -> str:
    """A letter's body as one would read it aloud: plain spaces, no marks."""
    _, body = front_matter(text)
    return " ".join(ordinary(re.sub(r"[*>|]|\\(?=[_*])", " ", body)).split())


def said(*args: Line, step: str, **facts: Any) -> str:
    return words(compose(letter(step, *args, **facts), SETTING))


# ---------------------------------------------------------------- The whole file


def test_the_front_matter_alone_says_all_the_figures() -> None:
    copy = Document(
        date(2026, 8, 31),
        MULLER.account,
        "ledger/pieces/F2026-0031.pdf",
        SOURCE,
        ("F2026-0031",),
        frozenset({"facture"}),
    )
    text = compose(
        letter(
            "relance-2",
            line("relance-2", rank=2, **PRICED),
            deadline=date(2026, 12, 1),
            days_given=8,
        ),
        replace(SETTING, documents=(copy,)),
    )
    front, body = front_matter(text)
    assert front == {
        "relance": "R20261123-01",
        "objet": "Relance n°\u00a02, relance avant contentieux\u00a0: facture F2026-0031 impayée",
        "langue": "fr",
        "date": DAY,
        "compte": "Actifs:Clients:Müller",
        "type": "professionnel",
        "etape": "relance-2",
        "rang": 2,
        "parcours": "standard",
        "canal": ["courriel", "telephone"],
        "devise": "EUR",
        "destinataire": {
            "nom": "Menuiserie Müller & Fils SARL",
            "adresse": ["14 rue des Tanneurs", "67000 Strasbourg"],
            "courriel": "compta@menuiserie-muller.example",
            "telephone": "01 99 00 55 66",
            "siren": "000000018",
        },
        "creancier": {
            "nom": "Atelier Lumen",
            "forme": "SARL",
            "adresse": ["18 rue des Orfèvres", "67000 Strasbourg"],
            "telephone": "01 99 00 12 34",
            "iban": "FR7630006000011234567890189",
            "bic": "AGRIFRPP",
            "signataire": "Claire Lumen, gérante",
        },
        "factures": [
            {
                "numero": "F2026-0031",
                "facture": "F2026-0031",
                "tranche": 1,
                "tranches": 1,
                "date": date(2026, 8, 31),
                "echeance": date(2026, 9, 30),
                "montant": Decimal("1440.00"),
                "recu": Decimal("500.00"),
                "solde": Decimal("940.00"),
                "conteste": Decimal("0.00"),
                "jours": 54,
                "etape": "relance-2",
                "rang": 2,
                "demande": True,
                "penalites": Decimal("17.24"),
                "indemnite": Decimal("40.00"),
            }
        ],
        "principal": Decimal("940.00"),
        "penalites": Decimal("17.24"),
        "indemnite": Decimal("40.00"),
        "total": Decimal("997.24"),
        "arrete-au": DAY,
        "sous": 8,
        "echeance": date(2026, 12, 1),
        "pieces": ["ledger/pieces/F2026-0031.pdf"],
        "virement": {"montant": Decimal("997.24"), "reference": "R20261123-01 F2026-0031"},
    }
    assert body.startswith("\nMadame, Monsieur,\n")
    assert "Pièce jointe\u00a0: copie de la facture F2026-0031." in text


def test_the_same_letter_gives_the_same_text() -> None:
    assert compose(notice(days_given=8), SETTING) == compose(notice(days_given=8), SETTING)


# ---------------------------------------------------------------- Step by step


def test_a_reminder_before_the_due_date_claims_nothing_late() -> None:
    claim = replace(INVOICE, due=date(2026, 11, 26), receipts=())
    text = compose(letter("rappel", line("rappel", claim, rank=0)), SETTING)
    assert front_matter(text)[0]["objet"] == (
        "Facture F2026-0031, échéance du 26\u00a0novembre 2026"
    )
    body = words(text)
    assert "rappeler la prochaine échéance de notre facture" in body
    assert "À régler à l'échéance 1 440,00 €" in body
    assert "Retard" not in body
    assert "arrêté" not in body


def test_the_first_reminder_is_courteous_and_claims_no_interest() -> None:
    body = said(line("relance-1"), step="relance-1")
    assert "Sauf erreur de notre part, nous n'avons pas encore enregistré le règlement" in body
    assert "F2026-0031 31/08/2026 30/09/2026 1 440,00 € 500,00 € 940,00 € 54 jours" in body
    assert "Total à régler , arrêté au 23 novembre 2026 940,00 €" in body
    assert "FR76 3000 6000 0112 3456 7890 189" in body
    assert "Référence à rappeler R20261123-01, F2026-0031" in body
    assert "Si votre règlement s'est croisé avec ce courrier, merci de ne pas en tenir" in body
    assert "L441-10" not in body
    assert "demeure" not in body


def test_the_second_reminder_is_firm_with_figures_and_a_date() -> None:
    letter_text = compose(
        letter("relance-2", line("relance-2", rank=2, **PRICED), deadline=date(2026, 12, 1)),
        SETTING,
    )
    body = words(letter_text)
    assert "Relance n°\u00a02, relance avant contentieux" in letter_text
    assert "facture impayée" in body
    assert "Solde 940,00 € Pénalités de retard 17,24 €" in body
    assert "Indemnité forfaitaire de recouvrement 40,00 €" in body
    assert "Total à régler , arrêté au 23 novembre 2026 997,24 €" in body
    assert "au plus tard le 1er décembre 2026" in body
    # One stretch of interest is a sentence: a table would have one row.
    assert "| Du | Au |" not in letter_text
    assert (
        "Facture F2026-0031, du 1er octobre 2026 au 23 novembre 2026 :"
        " 940,00 € × 12,40 % × 54 jours / 365 = 17,24 €." in body
    )
    assert "article L441-10, II, du Code de commerce" in body
    assert "D441-5" in body


def test_two_stretches_of_interest_are_a_table_with_its_total() -> None:
    body = said(
        line("relance-2", rank=2, **PRICED),
        line("relance-2", replace(INVOICE, invoice="F2", label="F2"), rank=2, **PRICED),
        step="relance-2",
    )
    assert "Montant = principal × taux × jours / 365." in body
    assert "F2026-0031 01/10/2026 23/11/2026 54 940,00 € 12,40 % 17,24 €" in body
    assert "Total 34,48 €" in body  # 2 × 17.24


FRESH = replace(INVOICE, invoice="F2026-0038", label="F2026-0038", receipts=())
THIRD = replace(FRESH, invoice="F2026-0039", label="F2026-0039")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            (line("relance-2", FRESH, rank=2),),
            (
                "Malgré notre précédent courrier, nous n'avons pas enregistré le règlement"
                " de cette facture impayée :"
            ),
        ),
        (
            (line("relance-2", FRESH, rank=2), line("relance-2", INVOICE, rank=2)),
            (
                "Malgré notre précédent courrier, nous n'avons pas enregistré le règlement complet"
                " de ces factures impayées :"
            ),
        ),
        (
            (line("relance-2", FRESH, rank=2), line("relance-1", THIRD, rank=1)),
            (
                "Sauf erreur de notre part, nous n'avons pas enregistré le règlement"
                " de ces factures impayées, dont la facture F2026-0038 a déjà fait l'objet"
                " d'un courrier :"
            ),
        ),
        (
            (line("relance-2", FRESH, rank=1), line("relance-1", THIRD, rank=1)),
            "À ce jour, nous n'avons pas enregistré le règlement de ces factures impayées :",
        ),
        (
            (line("relance-2", FRESH, rank=2, sent_before=0),),
            "À ce jour, nous n'avons pas enregistré le règlement de cette facture impayée :",
        ),
    ],
    ids=["known", "part paid", "one is new", "all are new", "not known to have left"],
)
def test_a_second_reminder_says_what_was_reminded_and_what_was_paid(
    lines: tuple[Line, ...], told: str
) -> None:
    assert f"{told} Facture" in said(*lines, step="relance-2")


@pytest.mark.parametrize(
    ("language", "step", "numbered", "alone"),
    [
        (
            "fr", "relance-2",
            "Relance n° 2, relance avant contentieux : facture",
            "Relance avant contentieux : facture",
        ),
        (
            "en", "relance-2",
            "Reminder No. 2, final reminder before legal proceedings: unpaid",
            "Reminder before legal proceedings: unpaid",
        ),
        (
            "de", "relance-2",
            "Mahnung Nr. 2, letzte Mahnung vor gerichtlichen Schritten: unbezahlte",
            "Mahnung vor gerichtlichen Schritten: unbezahlte",
        ),
        (
            "fr", "mise-en-demeure",
            "MISE EN DEMEURE de payer (relance n° 2)", "MISE EN DEMEURE de payer",
        ),
        (
            "en", "mise-en-demeure",
            "FORMAL NOTICE TO PAY (MISE EN DEMEURE), reminder No. 2",
            "FORMAL NOTICE TO PAY (MISE EN DEMEURE)",
        ),
        (
            "de", "mise-en-demeure",
            "INVERZUGSETZUNG MIT ZAHLUNGSAUFFORDERUNG (MISE EN DEMEURE), Mahnung Nr. 2",
            "INVERZUGSETZUNG MIT ZAHLUNGSAUFFORDERUNG (MISE EN DEMEURE)",
        ),
    ],
)  # fmt: skip
def test_a_number_tells_of_no_reminder_that_is_not_known_to_have_left(
    language: str, step: str, numbered: str, alone: str
) -> None:
    own = replace(SETTING, language=language)
    for before, told in ((1, numbered), (0, alone)):
        made = letter(step, line(step, rank=2, sent_before=before), notice_follows=True)
        subject = ordinary(str(front_matter(compose(made, own))[0]["objet"]))
        assert subject == told if step == "mise-en-demeure" else subject.startswith(told)


@pytest.mark.parametrize(
    ("language", "step", "whole"),
    [
        ("fr", "relance-1", "le règlement complet de"),
        ("en", "relance-1", "full payment of"),
        ("de", "relance-1", "Ihre vollständige Zahlung"),
        ("fr", "mise-en-demeure", "le règlement complet de"),
        ("en", "mise-en-demeure", "full payment of"),
        ("en", "relance-2", "full payment of"),
        ("de", "relance-2", "Ihre vollständige Zahlung"),
    ],
)
def test_a_part_payment_is_not_said_unreceived(language: str, step: str, whole: str) -> None:
    own = replace(SETTING, language=language)
    told = [words(compose(letter(step, line(step, c, rank=2)), own)) for c in (INVOICE, FRESH)]
    assert [whole in text for text in told] == [True, False]


@pytest.mark.parametrize(
    ("reminders", "told"),
    [
        (0, "Sauf erreur de notre part, nous n'avons pas"),
        (1, "Malgré notre relance, et sauf erreur de notre part"),
        (2, "Malgré nos relances, et sauf erreur de notre part"),
    ],
)
def test_a_formal_notice_speaks_of_the_reminders_that_have_left(reminders: int, told: str) -> None:
    first = line("mise-en-demeure", FRESH, rank=3, sent_before=reminders)
    assert told in said(first, step="mise-en-demeure")


@pytest.mark.parametrize("debtor", [DebtorType.CONSUMER, DebtorType.OTHER])
@pytest.mark.parametrize(
    ("language", "first", "again"),
    [
        (
            "fr",
            "à compter de sa réception, la somme due porte intérêt au taux légal",
            "déjà comptés depuis une première mise en demeure, continuent de courir",
        ),
        (
            "en",
            "from its receipt, the sum due bears interest at the French legal rate",
            "already counted from an earlier formal notice, continues to run until payment",
        ),
        (
            "de",
            "Ab seinem Zugang ist der geschuldete Betrag zum französischen gesetzlichen Zinssatz",
            "die bereits ab einer früheren Inverzugsetzung berechnet sind, laufen bis zur Zahlung",
        ),
    ],
)
def test_a_second_notice_does_not_start_the_interest_of_a_private_person_anew(
    debtor: DebtorType, language: str, first: str, again: str
) -> None:
    """C. civ. 1231-6: it runs from the first, and on the rest from the second."""
    own, client = replace(SETTING, language=language), replace(MULLER, debtor=debtor)
    priced = line("mise-en-demeure", replace(INVOICE, client=client), interest=PRICED["interest"])
    texts = [notice(client), letter("mise-en-demeure", priced)]
    told = [words(compose(each, own)) for each in texts]
    assert [(first in text, again in text) for text in told] == [(True, False), (False, True)]
    assert all("1344" in text for text in told)


@pytest.mark.parametrize(
    ("debtor", "days", "cited", "never"),
    [
        (
            DebtorType.PROFESSIONAL,
            8,
            (
                "L441-10",
                "D441-5",
                "997,24 €",
                (
                    "mise en demeure de payer (article 1344 du Code civil) ; "
                    "les pénalités de retard continuent de courir jusqu'au paiement."
                ),
            ),
            ("L2192", "1231-6", "1344-1", "moratoires"),
        ),
        (
            DebtorType.PUBLIC,
            15,
            (
                "L2192-13",
                "R2192-31",
                "D2192-35",
                "997,24 €",
                (
                    "mise en demeure de payer (article 1344 du Code civil) ; "
                    "les intérêts moratoires continuent de courir jusqu'au paiement."
                ),
            ),
            ("L441", "1231-6", "1344-1", "injonction"),
        ),
        (
            DebtorType.CONSUMER,
            15,
            ("1231-6", "1344-1", "940,00 €"),
            ("L441", "L2192", "ndemnité", " 40,00 €", "12,40"),
        ),
        (
            DebtorType.OTHER,
            15,
            ("1231-6", "1344-1", "940,00 €"),
            ("L441", "L2192", "ndemnité", " 40,00 €", "12,40"),
        ),
    ],
)
def test_a_formal_notice_bears_the_sentences_of_its_debtor(
    debtor: DebtorType, days: int, cited: tuple[str, ...], never: tuple[str, ...]
) -> None:
    client = replace(MULLER, debtor=debtor)
    text = compose(notice(client, days_given=days), SETTING)
    body = words(text)
    assert front_matter(text)[0]["objet"] == "MISE EN DEMEURE de payer (relance n°\u00a03)"
    assert "Nous vous mettons en demeure, Menuiserie Müller & Fils SARL (SIREN 000 000 018)" in body
    assert f"dans un délai de {days} jours à compter de la réception de la présente lettre" in body
    assert "À défaut de règlement dans ce délai, nous saisirons la juridiction compétente." in body
    assert "nous vous invitons à nous en faire connaître les motifs par écrit" in body
    assert "Si votre règlement s'est croisé avec ce courrier" in body
    assert "Claire Lumen, gérante" in body
    for reference in cited:
        assert reference in body
    for reference in (*never, "huissier", "commissaire", "injonction", "commandement"):
        assert reference not in body


@pytest.mark.parametrize("follows", [True, False])
def test_a_second_reminder_threatens_only_a_notice_that_will_follow(*, follows: bool) -> None:
    second = letter("relance-2", line("relance-2", rank=2, **PRICED), deadline=date(2026, 12, 1))
    text = compose(replace(second, notice_follows=follows), SETTING)
    assert ("une mise en demeure" in words(text)) is follows
    assert ("relance avant contentieux" in str(front_matter(text)[0]["objet"])) is follows


def test_a_formal_notice_demands_only_its_own_claims() -> None:
    other = replace(INVOICE, invoice="F2026-0040", label="F2026-0040", receipts=())
    waiting = replace(INVOICE, invoice="F2026-0041", label="F2026-0041", receipts=())
    text = compose(
        letter(
            "mise-en-demeure",
            line("mise-en-demeure", rank=3, **PRICED),
            line("relance-2", other, rank=2, demanded=False, **PRICED),
            line(None, waiting, rank=0),
            days_given=8,
        ),
        SETTING,
    )
    front, _ = front_matter(text)
    assert front["total"] == Decimal("997.24")
    body = words(text)
    demanded, apart = body.split("Autres factures échues, hors de la somme mise en demeure")
    assert "F2026-0031" in demanded
    assert "F2026-0040" not in demanded
    # What moves by its own step and what is told for information stand in one table.
    table, rest = apart.split("Pénalités de retard sur la facture F2026-0040, hors de la somme")
    assert table.count("Échéance") == 1
    assert "F2026-0040" in table
    assert "F2026-0041" in table
    assert rest.startswith(" mise en demeure : 17,24 €")
    assert "Pour information" not in body


def test_the_words_follow_the_law_of_the_day() -> None:
    path = LETTERS / "fr" / "mentions.yaml"
    for day, version in ((date(2026, 12, 31), False), (date(2027, 1, 1), True)):
        sentences = mentions(path, DebtorType.PROFESSIONAL, day)
        assert (
            "en vigueur depuis le 1er janvier 2027" in ordinary(sentences["penalites"])
        ) is version
    assert not any(mentions(path, None, DAY).values())


# ---------------------------------------------------------------- What a table shows


def test_instalments_disputes_and_payments_without_reference() -> None:
    first = replace(
        INVOICE,
        instalments=2,
        amount=Decimal("1200.00"),
        receipts=(Receipt(date(2026, 11, 4), Decimal("1000.00"), linked=False),),
    )
    second = replace(INVOICE, invoice="F2026-0038", label="F2026-0038", receipts=())
    body = said(
        line("relance-1", first), line("relance-1", second, disputed=Decimal(360)), step="relance-1"
    )
    assert "F2026-0031 (1/2)" in body
    assert "1 440,00 € 360,00 € 54 jours" in body
    assert "Part contestée, non réclamée par ce courrier -360,00 €" in body
    # 200.00 + 1440.00 - 360.00
    assert "arrêté au 23 novembre 2026 1 280,00 €" in body
    assert (
        "Votre versement du 4 novembre 2026, reçu sans référence, est imputé ainsi :"
        " 1 000,00 € sur la facture F2026-0031."
    ) in body


def test_two_instalments_of_one_invoice_are_one_invoice() -> None:
    second = replace(INVOICE, instalment=2)
    text = compose(letter("relance-1", line("relance-1"), line("relance-1", second)), SETTING)
    assert "Relance n°\u00a01\u00a0: facture F2026-0031 échue" in text


def test_the_fee_of_a_foreign_currency_letter_is_in_euros_outside_the_total() -> None:
    claim = replace(INVOICE, currency="GBP")
    text = compose(letter("relance-2", line("relance-2", claim, rank=2, **PRICED)), SETTING)
    assert front_matter(text)[0]["total"] == Decimal("957.24")
    assert "957,24 GBP" in words(text)
    assert "En sus, en euros : indemnité forfaitaire de recouvrement, 40,00 €." in words(text)


def test_an_unpublished_rate_stops_the_count_and_says_why() -> None:
    stopped = replace(INTEREST, until=date(2026, 12, 31), unknown_from=date(2027, 1, 1))
    text = compose(
        letter(
            "relance-2",
            line("relance-2", rank=2, interest=stopped, fee=Decimal(40)),
            date=date(2027, 1, 15),
        ),
        SETTING,
    )
    assert front_matter(text)[0]["arrete-au"] == date(2026, 12, 31)
    body = words(text)
    assert "Pénalités de retard jusqu'au 31 décembre 2026 17,24 €" in body
    assert (
        "Le taux applicable à compter du 1er janvier 2027 n'est pas encore publié :"
        " le compte des intérêts est arrêté au 31 décembre 2026."
    ) in body


def test_payments_that_went_to_interest_first_are_explained() -> None:
    first = replace(INTEREST, principal_left=Decimal("950.00"), interest_owed=Decimal("7.24"))
    body = said(line("relance-2", rank=2, interest=first, fee=Decimal(40)), step="relance-2")
    assert "imputés d'abord sur les intérêts (article 1343-1 du Code civil)" in body
    assert "1343-1" not in said(line("relance-2", rank=2, **PRICED), step="relance-2")


def test_copies_are_those_of_the_cited_invoices() -> None:
    def document(invoice: str, sort: str = "facture") -> Document:
        path = f"pieces/{sort}-{invoice}.pdf"
        return Document(DAY, MULLER.account, path, SOURCE, (invoice,), frozenset({sort}))

    documents = tuple(map(document, ("F2026-0032", "F2026-0031", "F2026-0099")))
    second = replace(INVOICE, invoice="F2026-0032", label="F2026-0032")
    text = compose(
        letter("relance-1", line("relance-1"), line("relance-1", second)),
        replace(SETTING, documents=(*documents, document("F2026-0031", "contrat"))),
    )
    assert front_matter(text)[0]["pieces"] == [
        "pieces/facture-F2026-0031.pdf",
        "pieces/facture-F2026-0032.pdf",
    ]
    assert "Pièces jointes : copies des factures F2026-0031 et F2026-0032." in words(text)


def test_a_hostile_name_stays_in_its_cell_and_its_sentence() -> None:
    name = "# x | y <b>z</b> {{ 7*7 }} [a](http://e.example)\n\n---"
    claim = replace(INVOICE, client=replace(MULLER, name=name), label=name)
    text = compose(letter("mise-en-demeure", line("mise-en-demeure", claim, rank=3)), SETTING)
    front, body = front_matter(text)
    recipient = front["destinataire"]
    assert isinstance(recipient, dict)
    assert recipient["nom"] == name
    page = markdown_body.html(body)
    assert "<b>" not in page
    assert "href" not in page
    assert page.count('<section class="fin">') == 1
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", page, re.DOTALL)
    assert rows[0].count("<td") == 7
    assert "# x | y &lt;b&gt;z&lt;/b&gt; {{ 7*7 }} [a](http" in rows[0].replace(
        "&#58;", ":"
    ).replace("&#124;", "|").replace("&#35;", "#")


# ---------------------------------------------------------------- The other channels


def test_a_call_sheet_says_whom_to_call_and_how_to_note_it() -> None:
    claim = letter("relance-2", line("relance-2", rank=2, **PRICED))
    text = compose_call_sheet(claim, SETTING)
    front, body = front_matter(text)
    assert front["page"] == "fiche"
    assert "01 99 00 55 66" in body
    noter = "relance noter 'Actifs:Clients:Müller'"
    assert f'`{noter} --appel "…" --facture F2026-0031`' in body
    amount = '--montant "940.00 EUR"'
    assert f"`{noter} --promesse AAAA-MM-JJ {amount} --facture F2026-0031`" in body
    assert companions(claim, SETTING) == {"appel.md": text}


def test_a_letter_told_by_telephone_alone_is_its_call_sheet() -> None:
    alone = letter("relance-1", line("relance-1"), channels=(Channel.PHONE,))
    assert compose(alone, SETTING) == compose_call_sheet(alone, SETTING)
    assert companions(alone, SETTING) == {}


def test_a_text_message_is_whole_within_160_characters() -> None:
    message = compose_sms(letter("relance-1", line("relance-1")), SETTING)
    assert message == (
        "Atelier Lumen : sauf erreur, 940,00 € restent à régler (facture F2026-0031)."
        " Réf. R20261123-01. Une question ? 01 99 00 12 34. Si c'est fait, merci !"
    )
    assert len(message) <= 160
    by_sms = letter("relance-1", line("relance-1"), channels=(Channel.SMS,))
    assert companions(by_sms, SETTING) == {"sms.txt": message}


def test_a_long_name_takes_a_shorter_text_message_or_none() -> None:
    wordy = CREDITOR.model_copy(update={"name": "Atelier " + "Lumen " * 10})
    message = compose_sms(letter("relance-1", line("relance-1")), replace(SETTING, creditor=wordy))
    assert message.endswith("940,00 € restent à régler. Réf. R20261123-01.")
    assert len(message) <= 160
    endless = CREDITOR.model_copy(update={"name": "Lumen " * 40})
    with pytest.raises(Refusal, match=r"R20261123-01 .* dépasse 160 caractères"):
        compose_sms(letter("relance-1", line("relance-1")), replace(SETTING, creditor=endless))


# ---------------------------------------------------------------- The faults of templates


@pytest.mark.slow
def test_the_shipped_templates_have_no_fault() -> None:
    assert check_templates(LETTERS, POLICY) == []


SECOND = POLICY.model_copy(update={"steps": {"relance-2": POLICY.steps["relance-2"]}})


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("depuis: 2027-01-01", "depuis: bientot", "doit être une date"),
        ("debiteur: public", "debiteur: publique", "débiteur inconnu"),
    ],
)
@pytest.mark.slow
def test_a_fault_of_the_table_of_sentences_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, what: str
) -> None:
    folder = shutil.copytree(LETTERS, tmp_path / "letters")
    path = folder / "fr/mentions.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    told = [str(problem) for problem in check_templates(folder, SECOND)]
    assert any("mentions.yaml:" in text and what in text for text in told), told


def headed(folder: Path, head: str) -> str:
    """The subject of a template of that front matter, or what is wrong with it."""
    path = folder / "letters/fr/essai.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{head}\n---\nBonjour\n", encoding="utf-8")
    try:
        return templates.heading(path, {"rang": 2})["objet"]
    except Refusal as refusal:
        return str(refusal)


def test_a_subject_is_read_however_its_key_is_written(tmp_path: Path) -> None:
    for key in ("objet:", "objet :", '"objet":'):
        assert headed(tmp_path, f"# la charte\n{key} Relance {{{{ rang }}}}") == "Relance 2"
    for head in ("objet:", "objet: null", "page: fiche"):
        told = headed(tmp_path, head)
        assert told.startswith("letters/fr/essai.md:1: ce modèle n'a pas d'objet")
    told = headed(tmp_path, "# la charte\nobjet: [Relance]")
    assert told.startswith("letters/fr/essai.md:3:1: un texte est attendu")
    told = headed(tmp_path, "# la charte\nobjet : Relance {{ rank }}")
    assert told.startswith("letters/fr/essai.md:3: la variable « rank » n'existe pas")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("{{ '{nom}'.format() }}", "ce modèle est mal écrit"),
        ("{{ 'x'.encode('latin-36') }}", "ce modèle est mal écrit"),
    ],
)
def test_what_a_template_runs_into_is_its_own_fault(tmp_path: Path, body: str, what: str) -> None:
    path = tmp_path / "letters/fr/essai.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"---\nobjet: Essai\n---\n{body}\n", encoding="utf-8")
    with pytest.raises(Refusal) as refusal:
        templates.render(path, {}, Escape.MARKDOWN)
    assert str(refusal.value).startswith(f"letters/fr/essai.md:4: {what}")


ROW = "- debiteur: professionnel\n  depuis: 2019-04-26\n  intitule: Pénalités\n"


def said_by_law(folder: Path, table: str) -> Mapping[str, str]:
    path = folder / "letters/fr/mentions.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(table, encoding="utf-8")
    return mentions(path, DebtorType.PROFESSIONAL, date(2026, 11, 23))


def test_a_sentence_left_blank_is_not_printed(tmp_path: Path) -> None:
    found = said_by_law(tmp_path, f"{ROW}  suite:\n")
    assert (found["intitule"], found["suite"]) == ("Pénalités", "")


def test_a_table_of_sentences_tells_all_its_faults(tmp_path: Path) -> None:
    other = "- debiteur: {public: oui}\n  depuis: bientot\n  suite: [a]\n  fin: b\n- bonjour\n"
    with pytest.raises(Refusal) as refusal:
        said_by_law(tmp_path, ROW + other)
    told = [(problem.source.line, problem.what) for problem in refusal.value.problems]
    assert sorted(told) == [
        (4, "débiteur inconnu : {'public': 'oui'}"),
        (5, "« depuis » doit être une date AAAA-MM-JJ"),
        (6, "« suite » doit être un texte"),
        (7, "clé « fin » inconnue"),
        (8, "une ligne est faite de clés"),
    ]


@pytest.mark.slow
def test_a_template_lacking_in_one_language_is_to_be_translated(tmp_path: Path) -> None:
    folder = shutil.copytree(LETTERS, tmp_path / "letters")
    (folder / "de" / "relance-2.md").unlink()
    (told,) = check_templates(folder, SECOND)
    assert (told.source.path, told.what) == (
        "letters/de/relance-2.md",
        "le modèle « relance-2.md » n'existe pas",
    )
    assert told.remedy == "copiez letters/fr/relance-2.md dans letters/de/, puis traduisez-le"


@pytest.mark.slow
def test_a_fault_shared_by_templates_is_told_once_and_hides_no_other(tmp_path: Path) -> None:
    folder = shutil.copytree(LETTERS, tmp_path / "letters")
    for name, old, new in (
        ("fr/_fin.md", "creancier.nom", "creancier.nim"),
        ("fr/_paiement.md", "| iban", "| ibann"),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    told = [str(problem.source) for problem in check_templates(folder, POLICY)]
    assert sorted(told) == ["letters/fr/_fin.md:4", "letters/fr/_paiement.md:5"]


def test_a_bare_client_gets_a_whole_letter() -> None:
    bare = Client("Actifs:Clients:X", None, SOURCE)
    claim = replace(INVOICE, client=bare, receipts=(), due=DAY - timedelta(8))
    text = compose(
        letter("relance-1", line("relance-1", claim)),
        LetterSetting(Creditor(name="X", address=("Y",)), LETTERS),
    )
    front, body = front_matter(text)
    assert front["destinataire"] == {"nom": "Actifs:Clients:X"}
    assert "None" not in body
    assert front["indemnite"] == ZERO


def test_a_credit_note_is_named_in_the_table_and_in_the_account_of_interest() -> None:
    paid = (*INVOICE.receipts, Receipt(date(2026, 11, 2), Decimal("120.00"), credit_note=True))
    credited = replace(INVOICE, receipts=paid)
    own = PRICED | {"interest": replace(INTEREST, never_owed=Decimal("120.00"))}
    body = said(line("relance-2", credited, rank=2, **own), step="relance-2")
    # 500.00 + 120.00, and 1440.00 - 620.00
    assert "Montant Reçu ou avoir Solde" in body
    assert "1 440,00 € 620,00 € 820,00 €" in body
    why = "Avoir déduit dès l'échéance, une somme jamais due ne portant pas intérêt :"
    assert f"{why} 120,00 € (facture F2026-0031)." in body
    plain = said(line("relance-2", INVOICE, rank=2, **PRICED), step="relance-2")
    assert "Montant Reçu Solde" in plain
    assert why not in plain
