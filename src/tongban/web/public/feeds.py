"""Feeds in Atom (RFC 4287): what is new, for whoever follows from afar."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import conditional_page, require_safe
from msgspec import Struct

from tongban.apps.publication.news import Item, corrections, releases, texts
from tongban.web.public.county import county_of
from tongban.web.words import language_of, say

KIND = "application/atom+xml; charset=utf-8"
FEEDS: Mapping[str, Callable[[str, datetime], tuple[Item, ...]]] = {
    "figures": releases,
    "corrections": corrections,
    "cases": texts,
}
"""By the name in the address."""


class _Atom(Atom1Feed):
    """A feed without entries has not changed since whenever: else readers would fetch it anew each time."""

    def latest_post_date(self) -> datetime:
        found = super().latest_post_date()
        return found if self.num_items() else datetime(2000, 1, 1, tzinfo=UTC)


class Feed(Struct, frozen=True):
    """A feed as pages link to it."""

    url: str
    title: str


def feeds(language: str) -> tuple[Feed, ...]:
    """All feeds in a language."""
    return tuple(
        Feed(f"{reverse('feed', args=(name,))}?lang={language}", say(f"feed.{name}", language))
        for name in FEEDS
    )


@require_safe
@conditional_page
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """One feed, the newest first. Its ids are addresses of what it tells of, so a reader shows each once."""
    if name not in FEEDS:
        raise Http404
    language, now = language_of(request), datetime.now(UTC)
    own = request.build_absolute_uri(f"{request.path}?lang={language}")
    made = _Atom(
        title=f"{county_of(language)} · {say(f'feed.{name}', language)}",
        link=request.build_absolute_uri(reverse("open")),
        description=say(f"feed.{name}.says", language),
        language=language,
        feed_url=own,
        feed_guid=own,
        author_name=county_of(language),
    )
    for item in FEEDS[name](language, now):
        link = request.build_absolute_uri(reverse(item.page, args=item.args))
        made.add_item(
            title=item.title,
            link=link,
            description=item.says,
            unique_id=f"{link}#{item.key}",
            pubdate=item.at,
            updateddate=item.at,
        )
    return HttpResponse(made.writeString("utf-8"), content_type=KIND)
