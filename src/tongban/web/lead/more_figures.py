"""Three colours, how long it took, whether a practice helped, and the screen for the wall."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import month_name
from tongban.apps.figures.before_after import BeforeAfter, adopted_practices, before_after
from tongban.apps.figures.comparing import glance, indicators
from tongban.apps.figures.durations import behind, durations
from tongban.apps.figures.lights import Lights, Lit, lights, set_lights
from tongban.apps.figures.series import newest
from tongban.apps.supervision.watching import Watch
from tongban.apps.targets.page import targets
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.charts import files
from tongban.web.desk.who import staff
from tongban.web.frame.errors import refused
from tongban.web.lead.addresses import cases as cases_url
from tongban.web.lead.figures import asked, offered, rows_of, taken
from tongban.web.lead.findings import said
from tongban.web.lead.more_charts import durations_chart, effect_chart, lights_chart
from tongban.web.lead.sparks import bar
from tongban.web.words import say, says

LEADING = ("handled_on_time", "resolution_rate", "satisfaction_rate")
"""What the field asks first (domain rules 1.4): in time, solved, satisfied."""

WORST = 8
"""Units that the wall names."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def colours(request: HttpRequest, acting: Acting) -> HttpResponse:
    """How the reader's units stand now, in three colours; and setting the rule by which they do."""
    if request.method == "POST":
        return _set(request, acting)
    return _colours(request, acting)


def _set(request: HttpRequest, acting: Acting) -> HttpResponse:
    given = [request.POST.get(name, "").strip() for name in ("red", "amber")]
    numbers = [int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0 for text in given]
    done = set_lights(numbers[0], numbers[1], acting)
    if isinstance(done, Refused):
        return _colours(request, acting, done, given)
    messages.success(request, say("figures.rule.set", acting.language))
    return redirect("lead_colours")


def _colours(
    request: HttpRequest, acting: Acting, wrong: Refused | None = None, given: list[str] | None = None
) -> HttpResponse:
    unit, practice = asked(request, "unit", "practice")
    page = lights(acting, unit, practice)
    chart = lights_chart(page, acting.language)
    context = {
        "page": page,
        "rows": [(lit, _lit_urls(lit, practice), bar(lit)) for lit in page.units],
        "urls": _lit_urls(page.whole, practice) if page.focus else _state_urls(Watch(practice=practice)),
        "chart": chart,
        "take": taken(request, chart),
        "targets": targets(acting).running,
        "rule": given or [str(page.rule.red), str(page.rule.amber)],
        "rule_at": moment(page.rule.at, acting.language, acting.now) if page.rule.at else "",
        "wrong": says(wrong, acting.language) if wrong is not None else None,
        "tab": "colours",
    }
    return files(request, [chart]) or render(
        request, "lead/colours.html", context, status=200 if wrong is None else 422
    )


def _lit_urls(lit: Lit, practice: str) -> dict[str, str]:
    return _state_urls(Watch(unit=lit.unit, practice=practice, itself="1" if lit.itself else ""))


def _state_urls(wanted: Watch) -> dict[str, str]:
    return {
        name: cases_url(wanted, state=state)
        for name, state in (("red", "late"), ("amber", "soon"), ("open", "open"))
    }


@require_safe
@staff
def how_long(request: HttpRequest, acting: Acting) -> HttpResponse:
    """How long the cases of a month took, unit by unit."""
    practice, period, which = asked(request, "practice", "period", "of")
    kind = asked(request, "kind")[0]
    if which.count(".") == 1:
        practice, kind = which.split(".")
    page = durations(practice, kind, period or newest(acting.now), acting)
    if isinstance(page, Refused):
        return refused(request, page, 404)
    chart = durations_chart(page, acting.language)
    context = {
        "page": page,
        "chart": chart,
        "month": month_name(page.period, acting.language),
        "months": offered(page.period, acting),
        "tab": "durations",
    }
    return files(request, [chart]) or render(request, "lead/durations.html", context)


@require_safe
@staff
def long_cases(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The cases behind a strip, the longest first."""
    practice, kind, period, unit = asked(request, "practice", "kind", "period", "unit")
    found = behind(practice, kind, period, unit, acting)
    if isinstance(found, Refused):
        return refused(request, found, 404)
    back = f"practice={practice}&kind={kind}&period={period}"
    return render(
        request,
        "lead/long_cases.html",
        {"found": found, "month": month_name(period, acting.language), "back": back},
    )


@require_safe
@staff
def helped(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Whether a practice changed a figure: before and after, beside who went on without it."""
    practice, on, month, against = asked(request, "practice", "on", "month", "against")
    known = adopted_practices(acting)
    practice = practice or (known[0].id if known else "")
    indicators = _indicators(acting, practice)
    on = on or (indicators[0][0] if indicators else "")
    page: BeforeAfter | Refused | None = (
        before_after(practice, on, acting, month=month, against=against) if practice and on else None
    )
    if isinstance(page, Refused):
        return refused(request, page, 404)
    charts = [effect_chart(page, acting.language)] if page is not None and page.months else []
    context = {
        "page": page,
        "charts": charts,
        "practices": known,
        "indicators": indicators,
        "months": offered(page.month if page is not None else newest(acting.now), acting, 36),
        "against": against,
        "said": said(page.found, page.about.kind, acting.language) if page is not None else (),
        "tab": "effect",
    }
    return files(request, charts) or render(request, "lead/effect.html", context)


def _indicators(acting: Acting, practice: str) -> list[tuple[str, str]]:
    """Every indicator of the practices in force, those of one practice first."""
    found = sorted(indicators(acting), key=lambda each: each.key.partition(".")[0] != practice)
    return [(each.key, f"{each.practice} · {each.title}") for each in found]


@require_safe
@staff
def wall(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What a room may look at all day: how open cases stand, the three leading figures, the units in red and amber."""
    practice, unit = asked(request, "practice", "unit")
    page = glance(practice, "", acting)
    if isinstance(page, Refused):
        return refused(request, page, 404)
    stand: Lights = lights(acting, unit)
    leading = [row for row in rows_of(page) if row.line.about.key.partition(".")[2] in LEADING] or list(
        rows_of(page)
    )
    lit = [each for each in stand.units if each.colour in ("red", "amber")]
    context = {
        "page": page,
        "leading": leading[:3],
        "stand": stand,
        "worst": lit[:WORST],
        "more": len(lit[WORST:]),
        "calm": len(stand.units) - len(lit) + stand.idle,
    }
    return render(request, "lead/wall.html", context)
