"""The table of rights is whole: every page and every route is one act of it, and every act has words.

Whoever adds a page or a route adds a line to ``web/doors.py`` or ``api/v1/rights.py``, and fails here until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

from tongban.api.v1.rights import ACT_OF
from tongban.api.v1.routes import ROUTES
from tongban.apps.rights import ACTS
from tongban.kernel.county import OVERSEERS
from tongban.library.texts import product_texts
from tongban.web.doors import DOORS

PROGRAMS = "api/"


def patterns(
    found: Sequence[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every address of the installation with its pattern."""
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLPattern):
            yield before + str(each.pattern), each
        else:
            yield from patterns(each.url_patterns, before + str(each.pattern))


def test_every_page_has_a_line_in_the_table_and_no_line_is_of_a_page_that_is_gone() -> None:
    pages = {str(each.name) for address, each in patterns() if not address.startswith(PROGRAMS) and each.name}
    nameless = {address for address, each in patterns() if not each.name and not address.startswith(PROGRAMS)}
    assert nameless <= {"open311/"}, "an address without a name has no line; that one refuses everything"
    assert pages - set(DOORS) == set(), "web/doors.py says who may open these"
    assert set(DOORS) - pages == set()


def test_every_route_has_a_line_in_the_table_and_no_line_is_of_a_route_that_is_gone() -> None:
    routes = {route.name for route in ROUTES}
    assert routes - set(ACT_OF) == set(), "api/v1/rights.py says who may call these"
    assert set(ACT_OF) - routes == set()


def test_doors_ask_for_acts_that_the_table_has() -> None:
    asked = {act for door in DOORS.values() for act in (door.read, door.write)} | set(ACT_OF.values())
    assert asked - set(ACTS) == set()


def test_every_act_and_every_relation_has_words_in_both_languages() -> None:
    texts = product_texts()
    keys = {f"rights.act.{act}" for act in ACTS}
    for act in ACTS.values():
        keys.add(f"rights.about.{act.about}")
        for grant in act.grants:
            keys.add(f"rights.role_by.{grant.by.value}" if grant.role else f"rights.by.{grant.by.value}")
            keys |= {f"rights.role.{grant.role}"} if grant.role else set()
    assert [key for key in sorted(keys) for language in texts.languages if not texts.has(key, language)] == []


def test_whoever_oversees_the_county_is_who_the_kernel_says_it_is() -> None:
    named = {grant.role for grant in ACTS["see_all_cases"].grants if grant.role}
    assert named == OVERSEERS
