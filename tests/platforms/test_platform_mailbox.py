"""The platform's mailbox: nothing lost, nothing twice, whatever the platform does on the way."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxes import books, company, imports, left, write
from lifecycle import Message, cdar
from platformserver import CLIENT, SECRET, Platform, StoredFlow, serving
from relance.platforms.collecting import MARK, Collected, collect
from relance.platforms.credentials import VARIABLE, Tokens
from relance.platforms.exchange import Exchange, Patience
from relance.platforms.flow_service import FlowService
from relance.policy.importing import PlatformSettings
from relance.policy.reader import read_policy
from relance.values.problem import Refusal, Status

NOW = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
SINCE = dt.date(2026, 9, 1)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform()) as served:
        yield served


def stored(number: int, at: str = "", **more: str) -> StoredFlow:
    """The n-th file, one a minute."""
    moment = at or f"2026-10-01T{8 + number // 60:02}:{number % 60:02}:00.000Z"
    content = cdar(Message(f"F{number}", "203", id=f"M{number}"))
    return StoredFlow(f"flow-{number}", moment, content, **more)


def visit(
    platform: Platform, inbox: Path, now: dt.datetime = NOW, waits: list[float] | None = None
) -> Collected:
    """One run, whose patience is short."""
    settings = PlatformSettings.model_validate(
        {
            "adresse": f"{platform.url}/afnor-flow/v1",
            "jeton": f"{platform.url}/token",
            "client": CLIENT,
            "depuis": "2026-09-01",
        },
        by_alias=True,
    )
    sleep = (waits if waits is not None else []).append
    exchange = Exchange("plateforme", Patience(piece=0.4, answer=1.0, first=0.5, sleep=sleep))
    service = FlowService(settings.address, exchange, Tokens(settings, SECRET, exchange))
    return collect(service, inbox, settings.since, now)


def files(inbox: Path) -> list[str]:
    return sorted(path.name for path in inbox.iterdir() if not path.name.startswith("."))


def contents(inbox: Path) -> set[bytes]:
    return {(inbox / name).read_bytes() for name in files(inbox)}


# ---------------------------------------------------------------- All is well


def test_what_is_new_comes_once(platform: Platform, tmp_path: Path) -> None:
    platform.flows = [stored(1), stored(2)]
    done = visit(platform, tmp_path)
    assert (len(done.files), done.remarks, done.stopped) == (2, [], None)
    assert contents(tmp_path) == {flow.content for flow in platform.flows}
    platform.flows.append(stored(3))
    for name in files(tmp_path):
        (tmp_path / name).unlink()  # imported since
    assert len(visit(platform, tmp_path).files) == 1
    assert contents(tmp_path) == {platform.flows[2].content}
    assert len(visit(platform, tmp_path).files) == 0


def test_only_sales_and_what_becomes_of_them_are_asked_for(
    platform: Platform, tmp_path: Path
) -> None:
    kinds = ("CustomerInvoice", "StateCustomerInvoiceLC", "SupplierInvoice", "SupplierInvoiceLC")
    platform.flows = [stored(n, kind=kind) for n, kind in enumerate(kinds)]
    assert len(visit(platform, tmp_path).files) == 2
    assert platform.searches[0]["where"]["updatedAfter"] == "2026-08-31T23:00:00.000Z"


@pytest.mark.parametrize("page", [2, 3, 7, 100])
def test_pages_lose_nothing_and_give_nothing_twice(
    platform: Platform, tmp_path: Path, page: int
) -> None:
    """Several flows of one moment, at the end of a page too."""
    moments = [1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8]
    platform.page = page
    platform.flows = [
        stored(n, f"2026-10-01T08:{minute:02}:00.000Z") for n, minute in enumerate(moments)
    ]
    done = visit(platform, tmp_path)
    if page == 2:  # two of one moment fill a page: whether there is a third, nobody can tell
        assert done.stopped and "au même instant" in str(done.stopped)
        return
    assert done.stopped is None
    assert contents(tmp_path) == {flow.content for flow in platform.flows}
    assert len(platform.got()) == len(moments)


def test_a_page_in_another_order_is_not_trusted(platform: Platform, tmp_path: Path) -> None:
    platform.page, platform.order = 3, -1
    platform.flows = [stored(n) for n in range(5)]
    done = visit(platform, tmp_path)
    assert done.stopped and "en désordre" in str(done.stopped)
    platform.page = 100  # all on one page: no order can lose any
    assert len(visit(platform, tmp_path).files) == 5


def test_what_the_platform_tells_late_comes_too(platform: Platform, tmp_path: Path) -> None:
    platform.flows = [stored(30)]
    visit(platform, tmp_path)
    platform.flows.append(stored(2))  # 28 minutes older than what came already
    assert len(visit(platform, tmp_path).files) == 1


def test_a_clock_of_the_future_hides_nothing(platform: Platform, tmp_path: Path) -> None:
    platform.flows = [stored(1, "2031-01-01T00:00:00.000Z")]
    visit(platform, tmp_path)
    platform.flows.append(stored(2, "2026-11-20T09:00:00.000Z"))
    assert len(visit(platform, tmp_path, NOW + dt.timedelta(days=1)).files) == 1


def test_names_are_safe_and_differ(platform: Platform, tmp_path: Path) -> None:
    ids = ["../../etc/passwd", "..-..-etc-passwd", "a b", "a/b", "é"]
    platform.flows = [
        StoredFlow(name, f"2026-10-01T08:00:0{n}.000Z", stored(n).content)
        for n, name in enumerate(ids)
    ]
    inbox = tmp_path / "a-importer"
    assert len(visit(platform, inbox).files) == 5
    assert len(files(inbox)) == 5
    assert all(name.startswith("plateforme-") for name in files(inbox))
    assert [path.name for path in tmp_path.iterdir()] == ["a-importer"]


def test_what_the_platform_refused_is_told_until_it_takes_it(
    platform: Platform, tmp_path: Path
) -> None:
    platform.flows = [stored(1, kind="CustomerInvoice", ack="Error"), stored(2)]
    done = visit(platform, tmp_path)
    assert len(done.files) == 1
    assert "flow-1 : la plateforme a refusé ce fichier" in done.remarks[0].what
    platform.flows[0].ack = "Ok"
    platform.flows[0].updated = "2026-10-02T08:00:00.000Z"
    assert len(visit(platform, tmp_path).files) == 1


# ---------------------------------------------------------------- Troubles


@pytest.mark.slow
@pytest.mark.parametrize("what", ["search", "get", "token"])
@pytest.mark.parametrize("trouble", ["500", "503", "429", "slow", "drip", "half", "cut", "chunk"])
def test_a_trouble_that_passes_changes_nothing(
    platform: Platform, tmp_path: Path, what: str, trouble: str
) -> None:
    platform.flows = [stored(1), stored(2)]
    platform.troubles = {what: [trouble]}
    done = visit(platform, tmp_path)
    assert done.stopped is None
    assert contents(tmp_path) == {flow.content for flow in platform.flows}


@pytest.mark.parametrize("what", ["search", "get"])
def test_a_token_that_is_over_is_asked_for_again(
    platform: Platform, tmp_path: Path, what: str
) -> None:
    platform.flows = [stored(1), stored(2)]
    platform.troubles = {what: ["401"]}
    assert visit(platform, tmp_path).stopped is None
    assert platform.tokens == 2
    assert len(files(tmp_path)) == 2


def test_a_busy_platform_says_how_long_to_wait(platform: Platform, tmp_path: Path) -> None:
    waits: list[float] = []
    platform.flows, platform.retry_after = [stored(1)], "7"
    platform.troubles = {"search": ["429", "429"]}
    assert visit(platform, tmp_path, waits=waits).stopped is None
    assert waits == [7.0, 14.0]
    platform.retry_after = "3600"
    platform.troubles = {"search": ["429"]}
    done = visit(platform, tmp_path, waits=waits)
    assert "à redemander dans 3600 s" in str(done.stopped)
    assert len(waits) == 2


def test_a_lasting_trouble_stops_and_the_next_run_goes_on(
    platform: Platform, tmp_path: Path
) -> None:
    """Two files are there when the third fails: they stay, and are not asked for again."""
    platform.flows = [stored(n) for n in range(1, 6)]
    platform.troubles = {"get": ["", "", *["503"] * 5]}
    done = visit(platform, tmp_path)
    assert done.stopped and done.stopped.status is Status.REFUSED_STATE
    assert "réponse 503" in str(done.stopped)
    assert len(files(tmp_path)) == 2
    before = len(platform.got())
    assert len(visit(platform, tmp_path).files) == 3
    assert len(platform.got()) - before == 3
    assert contents(tmp_path) == {flow.content for flow in platform.flows}


def test_a_file_without_length_is_whole_by_its_print_or_its_end(
    platform: Platform, tmp_path: Path
) -> None:
    platform.flows = [stored(1)]
    platform.troubles = {"get": ["bare"]}
    assert visit(platform, tmp_path).stopped is None
    assert contents(tmp_path) == {platform.flows[0].content}


def test_a_file_that_is_not_what_its_print_says(platform: Platform, tmp_path: Path) -> None:
    right, wrong = stored(1), stored(2)
    right.sha256 = hashlib.sha256(right.content).hexdigest()
    wrong.sha256 = "0" * 64
    platform.flows = [right, wrong]
    done = visit(platform, tmp_path)
    assert done.stopped and "flow-2 n'arrive pas entier" in str(done.stopped)
    assert contents(tmp_path) == {right.content}


def test_a_file_that_is_gone_keeps_no_other_back_and_is_asked_for_again(
    platform: Platform, tmp_path: Path
) -> None:
    platform.flows = [stored(1), stored(2), stored(3)]
    platform.troubles = {"get": ["", "404"]}
    done = visit(platform, tmp_path)
    assert done.stopped is None
    assert len(done.files) == 2
    assert "flow-2 : la plateforme n'a plus ce fichier" in done.remarks[0].what
    assert len(visit(platform, tmp_path).files) == 1


@pytest.mark.parametrize(
    ("trouble", "said"),
    [("403", "ne vous laisse pas entrer"), ("400", "réponse 400 : « en panne »")],
)
def test_a_refusal_is_told(platform: Platform, tmp_path: Path, trouble: str, said: str) -> None:
    platform.troubles = {"search": [trouble]}
    assert said in str(visit(platform, tmp_path).stopped)


def test_a_redirection_is_not_followed(platform: Platform, tmp_path: Path) -> None:
    platform.troubles = {"search": ["302"]}
    assert "réponse 302" in str(visit(platform, tmp_path).stopped)


@pytest.mark.parametrize("what", ["search", "token"])
@pytest.mark.parametrize(
    "answer",
    [
        *(b"<html>", b"[]", b"{}", b"[" * 100_000, b'{"results": [1]}', b"\xff"),
        *(b'{"results": [{"flowId": "a"}]}', b'{"access_token": ""}'),
        *(b'{"results": [{"flowId": "a", "updatedAt": "hier"}]}', b'{"access_token": "a\\nb"}'),
    ],
)
def test_another_answer_than_the_norm_s_is_told(
    platform: Platform, tmp_path: Path, what: str, answer: bytes
) -> None:
    platform.raw = {what: answer}
    done = visit(platform, tmp_path)
    expected = {"search": "autrement que XP Z12-013", "token": "ne donne pas de jeton"}
    assert expected[what] in str(done.stopped)
    assert files(tmp_path) == []


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with serving(Platform()) as gone:
        pass
    assert "ne répond pas" in str(visit(gone, tmp_path).stopped)


@pytest.mark.parametrize("mark", ["", "{}", '{"jusqu-a": 3, "lus": 4}', '{"jusqu-a": "2026"}'])
def test_a_mark_that_cannot_be_read_is_none(platform: Platform, tmp_path: Path, mark: str) -> None:
    platform.flows = [stored(1)]
    (tmp_path / MARK).write_text(mark)
    assert len(visit(platform, tmp_path).files) == 1
    assert json.loads((tmp_path / MARK).read_text())["lus"]


# ---------------------------------------------------------------- The command

CLIENT_BOOKS = """\
2010-01-01 open Actifs:Clients:Dupont
  client: "Menuiserie Dupont"
2026-08-01 * "Dupont" "Facture" ^F1
  Actifs:Clients:Dupont  1200.00 EUR
  Produits:Ventes
2026-08-01 * "Dupont" "Facture" ^F2
  Actifs:Clients:Dupont  1200.00 EUR
  Produits:Ventes
"""
SETTINGS = """\
importer:
  plateforme:
    adresse: {url}/afnor-flow/v1
    jeton: {url}/token
    client: atelier-lumen
    depuis: 2026-09-01
"""


def test_the_command_fetches_then_imports(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    company(tmp_path, CLIENT_BOOKS, SETTINGS.format(url=platform.url))
    platform.flows = [stored(1), stored(2)]
    assert "Pris chez la plateforme : 2 fichiers." in imports(tmp_path, "--plateforme")
    assert len(books(tmp_path).notes) == 2
    assert left(tmp_path) == [MARK]
    (tmp_path / "ledger/a-importer" / MARK).unlink()  # as in another clone
    assert "déjà là" in imports(tmp_path, "--plateforme")
    assert len(books(tmp_path).notes) == 2
    text = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET not in text


def test_what_came_before_a_trouble_is_imported(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    monkeypatch.setattr("relance.terminal.commands.importer.pause", lambda _seconds: None)
    company(tmp_path, CLIENT_BOOKS, SETTINGS.format(url=platform.url))
    platform.flows = [stored(1), stored(2)]
    platform.troubles = {"get": ["", *["500"] * 5]}
    told = imports(tmp_path, "--plateforme", status=3)
    assert "ne répond pas" in told
    assert len(books(tmp_path).notes) == 1
    imports(tmp_path, "--plateforme")
    assert len(books(tmp_path).notes) == 2


def test_without_settings_or_secret_nothing_is_asked(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("relance.platforms.credentials.find_spec", lambda _name: None)
    company(tmp_path, CLIENT_BOOKS)
    assert "importer.plateforme" in imports(tmp_path, "--plateforme", status=2)
    write(
        tmp_path,
        "relance.yaml",
        (tmp_path / "relance.yaml").read_text() + SETTINGS.format(url=platform.url),
    )
    assert VARIABLE in imports(tmp_path, "--plateforme", status=3)
    monkeypatch.setenv(VARIABLE, "wrong")
    assert "ne donne pas de jeton" in imports(tmp_path, "--plateforme", status=3)
    assert "--essai" in imports(tmp_path, "--plateforme", "--essai", status=2)
    assert [path for _, path in platform.asked] == ["/token"]


@pytest.mark.parametrize(
    "address",
    ["http://api.example", "https://user:word@api.example", "https://api.example/?a=b", "ftp://a"],
)
def test_an_address_that_would_show_the_secret_is_refused(tmp_path: Path, address: str) -> None:
    company(tmp_path, CLIENT_BOOKS, SETTINGS.format(url=address))
    with pytest.raises(Refusal, match="n'est pas une adresse https"):
        read_policy(tmp_path / "relance.yaml")
