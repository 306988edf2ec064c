"""An answer that is nothing but the address of a page here can be followed; every other stays what was typed."""

from __future__ import annotations

import pytest
from django.template import Context, Template

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
