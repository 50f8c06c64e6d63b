"""`relance schema`: the JSON Schema of relance.yaml."""

from __future__ import annotations

import json

import click

from relance.policy.json_schema import json_schema


@click.command()
def schema() -> None:
    """Le schéma JSON de relance.yaml, pour l'éditeur."""
    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
