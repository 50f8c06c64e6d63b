"""What people read of a sending: what left, what did not and why, what is theirs to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from relance.git.remote import has_upstream
from relance.sending.attempts import AttemptState
from relance.sending.handouts import Hand, Handouts, folder
from relance.sending.mailing import Result
from relance.sending.run import Sending
from relance.sending.sorting import LetterFate, LetterVerdict
from relance.terminal.views.console import err, next_thing, out, say
from relance.text.escapes import plain
from relance.text.locales import enumeration, french_date, money
from relance.text.words import count
from relance.values.kinds import Channel

_SHOWN = 6  # so many old letters are named
_VERBS = {
    Channel.POST: "À poster",
    Channel.REGISTERED: "À poster en recommandé",
    Channel.SMS: "SMS à envoyer",
    Channel.PHONE: "À appeler",
}


def show_start(sending: Sending) -> None:
    """Whose letters, which day, and what an interrupted run had left to record."""
    name = plain(sending.company.policy.creditor.name)
    out.put(Text.assemble("\n", (name, "bold"), f" · envoi du {french_date(sending.day)}"), hang=4)
    say(sending.recovered)
    if sending.day != sending.today:
        say(f"Attention : nous sommes le {french_date(sending.today)}.")
    if sending.request.trial:
        say(f"Essai : tout part à {sending.request.trial}, rien n'est enregistré.")
    for note in sending.recorded:
        say(f"Retrouvé d'un envoi interrompu, et noté : {plain(note.text)}")
    for attempt in sending.strangers:
        to = ", ".join(attempt.addresses) or attempt.account
        say(
            f"Attention : le {french_date(attempt.day)}, une autre lettre {attempt.letter} est "
            f"partie ou a été remise ({attempt.channel}, {plain(to)}) ; celle du registre n'est "
            "pas elle. L'historique a été repris : notez l'ancienne à la main."
        )
    out.print()


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar over the e-mails, on a terminal; yields what to call after each."""
    with Progress(console=err, transient=True, disable=not err.is_terminal or total < 2) as bar:
        task = bar.add_task("Courriels", total=total)
        yield lambda: bar.advance(task)


def show_outcome(sending: Sending, results: Sequence[Result], papers: Handouts) -> None:
    """The tables of the run, the good news first."""
    if sending.request.dry:
        going = [job.verdict for job in sending.jobs]
        _block("Partirait par courriel", "green", [_row(v, _emails(v)) for v in going])
    sent = [r for r in results if r.state is AttemptState.SENT]
    unsent = [r for r in results if r.state is AttemptState.NOT_SENT]
    doubtful = [r for r in results if r.state.doubtful]
    _block("Parti par courriel", "green", [_row(r.verdict, _sent_to(r)) for r in sent])
    _show_unsent(unsent)
    uncertain = [_row(r.verdict, r.said) for r in doubtful]
    uncertain += [_row(v, v.reason) for v in sending.of(LetterFate.UNCERTAIN)]
    _block("Incertain, parti ou non, à vous de le dire", "red", uncertain)
    aside = "" if sending.request.real else " (rien n'est noté)"
    for fate, title, style in _FATES:
        _block(title + aside, style, [_row(v, v.reason) for v in sending.of(fate)])
    for channel, verb in _VERBS.items():
        hands = [hand for hand in papers.hands if hand.channel is channel]
        _block(verb, "yellow", [_row(h.verdict, _to_whom(h)) for h in hands])
    _show_partial(sent)
    _show_expired(sending.of(LetterFate.EXPIRED))


_FATES = (
    (LetterFate.CANCELLED, "Annulé, n'étant plus vrai aujourd'hui", "red"),
    (LetterFate.LAPSED, "Sans objet, à ne plus poster ni appeler", "yellow"),
    (LetterFate.KEPT, "Retenu", "red"),
)


def show_next(sending: Sending, results: Sequence[Result], papers: Handouts) -> None:
    """Where the files are, then what to do."""
    if papers.files:
        say(f"Fichiers du jour dans {folder(sending.day)}/ (hors de git).")
    if sending.request.real:
        for command in _commands(sending, results, papers.hands):
            say(f"  {command}")
    if _recorded(sending, results) and has_upstream(sending.repository.git):
        say("  git push   (sans quoi une autre machine enverrait de nouveau)")
    next_thing(_last_words(sending, results, papers))


def _recorded(sending: Sending, results: Iterable[Result]) -> bool:
    """Whether the run has committed notes."""
    if not sending.request.real:
        return False
    left = any(result.state is AttemptState.SENT for result in results)
    return left or bool(sending.recorded or sending.of(LetterFate.CANCELLED))


def _last_words(sending: Sending, results: Sequence[Result], papers: Handouts) -> str:
    if sending.day != sending.today:
        day = french_date(sending.today)
        return f"rien n'est enregistré ; relance envoyer envoie ce qui doit partir le {day}."
    if not sending.request.real:
        return "rien n'est enregistré ; relance envoyer envoie pour de bon."
    if any(r.state.doubtful for r in results) or sending.of(LetterFate.UNCERTAIN):
        return "ce qui est sûr est noté ; dites ce que sont devenues les lettres incertaines."
    if any(r.state is AttemptState.NOT_SENT for r in results):
        return "corrigez ce qui est dit, puis recommencez : ce qui est parti ne repart pas."
    if _recorded(sending, results):
        return f"envois notés et enregistrés sur {sending.repository.branch()}."
    return "notez ce que vous faites partir." if papers.hands else "rien d'autre à envoyer."


def _commands(sending: Sending, results: Iterable[Result], hands: Iterable[Hand]) -> Iterator[str]:
    """The commands by which a person says what became of a letter."""
    doubtful = [r.verdict.letter.id for r in results if r.state.doubtful]
    doubtful += [v.letter.id for v in sending.of(LetterFate.UNCERTAIN)]
    for letter in doubtful:
        yield f"relance noter --envoi {letter} --parti --commit   (ou --non-parti)"
    for hand in hands:
        if not hand.trouble:
            yield f"relance noter --envoi {hand.verdict.letter.id} --{hand.channel} --commit"
    if sending.of(LetterFate.CANCELLED):
        yield "relance emettre   (émet de nouveau ce qui reste dû des lettres annulées)"


def _show_unsent(unsent: Sequence[Result]) -> None:
    """What did not leave; a reason that several share, as a server away, is told once."""
    shared = {reason for reason, times in Counter(r.said for r in unsent).items() if times > 1}
    for reason in dict.fromkeys(r.said for r in unsent if r.said in shared):
        alike = [_row(r.verdict, "") for r in unsent if r.said == reason]
        _block("Non parti", "red", alike, plain(reason))
    alone = [_row(r.verdict, r.said) for r in unsent if r.said not in shared]
    _block("Non parti", "red", alone)


def _block(title: str, style: str, rows: Sequence[Sequence[Text]], shared: str = "") -> None:
    """A table under its title, and under the reason that its letters share."""
    if not rows:
        return
    out.put(Text.assemble((title, f"bold {style}"), f" : {count(len(rows), 'lettre')}"), hang=4)
    say(shared)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(style="bold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for row in rows:
        table.add_row(*row)
    out.print(table)
    out.print()


def _row(verdict: LetterVerdict, remark: str) -> list[Text]:
    letter = verdict.letter
    asked = None if letter.informs else letter.total
    total = money(asked.number, asked.currency) if asked else ""
    cells = (letter.id, plain(verdict.client.label), total, plain(remark))
    return [Text(cell) for cell in cells]


def _to_whom(hand: Hand) -> str:
    if hand.trouble:
        return hand.trouble
    again = f" (remis le {french_date(hand.since)} : déjà fait ? notez-le)" if hand.since else ""
    return hand.to + again


def _sent_to(result: Result) -> str:
    """The addresses that the server accepted, and the channel now preferred when it is another
    than the one that was approved."""
    to = ", ".join(address for address in result.addresses if address not in result.refused)
    now = result.verdict.client.channel
    other = now and now not in result.verdict.letter.channels
    return f"{to} (approuvée ainsi ; le client est maintenant par {now})" if other else to


def _emails(verdict: LetterVerdict) -> str:
    return ", ".join(verdict.client.mailed)


def _show_partial(sent: Iterable[Result]) -> None:
    """A letter that reached one address of several has left; the address is to be corrected."""
    for result in sent:
        if result.refused:
            text = f"{result.verdict.letter.id} : partie, mais refusée pour {plain(result.said)}"
            err.put(Text.assemble(("attention ", "yellow"), text), hang=4)


def _show_expired(verdicts: Sequence[LetterVerdict]) -> None:
    """Letters without a dispatch note whose time to leave has passed."""
    unknown = [verdict.letter.id for verdict in verdicts if not verdict.letter.dispatches]
    if not unknown:
        return
    named = unknown[-_SHOWN:]
    older = len(unknown) - len(named)
    more = f" (et {older} plus ancienne{'s' * (older > 1)})" if older else ""
    say(
        f"Trop anciennes pour partir, sans envoi noté : {enumeration(named)}{more}. "
        "Parties, notez-le (relance noter --envoi) ; jamais parties, --annulation les rend à la "
        "relance."
    )
