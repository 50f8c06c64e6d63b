"""Beancount's errors other than of writing, in French: what is wrong, what to do about it."""

from __future__ import annotations

import re

_OPEN = r"ouvrez-le (2026-01-01 open \1), ou corrigez son nom"
_CHECK = "corrigez cette ligne"

# Beancount's words, what is wrong, what to do; the first that match say it.
_SAID = (
    (r"Invalid reference to unknown account '(.*)'", r"le compte « \1 » n'est pas ouvert", _OPEN),
    (
        r"Invalid reference to inactive account '(.*)'",
        r"« \1 » n'est pas ouvert à cette date",
        "avancez la date de son open, ou corrigez celle de cette ligne",
    ),
    (
        r"Transaction does not balance: \((.*)\)",
        r"l'écriture n'est pas équilibrée : écart de \1",
        "corrigez un montant, ou ajoutez la ligne qui manque",
    ),
    (
        r'File glob "(.*)" does not match any files',
        r"« include \1 » ne trouve aucun fichier",
        "corrigez ce chemin, compté depuis le fichier qui inclut",
    ),
    (
        r'Include "(.*)" leaves by a link',
        r"« include \1 » passe par un lien et en ressort : le fichier cherché n'est pas celui lu",
        "écrivez ce chemin sans passer par le lien",
    ),
    (r'File "(.*)" does not exist', r"le fichier inclus \1 n'existe pas", "corrigez ce chemin"),
    (
        r"Balance failed for '(.*)': expected (.*) != accumulated (.*) \(.*",
        r"le solde de « \1 » devait être \2, il est de \3",
        "cherchez l'écriture oubliée, en double ou mal datée, ou corrigez ce solde",
    ),
    (
        r"Duplicate open directive for (.*)",
        r"le compte \1 est ouvert deux fois",
        "retirez l'une des deux lignes open",
    ),
    (
        r"Duplicate close directive for (.*)",
        r"le compte \1 est fermé deux fois",
        "retirez l'une des deux lignes close",
    ),
    (r"Unopened account (.*) is being closed", r"le compte « \1 » n'est pas ouvert", _OPEN),
    (
        r'Duplicate filename parsed: "(.*)"',
        r"le fichier \1 est inclus deux fois",
        "retirez l'une des deux lignes include",
    ),
    (
        r'File does not exist: "(.*)"',
        r"le document \1 n'existe pas",
        "ajoutez le fichier ou retirez la ligne document",
    ),
    (
        r"Division by zero",
        "une somme est divisée par zéro",
        "corrigez le diviseur : 120.00/3 EUR",
    ),
    (
        r'Error importing "(.*?)"',
        r"le greffon \1 ne s'importe pas",
        "corrigez son nom, installez-le, ou retirez la ligne plugin",
    ),
    (
        r"Document root '(.*)' is above",
        r"le dossier de documents « \1 » contient le dossier de l'entreprise et d'autres",
        "nommez celui des pièces : tous ses fichiers sont parcourus",
    ),
    (
        r'Include "(.*)" is no file',
        r"« \1 » n'est pas un fichier ordinaire",
        "retirez-le, ou corrigez la ligne include",
    ),
    (
        r"Document root '(.*)' does not exist",
        r"le dossier de documents \1 n'existe pas",
        "créez-le, ou corrigez l'option documents",
    ),
    (
        r"Invalid date on document file '(.*)'.*",
        r"le document \1 a un nom qui commence par une date impossible",
        "corrigez la date de son nom",
    ),
    (
        r"Invalid currency (\S+) for account '(.*)'",
        r"« \2 » n'est pas tenu en \1",
        "corrigez la devise, ou ajoutez-la à la ligne open de ce compte",
    ),
    (
        r"Invalid currency '(.*)' for Balance.*",
        r"le compte n'est pas tenu en « \1 »",
        "corrigez la devise, ou ajoutez-la à la ligne open de ce compte",
    ),
    (
        r"Duplicate (?:posting )?metadata field(?: on entry)?: KeyValue\(key='([^']*)'.*",
        r"la clé « \1 » est écrite deux fois, ou réservée à Beancount",
        "gardez-la une fois, sous un autre nom si elle est réservée (filename, lineno)",
    ),
    (
        r"(?:Too many missing numbers|You may not have more than one auto-posting).*",
        "plusieurs lignes de l'écriture n'ont pas de montant",
        "une seule peut s'en passer : écrivez les autres montants",
    ),
    (
        r"(?:Could not resolve|Failed to categorize).*",
        "la devise de cette ligne ne se devine pas",
        "écrivez-la : 120.00 EUR",
    ),
    (
        r"Too many strings.*",
        "une écriture a deux textes au plus, bénéficiaire et libellé",
        "réunissez-les, ou corrigez les guillemets",
    ),
    (
        r"Tags or links not allowed.*",
        "un lien ou une étiquette après le premier compte de l'écriture",
        "mettez-le sur la première ligne de l'écriture",
    ),
    (
        r"Pipe symbol is deprecated.*",
        "« | » entre bénéficiaire et libellé",
        "retirez-le : deux textes entre guillemets se suivent",
    ),
    (
        r"Invalid option: '(.*)'",
        r"l'option « \1 » n'existe pas",
        "corrigez son nom (title, operating_currency, name_assets…)",
    ),
    (
        r"(?:Error for option|Option) '(.*?)'.*",
        r"l'option « \1 » n'accepte pas cette valeur",
        "corrigez sa valeur",
    ),
    (
        r"Unbalanced pushed tag: '(.*)'",
        r"pushtag #\1 n'a pas de fin",
        r"ajoutez poptag #\1 là où elle s'arrête",
    ),
    (
        r"Unbalanced metadata key '(.*?)'.*",
        r"pushmeta \1: n'a pas de fin",
        r"ajoutez popmeta \1: là où elle s'arrête",
    ),
    (
        r"Attempting to pop absent (?:tag|metadata key): '(.*)'",
        r"la fin de « \1 » n'a pas de début",
        "retirez cette ligne, ou ajoutez pushtag ou pushmeta avant elle",
    ),
    (
        r"Invalid booking method: (.*)",
        r"méthode inconnue : \1",
        'écrivez "STRICT", "FIFO", "LIFO" ou "NONE"',
    ),
    (
        r"Negative prices are not allowed.*",
        "un prix ne peut pas être négatif",
        "mettez le signe au montant, pas au prix",
    ),
    (
        r"Total price on a posting without units.*",
        "un prix @@ demande un montant",
        "écrivez le montant, ou @ au lieu de @@",
    ),
    (
        r"Unused Pad entry",
        "ce pad ne comble rien",
        "ajoutez le balance qui le suit, ou retirez-le",
    ),
    (
        r"Duplicate balance assertion.*",
        "deux soldes différents pour ce compte à cette date",
        "gardez le bon",
    ),
    (
        r"Duplicate commodity directives for '(.*)'",
        r"la devise \1 est déclarée deux fois",
        "retirez l'une des deux lignes commodity",
    ),
    (
        r"(?:No position matches|Not enough lots|Ambiguous matches) .*",
        "ce lot ne se trouve pas, ou pas seul, au coût écrit entre accolades",
        "corrigez ce qui est entre { }, ou retirez-le : une créance n'a pas de coût",
    ),
    (
        r"(?:.*\bcost\b|Cost|Duplicate (?:date|label)|Amount is zero|Cannot infer).*",
        "le coût ou le prix de cette ligne ne se comprend pas",
        "corrigez ce qui est entre { } ou après @",
    ),
)  # fmt: skip


def words(message: str) -> tuple[str, str]:
    """What is wrong and what to do, of an error of Beancount's; never its own English words."""
    for pattern, what, remedy in _SAID:
        if match := re.match(pattern, message):
            return match.expand(what), match.expand(remedy)
    return (
        "Beancount refuse cette ligne",
        "bean-check, sur le grand livre, dit pourquoi (en anglais)",
    )
