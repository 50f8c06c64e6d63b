"""Which step a claim has reached, and from which day (rules 6.1 to 6.8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from relance.claims.claim import Claim
from relance.claims.history import Past, next_day
from relance.claims.on_day import OnDay
from relance.decision.rules import RuleMatch
from relance.decision.undelivered import obstacle, unsent
from relance.policy.settings import Rule, Step
from relance.text.locales import french_date
from relance.text.words import count
from relance.values.dates import end_of_month
from relance.values.issued import IssuedLetter
from relance.values.kinds import Channel

DEFAULT_TRACK = "standard"
INSTALMENT_LETTER = "rappel-echeancier"  # the template of the reminders of instalments


@dataclass(frozen=True, slots=True)
class Next:
    """The next step of a claim and the first day it can be taken.

    When it cannot be taken yet, `code` and `reason` say why, else `reason` says what made it
    due; `step` is None when nothing follows, `earliest` when its day is not known.
    """

    track: str
    step: Step | None = None
    earliest: date | None = None
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A day before which a step cannot be taken, and what is said of it: why one waits until
    then, or once it has come what was met."""

    day: date
    code: str
    words: str


class Steps:
    """Decides the next step of claims on a day."""

    def __init__(self, on: OnDay) -> None:
        self._on = on
        self._policy = on.policy
        self._history = on.history
        self._day = on.day
        self._workdays = on.policy.workdays

    def next(self, claim: Claim, match: RuleMatch | None) -> Next:
        """The step that follows in the claim's track, `match` being the rule that holds for it."""
        past = self._history.of(claim)
        rule = match.rule if match else None
        track = self._track(claim, past, rule)
        steps = self._following(track, self._placing(claim, past))
        if steps is None:
            names = [p.citation.step for p in past if p.citation.rank]
            name = next(name for name in names if name not in self._policy.steps)
            reason = f"l'étape « {name} » du registre n'existe plus : rétablissez-la dans etapes"
            return Next(track, code="etape-inconnue", reason=reason)
        step = next((s for s in steps if not self._left_out(s, claim)), None)
        if step is None:
            return self._after_the_last(track, claim, past)
        if unposted := self._unposted(claim, past):
            return Next(track, step, None, *unposted)
        if claim.client.direct_debit and not claim.rejected:
            return Next(
                track, step, None, "prelevement", "prélèvement non rejeté : rien à demander"
            )
        following = self._when(track, step, self._bounds(step, claim, past, rule))
        if following.code in ("", "contentieux") and (reason := self._unsure(step, past)):
            return Next(track, step, None, "non-envoyee", reason)
        return following

    def reminder(self, track: str, due: date) -> Next | None:
        """The reminder of a payment plan's instalment that falls due on `due`: like the first
        step before the due date of the track, in the window [trigger, due[; None outside it.

        It borrows that step's day and channels, not its place in the track nor its threshold.
        """
        steps = (self._policy.steps[name] for name in self._policy.tracks[track])
        step = next((s for s in steps if s.before_due), None)
        if step is None or Channel.FILE in step.channels:
            return None
        trigger = self._trigger(step, due)
        assert trigger is not None
        if not trigger <= self._day < due:
            return None
        reason = f"versement du {french_date(due)}, {step.name} depuis le {french_date(trigger)}"
        like = step.model_copy(update={"letter": INSTALMENT_LETTER, "deadline": None})
        return Next(track, like, trigger, reason=reason)

    # ------------------------------------------------------------ Track and place in it

    def _track(self, claim: Claim, past: Sequence[Past], rule: Rule | None) -> str:
        """The client's own track, else the one the claim began, else the rule's."""
        if claim.client.track:
            return claim.client.track
        if past and past[-1].citation.track in self._policy.tracks:
            return past[-1].citation.track
        return (rule.track if rule else None) or DEFAULT_TRACK

    def _placing(self, claim: Claim, past: Sequence[Past]) -> Sequence[Past]:
        """The letters that place the claim in its track: those before its formal notice when
        that did not demand all that is asked now, for the rest has had none (rule 6.25)."""
        notices = self._history.notices(claim)
        if not notices or not self._on.undemanded(claim):
            return past
        return past[: list(past).index(notices[0])]

    def _following(self, track: str, past: Sequence[Past]) -> list[Step] | None:
        """The steps after those already issued; None when one of these is not known any more.

        On another track than they were issued on, `etapes` says what stands after them.
        """
        names = self._policy.tracks[track]
        steps = self._policy.steps
        issued = [p.citation.step for p in past if p.citation.rank or p.citation.step in steps]
        if all(name in names for name in issued):
            start = max((names.index(name) + 1 for name in issued), default=0)
            return [self._policy.steps[name] for name in names[start:]]
        if any(name not in self._policy.steps for name in issued):
            return None
        last = max(self._policy.step_order(name) for name in issued)
        return [self._policy.steps[n] for n in names if self._policy.step_order(n) > last]

    def _left_out(self, step: Step, claim: Claim) -> bool:
        """A step before the due date has the window [trigger, due date[, a direct debit none."""
        assert claim.due is not None
        return step.before_due and (claim.due <= self._day or claim.client.direct_debit)

    # ------------------------------------------------------------ Waiting for the post

    def _after_the_last(self, track: str, claim: Claim, past: Sequence[Past]) -> Next:
        if unposted := self._unposted(claim, past):
            return Next(track, None, None, *unposted)
        return Next(
            track, code="derniere-etape", reason="dernière étape faite : à vous de décider la suite"
        )

    def _unposted(self, claim: Claim, past: Sequence[Past]) -> tuple[str, str] | None:
        """Why the previous letter holds the next step: it has not left yet, or came back."""
        if not past:
            return None
        letter = past[-1].letter
        if reason := obstacle(letter, claim.client):
            return reason.code, str(reason)
        if self._history.undispatched(letter):
            return "non-envoyee", f"{letter.id} n'a pas de note #envoi"
        if self._history.starts(letter) is None:
            return "non-postee", f"mise en demeure {letter.id} non postée : notez son #envoi"
        return None

    def _unsure(self, step: Step, past: Sequence[Past]) -> str:
        """Why neither a formal notice nor the court follows a reminder: nobody knows that it left
        (rule 6.26)."""
        reminders = [p.letter for p in past if p.citation.rank]
        grave = step.formal_notice or Channel.FILE in step.channels
        if not grave or not reminders or self._history.left(reminders[-1]):
            return ""
        return f"aucun envoi de {reminders[-1].id} n'est noté : {unsent(reminders[-1])}"

    # ------------------------------------------------------------ The first day

    def _when(self, track: str, step: Step, bounds: Sequence[_Bound]) -> Next:
        """The latest of the trigger, the gap and the end of the deadline last given."""
        last = max(bounds, key=lambda bound: bound.day)
        if last.day > self._day:
            return Next(track, step, last.day, last.code, last.words)
        if Channel.FILE in step.channels:
            reason = "toutes les relances sont faites : dossier à transmettre"
            return Next(track, step, None, "contentieux", reason)
        return Next(track, step, last.day, reason=" ; ".join(b.words for b in bounds if b.words))

    def _bounds(
        self, step: Step, claim: Claim, past: Sequence[Past], rule: Rule | None
    ) -> list[_Bound]:
        gap = step.gap or (rule.gap if rule else None) or self._policy.gap
        since = self._since(past[-1].letter, gap) if past else ()
        return [self._triggered(step, claim), *since]

    def _triggered(self, step: Step, claim: Claim) -> _Bound:
        """The day of the step itself; every day will do when only the gap counts."""
        assert claim.due is not None
        trigger = self._trigger(step, claim.due)
        if trigger is None or step.after is None:
            return _Bound(date.min, "apres", "")
        late = (self._day - claim.due).days
        if trigger <= self._day:
            days = f"{step.after:+d} jour{'s' * (abs(step.after) > 1)}"
            since = f"{step.name} depuis le {french_date(trigger)} ({days})"
            words = f"échéance du {french_date(claim.due)}, {since}"
        elif late > 0:
            words = f"{late} j de retard, {step.name} à partir de {step.after} j"
        else:
            words = f"échéance le {french_date(claim.due)}"
        return _Bound(trigger, "apres", words)

    def _since(self, letter: IssuedLetter, gap: int) -> Iterator[_Bound]:
        """The days that the last letter leaves: the gap, and the deadline it gave."""
        start = self._history.starts(letter) or letter.date
        after = self._on_or_after(start + timedelta(gap))
        issued = f"{letter.id} du {french_date(letter.date)}"
        words = f"{issued}, écart de {count(gap, 'jour')} passé le {french_date(after)}"
        if after > self._day:
            words = f"{issued} est trop récente (écart de {count(gap, 'jour')})"
        yield _Bound(after, "ecart", words)
        if letter.days_given is not None:
            end = self._on_or_after(start + timedelta(letter.days_given))
            over = self._on_or_after(next_day(end))
            words = f"{letter.id} laissait jusqu'au {french_date(end)}"
            if over > self._day:
                words = f"{letter.id} laisse jusqu'au {french_date(end)} pour régler"
            yield _Bound(over, "sous", words)

    def _trigger(self, step: Step, due: date) -> date | None:
        """The day a step triggers; None when only the gap counts."""
        if step.after is None:
            return None
        day = due + timedelta(step.after)
        if step.month_end:
            day = end_of_month(day)
        if step.before_due:
            return self._workdays.on_or_before(day)
        return self._on_or_after(max(day, next_day(due)))

    def _on_or_after(self, day: date) -> date:
        return self._workdays.on_or_after(day)
