"""Small things that desk pages say of fields and shares."""

from __future__ import annotations

from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from django import template
from django.template import Context
from django.urls import get_script_prefix, reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from msgspec.structs import replace

from tongban.apps.casework.views import FieldView, Option, Row
from tongban.apps.progress.plan import Axis, Bar
from tongban.web.desk import strips
from tongban.web.desk.forms import PICKED
from tongban.web.escaping import escape


class Offered(Protocol):
    """What can be chosen, and how it is called."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...


register = template.Library()
_PLACE = "0"


@register.filter
def alone(field: FieldView) -> tuple[FieldView]:
    """One field as a form of its own, for the partial that draws forms: its row is drawn around it."""
    return (replace(field, opens=False, closes=False),)


@register.filter
def list_of(field: FieldView) -> str:
    """The id of the long list behind a field, "" for a field without one."""
    return PICKED.get(field.kind, "")


@register.simple_tag
def strip(bar: Bar, axis: Axis) -> SafeString:
    """The days of one row of a plan, drawn."""
    return strips.strip(bar, axis)


@register.simple_tag(takes_context=True)
def outbox_key(context: Context) -> str:
    """The key under which this person's browser keeps what it could not send: the same at every sign-in, nobody else's.

    Sixteen bytes, base64. It protects entries on a shared computer from who signs in next, not from who controls the server.
    """
    username = context["user"].get_username()
    return b64encode(salted_hmac("tongban.outbox", username, algorithm="sha256").digest()[:16]).decode()


@register.simple_tag
def months(axis: Axis, language: str) -> SafeString:
    """The months above the rows of a plan."""
    return strips.head(axis, language)


@register.filter
def percent(share: int) -> int:
    """Per mille as whole percent."""
    return share // 10


@register.filter
def case_url(number: str) -> str:
    """The address of a case by its number. Lists are full of them: only the number is put in anew."""
    before, after = _around(get_script_prefix())
    return f"{before}{number.replace(' ', '')}{after}"


@lru_cache(maxsize=4)
def _around(prefix: str) -> tuple[str, str]:
    """What stands before and behind the number in the address of a case."""
    del prefix  # part of what ``reverse`` answers
    before, _, after = reverse("desk_case", args=[_PLACE]).partition(_PLACE)
    return before, after


@register.simple_tag
def lines(rows: Sequence[Row]) -> SafeString:
    """The lines of a worklist, written like ``options``: in a template they take a sixth of the whole page's time."""
    return SafeString("".join(map(_line, rows)))


def _line(row: Row) -> str:
    due = f'<span class="due soft small">{escape(row.due)}</span>' if row.due else ""
    category = f'<span class="soft small category">{escape(row.category)}</span>' if row.category else ""
    title = escape(row.title)
    return (
        f'<tr data-row><td class="clock"><span class="state {row.tone}">{escape(row.clock)}</span>{due}</td>'
        f'<th scope="row" class="title"><a class="cover" href="{case_url(row.number)}" title="{title}">{title}</a>'
        f"{category}</th><td>{escape(row.stage)}</td><td>{escape(row.holder)}</td><td>{escape(row.place)}</td>"
        f'<td class="number soft">{escape(row.number)}</td></tr>\n'
    )


@register.simple_tag
def options(offered: Sequence[Offered], chosen: str) -> SafeString:
    """The choices of a list. Written here, by hand, because a county has hundreds of units and categories:
    a loop in a template takes ten times as long, and ``format_html`` for each of them four times."""
    return once(offered, str(chosen), _options)


def _options(offered: Sequence[Offered], chosen: str) -> SafeString:
    return SafeString(
        "".join(
            f'<option value="{escape(o.value)}"{" selected" if o.value == chosen else ""}>{escape(o.label)}</option>'
            for o in offered
        )
    )


Choices = TypeVar("Choices", bound=Sequence[Any])
_drawn: OrderedDict[tuple[int, str], tuple[object, SafeString]] = OrderedDict()
FEW, MOST_DRAWN = 30, 100


def once(offered: Choices, how: str, draw: Callable[[Choices, str], SafeString]) -> SafeString:
    """Long choices, which registers offer to everybody, drawn once for as long as they are the same tuple."""
    if not isinstance(offered, tuple) or len(offered) < FEW:
        return draw(offered, how)
    key = (id(offered), how)
    kept = _drawn.get(key)
    if kept is not None and kept[0] is offered:
        return kept[1]
    drawn = draw(offered, how)
    _drawn[key] = (offered, drawn)
    while len(_drawn) > MOST_DRAWN:
        _drawn.popitem(last=False)
    return drawn


@register.simple_tag
def places(offered: Sequence[Option], chosen: str, within: str, widest: str = "") -> SafeString:
    """Places or units under what they lie within: a township heads its villages and can be chosen itself, said as ``within``
    (with ``{place}``). What lies within nothing stands under ``widest`` where others lie within something.
    ``data-label`` is the name by which one is searched and sent."""
    heads = frozenset(o.group for o in offered if o.group)
    drawn, group = [], ""
    for o in offered:
        head = o.label if o.label in heads else o.group or (widest if heads else "")
        if head != group:
            drawn.append(f"{'</optgroup>' if group else ''}{_head(head)}")
            group = head
        name = (
            within.replace("{place}", o.label) if o.label in heads else o.label.removeprefix(f"{o.group} · ")
        )
        drawn.append(
            f'<option value="{escape(o.value)}" data-label="{escape(o.label)}"'
            f"{' selected' if o.value == chosen else ''}>{escape(name)}</option>"
        )
    return SafeString("".join([*drawn, "</optgroup>" if group else ""]))


def _head(name: str) -> str:
    return f'<optgroup label="{escape(name)}">' if name else ""


@register.simple_tag
def boxes(field: FieldView, id: str) -> SafeString:
    """A box to tick for every choice, written like ``options``. The first bears the id of the field."""
    name, checked = escape(field.id), frozenset(field.values)
    first = f' id="{escape(id)}"'
    drawn = []
    for o in field.options:
        ticked = " checked" if o.value in checked else ""
        drawn.append(
            f'<label><input type="checkbox" name="{name}" value="{escape(o.value)}"{first}{ticked}> '
            f"<span>{escape(o.label)}</span></label>"
        )
        first = ""
    return SafeString("".join(drawn))
