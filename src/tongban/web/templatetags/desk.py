"""Small things that desk pages say of fields and shares."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tongban.apps.casework.views import FieldView
from tongban.web.desk.forms import PICKED

register = template.Library()


@register.filter
def alone(field: FieldView) -> tuple[FieldView]:
    """One field as a form of its own, for the partial that draws forms."""
    return (field,)


@register.filter
def list_of(field: FieldView) -> str:
    """The id of the long list behind a field, "" for a field without one."""
    return PICKED.get(field.kind, "")


@register.filter
def percent(share: int) -> int:
    """Per mille as whole percent."""
    return share // 10


@register.simple_tag
def boxes(field: FieldView, id: str) -> SafeString:
    """A box to tick for every choice. Written here because a county has hundreds of units, and a loop in a
    template takes ten times as long."""
    ids = {field.options[0].value: format_html(' id="{}"', id)} if field.options else {}
    checked = {value: SafeString(" checked") for value in field.values}
    return format_html_join(
        "",
        '<label><input type="checkbox" name="{}" value="{}"{}{}> <span>{}</span></label>',
        ((field.id, o.value, ids.get(o.value, ""), checked.get(o.value, ""), o.label) for o in field.options),
    )
