"""Small things that desk pages say of fields and shares."""

from __future__ import annotations

from django import template

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
