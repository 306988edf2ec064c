"""How an opening form is dealt out to pages: one thing a page, and nothing that the answers do not ask for."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from desk_ground import Desk, county, desk, sent_queries
from resident_ground import Visitor, unhurried, visitor
from tongban.apps.casework.views import FieldView, Option
from tongban.web.resident.opening import page_of, pages_of

__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]

MOST_BYTES = 100_000
"""Of a form page with its own styles and scripts, as they are sent."""


def field(name: str, kind: str = "line", *, required: bool = False, **more: object) -> FieldView:
    return FieldView(name, kind, label=name, help="", required=required, **more)  # type: ignore[arg-type]


def dealt(*fields: FieldView) -> dict[str, list[str]]:
    return {page.id: [each.id for each in page.fields] for page in pages_of(fields)}


def test_what_must_be_answered_is_asked_one_thing_a_page_and_the_rest_together() -> None:
    found = dealt(
        field("matter", "text", required=True),
        field("paper", "files", required=True),
        field("phone", "phone", required=True),
        field("way", "choice", required=True, options=(Option("post", "post"),)),
        field("wish"),
        field("note"),
        field("agreed", "flag", required=True),
        field("name", "name"),
    )
    assert found == {
        "say": ["matter"],
        "ask-paper": ["paper"],
        "ask-way": ["way"],
        "ask-agreed": ["agreed"],
        "more": ["wish", "note"],
        "reach": ["phone", "name"],
        "check": [],
    }


def test_what_hangs_on_an_answer_stands_on_its_page() -> None:
    fields = (
        field("matter", "text", required=True),
        field("by_post", "flag", required=True, opens=True),
        field("address", required=True, only_if="by_post"),
        field("remark", only_if="by_post", closes=True),
    )
    assert dealt(*fields)["ask-by_post"] == ["by_post", "address", "remark"]


def test_what_a_register_may_know_is_asked_before_what_is_written_where_it_does_not() -> None:
    fields = (
        field("firm", "entry"),
        field("firm_name", required=True, hangs_on=("firm",)),
        field("matter", "text", required=True),
        field("note"),
    )
    assert dealt(*fields) == {
        "say": ["matter"],
        "ask-firm": ["firm"],
        "ask-firm_name": ["firm_name"],
        "more": ["note"],
        "check": [],
    }


def test_a_tick_on_which_a_required_question_hangs_is_asked_before_it_and_not_behind() -> None:
    fields = (
        field("matter", "text", required=True),
        field("phone", "phone", required=True),
        field("accuses", "flag"),
        field("whom", required=True, hangs_on=("accuses",)),
    )
    assert list(dealt(*fields)) == ["say", "ask-accuses", "ask-whom", "reach", "check"]


def test_a_page_that_the_answers_do_not_ask_for_is_left_out_and_its_entry_still_travels() -> None:
    fields = (field("matter", "text", required=True), field("firm", required=True, idle=True, value="x"))
    pages = pages_of(fields)
    assert [page.id for page in pages] == ["say", "check"]
    assert [each.id for each in page_of(pages, "check").rest] == ["matter", "firm"]
    assert [page.steps for page in pages] == [2, 2]


def test_what_the_answer_of_an_earlier_page_does_not_ask_for_does_not_stand_beside_what_it_does() -> None:
    fields = (
        field("policy", required=True),
        field("id_card", "id_card", required=True, idle=True, hangs_on=("policy",)),
        field("phone", "phone", required=True),
        field("other", "flag"),
        field("other_name", "name", idle=True, hangs_on=("other",)),
    )
    reach = page_of(pages_of(fields), "reach")
    assert [each.id for each in reach.fields] == ["phone", "other", "other_name"]
    assert "id_card" in {each.id for each in reach.rest}


@pytest.mark.database
@pytest.mark.django_db
def test_every_form_page_weighs_less_than_100_kb_with_its_styles_and_scripts(visitor: Visitor) -> None:
    visitor.ready()
    for name in ("say", "more", "reach", "check"):
        page = visitor.press(name).page
        paths = set(re.findall(r'(?:href|src)="/static/([^"?]+)', page))
        files = [finders.find(re.sub(r"\.[0-9a-f]{8,}(?=\.\w+$)", "", path)) for path in paths]
        assert len(files) >= 4 and all(files), paths
        weight = sum(len(gzip.compress(Path(str(each)).read_bytes())) for each in files)
        assert weight + len(gzip.compress(page.encode())) < MOST_BYTES, (name, weight)


@pytest.mark.database
@pytest.mark.django_db
def test_the_empty_form_for_print_asks_what_the_pages_ask(visitor: Visitor, desk: Desk) -> None:
    page = visitor.get("/report/last_resort_desk/blank/").page
    asked = [visitor.get("/report/last_resort_desk/").page]
    for filled in ({"body": "x"}, {}, {"phone": "13812345678"}):
        asked.append(visitor.press(**filled).page)
    labels = re.findall(r"<(?:label for|legend)[^>]*>([^<]+?)<", " ".join(asked))
    assert len(labels) > 5
    for label in labels:
        assert label.strip() in page
    assert "不会写的" in page and settings.DEBUG is False
    assert visitor.get("/report/nothing/blank/").status == 404
