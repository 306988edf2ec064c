"""Over TLS every cookie is named so that browsers take it from this very host alone: ``__Host-``.

A neighbour under the same domain, or somebody on a line without TLS, could otherwise plant a session of theirs. The rest of the
product knows the plain names.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PREFIX = "__Host-"


def ours(request: HttpRequest) -> dict[str, str]:
    """Of a request over TLS, only the cookies that bear the prefix, by their plain names."""
    if not request.is_secure():
        return request.COOKIES
    return {
        name.removeprefix(PREFIX): value for name, value in request.COOKIES.items() if name.startswith(PREFIX)
    }


def taken(request: HttpRequest) -> None:
    """From now on the request knows those cookies alone."""
    request.COOKIES = ours(request)


def given(request: HttpRequest, response: HttpResponseBase) -> None:
    """Name what is set over TLS by the prefix, with all that it asks: secure, for every path, for no other host."""
    if not request.is_secure():
        return
    for name in [each for each in response.cookies if not each.startswith(PREFIX)]:
        morsel = response.cookies.pop(name)
        response.cookies[PREFIX + name] = morsel.value
        named = response.cookies[PREFIX + name]
        for part, value in morsel.items():
            named[part] = value
        named["secure"], named["path"], named["domain"] = True, "/", ""
