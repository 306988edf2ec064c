"""What takes two people: one administrator asks in the studio, another person with the right confirms within a day, once."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.confirming import deciding
from tongban.apps.confirming.asking import CHAIN, Asked, Done, carry_out
from tongban.apps.confirming.deciding import confirm, decline, do_due
from tongban.apps.people.accounts import Named, bring_people, people_in
from tongban.apps.people.erasing import erase_person
from tongban.apps.people.issuing import issue
from tongban.apps.people.posting import Given, end, give
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.models import AskedRow, EventRow, FactorRow, Identity, PostRow
from tongban.store.notes import chain_id

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

FIRST, SECOND, THIRD = "hushaohua", "gonghongwei", "xuqiuju"
"""The administrator that the county begins with; two that some of the tests make."""
HERE = "/studio/confirm/"


def day() -> str:
    return local_date(datetime.now(UTC)).isoformat()


def appoint(*logins: str) -> None:
    """More administrators, as the shell of the machine makes them."""
    for login in logins:
        post = Given("hotline-centre", "administrator", local_date(datetime.now(UTC)))
        assert give(login, post, Acting(datetime.now(UTC), SYSTEM)) is None


def browser(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=login))
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def asked_for(kind: str, desk: Desk, by: str = FIRST, **facts: str) -> str:
    found = carry_out(kind, facts, desk.acting(by))
    assert isinstance(found, Asked), found
    return found.id


def post_facts(person: str, role: str = "administrator") -> dict[str, str]:
    return {"person": person, "unit": "hotline-centre", "role": role, "first": day(), "last": ""}


def notes() -> list[tuple[str, dict[str, Any]]]:
    rows = EventRow.objects.filter(chain=chain_id("330822", CHAIN)).order_by("seq")
    return [(row.kind, json.loads(row.body)["facts"]) for row in rows]


def kinds() -> list[str]:
    return [kind for kind, _ in notes()]


def code(found: object) -> str:
    return found.code if isinstance(found, Refused) else f"not refused: {found}"


def administers(login: str) -> bool:
    return PostRow.objects.filter(person=login, role="administrator", until=None).exists()


def test_the_only_administrator_gives_the_first_other_one_that_post_alone_and_it_is_noted(desk: Desk) -> None:
    assert isinstance(carry_out("give", post_facts(SECOND), desk.acting(FIRST)), Done)
    assert administers(SECOND) and kinds() == ["act_alone"]
    assert notes()[0][1]["by"] == FIRST


def test_with_two_administrators_a_third_is_asked_for_and_confirmed_by_the_other(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    assert not administers(THIRD)
    assert isinstance(confirm(asked, desk.acting(SECOND)), Done) and administers(THIRD)
    assert kinds() == ["act_asked", "act_confirmed"]
    said = notes()[1][1]
    assert (said["by"], said["second"], said["person"]) == (FIRST, SECOND, THIRD)


def test_whoever_asked_cannot_confirm_and_neither_can_whoever_has_no_right_to_it(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    found = [code(confirm(asked, desk.acting(each))) for each in (FIRST, desk.handler, desk.supervisor)]
    assert found == ["two.same_person", "two.not_yours", "two.not_yours"]
    assert code(confirm(asked, Acting(datetime.now(UTC), SYSTEM))) == "two.not_yours"
    assert not administers(THIRD) and kinds() == ["act_asked"]


def test_confirming_twice_does_it_once(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    confirm(asked, desk.acting(SECOND))
    assert code(confirm(asked, desk.acting(SECOND))) == "two.decided"
    assert kinds().count("act_confirmed") == 1
    assert PostRow.objects.filter(person=THIRD, role="administrator").count() == 1


def test_what_nobody_confirms_in_a_day_is_gone_and_noted(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    late = datetime.now(UTC) + timedelta(hours=24, minutes=1)
    assert do_due(datetime.now(UTC)) == 0
    assert (do_due(late), do_due(late)) == (1, 0)
    assert kinds() == ["act_asked", "act_expired"]
    assert code(confirm(asked, desk.acting(SECOND))) == "two.expired" and not administers(THIRD)


def test_what_has_run_out_is_not_done_either_where_no_worker_came_to_it(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    late = replace(desk.acting(SECOND), now=datetime.now(UTC) + timedelta(hours=25))
    assert code(confirm(asked, late)) == "two.expired"
    assert kinds() == ["act_asked", "act_expired"] and not administers(THIRD)


def test_what_changed_between_asking_and_confirming_is_refused(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    other = Given(desk.unit, "handler", local_date(datetime.now(UTC)))
    assert give(THIRD, other, desk.acting(FIRST)) is None
    assert code(confirm(asked, desk.acting(SECOND))) == "two.changed" and not administers(THIRD)
    assert "has changed since" in body(browser(SECOND).get(HERE))
    assert decline(asked, "not any more", desk.acting(SECOND)) is None


def test_facts_that_somebody_changed_in_the_table_are_refused(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    row = AskedRow.objects.get(id=asked)
    AskedRow.objects.filter(id=asked).update(facts=row.facts.replace(THIRD, desk.handler))
    assert code(confirm(asked, desk.acting(SECOND))) == "two.changed" and not administers(desk.handler)


def test_what_somebody_asked_for_who_is_no_administrator_any_more_is_refused(desk: Desk) -> None:
    appoint(SECOND, "shaochanggen")
    asked = asked_for("give", desk, by="shaochanggen", **post_facts(THIRD))
    now, first = datetime.now(UTC), local_date(datetime.now(UTC))
    assert end("shaochanggen", "hotline-centre", "administrator", first, None, Acting(now, SYSTEM)) is None
    assert code(confirm(asked, desk.acting(SECOND))) == "two.asker"


def test_declining_needs_a_reason_which_is_sealed_and_ends_it(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    assert code(decline(asked, "  ", desk.acting(SECOND))) == "two.why"
    assert decline(asked, "She is on leave.", desk.acting(SECOND)) is None
    assert code(confirm(asked, desk.acting(SECOND))) == "two.decided" and not administers(THIRD)
    assert kinds() == ["act_asked", "act_declined"]
    assert not EventRow.objects.filter(body__contains="on leave").exists()


def test_the_same_is_not_asked_for_twice_and_nothing_that_could_not_be_done(desk: Desk) -> None:
    appoint(SECOND)
    asked_for("give", desk, **post_facts(THIRD))
    assert code(carry_out("give", post_facts(THIRD), desk.acting(FIRST))) == "two.waits_already"
    assert code(carry_out("give", post_facts("nobody"), desk.acting(FIRST))) == "people.unknown"
    assert code(carry_out("give", post_facts(SECOND), desk.acting(FIRST))) == "people.post_held"
    assert code(carry_out("erase", {"number": "123"}, desk.acting(FIRST))).startswith("case.")
    assert kinds() == ["act_asked"]


def test_a_handler_asks_for_nothing(desk: Desk) -> None:
    number = desk.register()
    assert (
        code(carry_out("erase", {"number": number}, desk.acting(desk.handler))) == "people.not_administrator"
    )
    assert code(erase_person(number, desk.acting(desk.handler))) == "people.not_administrator"


def test_erasing_a_person_is_asked_for_by_an_administrator_and_confirmed_by_a_supervisor(desk: Desk) -> None:
    number = desk.register()
    held = Identity.objects.count()
    web = browser(FIRST)
    assert web.post(f"{HERE}erase/", {"number": number}, follow=True).status_code == 200
    assert Identity.objects.count() == held
    assert browser(desk.supervisor).post(f"{HERE}erase/", {"number": number}).status_code == 403
    shown = body(browser(desk.supervisor).get(HERE))
    assert "Erase who asked in case" in shown and "13812345678" not in shown
    asked = re.findall(rf"{HERE}([0-9a-f]{{16}})/", shown)[0]
    answer = browser(desk.supervisor).post(f"{HERE}{asked}/", {"decide": "confirm"}, follow=True)
    assert "Confirmed and done" in body(answer)
    assert Identity.objects.count() < held and kinds() == ["act_asked", "act_confirmed"]


def test_an_erasure_is_refused_where_the_case_went_on_meanwhile(desk: Desk) -> None:
    number = desk.register()
    asked = asked_for("erase", desk, number=number)
    desk.step(number, "dispatch", desk.dispatcher)
    assert code(confirm(asked, desk.acting(desk.supervisor))) == "two.changed"


def test_the_shell_erases_alone_and_a_person_alone_does_not(desk: Desk) -> None:
    number = desk.register()
    assert code(erase_person(number, desk.acting(FIRST))) == "two.needed"
    assert not isinstance(erase_person(number, Acting(datetime.now(UTC), SYSTEM)), Refused)


def test_the_first_password_of_an_administrator_is_shown_to_whoever_confirms(desk: Desk) -> None:
    appoint(SECOND, THIRD)
    before = User.objects.get(username=THIRD).password
    answer = browser(FIRST).post(f"/studio/people/{THIRD}/password/", follow=True)
    assert 'class="letters"' not in body(answer) and User.objects.get(username=THIRD).password == before
    asked = AskedRow.objects.get().id
    shown = browser(SECOND).post(f"{HERE}{asked}/", {"decide": "confirm"})
    found = re.search(r'class="letters">([a-z0-9-]{19})<', body(shown))
    assert found is not None and "no-store" in shown.headers["Cache-Control"]
    assert User.objects.get(username=THIRD).check_password(found[1])
    assert not EventRow.objects.filter(body__contains=found[1]).exists()
    assert found[1] not in body(browser(SECOND).get(HERE))


def test_second_factors_of_an_administrator_go_when_two_want_it(desk: Desk) -> None:
    appoint(SECOND, THIRD)
    FactorRow.objects.create(
        county="330822", id="f1", person=THIRD, kind="totp", sealed=b"x", since=datetime.now(UTC)
    )
    asked = asked_for("factors", desk, person=THIRD)
    assert FactorRow.objects.filter(person=THIRD).exists()
    assert isinstance(confirm(asked, desk.acting(SECOND)), Done)
    assert not FactorRow.objects.filter(person=THIRD).exists()


def test_who_confirms_is_given_no_way_in_by_one_person_alone(desk: Desk) -> None:
    """Whoever could make or take over a second person alone could confirm what they asked for themselves."""
    appoint(SECOND)
    for kind, facts in (
        ("give", post_facts(desk.handler, "supervisor") | {"unit": "hotline-centre"}),
        ("password", {"person": desk.supervisor}),
        ("leave", {"person": SECOND}),
        ("end", {**post_facts(SECOND), "last": ""}),
    ):
        assert isinstance(carry_out(kind, facts, desk.acting(FIRST)), Asked), kind
    text = f"people:\n  - {{login: {THIRD}, zh: 许, posts: [{{unit: tax, role: administrator}}]}}\n"
    sent = {"file": SimpleUploadedFile("people.yaml", text.encode())}
    answer = browser(FIRST).post("/studio/people/bring/", sent)
    assert answer.status_code == 422 and "takes two people" in body(answer) and not administers(THIRD)


def test_a_post_that_takes_two_people_and_is_over_comes_back_by_no_file(desk: Desk) -> None:
    appoint(SECOND)
    today = local_date(datetime.now(UTC))
    PostRow.objects.create(
        county="330822", person=THIRD, unit="tax", role="administrator", since=date(2020, 1, 1), until=today
    )
    text = f"people:\n  - {{login: {THIRD}, zh: 许, posts: [{{unit: tax, role: administrator}}]}}\n"
    sent = {"file": SimpleUploadedFile("people.yaml", text.encode())}
    answer = browser(FIRST).post("/studio/people/bring/", sent)
    assert answer.status_code == 422 and "takes two people" in body(answer) and not administers(THIRD)


def test_the_only_administrator_of_a_new_county_brings_the_next_by_a_file(desk: Desk) -> None:
    text = f"people:\n  - {{login: {THIRD}, zh: 许, posts: [{{unit: tax, role: administrator}}]}}\n"
    lines = people_in("people.yaml", text)
    assert not isinstance(lines, Refused)
    done = bring_people(
        "330822", Named(lines), "long and odd enough", local_date(datetime.now(UTC)), desk.acting(FIRST)
    )
    assert not isinstance(done, Refused) and administers(THIRD)


def test_what_concerns_nobody_who_confirms_is_done_at_once(desk: Desk) -> None:
    appoint(SECOND)
    shown = browser(FIRST).post(f"/studio/people/{desk.handler}/password/")
    assert 'class="letters"' in body(shown) and kinds() == []


def test_a_token_that_opens_who_asked_is_issued_by_no_person_alone(desk: Desk) -> None:
    appoint(SECOND)
    made = [
        issue(desk.handler, scopes, "platform", 3, acting)
        for scopes, acting in (
            (("read", "identity"), desk.acting(FIRST)),
            (("read",), desk.acting(FIRST)),
            (("read", "identity"), Acting(datetime.now(UTC), SYSTEM)),
        )
    ]
    assert [code(each).split(":")[0] for each in made] == ["two.needed", "not refused", "not refused"]
    alone = EventRow.objects.filter(kind="token_issued", body__contains='"alone":true')
    assert alone.count() == 1


def test_a_failure_while_it_is_done_leaves_it_waiting_and_nothing_half_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="disk"):
        patch.setattr(deciding, "noted", broken)
        confirm(asked, desk.acting(SECOND))
    assert not administers(THIRD) and AskedRow.objects.get(id=asked).state == "waiting"
    assert isinstance(confirm(asked, desk.acting(SECOND)), Done) and administers(THIRD)


def test_the_page_says_what_waits_and_what_became_of_it_in_both_languages(desk: Desk) -> None:
    appoint(SECOND)
    asked = asked_for("give", desk, **post_facts(THIRD))
    assert "1 wait for you" in body(browser(SECOND).get("/studio/"))
    mine, theirs = body(browser(FIRST).get(HERE)), body(browser(SECOND).get(HERE))
    assert "somebody else confirms" in mine and 'value="confirm"' not in mine and 'value="confirm"' in theirs
    assert body(browser(desk.supervisor).get(HERE)).count(asked) == 0
    assert browser(desk.handler).get(HERE).status_code == 403
    confirm(asked, desk.acting(SECOND))
    chinese = Client(headers={"accept-language": "zh-Hans"})
    chinese.force_login(User.objects.get(username=FIRST))
    assert "确认，已办" in body(chinese.get(HERE))
