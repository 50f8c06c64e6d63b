"""Books drawn by lot, as a small firm keeps them over two years, and what happens to them next: a
purchase, a payment, an invoice, a note, a letter that left; slips and faults too."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import story as stories

LAST = date(2026, 10, 30)  # no entry of the books is later
MAIN, BOUGHT, BANK = (f"ledger/{name}.beancount" for name in ("main", "achats", "banque"))
REGISTER = "out/registre/2026-11-02.beancount"
CLIENTS = ["Durand", "Martin", "Zéphyr", "Noël", "Lune", "Rivière", "Dupré"]
ROOTS = stories.OPTIONS[: stories.OPTIONS.index("include")]
HEAD = """
include "achats.beancount"
include "banque.beancount"
2024-01-01 open Actifs:Caisse
2024-01-01 open Actifs:Attente
2024-01-01 open Charges:Achats
2024-01-01 open Charges:Banque
""" + "".join(
    f'2024-01-01 open Actifs:Clients:{name}\n  client: "{name}"\n  courriel: "a@{n}.example"\n'
    f'  adresse: "{n} rue Neuve\\n69001 LYON"\n  type: "professionnel"\n'
    for n, name in enumerate(CLIENTS, 1)
)

# ---------------------------------------------------------------- What is written

SALE = """{day} * "{client}" "Facture" ^{number}
  echeance: {due}
  Actifs:Clients:{client}  {sum} EUR
  Produits:Ventes

"""
PAYMENT = """{day} * "{client}" "Virement" ^{number}
  Actifs:Clients:{client}  -{sum} EUR
  {into}  {sum} EUR

"""
PURCHASE = """{day} * "Papeterie" "Achat"
  Charges:Achats  12.50 EUR
  Actifs:Banque

"""
COST = """{day} * "Banque" "Frais"
  Charges:Banque  3.10 EUR
  Actifs:Banque

"""
CALL = '{day} note Actifs:Clients:{client} "Rappelé" #appel\n\n'
LETTER = """{day} document Actifs:Clients:{client} "../lettres/{letter}.pdf" #relance ^{letter}
  relance: "{letter}"
  etape: "relance-1"
  rang: 1
  parcours: "standard"
  canal: "courriel"

{day} note Actifs:Clients:{client} "Citée" #relance ^{letter}
  relance: "{letter}"
  facture: "{number}"
  tranche: 1
  etape: "relance-1"
  rang: 1
  parcours: "standard"
  echeance: {day}
  solde: 40.00 EUR

{day} note Actifs:Clients:{client} "Partie" #envoi ^{letter}
  canal: "courriel"

"""


def _other(text: str) -> str:
    """The same on another client's account, under the first one's name."""
    return text.replace(":{client}", ":{other}")


EDITS = {
    "achat": (BOUGHT, PURCHASE),
    "achat au nom d'un client": (BOUGHT, PURCHASE.replace("Papeterie", "{client}")),
    "achat sous un numéro": (BOUGHT, PURCHASE.replace('"Achat"', '"Achat" ^{number}')),
    "recette sous un numéro": (
        BOUGHT,
        PURCHASE.replace('"Achat"', '"Recette" ^{number}').replace("12.50", "-12.50"),
    ),
    "frais": (BANK, COST),
    "facture": (MAIN, SALE.replace("{number}", "{new}")),
    "facture d'un autre nom": (MAIN, _other(SALE).replace("{number}", "{new}")),
    "numéro déjà pris": (MAIN, _other(SALE)),
    "numéro d'une autre forme": (MAIN, SALE.replace("{number}", "G-{number}")),
    "numéro presque pareil": (MAIN, SALE.replace("{number}", "{lower}")),
    "facture et règlement": (MAIN, (SALE + PAYMENT).replace("{number}", "{new}")),
    "règlement": (MAIN, PAYMENT),
    "règlement au relevé": (BANK, PAYMENT),
    "règlement sans numéro": (BANK, PAYMENT.replace(" ^{number}", "")),
    "règlement d'un inconnu": (MAIN, PAYMENT.replace("{number}", "{number}7")),
    "règlement par un autre": (MAIN, _other(PAYMENT)),
    "règlement en devises": (MAIN, PAYMENT.replace("EUR", "USD")),
    "règlement qui nomme une autre": (MAIN, PAYMENT.replace("Virement", "Virement {another}")),
    "argent rendu": (MAIN, PAYMENT.replace("-{sum}", "{sum}").replace("{into}  ", "{into}  -")),
    "avoir": (
        MAIN,
        PAYMENT.replace(" ^", " #avoir ^").replace("{into}", "Produits:Ventes"),
    ),
    "étiquette": (MAIN, PAYMENT.replace("^{number}", "#{number}")),
    "de compte à compte": (MAIN, PAYMENT.replace("{into}", "Actifs:Clients:{other}")),
    "brouillon": (BANK, PAYMENT.replace("*", "!")),
    "en attente": (BANK, PAYMENT.replace("Actifs:Clients:{client}", "Actifs:Attente")),
    "appel": (MAIN, CALL),
    "litige": (MAIN, CALL.replace("#appel", "^{number} #litige")),
    "litige sur une autre": (MAIN, _other(CALL).replace("#appel", "^{number} #litige")),
    "promesse": (MAIN, CALL.replace("#appel\n", "^{number} #promesse\n  echeance: {due}\n")),
    "suspension": (MAIN, CALL.replace("#appel\n", "#suspension\n  jusqu-au: {due}\n")),
    "note sans sorte": (MAIN, CALL.replace('Rappelé" #appel', 'Conteste tout"')),
    "lettre": (REGISTER, LETTER),
    "litige au registre": (REGISTER, CALL.replace("#appel", "^{number} #litige")),
    "solde vérifié": (BANK, "{day} balance Actifs:Attente 0.00 EUR\n\n"),
    "solde faux": (BANK, "{day} balance Actifs:Banque 1.23 EUR\n\n"),
    "nouveau client": (MAIN, '{day} open Actifs:Clients:{letter}\n  client: "Nouveau"\n\n'),
    "déséquilibre": (MAIN, PAYMENT.replace("-{sum}", "-1.00")),
    "compte inconnu": (BOUGHT, PURCHASE.replace("Achats", "Inconnu")),
    "faute de frappe": (MAIN, "{day} * sans guillemets\n\n"),
    "ligne en commentaire": (
        MAIN,
        PAYMENT.replace("  {into}", "  ; Actifs:Clients:{client}  5.00 EUR\n  {into}"),
    ),
    "à virgule": (MAIN, SALE.replace("{number}", "{new}").replace("{sum}", "1,320")),
}


class Sold(NamedTuple):
    """An invoice that the books have."""

    client: str
    number: str
    sum: str


class DrawnBooks:
    """The books of a company below `root`, drawn from a number; `edit` changes them once more."""

    def __init__(self, root: Path, seed: int) -> None:
        self._root, self.random = root, Random(seed)
        self._number, self._sold = 0, list[Sold]()
        self._two_files = self.random.random() < 0.5
        self._form = self.random.choice(["F{year}-{n:04}", "FA{n:05}", "F{n:04}", "F{n}"])
        stories.company(root, HEAD, prelude=stories.OPTIONS + stories.ACCOUNTS)
        texts = {MAIN: "", BOUGHT: ROOTS, BANK: ROOTS}
        for _, name, text in sorted(self._entries(self.random.randint(60, 110))):
            texts[name] += text
        if self.random.random() < 0.2:  # a file that nobody keeps in order
            blocks = texts[MAIN].split("\n\n")[:-1]
            texts[MAIN] = "".join(f"{x}\n\n" for x in self.random.sample(blocks, len(blocks)))
        texts[MAIN] = (root / MAIN).read_text("utf-8") + "\n" + texts[MAIN]
        for name, text in texts.items():
            (root / name).write_text(text, "utf-8")

    # ------------------------------------------------------------ What there is

    def _entries(self, number: int) -> list[tuple[date, str, str]]:
        entries = []
        for _ in range(number):
            day = LAST - timedelta(self.random.randint(0, 600))
            if self.random.random() < 0.8:
                entries += self._invoice(day)
            else:
                name, text = self.random.choice(
                    [(BOUGHT, PURCHASE), (BOUGHT, PURCHASE), (BANK, COST), (MAIN, CALL)]
                )
                entries.append((day, name, self._filled(text, day)))
        return entries

    def _invoice(self, day: date) -> list[tuple[date, str, str]]:
        """An invoice and, nearly always when it is old, what pays it."""
        random = self.random
        sold = Sold(
            random.choice(CLIENTS),
            self._new_number(day),
            f"{random.choice([40, 120, 999, 2500])}.00",
        )
        self._sold.append(sold)
        made = [(day, MAIN, self._filled(SALE, day, sold))]
        paid = day + timedelta(random.randint(5, 60))
        if paid <= LAST and random.random() < 0.93:
            part = sold if random.random() < 0.95 else sold._replace(sum="20.00")
            text = PAYMENT if random.random() < 0.97 else PAYMENT.replace(" ^{number}", "")
            name = BANK if self._two_files else MAIN
            made.append((paid, name, self._filled(text, paid, part)))
        return made

    def _new_number(self, day: date) -> str:
        self._number += 1
        number = self._form.format(year=day.year, n=self._number)
        slip = self.random.random()
        if slip < 0.01:
            return number.replace("0", "O", 1)
        return f"AUTRE-{self._number}" if slip < 0.015 else number

    def _filled(self, text: str, day: date, sold: Sold | None = None) -> str:
        random = self.random
        client, number, amount = sold or Sold(random.choice(CLIENTS), "", "")
        new = self._new_number(day) if "{new}" in text else ""
        if new:
            self._sold.append(Sold(client, new, amount))
        return text.format(
            day=day,
            due=day + timedelta(30),
            client=client,
            number=number,
            lower=number.lower(),
            new=new,
            sum=amount,
            into="Actifs:Banque" if random.random() < 0.9 else "Actifs:Caisse",
            other=random.choice([x for x in CLIENTS if x != client]),
            another=random.choice(self._sold).number if self._sold else "",
            letter=f"R{day:%Y%m%d}-{random.randint(1, 99):02}",
        )

    # ------------------------------------------------------------ What happens to it

    def edit(self) -> str:
        """Change them once more; what it was."""
        random = self.random
        kind = random.choice(list(EDITS))
        name, template = EDITS[kind]
        path = self._root / name
        text = self._filled(template, self._day(), random.choice(self._sold))
        old = path.read_text("utf-8") if path.exists() else stories.REGISTER_HEADER
        new = old + text
        match random.choices(["ajout", "insertion", "retrait", "sommes"], [88, 4, 4, 4])[0]:
            case "insertion":
                new, kind = self._moved(old, text), f"{kind}, au milieu"
            case "retrait":
                new, kind = self._moved(old, ""), "retrait"
            case "sommes":
                new, kind = old.replace("120.00", "121.00", 2), "autres sommes"
        path.write_text(new, "utf-8")
        return kind

    def _day(self) -> date:
        """Nearly always after all that there is."""
        day = LAST + timedelta(self.random.randint(0, 9))
        slip = self.random.random()
        if slip < 0.07:
            return day - timedelta(self.random.choice([30, 300, 900]))
        return day + timedelta(400) if slip < 0.1 else day

    def _moved(self, old: str, text: str) -> str:
        """A file with a directive more among the others or, without a text, one less."""
        blocks = old.split("\n\n")
        place = self.random.randint(1, len(blocks))
        blocks[place : place + (not text)] = [text.strip("\n")] if text else []
        return "\n\n".join(blocks)
