"""The data dictionary of an event log: what every column and every code means, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from tongban.analytics.flow import LAST
from tongban.analytics.selecting import COLUMNS, OTHER, Given, Wanted
from tongban.apps.office import Office
from tongban.apps.wording import Wording, say
from tongban.kernel.clock import local_text
from tongban.kernel.indicator.suppression import FEWEST

LANGUAGES = ("zh-Hans", "en")
FORMAT = "tongban.events.1"
Both = dict[str, str]


def dictionary_of(here: Office, wanted: Wanted, given: Given, now: datetime) -> Mapping[str, object]:
    """With it goes what was selected, and what was done so that nobody is recognised."""
    names, county = here.names, here.county.code
    return {
        "format": FORMAT,
        "county": {"code": county, **_both(lambda each: names.division(county, each))},
        "made_at": local_text(now),
        "cases": given.cases,
        "events": given.events,
        "selection": {
            "practices": wanted.practices,
            "opened_since": local_text(wanted.since),
            "opened_until": local_text(min(wanted.until, LAST, now)),
            "times_to_the": "day" if wanted.by_day else "minute",
        },
        "privacy": {
            "says": _both(lambda each: say("flow.privacy", each, n=FEWEST)),
            "fewest": FEWEST,
            "cases_left_out": given.left_out,
            "together": {what: len(codes) for what, codes in given.together.items()},
        },
        "columns": [{"name": name, "type": kind, **_column(name)} for name, kind in COLUMNS.items()],
        "practices": {
            each: _practice(here, each, given) for each in dict.fromkeys(of for of, _ in given.kinds)
        },
        "units": _named(given.units, names.unit),
        "categories": _named(given.categories, names.category),
        "townships": _named(given.townships, names.division),
        OTHER: _both(lambda each: say("flow.other", each)),
    }


def _both(words: Callable[[str], str]) -> Both:
    return {language: words(language) for language in LANGUAGES}


def _named(codes: Iterable[str], words: Callable[[str, str], str]) -> Mapping[str, Both]:
    return {code: {language: words(code, language) for language in LANGUAGES} for code in codes}


def _column(name: str) -> Both:
    return _both(lambda each: say(f"flow.column.{name}", each))


def _practice(here: Office, practice: str, given: Given) -> Mapping[str, object]:
    """The words of a practice's kinds, stages, steps and roles, by the version adopted last."""
    adoption = next(term.adoption for term in here.terms if term.practice == practice)
    procedure = here.procedure(adoption)
    mine = [kind for of, kind in given.kinds if of == practice]
    kinds = [procedure.kinds[kind] for kind in mine if kind in procedure.kinds]
    steps = {name: step for kind in kinds for name, step in kind.steps.items()}
    roles = dict.fromkeys(who.role for step in steps.values() for who in step.by if who.role)

    def said(codes: Iterable[str], words: Callable[[Wording, str], str]) -> Mapping[str, Both]:
        return _named(codes, lambda code, each: words(here.wording(adoption, each), code))

    return {
        "title": _both(lambda each: here.wording(adoption, each).title()),
        "kinds": said(mine, lambda wording, kind: wording.of(f"kinds.{kind}", kind)),
        "stages": said(dict.fromkeys(stage for kind in kinds for stage in kind.stages), Wording.stage),
        "steps": said(steps, Wording.step),
        "roles": said(roles, Wording.role),
    }
