"""The words of pages: which language a reader gets, and what a key says in it.

The language is the one asked for with ``?lang=en`` (kept in a cookie from then on), else the cookie's,
else the first in Accept-Language that exists here, else Chinese.
"""

from __future__ import annotations

from typing import Literal, cast
from urllib.parse import urlencode

from django.http import HttpRequest

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.texts import Naming, Words, product_texts, refusal_words

Language = Literal["zh-Hans", "en"]
DEFAULT: Language = "zh-Hans"
PARAMETER = "lang"
COOKIE = "language"
OWN_NAMES: dict[Language, str] = {"zh-Hans": "site.language.zh", "en": "site.language.en"}
"""The key of each language's name, which is always said in that language itself."""


class _Spoken(HttpRequest):
    """A request whose language has been chosen."""

    language: Language


def say(key: str, language: str, **facts: Value) -> str:
    """The words under a key of ``texts/**.yaml``, with facts put in. Plain text, to be escaped in HTML."""
    return product_texts().say(key, language, **facts)


def has_words(key: str) -> bool:
    """Whether a key has words in both languages."""
    texts = product_texts()
    return all(texts.has(key, language) for language in texts.languages)


def says(refused: Refused, language: str, naming: Naming | None = None) -> Words:
    """What is wrong, what to do and where, for one refusal."""
    return refusal_words(refused, language, naming)


def language_of(request: HttpRequest) -> Language:
    """The reader's language: chosen once a request, by the middleware or by the first who asks."""
    known = getattr(request, "language", None)
    if known is None:
        known = choose(
            request.GET.get(PARAMETER, ""),
            request.COOKIES.get(COOKIE, ""),
            request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        cast(_Spoken, request).language = known
    return cast(Language, known)


def choose(asked: str, kept: str, accepted: str) -> Language:
    """The language for what a link asks, what the cookie keeps and what the browser accepts."""
    for wish in (asked, kept, *_by_preference(accepted)):
        match = _match(wish)
        if match is not None:
            return match
    return DEFAULT


def other(language: Language) -> Language:
    return "en" if language == "zh-Hans" else "zh-Hans"


def same_page_in(language: Language, request: HttpRequest) -> str:
    """The address of this page in a language, with everything else in the query kept.

    The page of a form that was posted has the same address when it is read again.
    """
    query = [(name, value) for name, values in request.GET.lists() for value in values if name != PARAMETER]
    return f"{request.path}?{urlencode([*query, (PARAMETER, language)])}"


def _by_preference(accepted: str) -> list[str]:
    """Language tags of an Accept-Language header, best first; what is not well-formed counts as last."""
    weighed = []
    for place, part in enumerate(accepted[:500].split(",")):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        if tag.strip() and quality > 0:
            weighed.append((-quality, place, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _match(tag: str) -> Language | None:
    primary = tag.lower().partition("-")[0]
    found: dict[str, Language] = {"zh": "zh-Hans", "en": "en"}
    return found.get(primary)
