"""What Fava knows of us: a page, two answers, both only read."""

from __future__ import annotations

from html import escape
from typing import Any

from fava.core import FavaLedger
from fava.ext import FavaExtensionBase, extension_endpoint
from flask import abort, current_app, make_response, request, send_file
from flask.wrappers import Response

from relance.fava import client, drawings, pages
from relance.fava.books_reader import BooksReader, Study, letter_file
from relance.fava.cells import Facts
from relance.fava.links import Links
from relance.fava.selection import Selection, period, selected
from relance.git.past import arrivals
from relance.terminal.clock import today
from relance.values.problem import Refusal
from relance.values.register import FOLDER


class Relances(FavaExtensionBase):
    """The page of one ledger; Fava makes one when it loads it, and tells of each reload."""

    report_title = "Relances"
    has_js_module = True

    def __init__(self, ledger: FavaLedger, config: str | None = None) -> None:
        super().__init__(ledger, config)
        self._reader = BooksReader(ledger)

    def after_load_file(self) -> None:
        """Fava calls it each time a file of the ledger has changed."""
        self._reader.renew()

    def page(self) -> Facts:
        """What the template shows: a day, one client, or why there is nothing to show."""
        links = Links(self.ledger, self.name, self._reader.root)
        try:
            study = self._reader.study()
            choice = _choice(self.ledger, study)
            if account := request.args.get("compte", ""):
                return _life(study, choice, account, links)
            return pages.day(study, choice, links)
        except Refusal as refusal:
            return pages.refused(refusal.problems, links)

    @extension_endpoint("lettre", ["GET"])  # type: ignore[arg-type, untyped-decorator]
    def letter(self) -> Response:
        """The file of a letter of the register, by its number alone: `?numero=R20261121-01`."""
        try:
            path = letter_file(self._reader.study().company, request.args.get("numero", ""))
        except Refusal:
            path = None
        if path is None:
            return abort(404)
        text = path.suffix == ".md"
        answer = send_file(path, mimetype="text/plain" if text else "application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{path.name}"'
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    @extension_endpoint("dessins", ["GET"])  # type: ignore[arg-type, untyped-decorator]
    def drawings(self) -> Response:
        """The drawings of the day and clients that Fava's filters leave, as a piece of page."""
        if current_app.config["INCOGNITO"]:
            return make_response("<p>Pas de dessins en mode incognito.</p>")
        try:
            study = self._reader.study()
            facts: dict[str, Any] = drawings.drawn(study, _choice(self.ledger, study))
        except Refusal as refusal:
            return make_response(f"<p>{escape(str(refusal.problems[0].what))}</p>")
        template = self.jinja_env.get_template("relances-dessins.html")
        return make_response(template.render(page=facts))


def _choice(ledger: FavaLedger, study: Study) -> Selection:
    now = today(study.company.policy.calendar.timezone)
    return selected(ledger, period(ledger, request.args), request.args, now)


def _life(study: Study, choice: Selection, account: str, links: Links) -> Facts:
    situation = study.at(choice.day, choice.today)
    try:
        shown = client.find(situation, account)
    except Refusal as unknown:
        return pages.refused(unknown.problems, links, "relances-inconnu.html")
    commits = arrivals(study.company.root, FOLDER)
    page = client.life(shown, situation, commits, links)
    return page | pages.heading(situation, choice)
