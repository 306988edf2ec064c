"""Writing a practice: its files, one of them open, and beside it everything that is wrong so far."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.apps.acting import Acting
from tongban.apps.adoption import drafts
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.at_hand import DRAFT, opened
from tongban.apps.adoption.drafts import MANIFEST, Draft
from tongban.apps.adoption.shelf import said
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.library.folder import LARGEST, REQUIRED
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.studio.frame import shown_to_adopt
from tongban.web.studio.remarks import to_settle, wrong
from tongban.web.words import say, says

NAME, PATH, TEXT, SEEN, ACT = "name", "file", "text", "seen", "act"


@require_POST
@staff
def begin(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """Begin to write from what is shown."""
    found = shown_to_adopt(request, acting, practice)
    if isinstance(found, HttpResponse):
        return found
    made = drafts.begin(found, request.POST.get(NAME, "").strip() or practice, acting)
    if isinstance(made, Refused):
        return errors.refused(request, made, 409)
    return HttpResponseRedirect(reverse("studio_draft", args=[made.practice]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def draft_page(request: HttpRequest, acting: Acting, practice: str) -> HttpResponse:
    """One file as text to write in; sent, it is kept as it is, right or wrong, and read anew."""
    if not may_adopt(acting.actor):
        return errors.forbidden(request)
    found = drafts.draft(practice)
    if found is None:
        return errors.refused(request, Refused("draft.unknown", practice, {"practice": practice}), 404)
    if request.method != "POST":
        return _page(request, acting, found, request.GET.get(PATH, MANIFEST))
    seen, path, act = (request.POST.get(each, "") for each in (SEEN, PATH, ACT))
    if act == "discard":
        refused = drafts.discard(practice, seen, acting)
        if refused is not None:
            return _page(request, acting, found, path, refused=refused)
        messages.success(request, say("studio.draft.discarded", acting.language))
        return HttpResponseRedirect(reverse("studio"))
    text = None if act == "remove" else request.POST.get(TEXT, "")
    written = drafts.write(practice, path.strip(), text, seen, acting)
    if isinstance(written, Refused):
        return _page(request, acting, found, path, refused=written, text=text)
    return _page(request, acting, written, MANIFEST if act == "remove" else path.strip(), kept=True)


def _page(
    request: HttpRequest,
    acting: Acting,
    draft: Draft,
    path: str,
    *,
    refused: Refused | None = None,
    text: str | None = None,
    kept: bool = False,
) -> HttpResponse:
    """``text`` is what was sent and not kept: it stands in the box again."""
    read = opened(draft.practice, DRAFT)
    assert not isinstance(read, Refused)
    faults = wrong(read, draft, acting)
    counts = Counter(each.path for each in faults)
    context = {
        "draft": draft,
        "name": draft.practice,
        "title": said(read.practice, "practice.title", acting.language)
        if read.practice is not None
        else draft.practice,
        "path": path,
        "text": text if text is not None else draft.files.get(path, ""),
        "new": path not in draft.files,
        "needed": path in REQUIRED,
        "files": [(each, counts[each], each == path) for each in sorted(draft.files, key=_order)],
        "faults": sorted(faults, key=lambda each: each.path != path),
        "settle": to_settle(read, draft, acting),
        "refusals": [says(each, acting.language) for each in (refused.all() if refused is not None else ())],
        "kept": kept,
        "changed": moment(draft.at, acting.language),
        "opened": read,
        "longest": LARGEST,
    }
    status = 200 if refused is None else 409 if refused.code == "draft.changed" else 422
    return render(request, "studio/draft.html", context, status=status)


def _order(path: str) -> tuple[int, str]:
    """The manifest first, then what lies in the folder itself, then what lies deeper."""
    return (0 if path == MANIFEST else 1 + path.count("/"), path)
