"""The audit as people and programs read it: a table, findings, a JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from relance.audit.rerun import RunKey
from relance.audit.verdict import Audit, Proof, Verdict, lines_changed
from relance.terminal.views.console import err, out, show_diff, show_problems
from relance.text.escapes import plain
from relance.text.locales import money
from relance.text.words import count
from relance.values.problem import Problem

_STYLES = {
    Verdict.PROVED: "green",
    Verdict.EDITED: "cyan",
    Verdict.FIGURES: "green",
    Verdict.UNREPLAYABLE: "yellow",
    Verdict.FAULTY: "red",
}
_TOLD = {
    Verdict.PROVED: ("prouvée", "prouvées"),
    Verdict.EDITED: ("retouchée à la relecture", "retouchées à la relecture"),
    Verdict.FIGURES: (
        "rejouée pour les chiffres seulement",
        "rejouées pour les chiffres seulement",
    ),
    Verdict.UNREPLAYABLE: ("non rejouable", "non rejouables"),
    Verdict.FAULTY: ("en écart", "en écart"),
}


def show_audit(audit: Audit, *, diffs: bool) -> None:
    """The letters with their verdicts, the hand edits when asked, then what is wrong."""
    for (run, base), proofs in groupby(audit.proofs, _run):
        _show_run(run, base, list(proofs))
    for proof in audit.proofs if diffs else ():
        if proof.diff:
            out.put(Text(f"\n{proof.letter.id}  {plain(proof.client)}", "bold"), hang=4)
            show_diff(proof.diff)
    out.print()
    for note in audit.notes:
        err.put(Text.assemble(("à savoir ", "yellow"), plain(note)), hang=4)
    show_problems(audit.findings)
    out.put(Text(_summary(audit), "bold"), hang=4)


def _run(proof: Proof) -> tuple[str, str]:
    return RunKey.of(proof.letter).name, (proof.letter.base or "")[:7]


def _show_run(run: str, base: str, proofs: Sequence[Proof]) -> None:
    """The letters of one run; what is to be known of all of them is said once, above."""
    shared = set.intersection(*(set(proof.remarks) for proof in proofs))
    beside = "".join(f" · {plain(remark)}" for remark in sorted(shared))
    head = Text.assemble((run, "bold"), (f"  base {base or 'non notée'}{beside}", "dim"))
    out.put(head, hang=4)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for width in (12, min(max(out.width - 67, 14), 34), 20):
        table.add_column(width=width, no_wrap=True, overflow="fold")
    table.add_column(min_width=12, no_wrap=True)  # an amount is never cut
    table.add_column(overflow="fold")
    table.columns[3].justify = "right"
    for proof in proofs:
        letter, verdict = proof.letter, proof.verdict
        table.add_row(
            letter.id,
            Text(plain(proof.client), overflow="ellipsis", no_wrap=True),
            Text(_step(proof), overflow="ellipsis", no_wrap=True),
            money(letter.total.number, letter.total.currency) if letter.total else "",
            Text.assemble((verdict, _STYLES[verdict]), (_remarks(proof, shared), "dim")),
        )
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def _step(proof: Proof) -> str:
    rank = f" n° {proof.letter.rank}" if proof.letter.rank else ""
    return plain(proof.letter.step) + rank


def _remarks(proof: Proof, shared: set[str]) -> str:
    remarks = [remark for remark in proof.remarks if remark not in shared]
    if proof.diff:
        more, less = lines_changed(proof.diff)
        remarks.append(f"+{more} −{less} lignes")
    if proof.problems:
        remarks.append(count(len(proof.problems), "constat"))
    return "".join(f"\n{plain(line)}" for line in remarks)


def _summary(audit: Audit) -> str:
    counts, findings = audit.counts, len(audit.findings)
    parts = [f"{n} {_TOLD[v][n > 1]}" for v in Verdict if (n := counts[v])]
    if pages := sum(proof.pdf is True for proof in audit.proofs):
        parts.append(f"{pages} PDF refait{'s' if pages > 1 else ''} à l'octet près")
    end = f"{count(findings, 'constat')} ci-dessus" if findings else "aucun écart"
    verdicts = ", ".join(parts) or "rien à rejouer"
    return f"{count(len(audit.proofs), 'lettre')} : {verdicts} ; {end}."


def audit_as_json(audit: Audit) -> dict[str, object]:
    """One object; `lettres` by id, `constats` each with its place and remedy."""
    return {
        "lettres": [_letter(proof) for proof in audit.proofs],
        "verdicts": {verdict.value: audit.counts[verdict] for verdict in Verdict},
        "constats": [_finding(problem) for problem in audit.findings],
        "a_savoir": list(audit.notes),
    }


def _letter(proof: Proof) -> dict[str, object]:
    letter = proof.letter
    return {
        "id": letter.id,
        "date": letter.date.isoformat(),
        "compte": letter.account,
        "client": proof.client,
        "etape": letter.step,
        "rang": letter.rank,
        "total": f"{letter.total.number:.2f}" if letter.total else None,
        "devise": letter.total.currency if letter.total else None,
        "base": letter.base,
        "version": letter.version,
        "verdict": proof.verdict.value,
        "texte_compare": proof.replayed and proof.worded,
        "pdf_identique": proof.pdf,
        "remarques": list(proof.remarks),
        "retouches": proof.diff or None,
        "constats": [_finding(problem) for problem in proof.problems],
    }


def _finding(problem: Problem) -> dict[str, object]:
    return {
        "fichier": problem.source.path,
        "ligne": problem.source.line or None,
        "constat": problem.what,
        "remede": problem.remedy,
    }
