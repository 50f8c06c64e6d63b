"""What proves to a platform who asks: a secret of the environment or the keyring, exchanged for a
token (OAuth 2, client credentials)."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from urllib.parse import urlencode, urlsplit

from relance.platforms.exchange import Exchange
from relance.policy.importing import PlatformSettings
from relance.text.escapes import short
from relance.values.problem import Status, refuse

VARIABLE, SERVICE = "RELANCE_PLATEFORME", "relance"


def secret(settings: PlatformSettings) -> str:
    """The secret of the client that the policy names; `Refusal` (3) when there is none."""
    name = f"{settings.client}@{urlsplit(settings.address).hostname}"
    word = os.environ.get(VARIABLE) or _from_keyring(name)
    if not word:
        keyring = f" ; ou dans le trousseau : keyring set {SERVICE} {name}"
        more = keyring if find_spec("keyring") else ""
        what = f"pas de secret pour {short(name, 80)}"
        remedy = f"donnez-le par cette variable{more}"
        raise refuse(VARIABLE, what, remedy, Status.REFUSED_STATE)
    return word


def _from_keyring(name: str) -> str:
    """What the keyring holds, "" without one."""
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""


class Tokens:
    """The token of a run; a platform that refuses it is asked for one more."""

    def __init__(self, settings: PlatformSettings, word: str, exchange: Exchange) -> None:
        self._settings = settings
        self._secret = word
        self._exchange = exchange
        self._token = ""

    def header(self, *, fresh: bool = False) -> dict[str, str]:
        """What goes with each request; `Refusal` (3) when the platform does not know us."""
        if fresh or not self._token:
            self._token = self._asked()
        return {"Authorization": f"Bearer {self._token}"}

    def _asked(self) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client,
            "client_secret": self._secret,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        url = self._settings.token_address
        answer = self._exchange.ask("POST", url, headers, urlencode(form).encode())
        token = ""
        if answer.status == 200:
            try:
                token = str(json.loads(answer.body)["access_token"])
            except (ValueError, KeyError, TypeError, RecursionError):
                token = ""
        if not token or not token.isascii() or not token.isprintable():
            what = f"la plateforme ne donne pas de jeton (réponse {answer.status})"
            remedy = f"vérifiez importer.plateforme et le secret ({VARIABLE})"
            raise self._exchange.refusal(what, remedy)
        return token
