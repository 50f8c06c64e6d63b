"""The flows of a platform (XP Z12-013, annex A): searched by the time of their last change, then
fetched one by one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from relance.platforms.credentials import Tokens
from relance.platforms.exchange import Answer, Exchange
from relance.text.escapes import short

# The firm's own sales, and what becomes of them; never what it receives.
KINDS = ("CustomerInvoice", "CustomerInvoiceLC", "StateCustomerInvoiceLC")
PAGE = 100
MOST_BYTES = 50 * 2**20
_MOST_PAGES = 10_000
_YEARS = range(2000, 2100)
_INSTANT = dt.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Flow:
    """A file at the platform: when it last changed, whether the platform refused it (`failed`),
    the print of its content if it tells one."""

    id: str
    changed: dt.datetime
    failed: bool = False
    sha256: str = ""


class FlowService:
    """Asks a platform for flows; `address` is where its service begins."""

    def __init__(self, address: str, exchange: Exchange, tokens: Tokens) -> None:
        self._address = address.rstrip("/")
        self._exchange = exchange
        self._tokens = tokens

    def since(self, after: dt.datetime) -> Iterator[Flow]:
        """Every flow that changed later, the earliest change first, each once.

        The next page begins a moment before the end of the last one: of several flows of one
        moment, none is lost between two pages. `Refusal` (3) when the platform gives them in an
        order by which some could be.
        """
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            page, full = self._page(after)
            yield from (flow for flow in page if flow.id not in seen)
            seen.update(flow.id for flow in page)
            if not full or not page:
                return
            following = page[-1].changed - _INSTANT
            if following <= after:
                what = f"plus de {len(page)} fichiers y ont changé au même instant"
                raise self._exchange.refusal(what, "demandez à la plateforme de les rendre tous")
            after = following
        what = f"la plateforme rend plus de {_MOST_PAGES} pages"
        raise self._exchange.refusal(what, "avancez importer.plateforme.depuis")

    def content(self, flow: Flow) -> bytes | None:
        """The document as it was sent, whole; None when the platform has it no longer. `Refusal`
        (3) when it cannot be had whole."""
        path = f"flows/{quote(flow.id, safe='')}?docType=Original"
        for _ in range(2):
            answer = self._ask("GET", path, most=MOST_BYTES)
            if answer.status in (404, 410):
                return None
            self._check(answer)
            if _is_whole(answer, flow.sha256):
                return answer.body
        what = f"le fichier {short(flow.id, 60)} n'arrive pas entier"
        raise self._exchange.refusal(what, "recommencez ; sinon téléchargez-le à la main")

    # ------------------------------------------------------------ One request

    def _page(self, after: dt.datetime) -> tuple[list[Flow], bool]:
        """One page, and whether there may be another."""
        where = {"updatedAfter": _written(after), "flowType": list(KINDS)}
        body = json.dumps({"limit": PAGE, "where": where}).encode()
        answer = self._ask("POST", "flows/search", body)
        self._check(answer)
        try:
            reply = json.loads(answer.body)
            page = [_flow(item) for item in reply["results"]]
            limit = int(reply.get("limit") or PAGE)
            limit = limit if 0 < limit < PAGE else PAGE
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
            what = "la plateforme répond à la recherche autrement que XP Z12-013"
            raise self._exchange.refusal(what, "vérifiez importer.plateforme.adresse") from fault
        full = len(page) >= limit
        in_order = sorted(page, key=lambda flow: flow.changed)
        if full and in_order != page:
            what = "la plateforme rend ses fichiers en désordre : des pages en perdraient"
            raise self._exchange.refusal(what, "téléchargez-les à la main")
        return in_order, full

    def _ask(self, method: str, path: str, body: bytes = b"", most: int = 2**23) -> Answer:
        """The answer; a token that is no longer good is asked for once more."""
        url = f"{self._address}/{path}"
        headers = {"Accept": "*/*"} | ({"Content-Type": "application/json"} if body else {})
        answer = self._exchange.ask(method, url, headers | self._tokens.header(), body, most)
        if answer.status == 401:
            header = self._tokens.header(fresh=True)
            answer = self._exchange.ask(method, url, headers | header, body, most)
        return answer

    def _check(self, answer: Answer) -> None:
        if answer.status in (401, 403):
            what = f"la plateforme ne vous laisse pas entrer (réponse {answer.status})"
            raise self._exchange.refusal(what, "vérifiez vos droits chez elle")
        if answer.status != 200:
            what = f"la plateforme refuse : réponse {answer.status}{_message(answer.body)}"
            raise self._exchange.refusal(what, "vérifiez importer.plateforme.adresse")


def _flow(item: Mapping[str, Any]) -> Flow:
    """One of the results; what it lacks raises."""
    changed = dt.datetime.fromisoformat(str(item["updatedAt"]))
    if changed.year not in _YEARS:
        raise ValueError(changed)
    if changed.tzinfo is None:
        changed = changed.replace(tzinfo=dt.UTC)
    acknowledged = item.get("acknowledgement") or {}
    return Flow(
        str(item["flowId"]),
        changed.astimezone(dt.UTC),
        acknowledged.get("status") == "Error",
        str(item.get("sha256") or "").lower(),
    )


def _written(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_whole(answer: Answer, sha256: str) -> bool:
    """By the print that the platform told, else by the length of the answer, else by its end."""
    if len(sha256) == 64:
        return hashlib.sha256(answer.body).hexdigest() == sha256
    if answer.whole:
        return bool(answer.body)
    end = answer.body.rstrip()[-1024:]
    return end.endswith(b">") or b"%%EOF" in end or b"PK\x05\x06" in end


def _message(body: bytes) -> str:
    """What the platform says of its refusal, if it says so as the norm does."""
    try:
        message = json.loads(body).get("errorMessage")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return f" : « {short(str(message), 120)} »" if message else ""
