"""A practice in formats of others: its procedure as BPMN, its forms as JSON Schema; and a workflow of DIGIT as a draft."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.at_hand import Opened
from tongban.apps.formats import bpmn, digit, form_schema
from tongban.apps.formats.taking import begin_from_digit
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import download
from tongban.web.studio.frame import of_practice

FILE, NAME = "workflow", "name"


@require_safe
@staff
@of_practice
def bpmn_file(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    return _written(request, acting, found, bpmn.bpmn, bpmn.MEDIA, "bpmn")


@require_safe
@staff
@of_practice
def forms_file(request: HttpRequest, acting: Acting, found: Opened) -> HttpResponse:
    return _written(request, acting, found, form_schema.schemas, form_schema.MEDIA, "forms.json")


@require_POST
@staff
def from_digit(request: HttpRequest, acting: Acting) -> HttpResponse:
    """A file of DIGIT becomes a draft, which shows what is wrong with it so far."""
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    sent = request.FILES.get(FILE)
    if sent is None:
        return errors.refused(request, Refused("digit.no_file", FILE), 422)
    if (sent.size or 0) > digit.LARGEST:
        large = Refused("digit.too_large", FILE, {"most": digit.LARGEST // 1_000_000})
        return errors.refused(request, large, 413)
    made = begin_from_digit(sent.read(), str(sent.name)[:100], request.POST.get(NAME, "").strip(), acting)
    if isinstance(made, Refused):
        return errors.refused(request, made, 422, rows=True)
    return HttpResponseRedirect(reverse("studio_draft", args=[made.practice]))


def _written(
    request: HttpRequest,
    acting: Acting,
    found: Opened,
    write: Callable[[Practice, str], bytes | Refused],
    media: str,
    ending: str,
) -> HttpResponse:
    """The practice as a file of that format; what is wrong with it where it cannot be read, or has no such form."""
    if found.practice is None:
        return errors.refused(request, found.unreadable, 404)
    made = write(found.practice, acting.language)
    if isinstance(made, Refused):
        return errors.refused(request, made, 409)
    return download(made, media, f"{found.id}.{ending}")
