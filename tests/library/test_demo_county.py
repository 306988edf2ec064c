"""The data files of the demo county agree with one another and describe nobody real."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

import tongban

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COUNTY = Path(tongban.__file__).parents[2] / "demo" / "county"
LEVELS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
ROLES = {
    "clerk", "dispatcher", "handler", "reviewer", "adjudicator",
    "supervisor", "leader", "desk", "administrator", "publisher",
}  # fmt: skip
MESSAGE_KEYS = {
    "id", "title", "body", "category", "kind", "urgency", "place_level", "tone", "setting", "also",
    "grievance", "season", "replies",
}  # fmt: skip
TONES = {
    "polite", "plain", "angry", "rambling", "terse", "worried", "pleading", "sarcastic", "formal",
    "breathless", "grateful",
}  # fmt: skip
OUTCOMES = {"resolved", "explained", "rejected_demand"}
SLOT = re.compile(r"\{([^{}]*)\}")


def read(name: str) -> Any:
    return yaml.load((COUNTY / name).read_text(encoding="utf-8"), LOADER)


def read_messages() -> dict[str, list[dict[str, Any]]]:
    """By file."""
    found = {}
    for path in sorted((COUNTY / "messages").glob("*.yaml")):
        content = read(f"messages/{path.name}")
        found[path.stem] = [{**each, "practice": content["practice"]} for each in content["messages"]]
    return found


CATEGORIES = {row["code"]: row for row in read("categories.yaml")["categories"]}
THIRD = sorted(code for code in CATEGORIES if code.count(".") == 2)
UNITS = {unit["id"]: unit for unit in read("units.yaml")["units"]}
DUTIES = read("duties.yaml")
PEOPLE = read("people.yaml")["people"]
FILES = read_messages()
MESSAGES = [message for messages in FILES.values() for message in messages]
PLACES = read("places.yaml")
STORY = read("story.yaml")
PHRASES = read("phrases.yaml")
CARDS = read("cards.yaml")
REFUSALS = read("refusals.yaml")
PAGE = 20
with (COUNTY / "divisions.csv").open(encoding="utf-8", newline="") as lines:
    DIVISIONS = {row["code"]: row for row in csv.DictReader(lines)}
TOWNSHIPS = {unit_id for unit_id, unit in UNITS.items() if unit["kind"] == "township"}
DUTY_LISTS = {**DUTIES["units"], "township_template": DUTIES["township_template"]["duties"]}


def covers(prefix: str, code: str) -> bool:
    return code == prefix or code.startswith(prefix + ".")


def owners(code: str) -> set[str]:
    """Units whose `own` entry fits `code` with the longest category; the township template counts as one."""
    fits = [
        (len(prefix), unit)
        for unit, entries in DUTY_LISTS.items()
        for entry in entries
        if entry["kind"] == "own"
        for prefix in entry["categories"]
        if covers(prefix, code)
    ]
    longest = max((length for length, _ in fits), default=0)
    return {unit for length, unit in fits if length == longest}


def texts_of(message: dict[str, Any]) -> list[str]:
    replies = [reply[part] for reply in message["replies"] for part in ("text", "basis", "remains")]
    return [message.get("title", ""), message["body"], *replies]


def strings(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for item in value for text in strings(item)]
        case dict():
            return [text for item in value.values() for text in strings(item)]
        case _:
            return []


def test_the_tree_of_divisions_is_whole() -> None:
    assert Counter(row["level"] for row in DIVISIONS.values()) == {
        "province": 1, "city": 1, "county": 1, "township": 14, "village": 198,
    }  # fmt: skip
    for code, row in DIVISIONS.items():
        assert len(code) == LEVELS[row["level"]], row
        assert row["name"], row
        assert row["short_name"], row
        assert row["setting"] in ({"urban", "town", "rural"} if len(code) > 6 else {""}), row
        if row["level"] == "province":
            assert row["parent"] == "", row
        else:
            assert code.startswith(row["parent"]), row
            assert row["parent"] in DIVISIONS, row
    levels = list(LEVELS)
    for upper, lower in pairwise(levels):
        for row in DIVISIONS.values():
            if row["level"] == lower:
                assert DIVISIONS[row["parent"]]["level"] == upper, row


def test_every_division_above_the_village_has_an_english_name() -> None:
    assert not [r["name"] for r in DIVISIONS.values() if r["level"] != "village" and not r["name_en"]]


def test_categories_form_three_complete_levels_with_both_titles() -> None:
    assert len(CATEGORIES) == len(read("categories.yaml")["categories"]), "a code stands twice"
    for code, row in CATEGORIES.items():
        assert re.fullmatch(r"\d\d(\.\d\d){0,2}", code)
        assert row["title"]["zh"], code
        assert row["title"]["en"], code
        assert "." not in code or code.rsplit(".", 1)[0] in CATEGORIES, code
    for code in CATEGORIES:
        if code.count(".") < 2:
            assert any(covers(code, other) for other in THIRD), f"{code} has nothing below it"
    assert len(THIRD) >= 220
    titles = Counter(CATEGORIES[code]["title"]["zh"] for code in THIRD)
    assert [title for title, times in titles.items() if times > 1] == []


def test_each_first_level_is_described_with_typical_words_for_a_cold_start() -> None:
    for code, row in CATEGORIES.items():
        if "." not in code:
            assert row["about"]["zh"], code
            assert row["about"]["en"], code
            assert len(row["words"]) >= 12, code


def test_units_hang_in_one_tree_on_known_divisions() -> None:
    assert len(UNITS) == len(read("units.yaml")["units"])
    for unit_id, unit in UNITS.items():
        assert re.fullmatch(r"[a-z][a-z-]*", unit_id)
        assert unit["zh"], unit_id
        assert unit["en"], unit_id
        assert DIVISIONS[unit["division"]]["level"] == unit["level"], unit_id
        seen, above = {unit_id}, unit["parent"]
        while above:
            assert above not in seen, f"{unit_id} stands above itself"
            seen.add(above)
            above = UNITS[above]["parent"]
        assert "county-government" in seen
    assert {UNITS[unit]["division"] for unit in TOWNSHIPS} == {
        code for code, row in DIVISIONS.items() if row["level"] == "township"
    }


def test_duty_entries_are_complete_and_cite_known_categories() -> None:
    codes = [entry["code"] for entries in DUTY_LISTS.values() for entry in entries]
    assert len(codes) == len(set(codes))
    assert set(DUTIES["units"]) <= set(UNITS)
    assert set(DUTIES["township_template"]["units"]) == TOWNSHIPS
    for entries in DUTY_LISTS.values():
        for entry in entries:
            assert set(entry) == {"code", "kind", "categories", "title", "basis"}, entry["code"]
            assert entry["kind"] in {"own", "assist", "taken_back"}, entry["code"]
            assert entry["title"]["zh"], entry["code"]
            assert entry["title"]["en"], entry["code"]
            assert entry["basis"], entry["code"]
            assert set(entry["categories"]) <= set(CATEGORIES), entry["code"]


@pytest.mark.parametrize("code", THIRD)
def test_every_third_level_category_has_exactly_one_owner_or_the_named_fallback(code: str) -> None:
    if code in DUTIES["fallback"]["categories"]:
        assert owners(code) == set()
        assert DUTIES["fallback"]["unit"] in UNITS
    else:
        assert len(owners(code)) == 1, owners(code)


def test_what_was_taken_back_from_townships_is_owned_above_them_and_never_held_by_one() -> None:
    taken = [p for e in DUTY_LISTS["township_template"] if e["kind"] == "taken_back" for p in e["categories"]]
    assert taken
    held = [
        prefix
        for unit in [*TOWNSHIPS, "township_template"]
        for entry in DUTY_LISTS.get(unit, [])
        if entry["kind"] != "taken_back"
        for prefix in entry["categories"]
    ]
    for prefix in taken:
        for code in filter(lambda third: covers(prefix, third), THIRD):
            assert owners(code).isdisjoint(TOWNSHIPS | {"township_template"}), code
            assert not any(covers(other, code) for other in held), code


def test_accounts_have_unique_logins_and_posts_at_known_units() -> None:
    logins = [person["login"] for person in PEOPLE]
    assert len(logins) == len(set(logins))
    for person in PEOPLE:
        assert re.fullmatch(r"[a-z]{4,}", person["login"])
        assert person["login"] == person["en"].replace(" ", "").lower()
        assert person["zh"]
        assert person["posts"]
        for post in person["posts"]:
            assert post["role"] in ROLES, person
            village = re.fullmatch(r"village-(\d{12})", post["unit"])
            assert post["unit"] in UNITS or (village and village[1] in DIVISIONS), person
    assert len({person["zh"] for person in PEOPLE}) == len(PEOPLE)


def test_every_role_is_filled_and_every_working_unit_has_handlers_and_a_leader() -> None:
    posts = {(post["unit"], post["role"]) for person in PEOPLE for post in person["posts"]}
    assert {role for _, role in posts} == ROLES
    for unit_id, unit in UNITS.items():
        if unit["kind"] in {"department", "utility", "township"}:
            handlers = [p for p in PEOPLE if {"unit": unit_id, "role": "handler"} in p["posts"]]
            assert len(handlers) >= 2, unit_id
            assert (unit_id, "leader") in posts, unit_id
        if unit["kind"] == "township":
            assert (unit_id, "desk") in posts, unit_id
    assert ("last-resort-desk", "desk") in posts
    assert len([unit for unit, role in posts if unit.startswith("village-") and role == "desk"]) == 14


def test_the_accounts_of_the_guide_hold_their_roles_and_are_those_of_the_readme() -> None:
    guide = read("guide.yaml")["accounts"]
    posts = {(person["login"], post["role"]) for person in PEOPLE for post in person["posts"]}
    general = [each for each in guide if "." not in each["role"]]
    assert {(each["login"], each["role"]) for each in general} <= posts
    assert {each["role"] for each in general} == ROLES
    given = {post["role"] for plan in read("adoptions.yaml").values() for post in plan["posts"]}
    assert {each["role"] for each in guide} - ROLES <= given  # they come with the practice that they name
    table = re.findall(r"^\| `(\w+)` \|", (COUNTY.parents[1] / "README.md").read_text("utf-8"), re.M)
    assert set(table) <= {each["login"] for each in guide}
    assert len(table) >= 6


def test_nobody_reviews_or_adjudicates_where_they_handle() -> None:
    for person in PEOPLE:
        roles = {(post["unit"], post["role"]) for post in person["posts"]}
        for unit, role in roles:
            if role in {"reviewer", "adjudicator"}:
                assert (unit, "handler") not in roles, person


def test_there_are_enough_messages_for_both_practices() -> None:
    count = Counter(message["practice"] for message in MESSAGES)
    assert count["hotline"] >= 1000
    assert count["last_resort_desk"] >= 60
    assert set(count) == {"hotline", "last_resort_desk"}


def test_every_third_level_category_is_met_in_at_least_five_messages() -> None:
    count = Counter(message["category"] for message in MESSAGES)
    assert [code for code in THIRD if count[code] < 5] == []


@pytest.mark.parametrize("file", FILES)
def test_the_messages_of_a_file_are_complete_and_their_slots_known(file: str) -> None:
    for message in FILES[file]:
        assert set(message) - {"practice"} <= MESSAGE_KEYS, message
        assert message["category"] in THIRD, message
        assert message.get("also", message["category"]) in THIRD, message
        assert message["kind"] in {"enquiry", "help", "complaint", "report", "suggestion"}, message
        assert message["urgency"] in {"normal", "urgent", "utility"}, message
        assert message["place_level"] in {"county", "township", "village"}, message
        assert message.get("setting", "urban") in {"urban", "rural"}, message
        assert message["tone"] in TONES, message
        if message["practice"] == "last_resort_desk":
            assert message["grievance"] in {"refused", "trips", "slow", "conduct"}, message
        else:
            assert "grievance" not in message, message
        season = message.get("season", [1])
        assert season, message
        assert season == sorted(set(season) & set(range(1, 13))), message
        for text in texts_of(message):
            assert set(SLOT.findall(text)) <= set(PLACES["slots"]), text


@pytest.mark.parametrize("file", FILES)
def test_the_replies_of_a_file_are_complete_and_can_be_told_apart(file: str) -> None:
    for message in FILES[file]:
        assert 1 <= len(message["replies"]) <= 2, message
        for reply in message["replies"]:
            assert set(reply) == {"outcome", "text", "basis", "remains"}, message
            assert reply["outcome"] in OUTCOMES, message
            assert all(reply.values()), message
        outcomes = [reply["outcome"] for reply in message["replies"]]
        assert len(outcomes) == len(set(outcomes)), message


@pytest.mark.parametrize("file", FILES)
def test_the_messages_of_a_file_can_be_placed_where_their_owner_is(file: str) -> None:
    for message in FILES[file]:
        if owners(message["category"]) == {"township_template"}:
            assert message["place_level"] != "county", message
        whole = "".join(texts_of(message))
        if message["place_level"] == "county":
            assert "{village}" not in whole, message
        if "{estate}" in whole:
            assert message["place_level"] == "county" or message.get("setting") == "urban", message
            assert message["place_level"] != "village", message


def test_slots_named_after_a_list_of_places_have_that_list() -> None:
    for kind in ("estate", "road", "shop", "school"):
        assert kind in PLACES["slots"]
        assert len(PLACES[kind]) == len(set(PLACES[kind])) >= 10
    used = {slot for m in MESSAGES for text in texts_of(m) for slot in SLOT.findall(text)}
    assert used == set(PLACES["slots"]), "a slot that nothing uses"


def test_no_text_holds_an_identity_number_or_a_telephone_number() -> None:
    everything = [text for message in MESSAGES for text in texts_of(message)]
    everything += strings(PHRASES) + strings(PLACES) + strings(CARDS) + strings(REFUSALS)
    for text in everything:
        assert not re.search(r"\d{17}[\dXx]", text), text
        assert not re.search(r"(?<!\d)1\d{10}(?!\d)", text), text
        assert not re.search(r"(?<!\d)0\d{2,3}[-－ ]?\d{7,8}(?!\d)", text), text
        assert not re.search(r"\d{7,}", text), text


def test_no_two_messages_are_alike() -> None:
    bodies = {message["id"]: re.sub(r"[^\w]", "", message["body"]) for message in MESSAGES}
    assert len(bodies) == len(MESSAGES), "an id stands twice"
    grams = {key: {body[i : i + 3] for i in range(len(body) - 2)} for key, body in bodies.items()}
    having: dict[str, list[str]] = defaultdict(list)
    for key, pieces in grams.items():
        for piece in pieces:
            having[piece].append(key)
    shared = Counter(pair for keys in having.values() for pair in combinations(keys, 2))
    alike = [(a, b) for (a, b), both in shared.items() if 3 * both > len(grams[a] | grams[b])]
    assert alike == []
    replies = Counter(reply["text"] for message in MESSAGES for reply in message["replies"])
    assert [text for text, times in replies.items() if times > 1] == []


def test_messages_vary_in_length_and_temper() -> None:
    lengths = [len(message["body"]) for message in MESSAGES]
    assert min(lengths) < 25
    assert max(lengths) > 400
    assert len({message["tone"] for message in MESSAGES}) >= 10
    assert sum("also" in message for message in MESSAGES) >= 8


def test_chinese_texts_use_chinese_punctuation() -> None:
    everything = [text for message in MESSAGES for text in texts_of(message)]
    everything += strings(PHRASES) + strings(CARDS) + strings(REFUSALS)
    assert [text for text in everything if re.search(r"[一-鿿][,;?!:]|[,;?!:][一-鿿]", text)] == []


def test_phrases_use_only_the_slots_they_declare_and_cover_every_rating() -> None:
    for text in strings({key: value for key, value in PHRASES.items() if key != "slots"}):
        assert set(SLOT.findall(text)) <= set(PHRASES["slots"]), text
    assert set(PHRASES["callback"]) == {"1", "2", "3", "4", "5"}


def test_a_case_card_belongs_to_a_message_of_the_desk_and_is_complete() -> None:
    desk = {message["id"] for message in MESSAGES if message["practice"] == "last_resort_desk"}
    assert set(CARDS) <= desk
    assert len(CARDS) > PAGE
    for key, card in CARDS.items():
        assert {"cause", "title", "background", "approach", "conditions", "pitfalls"} <= set(card), key
        assert set(card.get("rule", {})) <= {"problem", "wish", "answer", "outcome"}, key
    assert len({card["title"] for card in CARDS.values()}) == len(CARDS)


def test_a_refusal_is_complete_and_a_wrong_one_says_how_it_was_put_right() -> None:
    assert len({each["matter"] for each in REFUSALS}) == len(REFUSALS)
    assert sum(each["right"] for each in REFUSALS) > PAGE
    for each in REFUSALS:
        assert {"id", "category", "right", "ground", "matter", "reason", "basis", "remedy"} <= set(each)
        assert each["category"] in THIRD, each["id"]
        assert each["right"] or (each["finding"] and each["reply"]), each["id"]


def test_what_may_be_declined_has_words_for_its_other_way() -> None:
    for way, codes in STORY["declinable"].items():
        assert PHRASES["decline"][way]
        assert set(codes) <= set(CATEGORIES)


def test_the_story_names_known_units_categories_and_whole_shares() -> None:
    assert set(STORY["speed"]["units"]) | set(STORY["habit"]) <= set(UNITS)
    assert set(STORY["place_weight"]) == TOWNSHIPS
    for surge in STORY["surges"]:
        assert STORY["period"]["from"] <= surge["from"] <= surge["to"] <= STORY["period"]["to"]
        assert set(surge["categories"]) <= set(CATEGORIES)
        assert surge["why"]["zh"]
        assert surge["why"]["en"]
    assert sum(STORY["channel"]["hotline"].values()) == 1000
    assert sum(STORY["callback"]["rating"].values()) == 1000
    for shares in STORY["outcome"].values():
        assert set(shares) == OUTCOMES | {"withdrawn"}
        assert sum(shares.values()) == 1000
    for practice in ("hotline", "last_resort_desk"):
        assert all(0 < share <= 1000 for share in STORY["events"][practice].values())
    assert set(STORY["month_weight"]) == {str(month) for month in range(1, 13)}
    assert len(STORY["hour_weight"]) == 24
    assert len(STORY["weekday_weight"]) == 7


def test_files_stay_short_and_say_that_they_are_a_demonstration() -> None:
    for path in COUNTY.rglob("*.yaml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name
    readme = (COUNTY / "README.md").read_text(encoding="utf-8")
    assert "This is a demonstration" in readme
    assert "演示数据" in readme
    assert "PUBLIC LICENSE" in (COUNTY / "LICENSE.divisions").read_text(encoding="utf-8")
