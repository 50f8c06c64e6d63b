"""The command line: the table of the commands, what a refusal prints, the exit status."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from relance.terminal.french import speak_french

speak_french()  # before click, which takes its words when it is imported

import click

from relance import __version__
from relance.terminal import system_fault
from relance.values.collector import one_command, uncollected
from relance.values.problem import Refusal

COMMANDS = {
    "aujourdhui": "Ce qu'une personne doit faire aujourd'hui (relance seul aussi).",
    "importer": "Lit factures et relevés de banque, les écrit au grand livre.",
    "rapprocher": "Règle ce que dit la banque et dont personne n'est sûr.",
    "plan": "Ce qui serait émis, et pourquoi le reste attend.",
    "emettre": "Écrit les lettres du jour et le registre, dans git.",
    "releves": "Écrit des relevés de compte, dans git, comme les lettres.",
    "rendre": "Refait les PDF des lettres retouchées.",
    "retirer": "Retire une lettre de sa branche.",
    "rafraichir": "Recalcule une branche restée ouverte.",
    "approuver": "Fusionne une branche de lettres, après l'avoir montrée.",
    "envoyer": "Envoie les lettres approuvées, note ce qui est parti.",
    "expliquer": "Toute la vie d'une facture ou d'un client.",
    "noter": "Note un appel, une promesse, un litige, un envoi…",
    "bilan": "Ce que paient les clients, ce que rapportent les relances.",
    "penalites": "Calcule les pénalités d'une facture.",
    "dossier": "Écrit les pièces du dossier d'un client.",
    "verifier": "Contrôle la politique, les comptes, les modèles.",
    "audit": "Rejoue chaque lettre du registre, et la compare.",
    "apercu": "Montre chaque modèle avec des clients inventés.",
    "init": "Prépare le dossier d'une vraie entreprise.",
    "guide": "Le guide, ou ce qu'il dit d'un mot, d'une clé, d'un code.",
    "schema": "Le schéma JSON de relance.yaml, pour l'éditeur.",
}
"""Every command in the order of its use: its name, which is also that of its module in
`commands/`, and its summary, short enough for 80 columns. A command is imported when it runs."""


_INTERRUPTED = 130  # 128 and the number of the signal
_TODAY = "aujourdhui"
_POLICY = "relance.yaml"  # as `ledger.company` says it, without its imports
_ABOUT_ALL = {"-h", "--help", "--aide", "--version"}


class _Commands(click.Group):
    """A group that knows its commands' summaries without importing them: help answers at once."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a command, today at a glance; help where no company is."""
        if not args and not Path(_POLICY).exists():
            args = ["--help"]
        elif not args or (args[0].startswith("-") and not _ABOUT_ALL & set(args)):
            args = [_TODAY, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with uncollected(lasting=True):  # modules live as long as the command
            module = import_module(f"relance.terminal.commands.{cmd_name}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; Ctrl-C, or what the system refuses, ends it without a traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            for line in ("Interrompu.", *getattr(stop, "__notes__", ())):
                click.echo(line, err=True)
            raise click.exceptions.Exit(_INTERRUPTED) from None
        except OSError as fault:
            raise click.exceptions.Exit(system_fault.told(fault)) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commandes"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help", "--aide"]})
@click.version_option(__version__, "--version", prog_name="relance")
def relance() -> None:
    """Relances de factures impayées, du grand livre Beancount à la lettre."""


def main() -> None:
    """Run the program; a refusal prints every reason and sets the exit status."""
    system_fault.speak_anyway()
    one_command()
    try:
        relance(prog_name="relance")
    except Refusal as refusal:
        from relance.terminal.views.console import show_refusal

        show_refusal(refusal.problems)
        sys.exit(int(refusal.status))
    finally:
        system_fault.flush()
