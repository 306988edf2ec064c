"""Posts in words: the role as the practices in force call it, and the unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.apps.office import Office, office
from tongban.apps.people import express
from tongban.apps.wording import say, say_or
from tongban.kernel.commands import Post


def post_words(posts: Iterable[Post], language: str, now: datetime) -> tuple[str, ...]:
    """Each post as ``unit: role``, with the colleague in whose place somebody holds it."""
    here = office()
    return tuple(
        say(
            "account.post_for" if post.giver else "account.post",
            language,
            unit=here.names.unit(post.unit, language),
            role=role_words(
                here, ".".join((*post.practices, post.role)) if not post.giver else post.role, language, now
            ),
            **({"giver": here.names.person(post.giver, language) or post.giver} if post.giver else {}),
        )
        for post in posts
    )


def role_words(here: Office, role: str, language: str, now: datetime) -> str:
    """What a role is called: by the product itself, else by a practice in force, else its id."""
    practice = role.rpartition(".")[0]
    if practice:
        return say(
            "account.role_for",
            language,
            practice=express.title(practice, language),
            role=express.words(role, language),
        )
    own = say_or(f"account.role.{role}", language, "")
    if own:
        return own
    for _, adoption in here.all_practices(now):
        said = here.wording(adoption, language).role(role)
        if said != role:
            return said
    return role
