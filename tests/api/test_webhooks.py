"""Other systems are told what happens: what they may know, signed, once for each entry, until they have it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from county import DARK, PHONE, Api, a_county
from test_cases import problem

from receiving_ground import Receiver, receiving

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
EVERY = ["case.opened", "case.held", "case.moved", "case.stepped", "case.settled", "case.ended"]


@pytest.fixture
def api(empty: None, settings: Any) -> Api:
    made = a_county()
    made.now = datetime.now(UTC)
    return made


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving(settings) as server:
        yield server


def subscriber(api: Api, role: str = "administrator", unit: str = "centre") -> str:
    return api.staff(role, unit, ("read", "act", "webhooks"))


def subscribe(api: Api, address: str, token: str = "", **wish: Any) -> Any:
    body = {"address": address, "purpose": "市平台", "kinds": EVERY, **wish}
    answer = api.post("/webhooks", body, token or subscriber(api))
    assert answer.status_code == 201, answer.content
    return answer.json()


def write() -> None:
    from tongban.apps.reactors import run_once

    run_once()


def deliver(**later: float) -> Any:
    from tongban.apps.webhooks.delivering import send_due

    write()
    return send_due(datetime.now(UTC) + timedelta(seconds=1) + timedelta(**later))


def until_received(now: datetime) -> int:
    """How many were received by the end of the first round in which any was: on a busy machine that may be a later one."""
    from tongban.apps.webhooks.delivering import send_due

    rounds = (send_due(now, patience=0.1).received for _ in range(600))
    return next((received for received in rounds if received), 0)


def deliveries(api: Api, webhook: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/webhooks/{webhook}/deliveries{query}", subscriber(api)).json()[
        "deliveries"
    ]
    return found


def verified(secret: str, came: Any) -> bool:
    """As a receiver would, written from the standard and nothing of ours."""
    key = base64.b64decode(secret.split("_", 1)[1])
    told = f"{came.headers['webhook-id']}.{came.headers['webhook-timestamp']}.".encode() + came.body
    wanted = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in came.headers["webhook-signature"].split()


def test_the_vector_of_the_standard_is_signed_as_it_says() -> None:
    from tongban.apps.webhooks.signing import signature

    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_case_that_is_opened_is_told_signed_and_without_who_asks_or_what_they_wrote(
    api: Api, receiver: Receiver
) -> None:
    made = subscribe(api, receiver.address())
    number = api.report().json()["number"]
    assert deliver().received == 1
    [came] = receiver.came
    assert verified(made["secret"], came)
    assert not verified("whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode(), came)
    told = json.loads(came.body)
    assert (told["type"], told["data"]["number"], told["data"]["practice"]) == (
        "case.opened",
        number,
        "streetlamp",
    )
    data = told["data"]
    assert data["entry"] == 1 and len(data["seal"]) == 64 and data["stage"] and data["step"]
    for secret in (PHONE, DARK["body"], DARK["pole"]):
        assert secret not in came.body.decode()
    assert deliver().received == 0 and len(receiver.came) == 1


def test_its_seal_is_that_of_the_ledger(api: Api, receiver: Receiver) -> None:
    from tongban.apps.office import office

    subscribe(api, receiver.address())
    number = api.report().json()["number"]
    deliver()
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    [entry, *_] = here.journal.events(loaded.case.id)
    assert json.loads(receiver.came[0].body)["data"]["seal"] == entry.seal.hex()


def test_what_was_before_the_subscription_is_not_told_until_somebody_asks_for_it(
    api: Api, receiver: Receiver
) -> None:
    number = api.report().json()["number"]
    made = subscribe(api, receiver.address())
    assert deliver().received == 0
    token, hook = subscriber(api), made["webhook"]["id"]
    answer = api.post(f"/webhooks/{hook}/replays", {"entry": {"number": number, "entry": 1}}, token)
    assert answer.json() == {"n": 1, "more": False, "number": "", "entry": 0}
    assert deliver().received == 1
    assert json.loads(receiver.came[0].body)["data"]["number"] == number


def test_a_replay_comes_under_the_ids_it_had_and_to_the_same_byte(api: Api, receiver: Receiver) -> None:
    from tongban.store.models import MessageRow

    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)
    began = datetime.now(UTC) - timedelta(minutes=1)
    for _ in range(3):
        api.report()
    assert deliver().received == 3
    first = {each.id: each.body for each in receiver.came}
    receiver.came.clear()
    MessageRow.objects.all().delete()  # kept no longer: the ledger has them still
    assert api.post(f"/webhooks/{hook}/replays", {"since": began.isoformat()}, token).json()["n"] == 3
    assert deliver().received == 3
    assert {each.id: each.body for each in receiver.came} == first
    one = receiver.ids[1]
    receiver.came.clear()
    assert api.post(f"/webhooks/{hook}/replays", {"delivery": one}, token).json()["n"] == 1
    assert deliver().received == 1 and receiver.ids == [one]
    problem(api.post(f"/webhooks/{hook}/replays", {}, token), 422, "webhook.which")
    ahead = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    problem(api.post(f"/webhooks/{hook}/replays", {"since": ahead}, token), 422, "webhook.ahead")
    missing = {"entry": {"number": "123", "entry": 1}}
    problem(api.post(f"/webhooks/{hook}/replays", missing, token), 404, "webhook.no_entry")
    problem(api.post(f"/webhooks/{hook}/replays", {"delivery": "msg_x"}, token), 404, "webhook.no_message")


def test_somebody_who_is_killed_between_sending_and_noting_sends_it_again_under_the_same_id(
    api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.store import webhooks

    subscribe(api, receiver.address())
    api.report()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as there:
        there.setattr(webhooks, "came", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver()
    assert len(receiver.came) == 1
    assert deliver().received == 0, "its turn is put off"
    assert deliver(minutes=2).received == 1
    assert receiver.ids[0] == receiver.ids[1]


def test_what_is_not_received_is_tried_again_with_longer_waits_and_given_up_in_the_end(
    api: Api, receiver: Receiver
) -> None:
    from tongban.apps.webhooks.delivering import MOST_TRIES, WAITS
    from tongban.store.models import MessageRow

    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)
    api.report()
    receiver.answers = [500] * (MOST_TRIES + 1)
    waits, hours = [], 0.0
    while True:
        sent = deliver(hours=hours)
        assert sent.received == 0
        row = MessageRow.objects.get()
        if row.next_at is None:
            break
        waits.append((row.next_at - row.tried).total_seconds())
        hours += waits[-1] / 3600 + 1 / 60
    assert (row.tries, row.why, row.status) == (MOST_TRIES, "webhook.answer", 500)
    assert all(0.8 * base <= wait <= 1.2 * base for base, wait in zip(WAITS, waits, strict=True))
    assert list(WAITS) == sorted(WAITS) and 2 * 24 < sum(waits) / 3600 < 4 * 24
    assert [each["state"] for each in deliveries(api, hook, "?state=given_up")] == ["given_up"]
    assert deliver(hours=hours + 100) == type(sent)()
    receiver.answers = []
    assert api.post(f"/webhooks/{hook}/replays", {"delivery": row.id}, token).json()["n"] == 1
    assert deliver(hours=hours + 100).received == 1
    assert len(set(receiver.ids)) == 1
    assert len({each.body for each in receiver.came}) == 1


def test_by_how_much_a_wait_is_longer_follows_from_the_id_alone() -> None:
    from tongban.apps.webhooks.delivering import waits

    assert waits("msg_1", 3) == waits("msg_1", 3)
    assert len({waits(f"msg_{n}", 3) for n in range(50)}) == 50


def test_a_receiver_is_left_alone_as_long_as_it_asks(api: Api, receiver: Receiver) -> None:
    subscribe(api, receiver.address())
    api.report()
    receiver.answers, receiver.headers = [429], {"Retry-After": "3600"}
    assert deliver().put_off == 1
    api.report()
    receiver.headers = {}
    assert deliver(minutes=50) == type(deliver())()
    assert deliver(minutes=70).received == 2


def test_a_receiver_that_says_it_is_gone_is_told_nothing_any_more(api: Api, receiver: Receiver) -> None:
    made = subscribe(api, receiver.address())
    api.report()
    receiver.answers = [410]
    deliver()
    api.report()
    assert deliver(days=1) == type(deliver())() and len(receiver.came) == 1
    found = api.get(f"/webhooks/{made['webhook']['id']}", subscriber(api)).json()
    assert (found["standing"], found["why"]) == ("ended", "webhook.gone")


def test_one_who_hangs_holds_up_nobody_else(
    api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.webhooks import delivering

    monkeypatch.setattr(delivering, "SECONDS", 1)
    receiver.hangs = "/hangs"
    slow = subscribe(api, receiver.address("/hangs"))
    subscribe(api, receiver.address("/take"))
    for _ in range(5):
        api.report()
    sent = deliver()
    assert sent.received == 5 and sent.put_off == 1
    [waiting, *rest] = reversed(deliveries(api, slow["webhook"]["id"]))
    assert (waiting["tries"], waiting["why"]) == (1, "outgoing.slow")
    assert [each["tries"] for each in rest] == [0] * 4, "the others wait until it is there again"


def test_a_round_is_over_though_somebody_hangs_and_what_comes_of_them_is_put_down_later(
    api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.webhooks import delivering

    monkeypatch.setattr(delivering, "SECONDS", 600)  # who hangs does so until the test lets them go
    receiver.hangs = "/hangs"
    slow = subscribe(api, receiver.address("/hangs"))
    subscribe(api, receiver.address("/take"))
    api.report()
    write()
    soon = datetime.now(UTC) + timedelta(seconds=1)
    assert until_received(soon) == 1
    assert deliveries(api, slow["webhook"]["id"])[0]["why"] == ""
    api.report()
    write()
    later = soon + timedelta(seconds=2)
    assert until_received(later) == 1, "who answers is told of the next while the other still hangs"
    assert deliveries(api, slow["webhook"]["id"])[-1]["why"] == ""
    receiver.let_go.set()
    delivering.send_due(later)
    assert deliveries(api, slow["webhook"]["id"])[-1]["why"] == "outgoing.unreachable"


def test_two_secrets_sign_while_the_receiver_changes_over(api: Api, receiver: Receiver) -> None:
    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)
    api.report()
    changed = api.post(f"/webhooks/{hook}/secret", {}, token).json()
    deliver()
    [both] = receiver.came
    assert verified(made["secret"], both) and verified(changed["secret"], both)
    assert api.post(f"/webhooks/{hook}/replays", {"delivery": both.id}, token).status_code == 200
    deliver(hours=25)
    assert not verified(made["secret"], receiver.came[1]) and verified(changed["secret"], receiver.came[1])


def test_a_secret_is_in_no_table_and_in_no_note(api: Api, receiver: Receiver) -> None:
    from tongban.store.models import EventRow, WebhookRow

    made = subscribe(api, receiver.address("/take?token=abc"))
    row = WebhookRow.objects.values().get()
    plain = base64.b64decode(made["secret"].removeprefix("whsec_"))
    assert made["secret"].encode() not in bytes(row["secret"]) and plain not in bytes(row["secret"])
    bodies = "".join(EventRow.objects.values_list("body", flat=True))
    assert (
        made["secret"] not in bodies
        and "token=abc" not in bodies
        and "webhook_made" in str(list(EventRow.objects.values_list("kind", flat=True)))
    )
    assert made["secret"] not in api.get("/webhooks", subscriber(api)).content.decode()


def test_a_subscriber_sees_what_their_posts_let_them_see_and_nothing_once_they_have_left(
    api: Api, receiver: Receiver
) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.people.posting import leave
    from tongban.kernel.commands import SYSTEM
    from tongban.store.models import MessageRow, WebhookRow

    subscribe(api, receiver.address("/home"))
    subscribe(api, receiver.address("/other"), subscriber(api, "administrator", "housing"))
    api.report()
    deliver()
    assert [each.path for each in receiver.came] == ["/home"]
    api.report()
    write()
    leave("administrator.centre", Acting(datetime.now(UTC), SYSTEM))
    deliver()
    assert len(receiver.came) == 1
    ended = {each.owner: each.ended is not None for each in WebhookRow.objects.all()}
    assert ended == {"administrator.centre": True, "administrator.housing": False}
    left = WebhookRow.objects.get(owner="administrator.centre").id
    assert not MessageRow.objects.filter(webhook=left, next_at__isnull=False).exists()


def test_nothing_more_goes_by_whoever_is_no_administrator_any_more_and_administrators_see_it(
    api: Api, receiver: Receiver
) -> None:
    from tongban.store.models import PostRow

    theirs = subscriber(api, "administrator", "centre")
    hook = subscribe(api, receiver.address(), theirs)["webhook"]["id"]
    other = subscriber(api, "administrator", "housing")
    api.report()
    write()
    PostRow.objects.filter(person="administrator.centre", role="administrator").update(role="supervisor")
    api.report()
    deliver()
    problem(api.post(f"/webhooks/{hook}/trials", {}, other), 409, "webhook.no_right")
    problem(
        api.post(f"/webhooks/{hook}/replays", {"since": "2026-01-01T00:00:00Z"}, other),
        409,
        "webhook.no_right",
    )
    deliver(minutes=5)
    assert receiver.came == []
    [listed] = api.get("/webhooks", other).json()["webhooks"]
    assert (listed["standing"], listed["why"]) == ("stopped", "webhook.no_right")
    assert api.get(f"/webhooks/{hook}/deliveries", theirs).status_code in (403, 404)
    PostRow.objects.filter(person="administrator.centre").update(role="administrator")
    api.report()
    assert deliver(hours=1).received == 1


def test_a_subscription_to_a_unit_a_practice_and_kinds_is_told_those_alone(
    api: Api, receiver: Receiver
) -> None:
    subscribe(api, receiver.address("/moved"), kinds=["case.late"])
    subscribe(api, receiver.address("/unit"), unit="housing")
    subscribe(api, receiver.address("/all"), practices=["streetlamp"])
    api.report()
    deliver()
    assert [each.path for each in receiver.came] == ["/all"]


def test_a_pause_keeps_what_happens_and_an_end_does_not(api: Api, receiver: Receiver) -> None:
    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)

    def stand(standing: str) -> Any:
        return api.post(f"/webhooks/{hook}/standing", {"standing": standing}, token)

    assert stand("paused").json()["standing"] == "paused"
    api.report()
    assert deliver().received == 0
    assert stand("active").json()["waiting"] == 1
    assert deliver().received == 1
    assert stand("ended").json()["standing"] == "ended"
    api.report()
    assert deliver(days=1).received == 0
    problem(stand("active"), 409, "webhook.ended")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"address": "https://10.0.0.1/x"}, "outgoing.inside"),
        ({"address": "https://0x7f000001/x"}, "outgoing.inside"),
        ({"address": "http://example.org/x"}, "outgoing.not_encrypted"),
        ({"purpose": "  "}, "webhook.purpose"),
        ({"practices": ["nothing"]}, "webhook.practice"),
        ({"unit": "nowhere"}, "webhook.unit"),
        ({"kinds": ["case.bought"]}, "api.value"),
        ({"kinds": []}, "api.value"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(api: Api, changed: dict[str, Any], code: str) -> None:
    body = {"address": "https://example.org/x", "purpose": "市平台", "kinds": EVERY, **changed}
    problem(api.post("/webhooks", body, subscriber(api)), 422, code)


def test_subscriptions_are_the_administrators_alone_and_no_other_post_makes_one(api: Api) -> None:
    made = subscribe(api, "https://example.org/x")
    path = f"/webhooks/{made['webhook']['id']}"
    for role, scopes, code in (
        ("clerk", ("webhooks",), "api.not_yours"),
        ("leader", ("webhooks",), "api.not_yours"),
        ("administrator", ("read", "act"), "api.scope"),
    ):
        token = api.staff(role, "centre", scopes)
        problem(api.get(path, token), 403, code)
        problem(api.get("/webhooks", token), 403, code)
        problem(api.post("/webhooks", {"address": "https://example.org/y"}, token), 403, code)
    assert api.get(path, subscriber(api, "administrator", "housing")).status_code == 200


def test_the_same_key_makes_one_subscription_and_gives_the_first_answer_again(api: Api) -> None:
    from tongban.store.models import AnswerRow

    token = subscriber(api)
    body = {"address": "https://example.org/x", "purpose": "市平台", "kinds": EVERY}
    key = {"Idempotency-Key": "a-key-of-16-signs"}
    first = api.post("/webhooks", body, token, **key)
    again = api.post("/webhooks", body, token, **key)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotency-Replayed"] == "true" and not first.has_header("Idempotency-Replayed")
    assert len(api.get("/webhooks", token).json()["webhooks"]) == 1
    other = api.post("/webhooks", {**body, "purpose": "另一个"}, token, **key)
    problem(other, 422, "request.key_reused")
    assert first.json()["secret"].encode() not in bytes(AnswerRow.objects.get().answer)
    from_roads = api.post("/webhooks", body, subscriber(api, "administrator", "housing"), **key)
    assert from_roads.status_code == 201 and from_roads.json() != first.json()


def test_deliveries_come_in_pages(api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.apps.webhooks import looking

    monkeypatch.setattr(looking, "PAGE", 2)
    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)
    for _ in range(5):
        api.report()
    deliver()
    seen, after = [], ""
    while True:
        page = api.get(f"/webhooks/{hook}/deliveries?after={after}", token).json()
        seen += [each["id"] for each in page["deliveries"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 5
    problem(api.get(f"/webhooks/{hook}/deliveries?after=x", token), 422, "api.value")


def test_a_trial_is_about_nothing_and_old_messages_are_forgotten(api: Api, receiver: Receiver) -> None:
    from tongban.apps.webhooks.looking import tidy

    made = subscribe(api, receiver.address())
    hook = made["webhook"]["id"]
    assert api.post(f"/webhooks/{hook}/trials", {}, subscriber(api)).json()["n"] == 1
    assert deliver().received == 1
    assert json.loads(receiver.came[0].body)["type"] == "trial"
    assert tidy(datetime.now(UTC)) == 0
    assert tidy(datetime.now(UTC) + timedelta(days=31)) == 1 and deliveries(api, hook) == []


def test_what_waited_when_a_subscription_was_ended_waits_no_more_and_is_forgotten(
    api: Api, receiver: Receiver
) -> None:
    from tongban.apps.webhooks.looking import tidy

    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)
    assert api.post(f"/webhooks/{hook}/standing", {"standing": "paused"}, token).status_code == 200
    api.report()
    write()
    ended = api.post(f"/webhooks/{hook}/standing", {"standing": "ended"}, token).json()
    assert (ended["waiting"], ended["given_up"]) == (0, 1)
    assert [each["why"] for each in deliveries(api, hook)] == ["webhook.ended"]
    assert tidy(datetime.now(UTC) + timedelta(days=91)) == 1 and deliveries(api, hook) == []


def test_one_that_is_ended_while_it_is_sent_to_stays_ended_as_somebody_ended_it(
    api: Api, receiver: Receiver
) -> None:
    from tongban.apps.office import office
    from tongban.apps.webhooks.delivering import WAITS
    from tongban.store import webhooks as store

    made = subscribe(api, receiver.address())
    hook, token = made["webhook"]["id"], subscriber(api)
    api.report()
    api.report()
    write()
    here, now = office(), datetime.now(UTC)
    turn = store.take(here.journal, now, WAITS)
    assert turn is not None
    assert api.post(f"/webhooks/{hook}/standing", {"standing": "ended"}, token).json()["waiting"] == 0
    store.came(here.journal, turn, [store.Came(410, "webhook.gone", ends=True)], now)
    seen = api.get(f"/webhooks/{hook}", token).json()
    assert (seen["standing"], seen["why"], seen["waiting"]) == ("ended", "", 0)


def test_without_anybody_who_listens_the_ledger_is_not_read_for_it(api: Api) -> None:
    from tongban.store.models import Bookmark

    api.report()
    write()
    assert not Bookmark.objects.filter(reactor="webhooks").exists()
