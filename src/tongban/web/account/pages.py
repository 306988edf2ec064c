"""What somebody's account is, a new password, and the places where they are signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.apps.people import passwords, sessions
from tongban.apps.people.acting import actor_of, name_of
from tongban.apps.people.factors import factors_of
from tongban.apps.people.first import unless_own
from tongban.apps.people.own import note
from tongban.apps.people.posts import post_words
from tongban.apps.wording import dated, moment
from tongban.kernel.refusal import Refused
from tongban.web.account.who import Mine, fresh, mine
from tongban.web.frame import entering
from tongban.web.words import say, says


@require_safe
@mine
def account_page(request: HttpRequest, me: Mine) -> HttpResponse:
    """Name, posts, second factors, sessions."""
    has = factors_of(me.who)
    told = [(each, moment(each.since, me.language, me.now)) for each in has.listed]
    open_ones = sessions.sessions_of(me.who, me.session, me.now)
    values = {
        "who": me.who,
        "name": name_of(me.user, me.language),
        "posts": post_words(actor_of(me.user, me.now).posts, me.language, me.now),
        "factors": told,
        "recovery": has.recovery,
        "sessions": [(each, moment(each.since, me.language, me.now), _used(each, me)) for each in open_ones],
        "others": sum(not each.here for each in open_ones),
        "passkeys": bool(entering.site_of(request)),
        "has_password": me.user.has_usable_password(),
    }
    return render(request, "account/account.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def again_page(request: HttpRequest, me: Mine) -> HttpResponse:
    """The password once more, before anything changes."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    onward = entering.ours(request, wanted, reverse("account"))
    refused = None
    if request.method == "POST":
        refused = passwords.is_theirs(me.user, me.who, request.POST.get("password", ""), me.now)
        refused = refused or unless_own(me.who, me.now)
        if refused is None:
            entering.proved(request)
            return redirect(onward)
    values = {"next": onward, "faults": _faults(refused, me), "has_password": me.user.has_usable_password()}
    return render(request, "account/again.html", values, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def password_page(request: HttpRequest, me: Mine) -> HttpResponse:
    """A new password, by whoever knows the old one."""
    refused = None
    if request.method == "POST":
        old, new, again = (request.POST.get(each, "") for each in ("password", "new_password", "again"))
        if new != again:
            refused = Refused("people.password_differ", "again")
        else:
            refused = passwords.change(me.user, me.who, old, new, me.session, me.now)
        if refused is None:
            update_session_auth_hash(request, me.user)
            entering.proved(request)
            _follow_on(request, me)
            messages.success(request, say("account.password_changed", me.language))
            return redirect("account")
    values = {"faults": _faults(refused, me), "least": passwords.SHORTEST, "login": me.who.login}
    return render(request, "account/password.html", values, status=422 if refused else 200)


@require_POST
@mine
@fresh
def end_session(request: HttpRequest, me: Mine) -> HttpResponse:
    """End one session by its id, or all others."""
    chosen = request.POST.get("session", "")
    if chosen:
        refused = sessions.end(me.who, chosen[:40])
        if refused is not None:
            messages.error(request, says(refused, me.language).says)
            return redirect("account")
    else:
        sessions.end_all(me.who, but=me.session)
    note(me.who.person, "sessions_ended", {"one": bool(chosen)}, me.now)
    messages.success(request, say("account.ended", me.language))
    return redirect("account")


def _used(each: sessions.Session, me: Mine) -> str:
    """The day on which a program's token opened something last."""
    return dated(each.used.isoformat(), me.language) if each.used is not None else ""


def _follow_on(request: HttpRequest, me: Mine) -> None:
    """A new password gives the session a new key: it stays listed under it."""
    sessions.follow_on(me.who, me.session, str(request.session.session_key))


def _faults(refused: Refused | None, me: Mine) -> dict[str, object]:
    """What is wrong, by field."""
    found: dict[str, object] = {}
    for each in refused.all() if refused is not None else ():
        found.setdefault(each.where, says(each, me.language))
    return found
