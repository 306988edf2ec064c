"""What may be counted at all: a practice that counts no figure wants none, and how its cases travel is nobody's business either."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.office import Office


def counted_kinds(here: Office) -> Mapping[str, frozenset[str]]:
    """By practice with any indicator, as it was adopted last, the kinds of case that its indicators count."""
    found: dict[str, frozenset[str]] = {}
    for term in here.terms:
        if term.practice not in found:
            indicators = indicators_of(here, term.adoption).values()
            found[term.practice] = frozenset(each.of for each in indicators)
    return {practice: kinds for practice, kinds in found.items() if kinds}
