"""Changing: the settings of a practice, what they would change, and taking it on."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.at_hand import Opened, take_on
from tongban.apps.adoption.duties import alike, rivals
from tongban.apps.adoption.guarding import alone, holders, is_guarded
from tongban.apps.adoption.succeeding import not_newer
from tongban.apps.confirming.asking import Asked, carry_out
from tongban.apps.confirming.kinds import ADOPTING, adopting
from tongban.apps.office import office
from tongban.apps.supervision.adoptions import kinds_of_units, receivers, unit_names
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.practice import Practice
from tongban.library.settings import settings_form
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.studio.frame import TABS, context_of, of_practice
from tongban.web.studio.outlook import outlook
from tongban.web.studio.saying import Saying
from tongban.web.studio.tuning import chosen, draft_mark, entered, setting_fields, worded
from tongban.web.words import say, says

ACT, HOMES, MARK, FIRST, KNOWING = "_act", "_homes", "_mark", "_first", "_knowing"


class Draft(Struct, frozen=True):
    """What somebody thinks of adopting: the folder's content with settings of their own, at these units."""

    practice: Practice
    given: Mapping[str, object]
    own: Mapping[str, Value]
    homes: tuple[str, ...]

    @property
    def mark(self) -> str:
        return draft_mark(self.practice.digest, self.own, self.homes)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
@of_practice
def settings_page(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    """The settings as a form. Sent, it says what would change; adopting is a second, separate act."""
    if found.folder is None or request.method != "POST":
        return _form(request, acting, found, _present(found, acting.language))
    draft = _sent(request, found.folder, acting)
    if request.POST.get(ACT) != "adopt" or request.POST.get(MARK) != draft.mark:
        return _form(request, acting, found, draft, looked=True)
    if not may_adopt(acting.actor):
        return errors.refused(request, Refused("adoption.not_yours", found.id), 403)
    first, knowing = request.POST.get(FIRST, ""), request.POST.get(KNOWING) == "yes"
    if is_guarded(office(), draft.practice):
        said = adopting(
            draft.practice, draft.own, draft.homes, first, request.GET.get("of", ""), even_not_newer=knowing
        )
        done = carry_out(ADOPTING, said, acting)
        if isinstance(done, Refused):
            return _form(request, acting, found, draft, looked=True, refused=done)
        if isinstance(done, Asked):
            messages.success(request, say("two.asked", acting.language))
            return redirect("studio_confirm")
        messages.success(request, say("studio.adopted_guarded", acting.language))
        return redirect("studio_history", found.id)
    adopted = take_on(found, draft.own, draft.homes, acting, first=first, even_not_newer=knowing)
    if isinstance(adopted, Refused):
        looked = adopted.code != "adoption.story_fails"
        return _form(request, acting, found, draft, looked=looked, refused=adopted)
    key = "studio.adopted_again" if adopted.again else "studio.adopted"
    messages.success(request, say(key, acting.language, id=adopted.id, version=adopted.version))
    if adopted.unstaffed:
        saying = Saying(found.folder, acting.language, {})
        roles = saying.joined([saying.of(f"roles.{role}") for role in adopted.unstaffed])
        messages.warning(request, say("studio.unstaffed", acting.language, roles=roles))
    return redirect("studio_history", found.id)


def _present(found: Opened, language: str) -> Draft | None:
    """What is in force, or the practice as its authors made it: where every draft begins."""
    if found.folder is None:
        return None
    begins = found.begins
    own = dict(begins.own) if begins is not None else {}
    known = {unit.id for unit in receivers(language)}
    homes = tuple(each for each in begins.homes if each in known) if begins is not None else ()
    homes = homes or _all_homes(found.folder)
    return Draft(found.folder, own, own, homes)


def _sent(request: HttpRequest, practice: Practice, acting: Acting) -> Draft:
    given = entered(request.POST, settings_form(practice))
    own = chosen(Saying(practice, acting.language, {}), given)
    known = {unit.id for unit in receivers(acting.language)}
    homes = tuple(sorted(set(request.POST.getlist(HOMES)) & known))
    return Draft(practice, given, own, homes)


def _all_homes(practice: Practice) -> tuple[str, ...]:
    known = kinds_of_units()
    return tuple(unit for kind in practice.manifest.receiving for unit in known.get(kind, ()))


def _guarded(practice: Practice, saying: Saying, acting: Acting) -> list[tuple[str, str]]:
    """Of a guarded practice each role and who holds it expressly, "" for nobody; nothing for any other."""
    here = office()
    if not is_guarded(here, practice):
        return []
    held = holders(here, practice, acting.now)
    return [
        (
            saying.of(f"roles.{role}"),
            saying.joined([here.names.person(each, acting.language) or each for each in who]) if who else "",
        )
        for role, who in held.items()
    ]


def _not_newer(practice: Practice, acting: Acting) -> str:
    """That what would be adopted is no newer version than the last, in words; "" where it is."""
    behind = not_newer(office(), practice)
    return says(behind, acting.language).says if behind is not None else ""


def _form(
    request: HttpRequest,
    acting: Acting,
    found: Opened,
    draft: Draft | None,
    *,
    looked: bool = False,
    refused: Refused | None = None,
) -> HttpResponse:
    """The form as it was sent. ``looked``: with what the draft would change, or what is wrong with it."""
    context: dict[str, object] = {**context_of(request, acting, found, TABS[4])}
    if draft is None:
        return render(request, "studio/settings.html", context)
    saying = Saying(draft.practice, acting.language, {})
    seen = outlook(found, draft.practice, draft.own, draft.homes, acting, saying) if looked else None
    refused = seen if isinstance(seen, Refused) else refused
    others = rivals(office(), draft.practice, acting.language, acting.now) if looked else ()
    now = found.held.own if found.held is not None else {}
    fields = setting_fields(saying, draft.given, now, refused)
    known = {field.id for field in fields}
    names = unit_names(acting.language)
    context |= {
        "guarded": _guarded(draft.practice, saying, acting) if looked else (),
        "alone": alone(acting),
        "fields": fields,
        "refusals": [worded(saying, r) for r in (refused.all() if refused else ()) if r.where not in known],
        "units": receivers(acting.language),
        "homes": draft.homes,
        "all_homes": saying.some([names[unit] for unit in _all_homes(draft.practice)]),
        "outlook": None if isinstance(seen, Refused) else seen,
        "mark": draft.mark,
        "rivals": others,
        "not_newer": _not_newer(draft.practice, acting) if looked else "",
        "knowing": request.POST.get(KNOWING) == "yes",
        "alike": alike(office(), draft.practice, acting.language, acting.now) if looked else (),
        "first": request.POST.get(FIRST, "")
        or next((each.practice for each in others if each.first), found.id)
        if found.held
        else request.POST.get(FIRST, ""),
        "stale": looked and request.POST.get(ACT) == "adopt" and request.POST.get(MARK) != draft.mark,
    }
    return render(request, "studio/settings.html", context, status=422 if refused is not None else 200)
