"""Templates as functions say what Django says: of every template that comes along, and of everything that stands in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Engine, engines
from django.template.base import Template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from msgspec import Struct

from tongban.web.frame.compiled import TEMPLATES
from tongban.web.written.loading import Written
from tongban.web.written.running import address
from tongban.web.written.scope import CannotError
from tongban.web.written.writing import function_of

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in Path(TEMPLATES).rglob("*.html"))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_is_written_as_a_function(name: str) -> None:
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    assert isinstance(template.nodelist, Written)
    assert template.nodelist.make() is not None, template.nodelist.left


class Case(Struct, frozen=True):
    title: str
    late: int = 0
    steps: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        return self.title.upper()

    def told(self) -> str:
        return "<told>"

    def needs(self, what: str) -> str:
        return what


def broken(_: object) -> str:
    raise AttributeError("of a filter")


GIVEN: Mapping[str, Any] = {
    "language": "en",
    "case": Case("a <b> & 'c'", 3, ("x", "y", "z")),
    "none": None,
    "empty": (),
    "safe": mark_safe("<i>safe</i>"),
    "lazy": lazystr("l<azy"),
    "facts": {"items": "an entry", "of": {"deep": [1, 2, 3]}, "0": "nought"},
    "pairs": [("a", 1), ("b", 2)],
    "day": date(2026, 11, 29),
    "act": lambda: "called",
    "n": 1234567,
    "share": 1.5,
    "flag": True,
    "key": "site.skip",
    "number": "262378040261",
    "path": "part.html",
    "made": (each for each in "ab"),
}
FILES = [("tongban/tongban.css", 1), ("tongban/desk.css", 2)]
PARTS = {
    "part.html": "[{{ case.title }}|{{ more }}|{{ forloop.counter }}]",
    "self.html": "{{ deep.0 }}{% if deep %}{% with deep=none %}{% include 'self.html' %}{% endwith %}{% endif %}",
    "base.html": "<{% block a %}base {{ case.late }}{% endblock %}|{% block b %}b{% block c %}c{% endblock %}{% endblock %}>{{ later }}",
    "middle.html": "{% extends 'base.html' %}{% block a %}middle {{ block.super }}{% endblock %}{% block c %}{{ case.title }}{% endblock %}",
}
TEXTS = (
    "plain & <b>",
    "{{ case.title }} {{ case.plain }} {{ case.told }} {{ case.needs }} {{ case.nothing }} {{ nothing }} {{ nothing.at.all }}",
    "{{ none }} {{ safe }} {{ lazy }} {{ n }} {{ share }} {{ flag }} {{ day }} {{ act }} {{ case.steps }}",
    "{{ facts.items }} {{ facts.of.deep.1 }} {{ facts.of.deep.9 }} {{ facts.0 }} {{ case.steps.0 }} {{ case.title.0 }}",
    "{{ case.title|upper }} {{ nothing|default:'d<' }} {{ none|default:case.title }} {{ safe|upper }} {{ case.title|safe }}"
    " {{ nothing|length }} {{ case.steps|join:', ' }} {{ 'a'|add:case.late }} {{ day|date:'Y' }} {{ nothing|default:3 }}",
    "{% if case.late %}late{% elif flag %}flag{% else %}no{% endif %}{% if nothing %}x{% else %}y{% endif %}",
    "{% if none is None and flag and not nothing %}1{% endif %}{% if nothing == None %}2{% endif %}{% if none == nothing %}3{% endif %}",
    "{% if case.late > 2 and case.late <= 3 or flag == 1 %}1{% endif %}{% if none > 1 %}2{% endif %}{% if 'x' in case.steps %}3{% endif %}"
    "{% if 'x' not in nothing %}4{% endif %}{% if case.steps|length > 2 %}5{% endif %}{% if nothing|length == 0 %}6{% endif %}",
    "{% if flag or case.late|add:nothing %}1{% endif %}{% if case.late|add:nothing %}2{% else %}3{% endif %}",
    "{% for each in case.steps %}{{ forloop.counter }}/{{ forloop.revcounter }} {{ each }}{% if not forloop.last %}, {% endif %}{% endfor %}"
    "{% for each in nothing %}x{% empty %}none{% endfor %}{% for each in none %}x{% endfor %}",
    "{% for name, n in pairs %}{{ name }}={{ n }}{% for each in case.steps reversed %}{{ forloop.parentloop.counter0 }}{{ each }}{% endfor %};{% endfor %}",
    "{% for each in made %}{{ each }}{{ forloop.first }}{% endfor %}",
    "{% for each in case.steps %}{% ifchanged each %}{{ each }}{{ case.late }}{% endifchanged %}{% endfor %}",
    "{% with a=case.title b=nothing %}{{ a }}{{ b }}{% with a=b|default:'in' %}{{ a }}{% endwith %}{{ a }}{% endwith %}{{ a }}",
    "{% include 'part.html' %}{% include 'part.html' with more=case.late %}{% for x in pairs %}{% include 'part.html' with case=none %}{% endfor %}",
    "{% for x in pairs %}{% include path with more=x.0 %}{% endfor %}{{ more }}",
    "{% with deep=pairs.0 %}{% include 'self.html' %}{% endwith %}",
    "{% extends 'middle.html' %}{% block a %}own ({{ block.super }}) {{ case.late }}{% endblock %}",
    "{% extends 'base.html' %}{% load words %}{% block b %}{% t 'site.skip' as later %}{{ later }}{{ block.super }}{% endblock %}",
    "{% load words %}{% t 'site.skip' %}{% t key %}{% t 'no.such.key' %}{% t 'desk.late_n' n=case.late %}{% t 'desk.filter.words' as w %}{{ w }}",
    "{% load words %}{% if nothing %}{% t 'site.skip' as w %}{% endif %}[{{ w }}]{% if flag %}{% t 'site.name' as w %}{% endif %}[{{ w }}]",
    "{% load words %}{% link 'worklist' as here %}{{ here }}{% link 'no_such_page' as there %}[{{ there }}]{% link 'desk_case' number %}",
    "{% url 'worklist' %} {% url 'desk_case' number %} {% url 'desk_step' number 'answer' %} {% url 'no_such' as none_such %}[{{ none_such }}]",
    "{% url 'desk_case' case.title %}{% url 'desk_case' number=number %}{% url 'desk_case' number as here %}{{ here }}",
    "{% regroup pairs by 0 as groups %}{% for g in groups %}{{ g.grouper }}{% for each in g.list %}{{ each.1 }}{% endfor %}{% endfor %}",
    "{% widthratio case.late 6 100 %}{% widthratio case.late 6 100 as wide %}{{ wide }}{% comment %}x{% endcomment %}",
    "{% load static %}{% static 'tongban/tongban.css' %}{% csrf_token %}{{ csrf_token }}",
    "{% load static %}{% for name, n in files %}{% static name %}{% with each=name %}{% static each %}{% endwith %}{% endfor %}",
    "{% load desk %}{% options pairs_of 'b' %}{% for f in fields %}{{ f|list_of }}{% endfor %}",
)


def engine() -> Engine:
    loaders = [("django.template.loaders.locmem.Loader", PARTS)]
    libraries = {each: f"tongban.web.templatetags.{each}" for each in ("words", "desk")}
    return Engine(loaders=loaders, libraries={**libraries, "static": "django.templatetags.static"})


def given() -> dict[str, Any]:
    return {
        **GIVEN,
        "made": (each for each in "ab"),
        "csrf_token": "s<cret",
        "pairs_of": (),
        "fields": (),
        "files": FILES,
    }


@pytest.mark.parametrize("text", TEXTS)
def test_a_function_says_what_django_says(text: str) -> None:
    template = Template(text, engine=engine(), name="it.html")
    assert _said(function_of(template), template) == template.render(Context(given()))


def _said(page: Callable[[Context], str], template: Template) -> str:
    context = Context(given())
    with context.bind_template(template), context.render_context.push_state(template):
        return page(context)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a, b in case.steps %}{{ a }}{% endfor %}",
        "{% url 'no_such_page' %}",
        "{% url 'desk_case' nothing %}",
        "{{ case.late|add:nothing }}",
    ],
)
def test_what_fails_with_django_fails(text: str) -> None:
    template = Template(text, engine=engine(), name="it.html")
    with pytest.raises(Exception) as theirs:
        template.render(Context(given()))
    with pytest.raises(theirs.type):
        _said(function_of(template), template)


@pytest.mark.parametrize(
    "text",
    [
        "{% cycle 'a' 'b' %}",
        "{{ block }}",
        "{{ forloop }}{% for a in pairs %}{{ forloop }}{% endfor %}",
        "{% extends path %}",
    ],
)
def test_what_is_not_known_is_left_to_django(text: str) -> None:
    template = Template(text, engine=engine(), name="it.html")
    with pytest.raises(CannotError):
        function_of(template)
    assert Written(template).make() is None


@pytest.mark.parametrize("number", ["262378040261", "a b", "ü", "a/b", "?x", "", "<", "%41"])
def test_an_address_is_djangos(number: str) -> None:
    try:
        theirs = reverse("desk_case", args=[number])
    except NoReverseMatch:
        with pytest.raises(NoReverseMatch):
            address("desk_case", number)
    else:
        assert address("desk_case", number) == theirs.replace("&", "&amp;").replace("'", "&#x27;")


def test_a_page_that_escapes_nothing_is_left_to_django() -> None:
    template = Template("{{ case.title }}", engine=engine(), name="it.html")
    template.nodelist = Written(template)
    assert template.render(Context(given(), autoescape=False)) == "a <b> & 'c'"
    assert template.render(Context(given())) == "a &lt;b&gt; &amp; &#x27;c&#x27;"
