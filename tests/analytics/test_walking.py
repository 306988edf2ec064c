"""The rows that the events of a case become: where it stood, who had it, how often it came back."""

from __future__ import annotations

from typing import Any

from tongban.analytics.walking import COLUMNS, Line, Walk
from tongban.kernel.ledger.canonical import canonical

HOUR = 3_600_000_000


def body(step: str, source: str, to: str, *follows: dict[str, Any], **more: Any) -> str:
    """The text of a ledger entry, with what the walk does not look at left as it always is."""
    by = more.pop("by", {"unit": "centre", "role": "clerk", "via": "post", "person": "xu"})
    facts = {
        "by": by,
        "facts": more.pop("facts", {}),
        "step": step,
        "to": to,
        "follows": list(follows),
        **more,
    }
    if source:
        facts["from"] = source
    return canonical({"entry": {}, "facts": facts, "kind": "step", "sealed": {"body": "00"}})


def opened(**more: Any) -> dict[str, Any]:
    given = {
        "practice": "p",
        "adoption": "p-1",
        "kind": "matter",
        "home": "centre",
        "division": "330822104203",
    }
    return {**given, "number": "1", "county": "330822", "channel": "phone", **more}


def held(unit: str) -> dict[str, Any]:
    return {"is": "held", "unit": unit}


def walked(*bodies: str, chain: str = "a") -> list[dict[str, Any]]:
    walk = Walk(lambda register, key: f"<{len(register + key)}>")
    lines: list[Line] = [(chain, n, n * HOUR, each) for n, each in enumerate(bodies, 1)]
    walk.take(lines)
    columns = walk.empty()
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_a_row_says_who_had_the_case_where_it_stood_and_since_when() -> None:
    rows = walked(
        body("register", "", "new", opened=opened(), facts={"category": "01.05.04"}),
        body("dispatch", "new", "sent", held("roads")),
        body("contact", "sent", "sent", by={"unit": "roads", "role": "handler", "via": "post"}),
        body(
            "reply", "sent", "replied", held("centre"), {"is": "clock_ended", "clock": "help", "kept": False}
        ),
        body("close", "replied", "closed", {"is": "settled", "outcome": "solved"}, by={"via": "system"}),
    )
    first, dispatch, contact, reply, close = rows
    assert (first["category"], first["township"], first["parent"]) == ("01", "330822104", "")
    assert (dispatch["held"], dispatch["holder"], dispatch["handed"], dispatch["since"]) == (
        "centre",
        "roads",
        True,
        HOUR,
    )
    assert (contact["stage"], contact["visit"], contact["since"]) == ("sent", 0, 2 * HOUR)
    assert (reply["since"], reply["held_since"], reply["late"], reply["worker"]) == (
        2 * HOUR,
        2 * HOUR,
        True,
        "roads",
    )
    assert (close["role"], close["unit"], close["outcome"], close["worker"]) == (
        "system",
        "",
        "solved",
        "roads",
    )
    assert [row["last"] for row in rows] == [False] * 4 + [True]


def test_no_text_name_number_or_key_of_a_register_comes_into_a_row() -> None:
    [row] = walked(
        body(
            "register", "", "new", {"is": "written", "register": "households", "key": "secret-key", "fields": []},
            opened=opened(number="265284591517"), facts={"contact_way": "secret-fact"},
        )
    )  # fmt: skip
    said = str(row)
    assert "secret" not in said
    assert "265284591517" not in said
    assert "xu" not in said
    assert row["wrote"] == "households/<20>"


def test_a_case_that_goes_to_and_fro_goes_back_and_then_the_same_way_again() -> None:
    rows = walked(
        body("register", "", "new", opened=opened()),
        body("send", "new", "sent", held("a")),
        body("pass", "sent", "sent", held("b")),
        body("pass", "sent", "sent", held("a")),
        body("pass", "sent", "sent", held("b")),
    )
    assert [(row["handed"], row["back"], row["again"]) for row in rows] == [
        (False, False, False), (True, False, False), (True, False, False), (True, True, False), (True, True, True),
    ]  # fmt: skip


def test_a_stage_that_a_case_comes_back_to_is_counted() -> None:
    rows = walked(
        body("register", "", "new", opened=opened()),
        body("send", "new", "sent"),
        body("return", "sent", "new"),
        body("send", "new", "sent"),
    )
    assert [row["visit"] for row in rows] == [1, 1, 2, 2]


def test_a_unit_that_took_over_from_one_that_ended_was_handed_nothing() -> None:
    rows = walked(
        body("register", "", "new", opened=opened()),
        body("send", "new", "sent", held("old")),
        body(
            "succeeded",
            "sent",
            "sent",
            {"is": "succeeded", "unit": "old", "to": "young"},
            by={"via": "system"},
        ),
        body("pass", "sent", "sent", held("centre")),
        body("pass", "sent", "sent", held("young")),
    )
    assert [(row["handed"], row["held"], row["holder"]) for row in rows[2:]] == [
        (False, "old", "young"), (True, "young", "centre"), (True, "centre", "young"),
    ]  # fmt: skip
    assert rows[2]["own"]
    assert rows[4]["back"]


def test_chains_that_are_cut_by_a_page_are_walked_as_one() -> None:
    bodies = [body("register", "", "new", opened=opened()), body("send", "new", "sent", held("a"))]
    walk = Walk(lambda register, key: "")
    for n, each in enumerate(bodies, 1):
        walk.take([("a", n, n, each)])
    walk.take([("b", 1, 3, body("register", "", "new", opened=opened(parent="a")))])
    columns = walk.empty()
    assert columns["last"] == [False, True, True]
    assert columns["parent"] == ["", "", "a"]
    assert len(walk) == 0


def test_an_event_that_somebody_changed_is_left_out_and_stops_nobody() -> None:
    good = [body("register", "", "new", opened=opened()), body("send", "new", "sent")]
    assert [row["step"] for row in walked(good[0], '{"facts": 7}', good[1])] == ["register", "send"]
    assert walked("{", good[1]) == []
