"""``{% t "site.skip" %}`` says a text in the reader's language; facts are escaped like any value.

``{% t key count=rows.total %}`` puts a fact in; ``{% t key as name %}`` keeps the words for later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html

from tongban.kernel.value import Value
from tongban.web.fields import Widget, widget_of
from tongban.web.words import DEFAULT, say

register = template.Library()
OWN_PAGE = re.compile(r"/[a-z]+/[A-Za-z0-9_./?=&-]{0,200}")
"""An address of this installation and nothing else; the second sign is a letter, so it is of no other host."""


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **facts: object) -> str:
    """The words under ``key``; a fact that is no plain value is written as its text."""
    language = str(context.get("language") or DEFAULT)
    return say(key, language, **{name: plain(value) for name, value in facts.items()})


@register.simple_tag
def link(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page, or "" where this installation has no such page."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def leading(context: Context, words: str, below: str = "/open/") -> str:
    """An answer; as a link where it is nothing but the address of a page here, so that nobody copies it by hand: one that is published,
    or one ``below`` another beginning that whoever reads it may see."""
    if not (OWN_PAGE.fullmatch(words) and words.startswith(("/open/", below))):
        return conditional_escape(words)
    return format_html('<a class="row-link" href="{}">{}</a>', words, t(context, "value.own_page"))


@register.filter
def faulty(fields: Any) -> list[Any]:
    """The fields that something is wrong with, in their order."""
    return [field for field in fields or () if field.fault]


@register.filter
def untaken(faulty: Any) -> bool:
    """Whether files were among what was wrong, so that some must be chosen again."""
    return any(field.kind == "files" for field in faulty)


@register.filter
def widget(field: Any) -> Widget:
    """How a field is drawn (see ``tongban.web.fields``)."""
    return widget_of(field)


def plain(value: object) -> Value:
    """A fact as words take it: what is no plain value as its text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple | list):
        return tuple(plain(each) for each in value)
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    return str(value)
