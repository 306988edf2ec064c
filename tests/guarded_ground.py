"""People whose posts name a guarded practice."""

from __future__ import annotations

from datetime import date

from tongban.library.practice import Practice


def person_named(login: str, *posts: tuple[str, str]) -> str:
    """Somebody who signs in and holds these posts, each a unit and a role as it is written down."""
    from django.contrib.auth.models import User

    from tongban.apps.office import office
    from tongban.store.models import Person, PostRow

    county = office().county.code
    user = User.objects.create_user(login, password="!" * 20)
    Person.objects.create(county=county, id=login, name=login, user=user)
    for unit, role in posts:
        PostRow.objects.create(county=county, person=login, unit=unit, role=role, since=date(2020, 1, 1))
    return login


def everybody_named(practice: Practice) -> None:
    """Every role of a guarded practice is held expressly, so that it can be adopted."""
    from tongban.apps.office import office

    unit = next(iter(office().county.units))
    for role in practice.manifest.roles:
        person_named(f"{practice.id}-{role}".replace("_", "-"), (unit, f"{practice.id}.{role}"))
