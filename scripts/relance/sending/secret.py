"""The password of the mail server: from the environment, else from the system's keyring."""

from __future__ import annotations

import os
from importlib.util import find_spec

from relance.policy.model import MailSettings
from relance.values.problem import Status, refuse

VARIABLE = "RELANCE_SMTP_MOT_DE_PASSE"
SERVICE = "relance"


def password(settings: MailSettings) -> str:
    """The password of the user that the policy names, "" when it names none; refused when there
    is none to be found."""
    if settings.user is None:
        return ""
    found = os.environ.get(VARIABLE) or _from_keyring(f"{settings.user}@{settings.server}")
    if not found:
        installed = find_spec("keyring") is not None
        other = f"keyring set {SERVICE} {settings.user}@{settings.server}"
        more = f" ; ou dans le trousseau : {other}" if installed else ""
        what = f"pas de mot de passe pour {settings.user} sur {settings.server}"
        raise refuse(VARIABLE, what, f"donnez-le par cette variable{more}", Status.NOT_ALL_SENT)
    if not found.isascii():
        what = "ce mot de passe a des accents, que l'identification SMTP ne transmet pas"
        raise refuse(VARIABLE, what, "changez-le", Status.NOT_ALL_SENT)
    return found


def _from_keyring(name: str) -> str:
    """What the keyring holds, "" without one: the extra « trousseau » is a choice."""
    if find_spec("keyring") is None:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""
