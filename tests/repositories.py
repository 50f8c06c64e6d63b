"""Companies in real git repositories, with a remote, and stand-ins for a server's programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from relance.terminal import cli
from relance.terminal.model_folder import start
from relance.values.problem import Refusal

LEDGER = """\
option "name_assets" "Actifs"
option "name_income" "Produits"
include "../out/registre/*.beancount"
2026-01-01 open Actifs:Banque
2026-01-01 open Produits:Ventes
2026-01-01 open Actifs:Clients:Dupont
  client: "Dupont Frères"
  adresse: "1 rue Neuve\\n69001 LYON"
  courriel: "compta@dupont.example"
  type: "professionnel"

2026-08-31 * "Dupont" "Facture" ^F2026-0001
  echeance: 2026-09-30
  Actifs:Clients:Dupont   1200.00 EUR
  Produits:Ventes        -1200.00 EUR
"""
# 7 October 2026 is a Wednesday: the invoice is seven days late, the day of its first reminder.
DAY = "2026-10-07"
PAYMENT = """
2026-10-06 * "Dupont" "Virement" ^F2026-0001
  Actifs:Banque            {sum} EUR
  Actifs:Clients:Dupont   -{sum} EUR
"""


def named(policy: str) -> str:
    """The policy of a new folder, with a creditor's name and a way to pay."""
    policy = policy.replace("NOM DE VOTRE ENTREPRISE", "Atelier Essai")
    return policy.replace('# iban: ""', "iban: FR7630006000011234567890189")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path, subject: str = "livres") -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", subject)


def found(folder: Path, ledger: str = LEDGER, policy: str = "") -> Path:
    """A company with these books, committed on main."""
    start(folder)
    path = folder / "relance.yaml"
    text = named(path.read_text(encoding="utf-8"))
    path.write_text(text + policy, encoding="utf-8")
    (folder / "ledger/main.beancount").write_text(ledger, encoding="utf-8")
    git(folder.parent, "init", "-qb", "main", str(folder))
    commit(folder)
    return folder


def with_remote(folder: Path) -> Path:
    """A bare repository that holds main, known to the company as origin."""
    bare = folder.parent / "distant.git"
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(bare))
    git(folder, "remote", "add", "origin", str(bare))
    git(folder, "push", "-q", "origin", "main")
    return bare


def add(folder: Path, text: str, path: str = "ledger/main.beancount") -> None:
    """Go on with a file, and commit."""
    with (folder / path).open("a", encoding="utf-8") as file:
        file.write(text)
    commit(folder)


def run(folder: Path, *arguments: str, columns: int = 1000) -> Result:
    """One command of the program on a screen so wide, a refusal told by its exit status and its
    text."""
    screen = CliRunner(env={"COLUMNS": str(columns)})
    result = screen.invoke(cli.relance, [*arguments, "--dossier", str(folder)])
    if isinstance(result.exception, Refusal):
        result.exit_code = int(result.exception.status)
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


# Writes down what it is asked; lists the requests it opened; a call made to fail fails.
_PROGRAM = """\
#!{python}
import json, os, sys
from pathlib import Path
name, words, log = Path(sys.argv[0]).name, sys.argv[1:], Path({log!r})
calls = log.read_text().splitlines() if log.exists() else []
bodies = [words[words.index(f) + 1] for f in ("--body-file", "--description") if f in words]
text = Path(bodies[0]).read_text() if "--body-file" in words else "".join(bodies)
log.write_text("".join(f"{{c}}\\n" for c in [*calls, json.dumps([name, *words, text])]))
if " ".join(words[:2]) in {failing!r}:
    sys.exit("HTTP 502")
key = "url" if name == "gh" else "web_url"
opened = [c for c in map(json.loads, calls) if c[:3] == [name, words[0], "create"]]
if words[1:2] == ["list"]:
    mine = [c for c in opened if words[3] in c]
    print(json.dumps([{{key: "https://essai.example/1"}}] if mine else []))
if words[1:2] == ["create"]:
    print("https://essai.example/1")
"""


def stand_in(folder: Path, name: str, failing: tuple[str, ...] = ()) -> None:
    """A program `name` in `folder`; those calls fail."""
    folder.mkdir(exist_ok=True)
    values = {"python": sys.executable, "log": str(folder / "log"), "failing": list(failing)}
    (folder / name).write_text(_PROGRAM.format(**values), encoding="utf-8")
    (folder / name).chmod(0o755)


def calls(folder: Path) -> list[list[str]]:
    """What was asked of the programs of a folder, the text of the request last."""
    log = folder / "log"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def path_with(folder: Path) -> str:
    """A PATH that finds the programs of `folder` first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
