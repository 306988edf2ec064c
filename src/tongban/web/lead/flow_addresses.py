"""The addresses of the pages of flow: any view can be sent to a colleague."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tongban.apps.flow.asking import Wish
from tongban.apps.flow.views import Flow, WaitLine

LONGEST = 100


def wish_of(asked: QueryDict) -> Wish:
    return Wish(**{name: asked.get(name, "")[:LONGEST].replace("\0", "") for name in Wish.__struct_fields__})


def view(page: Flow) -> str:
    """The page as it is shown."""
    return reverse("lead_flow") + "?" + _query(page)


def stays(page: Flow, line: WaitLine) -> str:
    """The cases behind one wait."""
    return f"{reverse('lead_flow_cases')}?{_query(page)}&{urlencode({'stage': line.stage, 'at': line.unit})}"


def _query(page: Flow) -> str:
    given = {"of": page.of, "period": page.period, "unit": page.unit}
    return urlencode({name: value for name, value in given.items() if value})
