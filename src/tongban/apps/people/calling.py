"""Who stands behind a program's token: the account, that the token still holds, and the posts of the day, in one question.

It is asked at every request, so whoever leaves, is given another password or ends the token is out the same minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.utils.crypto import constant_time_compare

from tongban.apps.office import county_code, journal_of
from tongban.apps.people.acting import HELD, OWN, Row, actor_from, held_values, own_values
from tongban.apps.people.sessions import PROGRAM
from tongban.apps.people.tokens import bound_to
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Actor
from tongban.store.models import SignedInRow, TokenRow

ACCOUNT = ("id", "password", "last_login", "username", "is_active")
"""In the order in which Django has the fields of an account."""
STANDS_IN = """
    EXISTS (SELECT 1 FROM store_stand_in s WHERE s.county = %s AND s.person = h.id AND s.ended IS NULL AND s.since <= %s AND s.until > %s)
"""
"""Whether somebody stands in for a colleague on a day. Few do, so the question after all posts is asked of them alone."""
STANDS = len(ACCOUNT) + 1
"""Where that stands among the columns, before those of ``OWN``."""
SIGNED_IN = f"""
    SELECT u.id, u.password, u.last_login, u.username, u.is_active, g.used::text, {STANDS_IN}, h.*
    FROM auth_user u JOIN store_signed_in g ON g.county = %s AND g.id = %s AND g.session = %s
    LEFT JOIN ({OWN}) h ON TRUE
    WHERE u.id = %s AND u.is_active ORDER BY h.unit, h.role
"""  # noqa: S608 - a constant
"""By a token that came from a sign-in."""
ISSUED = f"""
    SELECT u.id, u.password, u.last_login, u.username, u.is_active, g.used::text, {STANDS_IN}, h.*
    FROM auth_user u JOIN store_token g ON g.county = %s AND g.id = %s AND g.revoked IS NULL
    LEFT JOIN ({OWN}) h ON TRUE
    WHERE u.id = %s AND u.is_active ORDER BY h.unit, h.role
"""  # noqa: S608 - a constant
"""By one that was issued by name."""


def called(said: Mapping[str, Any], now: datetime) -> tuple[User, Actor] | None:
    """The account that a token of a person stands for and what it may do; None where the account is closed or has another password,
    and where the token was ended or revoked. The day is kept on which a token opened something last."""
    county, user = county_code(), int(said["u"])
    program = str(said.get("i", "") or said.get("t", ""))
    way, token = (
        (ISSUED, (county, program)) if "i" in said else (SIGNED_IN, (county, program, f"{PROGRAM}{program}"))
    )
    day, journal = local_date(now), journal_of(county)
    own = own_values(county, user, day)
    rows = journal.often(way, (county, day.isoformat(), day.isoformat(), *token, *own, user))
    if not rows:
        return None
    account = User.from_db("default", ACCOUNT, rows[0][:5])
    if not constant_time_compare(bound_to(account), str(said["h"])):
        return None
    today = local_date(datetime.now(UTC))
    if rows[0][5] != today.isoformat():
        if "i" in said:
            TokenRow.objects.filter(county=county, id=program, revoked=None).update(used=today)
        else:
            SignedInRow.objects.filter(county=county, id=program).update(used=today)
    if rows[0][STANDS]:
        held = journal.often(HELD, held_values(county, user, day))
    else:
        held = list(dict.fromkeys(row[STANDS + 1 :] for row in rows if row[STANDS + 1] is not None))
    return account, actor_from(account, cast("list[Row]", held))
