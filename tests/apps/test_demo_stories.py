"""Whatever is told of a matter of the demo county belongs to it: who did it, what was answered, what was published."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from demo_ground import SCRIPT, lived
from tongban.demo.arrivals import Matter
from tongban.demo.life import Life
from tongban.kernel.case import Case
from tongban.kernel.events import Event
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import route

PAGE = 20


@pytest.fixture(scope="module")
def life() -> Life:
    return lived(25)


def taken(life: Life, *steps: str) -> Iterator[tuple[Case, Matter, Event]]:
    """Every time one of the steps was taken, in the order of time, with its case and the matter behind it."""
    events = [event for each in life.history.events.values() for event in each if event.step in steps]
    for event in sorted(events, key=lambda each: each.at):
        case = life.history.cases[event.case]
        matter = life.matter_of(case)
        if matter is None:  # told step by step, out of nobody's message
            continue
        yield case, matter, event


def owner_of(life: Life, case: Case, matter: Matter) -> str:
    routing = life.history.procedure(case).routing
    found = route(routing, life.county, matter.message.category, matter.division, {}, matter.at)
    assert not isinstance(found, Refused)
    return found.unit


def texts(event: Event) -> dict[str, object]:
    return {**event.facts, **event.content}


def test_the_unit_that_answers_is_the_one_whose_duty_list_holds_the_matter(life: Life) -> None:
    answered = list(taken(life, "reply", "report_result"))
    assert len(answered) > 300
    for case, matter, event in answered:
        raised = case.counts.get("raise_up", 0) or case.counts.get("escalate", 0)
        assert raised or event.by.unit == owner_of(life, case, matter), (matter.message.id, event.by.unit)


def test_an_answer_is_one_of_its_message_and_tells_its_outcome(life: Life) -> None:
    for _, matter, event in taken(life, "reply", "report_result"):
        said = str(texts(event)["result"])
        outcomes = {reply.outcome for reply in matter.message.replies}
        assert texts(event)["outcome"] in outcomes
        assert said.endswith(matter.reply.text)


def test_a_case_card_and_the_rule_it_changed_belong_to_their_case(life: Life) -> None:
    written = list(taken(life, "write_card"))
    assert len(written) > 8
    for _, matter, event in written:
        assert texts(event)["card_background"] == matter.message.card["background"]
        assert texts(event)["cause"] == matter.message.card["cause"]
    for _, matter, event in taken(life, "propose_rule"):
        assert texts(event)["rule_problem"] == matter.message.card["rule"]["problem"]
    for _, matter, event in taken(life, "answer_rule"):
        assert texts(event)["rule_answer"] == matter.message.card["rule"]["answer"]


def test_a_refusal_is_of_the_unit_whose_duty_the_matter_is_and_judged_as_it_was(life: Life) -> None:
    filed = list(taken(life, "file"))
    assert len(filed) > 15
    for case, matter, event in filed:
        assert texts(event)["refused_by"] == event.by.unit == owner_of(life, case, matter)
        assert texts(event)["refused_matter"] == matter.message.refusal["matter"]
    assert all(matter.message.refusal["right"] for _, matter, _ in taken(life, "uphold", "publish_refusal"))
    overturned = list(taken(life, "overturn"))
    assert overturned
    assert not any(matter.message.refusal["right"] for _, matter, _ in overturned)


def test_nobody_asks_themselves_for_help_and_whoever_is_asked_is_named(life: Life) -> None:
    asked = list(taken(life, "ask_help", "coordinate"))
    assert asked
    for _, _, event in asked:
        helpers = texts(event)["co_units"]
        assert isinstance(helpers, tuple)
        assert event.by.unit not in helpers
        assert any(helper in str(texts(event)["task"]) for helper in helpers)


def test_a_case_is_merged_into_the_one_that_reported_the_same_thing(life: Life) -> None:
    by_number = {case.number: case for case in life.history.cases.values()}
    merged = list(taken(life, "merge"))
    assert merged
    for _, matter, event in merged:
        lead = life.matter_of(by_number[str(texts(event)["into"])])
        assert lead is not None
        assert (lead.message.id, lead.words, lead.division) == (
            matter.message.id,
            matter.words,
            matter.division,
        )


def test_a_matter_is_declined_only_when_it_has_the_way_that_is_named(life: Life) -> None:
    declined = list(taken(life, "decline"))
    assert declined
    ways = SCRIPT.story["declinable"]
    for _, matter, event in declined:
        way = str(texts(event)["decline_reason"])
        assert matter.message.category.startswith(tuple(ways[way])), (way, matter.message.id)
        assert texts(event)["remedy"] in SCRIPT.phrases["decline"][way]


def test_no_page_of_a_public_list_holds_a_text_twice(life: Life) -> None:
    for step, field in (
        ("draft_text", "public_text"), ("publish_refusal", "public_text"), ("write_card", "card_background"),
    ):  # fmt: skip
        titles = [str(texts(event)[field]).splitlines()[0] for _, _, event in taken(life, step)]
        for start in range(len(titles)):
            page = Counter(titles[start : start + PAGE])
            assert page.most_common(1)[0][1] == 1, page.most_common(1)


def test_a_published_text_names_no_estate_road_shop_school_or_village(life: Life) -> None:
    named = {name for kind in ("estate", "road", "shop", "school") for name in SCRIPT.places[kind]}
    published = list(taken(life, "draft_text"))
    assert len(published) > 50
    for _, matter, event in published:
        text = str(texts(event)["public_text"])
        found = [name for name in (*named, matter.slots["village"]) if name in text]
        assert not found, (matter.message.id, found)


def test_nothing_about_an_illness_or_a_child_is_published(life: Life) -> None:
    told = re.compile(SCRIPT.story["never_published"])
    for _, matter, event in taken(life, "draft_text"):
        found = told.search(matter.message.body)
        assert found is None, (matter.message.id, str(texts(event)["public_text"])[:40])


def test_a_published_text_is_told_by_the_office_and_not_by_whoever_asked(life: Life) -> None:
    for _, matter, event in taken(life, "draft_text"):
        text = str(texts(event)["public_text"])
        said, _, _ = text.partition("\n\n")
        assert said.startswith("诉求人反映："), (matter.message.id, text)
        assert not re.search("(?<!自)[我咱俺]|！", said), (matter.message.id, text)


def test_what_is_said_inside_a_case_leaves_no_slot_open(life: Life) -> None:
    left: dict[str, set[str]] = defaultdict(set)
    for each in life.history.events.values():
        for event in each:
            for name, value in texts(event).items():
                if isinstance(value, str) and "{" in value:
                    left[f"{event.step}.{name}"].add(value)
    assert not left
