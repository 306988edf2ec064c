"""Letting a colleague stand in: on the page of one's own account, on a person's page for administrators, at the shell."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.casework.take import take
from tongban.apps.casework.views import Taken
from tongban.apps.confirming.asking import Asked, carry_out
from tongban.apps.confirming.deciding import confirm
from tongban.apps.confirming.kinds import STANDING
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store.models import StandInRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMIN, REVIEWER, CLERK = "hushaohua", "shaochanggen", "xuqiuju"
HERE = "/account/stand-in/"


def browser(login: str, *, fresh: bool = True) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=login))
    session = client.session
    session["signed_at"] = time.time() - (0 if fresh else 901)
    session.save()
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def form(**more: str) -> dict[str, str]:
    today = local_date(datetime.now(UTC))
    days = {"first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat()}
    return {"post": "hotline-centre/reviewer", "person": CLERK, "reason": "leave", **days, **more}


def test_somebody_on_leave_lets_a_colleague_stand_in_and_takes_it_back(desk: Desk) -> None:
    client = browser(REVIEWER)
    page = body(client.get(HERE))
    assert f'value="{CLERK}"' in page and f'value="{Desk.handler}"' not in page
    done = client.post(HERE, form(), follow=True)
    assert done.redirect_chain == [(HERE, 302)]
    assert "no longer" in body(done) and "in force" in body(done)
    theirs = browser(CLERK)
    assert ", for " in body(theirs.get("/account/"))
    number = desk.replied()
    assert isinstance(take(number, "approve", {}, desk.acting(CLERK)), Taken)
    assert re.search(r"\w+ \w+ for \w+ \w+", body(theirs.get(f"/desk/{number}/")))
    client.post(f"{HERE}end/", {"stand_in": StandInRow.objects.get().id})
    assert ", for " not in body(theirs.get("/account/"))
    assert isinstance(take(desk.replied(), "approve", {}, desk.acting(CLERK)), Refused)


def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(desk: Desk) -> None:
    answer = browser(REVIEWER).post(HERE, form(last="2020-01-01", reason="duty"))
    assert answer.status_code == 422
    assert "These days cannot be" in body(answer)
    assert '<option value="duty" selected>' in body(answer)
    for wrong in ("", "tomorrow", "9999-99-99"):
        assert browser(REVIEWER).post(HERE, form(last=wrong)).status_code == 422
    assert not StandInRow.objects.exists()


def test_a_page_that_stood_open_gives_nothing(desk: Desk) -> None:
    answer = browser(REVIEWER, fresh=False).post(HERE, form())
    assert answer.headers["Location"].startswith("/account/again/")
    assert not StandInRow.objects.exists()


def test_nobody_takes_back_what_concerns_two_others(desk: Desk) -> None:
    browser(REVIEWER).post(HERE, form())
    browser(Desk.supervisor).post(f"{HERE}end/", {"stand_in": StandInRow.objects.get().id})
    assert StandInRow.objects.get().ended is None


def test_an_administrator_sets_it_for_somebody_who_cannot_and_ends_it(desk: Desk) -> None:
    client, where = browser(ADMIN), f"/studio/people/{REVIEWER}/"
    assert "Let somebody stand in" in body(client.get(where))
    assert client.post(f"{where}stand-in/", form(person=Desk.handler)).status_code == 302
    assert StandInRow.objects.get().person == Desk.handler
    assert "Take back" in body(client.get(where))
    client.post(f"{where}stand-in/end/", {"stand_in": StandInRow.objects.get().id})
    assert StandInRow.objects.get().ended is not None
    assert client.post(f"{where}stand-in/", form(person=ADMIN)).status_code == 422


def test_both_read_it_where_they_begin_to_work_whoever_gave_it_until_it_is_taken_back(desk: Desk) -> None:
    from tongban.apps.people.stand_ins import _concerned

    assert browser(ADMIN).post(f"/studio/people/{REVIEWER}/stand-in/", form()).status_code == 302
    _concerned.cache_clear()  # as a minute later
    assert "You stand in for" in body(browser(CLERK).get("/desk/"))
    assert "stands in for you" in body(browser(REVIEWER).get("/desk/"))
    assert "See it, or end it" not in body(browser(Desk.handler).get("/desk/"))
    browser(REVIEWER).post(f"{HERE}end/", {"stand_in": StandInRow.objects.get().id})
    assert "See it, or end it" not in body(browser(REVIEWER).get("/desk/")) + body(
        browser(CLERK).get("/desk/")
    )


def test_a_post_that_confirms_is_not_lent_by_one_administrator_where_there_are_two(desk: Desk) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.people.posting import Given, give
    from tongban.kernel.commands import SYSTEM

    now = datetime.now(UTC)
    post = Given("hotline-centre", "administrator", local_date(now))
    assert give("gonghongwei", post, Acting(now, SYSTEM)) is None
    said = form(post="government-office/supervisor", person="wuxiaolan")
    answer = browser(ADMIN).post(f"/studio/people/{Desk.supervisor}/stand-in/", said)
    assert answer.headers["Location"] == "/studio/confirm/"
    assert not StandInRow.objects.exists()
    page = body(browser("gonghongwei").get("/studio/confirm/"))
    assert "stand in for" in page
    from tongban.store.models import AskedRow

    assert not isinstance(confirm(AskedRow.objects.get().id, desk.acting("gonghongwei")), Refused)
    assert StandInRow.objects.get().person == "wuxiaolan"


def test_whoever_confirms_does_not_confirm_their_own_standing_in(desk: Desk) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.people.posting import Given, give
    from tongban.kernel.commands import SYSTEM

    now = datetime.now(UTC)
    post = Given("hotline-centre", "administrator", local_date(now))
    assert give("gonghongwei", post, Acting(now, SYSTEM)) is None
    days = {key: form()[key] for key in ("first", "last", "reason")}
    facts = {
        "person": Desk.supervisor,
        "stands_in": "gonghongwei",
        "unit": "government-office",
        "role": "supervisor",
        "practices": "",
        **days,
    }
    asked = carry_out(STANDING, facts, desk.acting(ADMIN))
    assert isinstance(asked, Asked)
    refused = confirm(asked.id, desk.acting("gonghongwei"))
    assert isinstance(refused, Refused) and refused.code == "stand_in.own_hand"


def test_the_shell_gives_lists_and_ends_it(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import argparse

    from tongban.cli import standing_in
    from tongban.cli.words import Voice

    monkeypatch.setattr(standing_in, "open_up", lambda: None)
    voice = Voice("en")
    wanted = argparse.Namespace(
        giver=REVIEWER,
        person=CLERK,
        post="hotline-centre:reviewer",
        first="",
        last=form()["last"],
        reason="leave",
        practice=[],
    )
    assert standing_in.give(voice, wanted) == 0
    assert standing_in.list_all(voice, argparse.Namespace(login="", json=False)) == 0
    made = StandInRow.objects.get().id
    assert made in capsys.readouterr().out
    assert standing_in.end(voice, argparse.Namespace(id=made)) == 0
    assert standing_in.end(voice, argparse.Namespace(id=made)) == 1
