"""Reading: the shelf, and each practice as a drawing, as rules, as forms, as stories."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.at_hand import Opened, shelf
from tongban.apps.adoption.drafts import drafts
from tongban.apps.adoption.shelf import tell_practice
from tongban.apps.adoption.unwritten import unwritten
from tongban.apps.confirming.reading import to_confirm
from tongban.apps.figures.effects import known
from tongban.apps.office import office
from tongban.apps.rights import let_in
from tongban.apps.supervision.adoptions import adoption_lines, kinds_of_units, unit_names
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.studio import telling
from tongban.web.studio.drawn import drawn
from tongban.web.studio.frame import TABS, about, context_of, of_practice
from tongban.web.studio.listed import LONGEST, grouped, shelf_rows
from tongban.web.studio.readme import readme
from tongban.web.studio.travel import OTHERS, arrived_lines, sharing
from tongban.web.studio.tuning import setting_fields
from tongban.web.words import says


@require_safe
@staff
def shelf_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Every practice at hand: what it is for, where it comes from, what it asks, whether the county has it."""
    may = may_adopt(acting.actor)
    find = request.GET.get("find", "").strip()[:LONGEST]
    effects = known(acting)
    groups = grouped(shelf_rows(shelf(), acting.language, acting.now, effects), find)
    found = sum(len(rows) for _, rows in groups)
    context: dict[str, object] = {"groups": groups, "find": find, "found": found, "may_adopt": may}
    if effects:
        newest = max(each.at for each in effects.values())
        context["effects_at"] = moment(newest, acting.language, acting.now)
    if let_in("confirm_acts", acting.actor, office().county):
        context["confirms"], context["to_confirm"] = True, to_confirm(acting)
    if may:
        context["arrived"] = arrived_lines(acting.language)
        context["drafts"] = [(each, moment(each.at, acting.language)) for each in drafts()]
    return render(request, "studio/shelf.html", context)


@require_safe
@staff
@of_practice
def practice_page(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """What the practice is, with its whole drawing; a broken folder shows its faults instead."""
    context = context_of(request, acting, found, TABS[0])
    if found.practice is not None and found.procedure is not None:
        kind = context["kind"]
        context["drawing"] = drawn(found.practice, found.procedure, str(kind), acting.language)
        context["steps"] = telling.steps(context["saying"], str(kind))
        context["shared"] = telling.shared(context["saying"], str(kind))
        context["readme"] = readme(found.practice, acting.language)
        context |= about(context["saying"])
        context |= sharing(found.id, acting, others=OTHERS in request.GET)
    return render(request, "studio/practice.html", context)


@require_safe
@staff
@of_practice
def deadlines_page(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """Every clock with its limits, the documents they rest on, and what happens when time runs out."""
    context = context_of(request, acting, found, TABS[1])
    if found.practice is not None:
        context["clocks"] = telling.clocks(context["saying"], str(context["kind"]))
        context["routes"] = telling.routes(context["saying"], unit_names(acting.language), kinds_of_units())
    return render(request, "studio/deadlines.html", context)


@require_safe
@staff
@of_practice
def forms_page(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """Every form: what it asks of whom, what is required, and why."""
    context = context_of(request, acting, found, TABS[2])
    if found.practice is not None:
        context["forms"] = telling.forms(context["saying"], str(context["kind"]))
        context["burden"] = telling.burden(found.practice)
        context["asks"] = telling.asks(context["burden"], context["saying"])
    return render(request, "studio/forms.html", context)


@require_safe
@staff
@of_practice
def scenarios_page(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """The stories that say how the practice behaves, to be told now."""
    return render(request, "studio/scenarios.html", context_of(request, acting, found, TABS[3]))


@require_POST
@staff
@of_practice
def run_scenarios(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """Tell every story of what is shown on the kernel alone; what was not as expected stands beside it."""
    if found.practice is None:
        return errors.refused(request, found.unreadable)
    report = tell_practice(found.practice)
    if isinstance(report, Refused):
        return errors.refused(request, report)
    naming = report.naming(acting.language)
    told = [
        (
            each,
            each.title.get(acting.language, each.path),
            [says(f, acting.language, naming) for f in each.failures],
        )
        for each in report.stories
    ]
    failed = sum(bool(each.failures) for each in report.stories)
    context = {**context_of(request, acting, found, TABS[3]), "told": told, "failed": failed}
    return render(request, "studio/scenarios.html", context)


@require_safe
@staff
@of_practice
def history_page(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """When the county took the practice on, with which settings, and what still runs on which version."""
    context = context_of(request, acting, found, TABS[5])
    lines = adoption_lines(found.id, acting)
    if found.practice is not None:
        own = {line.id: setting_fields(context["saying"], line.settings, line.settings) for line in lines}
        context["lines"] = [(line, [each for each in own[line.id] if each.now]) for line in lines]
        context["unwritten"] = unwritten(found.id, acting)
    return render(request, "studio/history.html", context)
