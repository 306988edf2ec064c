"""An answer that is nothing but the address of a page here, or the number of a case, can be followed; every other stays what was typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template

from tongban.apps.casework.leads import case_of
from tongban.apps.numbers import new_number
from tongban.kernel.form import Field, FieldKind, Form

LEADS = '{% load words %}{% leading said %}|{% leading said "/lead/figures/" %}'


def shown(said: str) -> list[str]:
    return str(Template(LEADS).render(Context({"said": said, "language": "en"}))).split("|")


def test_the_address_of_a_published_page_is_a_link_for_everybody() -> None:
    link = '<a class="row-link" href="/open/practices/hotline/">Open this page</a>'
    assert shown("/open/practices/hotline/") == [link, link]


def test_a_page_of_figures_inside_is_a_link_for_whoever_works_there_alone() -> None:
    public, desk = shown("/lead/figures/effect/?practice=hotline")
    assert public == "/lead/figures/effect/?practice=hotline" and desk.startswith("<a ")


@pytest.mark.parametrize(
    "said",
    ["//evil.example/open/", "/open/../desk/<b>", "https://evil.example/open/", "see /open/x/", "/sign-out/", "javascript:/open/"],
)  # fmt: skip
def test_nothing_else_becomes_a_link(said: str) -> None:
    assert all("<a " not in each and "<b>" not in each for each in shown(said))


def test_a_finding_leads_to_the_cases_that_it_lays_side_by_side() -> None:
    """A code is the number of a case where the practice fills it in with one; another code of twelve digits is what it is."""
    number = new_number(datetime(2026, 3, 2, 1, tzinfo=UTC))
    record = Form("record", (Field("of_case", FieldKind.code, infer="case.number"),))
    found = Form("finding", tuple(Field(each, FieldKind.code) for each in ("one_of_case", "one_item")))
    forms = (record, found)
    assert case_of(found.fields[0], f"{number}-02", forms) == f"{number}-02"
    assert case_of(found.fields[1], number, forms) == ""
    assert case_of(found.fields[0], "PY-17", forms) == ""
    assert case_of(Field("told_in", FieldKind.case), number, forms) == number
