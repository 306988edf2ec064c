"""Getting in: health, tokens, and who a token stands for."""

from __future__ import annotations

import time
from datetime import timedelta

from django.contrib.auth import authenticate

from tongban import __version__
from tongban.api.v1.route import Answer, Asked
from tongban.api.v1.shapes.cases import Named, Prove
from tongban.api.v1.shapes.county import Health, Me, PostOut, ProblemKind, SignIn, TokenOut
from tongban.apps.office import office
from tongban.apps.people import tokens
from tongban.apps.people.acting import actor_of
from tongban.apps.people.attempts import attempt, failed, succeeded
from tongban.apps.people.entering import second_given
from tongban.apps.people.first import ran_out
from tongban.apps.people.ownership import prove_ownership
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.library.texts import product_texts, refusal_words


def health(asked: Asked) -> Answer:
    """Whether the county can be served: its database answers and its registers are loaded."""
    return Health(county=office().county.code, version=__version__, now=asked.acting.now)


def problem_kind(asked: Asked, code: str) -> Answer:
    """What a kind of problem is: where the ``type`` of a problem leads to."""
    language = asked.acting.language
    if not product_texts().has(f"{code}.says", language):
        return Refused("api.route")
    said = refusal_words(Refused(code), language)
    return ProblemKind(code=code, says=said.says, fix=said.fix)


def sign_in(asked: Asked, body: SignIn) -> Answer:
    """A token for an account: name and password.

    It lasts at most twelve hours and ends with the next change of the password. An account with a second factor gives its
    code, too (``second``). A password that somebody else gave opens nothing here: whoever has one sets their own at
    ``/sign-in/`` (``people.first_password``), within 14 days (``people.first_over``).
    """
    now = time.time()
    seconds = attempt(body.login, asked.address, now)
    if seconds:
        return Refused("api.many", "", {"seconds": seconds})
    user = authenticate(asked.request, username=body.login, password=body.password)
    if user is None:
        failed(body.login, asked.address, now, "program")
        return Refused("api.sign_in", "/login")
    over = ran_out(user, asked.acting.now)
    if over is not None:
        failed(body.login, asked.address, now, "program")
        return over
    succeeded(body.login, asked.address, now, "program")
    if actor_of(user, asked.acting.now).kind is not ActorKind.PERSON:
        return Refused("api.no_account")
    refused = second_given(user, body.second, asked.acting.now)
    if refused is not None:
        return refused
    scopes = tuple(dict.fromkeys(body.scopes))
    return _token_out(tokens.staff_token(user, scopes, timedelta(hours=body.hours)), scopes)


def _token_out(made: tokens.Token, scopes: tuple[str, ...]) -> TokenOut:
    return TokenOut(token=made.text, expires=made.expires, scopes=scopes)


def prove(asked: Asked, number: str, body: Prove) -> Answer:
    """A resident's token for one case, from its number and the telephone number given with it.

    A wrong number and a wrong telephone number are refused in the same words.
    """
    actor = prove_ownership(number, body.phone, asked.address, asked.acting.now)
    if isinstance(actor, Refused):
        return actor
    made = tokens.resident_token(actor.owns | asked.acting.actor.owns, office())
    return _token_out(made, (tokens.READ, tokens.ACT))


def me(asked: Asked) -> Answer:
    """Whom the token stands for, with the posts in force at this moment."""
    actor, language = asked.acting.actor, asked.acting.language
    names = office().names
    kind = "nobody" if not asked.caller.known else actor.kind.value
    return Me(
        kind=kind,
        person=actor.person,
        name=asked.acting.name,
        posts=tuple(
            PostOut(unit=Named(id=post.unit, title=names.unit(post.unit, language)), role=post.role)
            for post in actor.posts
        ),
        cases=len(actor.owns),
        scopes=tuple(sorted(asked.caller.scopes)),
    )
