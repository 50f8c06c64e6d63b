"""The guide as one page of HTML: every link leads to a place on it."""

from __future__ import annotations

import re

from guide_pages import CONTENTS, FOLDER, PAGES
from relance.paper.guide_page import guide_page

PAGE = guide_page(CONTENTS, PAGES, FOLDER)


def test_every_link_leads_to_one_place() -> None:
    places = re.findall(r' id="([^"]+)"', PAGE)
    links = re.findall(r' href="#([^"]*)"', PAGE)
    assert len(places) == len(set(places))
    assert len(links) > len(PAGES)
    assert set(links) <= set(places)
    assert set(PAGES) <= set(places)


def test_nothing_is_fetched() -> None:
    assert not re.findall(r'(?:src|<link[^>]+href)="(?!file:)', PAGE)
    assert "```" not in PAGE


def test_a_table_and_a_picture_of_a_page() -> None:
    page = guide_page(
        "# Table", {"a-b": "# A\n\n![Vue](vue.png)\n\n| X |\n|---|\n| <b> |\n"}, FOLDER
    )
    assert f'<img alt="Vue" src="{FOLDER.as_uri()}/vue.png"' in page
    assert '<div class="table"><table>' in page
