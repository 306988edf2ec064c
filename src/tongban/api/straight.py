"""A list of addresses that is not gone through from its beginning for each request: over a hundred would be tried for one case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from django.urls import ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern


class Straight(URLResolver):
    """Looks first among the addresses that begin with the same word and have as many parts, in their order; then as Django does."""

    @cached_property
    def likely(self) -> Mapping[tuple[str, int], Sequence[URLPattern]]:
        found: dict[tuple[str, int], list[URLPattern]] = defaultdict(list)
        for each in self.url_patterns:
            if isinstance(each, URLPattern) and isinstance(each.pattern, RoutePattern):
                found[_place(str(each.pattern))].append(each)
        return dict(found)

    def resolve(self, path: str) -> ResolverMatch:
        match = self.pattern.match(path)
        if match:
            rest = match[0]
            for each in self.likely.get(_place(rest), ()):
                found = each.resolve(rest)
                if found is not None:
                    return found
        return super().resolve(path)


def _place(path: str) -> tuple[str, int]:
    return path.partition("/")[0], path.count("/")
