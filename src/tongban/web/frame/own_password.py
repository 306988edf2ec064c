"""Between a password that somebody else gave and whatever it opens: one of one's own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tongban.apps.people import passwords
from tongban.kernel.refusal import Refused
from tongban.web.frame import entering
from tongban.web.words import language_of, say, says


@never_cache
@sensitive_post_parameters("new_password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    """A first password was right: one's own is set here and now, then on to the second factor or in."""
    found, language = entering.half(request), language_of(request)
    if found is None or not found.own:
        return redirect(entering.page_of(found))
    refused = None
    if request.method == "POST":
        new, again = (request.POST.get(each, "") for each in ("new_password", "again"))
        refused = Refused("people.password_differ", "again")
        if new == again:
            refused = passwords.set_own(found.user, found.who, new, datetime.now(UTC))
        if refused is None:
            messages.success(request, say("sign_in.own_set", language))
            return entering.after(request, found.user, found.onward)
    faults = {each.where: says(each, language) for each in reversed(refused.all() if refused else ())}
    values = {"faults": faults, "least": passwords.SHORTEST, "login": found.who.login}
    return render(request, "frame/own.html", values, status=422 if refused else 200)
