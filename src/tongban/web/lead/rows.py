"""Rows of the overview with the address behind each of their numbers, and the bars beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.safestring import SafeString
from msgspec import Struct

from tongban.apps.supervision.views import AGES, KindLine, Measure, Overview, Standing, UnitLine, Watched
from tongban.apps.supervision.watching import SETTLED, STATES, Watch
from tongban.web.desk.sent import new_key
from tongban.web.lead.addresses import cases, cases_by_state, measure, over
from tongban.web.loop.markup import element
from tongban.web.words import say

WIDE, TALL = 160, 12
SPARK, HIGH, GAP = 7, 18, 1


class UnitRow(Struct, frozen=True):
    """``narrow`` leads to the units below this one, "" where there are none."""

    line: UnitLine
    urls: Mapping[str, str]
    narrow: str
    spark: SafeString


class AgeRow(Struct, frozen=True):
    """One column of the distribution, lying: how long, how many, and the cases themselves."""

    label: str
    n: int
    url: str
    bar: SafeString


class Form(Struct, frozen=True):
    """A measure beside a case and its address; ``key`` makes it act once."""

    measure: Measure
    url: str
    key: str


class CaseRow(Struct, frozen=True):
    case: Watched
    forms: tuple[Form, ...]


class KindRow(Struct, frozen=True):
    line: KindLine
    urls: Mapping[str, str]


def total_urls(wanted: Watch) -> Mapping[str, str]:
    return {state: cases(wanted, state=state) for state in STATES}


def unit_rows(page: Overview, wanted: Watch) -> tuple[UnitRow, ...]:
    most = max((max(line.standing.ages) for line in page.units), default=0)
    addresses = cases_by_state(wanted, ((line.unit, "1" if line.itself else "") for line in page.units))
    return tuple(
        UnitRow(
            line,
            urls,
            over(wanted, unit=line.unit) if line.below else "",
            spark(line.standing, most),
        )
        for line, urls in zip(page.units, addresses, strict=True)
    )


def age_rows(page: Overview, wanted: Watch, language: str) -> tuple[AgeRow, ...]:
    most = max(page.total.ages)
    return tuple(
        AgeRow(age_label(column, language), n, cases(wanted, state="open", age=str(column)), bar(n, most))
        for column, n in enumerate(page.total.ages)
    )


def case_rows(cases: Iterable[Watched]) -> tuple[CaseRow, ...]:
    return tuple(
        CaseRow(each, tuple(Form(m, measure(each, m), new_key()) for m in each.measures)) for each in cases
    )


def kind_rows(page: Overview, wanted: Watch) -> tuple[KindRow, ...]:
    return tuple(
        KindRow(
            line,
            {
                state: cases(wanted, practice=line.practice, kind=line.kind, state=state)
                for state in ("open", "late", SETTLED)
            },
        )
        for line in page.kinds
    )


def age_label(column: int, language: str) -> str:
    """ "4–7 days" for a column of the distribution."""
    if column == 0:
        return say("lead.age.first", language)
    if column == len(AGES):
        return say("lead.age.last", language, n=AGES[-1])
    return say("lead.age.between", language, least=AGES[column - 1], most=AGES[column] - 1)


def bar(n: int, most: int) -> SafeString:
    """A lying bar, as long as its share of the longest."""
    length = round(WIDE * n / most, 1) if most else 0
    drawn = element("rect", x=0, y=0, width=length, height=TALL, class_="bar")
    ground = element("path", d=f"M0 {TALL}H{WIDE}", class_="ground")
    return element(
        "svg",
        ground,
        drawn,
        viewBox=f"0 0 {WIDE} {TALL}",
        class_="age-bar",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def spark(standing: Standing, most: int) -> SafeString:
    """The same distribution for one unit, small; all units of a page share one scale."""
    width = len(standing.ages) * (SPARK + GAP) - GAP
    bars = ""
    for column, n in enumerate(standing.ages):
        height = max(1.5, round(HIGH * n / most, 1)) if n and most else 0
        if height:
            bars += f"M{column * (SPARK + GAP)} {HIGH}v{-height:g}h{SPARK}v{height:g}z"
    return element(
        "svg",
        element("path", d=f"M0 {HIGH}H{width}", class_="ground"),
        element("path", d=bars, class_="bar") if bars else "",
        viewBox=f"0 0 {width} {HIGH}",
        width=width,
        height=HIGH,
        class_="spark",
        aria_hidden="true",
    )
