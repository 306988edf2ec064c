"""The category suggestion: what it finds, when it holds its tongue, and that it survives anything."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from msgspec.structs import replace

import tongban
from tongban.apps.dispatch.classifier import Classifier, Guess, Untrained
from tongban.apps.dispatch.deciding import Phrases, deciding_words
from tongban.apps.dispatch.evaluation import evaluate
from tongban.apps.dispatch.labelled import examples_of
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.place import Gazetteer, NamedDivision
from tongban.apps.dispatch.reading import alike, joined, read
from tongban.apps.dispatch.scheme import Category, Scheme, path_of, scheme_of, scheme_written
from tongban.apps.dispatch.suggest import Message, Registers, suggest
from tongban.apps.dispatch.took import UnitGuess
from tongban.apps.dispatch.train import Example, digest, train
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County, Division, Duty, DutyKind, Level, Unit
from tongban.kernel.procedure.model import RoutingRule
from tongban.kernel.refusal import Refused

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COUNTY = Path(tongban.__file__).parents[2] / "demo" / "county"
MADE = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    listed = yaml.safe_load((COUNTY / "categories.yaml").read_text("utf-8"))["categories"]
    found = scheme_written(listed)
    assert isinstance(found, Scheme)
    return found


@pytest.fixture(scope="session")
def labelled() -> tuple[Example, ...]:
    """The demo's messages."""
    files = sorted((COUNTY / "messages").glob("*.yaml"))
    messages = [each for file in files for each in yaml.load(file.read_text("utf-8"), LOADER)["messages"]]
    return tuple(Example(joined(m.get("title", ""), m["body"]), m["category"]) for m in messages)


@pytest.fixture(scope="session")
def examples(labelled: tuple[Example, ...]) -> tuple[Example, ...]:
    """Every fifth of them, for what learns again and again: enough, and quick."""
    return labelled[::5]


@pytest.fixture(scope="session")
def model(scheme: Scheme, labelled: tuple[Example, ...]) -> Model:
    found = train(labelled, scheme, MADE)
    assert isinstance(found, Model)
    return found


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    with (COUNTY / "divisions.csv").open(encoding="utf-8", newline="") as stream:
        return Gazetteer.of(
            NamedDivision(row["code"], row["name"], Level(row["level"]), row["parent"], row["short_name"])
            for row in csv.DictReader(stream)
        )


@pytest.fixture(scope="session")
def registers(model: Model, scheme: Scheme, gazetteer: Gazetteer) -> Registers:
    town = "330822104"
    units = {
        "office": Unit("office", Level.COUNTY, "330822", kind="county_office"),
        "building": Unit("building", Level.COUNTY, "330822", "office", "department"),
        "town": Unit("town", Level.TOWNSHIP, town, "office", "township"),
    }
    duties = (
        Duty("building", "D-7", DutyKind.OWN, ("01",)),
        Duty("town", "T-1", DutyKind.OWN, ("01.05.02",)),
        Duty("town", "T-2", DutyKind.TAKEN_BACK, ("01.01",)),
    )
    divisions = {
        each.code: Division(each.code, each.level, each.parent) for each in gazetteer.divisions.values()
    }
    county = County("330822", Calendar({}), units, divisions, duties)
    rules = (RoutingRule("duty_list", "duty"), RoutingRule("fallback", "kind:county_office"))
    return Registers(model, scheme, gazetteer, county, rules)


def first_levels(guesses: tuple[Guess, ...]) -> set[str]:
    return {path_of(guess.category)[0] for guess in guesses}


def test_a_plain_complaint_is_put_into_its_leaf_and_the_deciding_words_stand_in_it(model: Model) -> None:
    text = joined("楼顶漏水", "顶楼漏水两年了，开发商和物业都不修，墙面开裂")
    best, *_ = model.suggest(text)
    assert best.category == "01.01.01"
    assert best.because
    assert all(word in text and len(word) >= 2 for word in best.because)
    assert any("漏水" in word for word in best.because)


def test_confidences_of_all_leaves_add_up_to_at_most_one(model: Model, scheme: Scheme) -> None:
    guesses = model.suggest(joined("", "路灯不亮，工资也没发"), len(scheme.leaves), 0.0)
    assert 0.9 < sum(guess.confidence for guess in guesses) <= 1.0 + 1e-6
    assert [g.confidence for g in guesses] == sorted((g.confidence for g in guesses), reverse=True)


def test_a_guess_that_is_not_sure_of_its_leaf_names_the_level_it_is_sure_of(model: Model) -> None:
    text = joined("", "老师和学校的事")
    deep = model.suggest(text, 1, 0.0)[0]
    shallow = model.suggest(text, 1, min(0.999, deep.confidence + 0.01))
    assert all(len(guess.category) < len(deep.category) for guess in shallow)
    assert all(guess.confidence > deep.confidence for guess in shallow)


def test_a_higher_threshold_never_makes_it_say_more(model: Model, examples: tuple[Example, ...]) -> None:
    for example in examples[::20]:
        said = [model.suggest(example.text, 1, threshold) for threshold in (0.0, 0.3, 0.6, 0.9, 1.01)]
        depth = [len(guesses[0].category) if guesses else 0 for guesses in said]
        assert depth == sorted(depth, reverse=True)
        assert depth[-1] == 0


def test_a_word_of_the_scheme_at_the_very_end_of_a_text_is_shown_whole() -> None:
    text = "楼顶漏水"
    pieces = read(joined("", text))
    weights = np.where(pieces.begins == 3, 1.0, 0.0)
    phrases = Phrases.of(["漏水", "漏水了吧", "楼顶漏水了不修"])
    assert deciding_words(pieces, weights, phrases) == ("漏水",)


def test_both_problems_of_a_message_are_among_what_is_offered(registers: Registers) -> None:
    offered = suggest(Message(body="路灯三个月不亮，另外厂里拖欠我们三个月工资，老板一直不发工钱"), registers)
    codes = {offered.category, *(each.category for each in offered.alternatives)}
    assert {"01", "05"} <= {path_of(code)[0] for code in codes if code}


class Sentences:
    """A classifier that knows single sentences by a word of theirs, and nothing of a message with both."""

    def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
        lamps, wages = "路灯" in text, "工资" in text
        found = [Guess("01.05.02", 0.7)] * lamps + [Guess("05.01.02", 0.9)] * wages
        return tuple(found) if len(found) == 1 and found[0].confidence >= threshold else ()

    def likely(self, text: str) -> tuple[Guess, ...]:
        return ()


def test_two_matters_of_which_the_whole_abstains_are_both_told_and_offered_first(
    registers: Registers,
) -> None:
    taught = replace(registers, classifier=Sentences())
    offered = suggest(Message(body="村口的路灯坏了半个月。厂里拖欠三个月工资。"), taught)
    assert offered.category == ""
    assert offered.matters == ("01.05.02", "05.01.02")
    assert tuple(each.category for each in offered.alternatives) == offered.matters
    assert suggest(Message(body="村口的路灯坏了半个月。路灯一直没有人修。"), taught).matters == ()


def test_a_sentence_makes_a_second_matter_only_when_it_is_surer_than_the_whole_needs_to_be(
    registers: Registers,
) -> None:
    class Whole(Sentences):
        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
            both = "路灯" in text and "工资" in text
            return (self.whole,) if both and threshold <= 0.5 else super().suggest(text, k, threshold)

        whole = Guess("05.01.02", 0.9)

    body = "村口的路灯坏了半个月。厂里拖欠三个月工资。"
    unsure = suggest(Message(body=body), replace(registers, classifier=Whole()))
    assert unsure.category == "05.01.02"
    assert unsure.matters == (), "lamps at 0.7 may be the same matter told at length"

    said = suggest(Message(body=body.replace("厂里", "另外厂里")), replace(registers, classifier=Whole()))
    assert said.matters == ("05.01.02", "01.05.02"), "unless it says itself that there is something else"

    class Doubtful(Whole):
        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
            if "路灯" in text and "工资" not in text:
                return (Guess("01.05.02", 0.45),) if threshold <= 0.45 else ()
            return super().suggest(text, k, threshold)

    for told, expected in (
        ("厂里拖欠三个月工资。另外村口的路灯坏了半个月。", ("05.01.02", "01.05.02")),
        ("村口的路灯坏了半个月。另外厂里拖欠三个月工资。", ()),
    ):
        behind = suggest(Message(body=told), replace(registers, classifier=Doubtful()))
        assert behind.matters == expected, (
            "less will do for what stands behind 另外 than for what stands before"
        )

    class Lamps(Whole):
        whole = Guess("01.05.02", 0.7)

    sure = suggest(Message(body=body), replace(registers, classifier=Lamps()))
    assert sure.matters == ("01.05.02", "05.01.02")


def test_traditional_characters_are_read_and_shown_as_they_were_written(model: Model) -> None:
    text = joined("", "樓上漏水兩年了，物業不管，開發商不修，牆面都發霉了")
    best = model.suggest(text, 1)[0]
    assert best.category == "01.01.01"
    assert all(word in text for word in best.because)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "😀😡🔥🔥👨‍👩‍👧",
        "wo jia lou shang lou shui mei ren guan",
        "13800138000\n13911112222，0570-5012345",
        "你们都是废物，一群吃干饭的混蛋，滚蛋",
        "你好",
        "？？？！！！",
        "\ud800\x00",
    ],
)
def test_what_says_nothing_is_put_nowhere(registers: Registers, text: str) -> None:
    offered = suggest(Message(body=text), registers)
    assert offered.abstains
    assert (offered.unit, offered.division, offered.refused) == ("", "", None)


def test_a_text_of_100_kb_is_answered_from_its_beginning_in_under_a_second_of_work(
    registers: Registers,
) -> None:
    began = time.process_time()
    offered = suggest(Message(body="路灯不亮，晚上走路看不见。" * 8_000), registers)
    assert time.process_time() - began < 1.0
    assert path_of(offered.category)[0] == "01"


def test_a_childs_name_is_not_among_the_deciding_words(registers: Registers) -> None:
    offered = suggest(Message(body="我女儿林小满在第二小学二年级三班，学校食堂的饭菜里有虫子"), registers)
    assert path_of(offered.category)[0] == "04"
    assert not any("小满" in word for word in offered.because)


def test_another_countys_village_is_no_division_of_ours(registers: Registers) -> None:
    for body in ("我是开化县华埠镇和平村的", "江山市的五里亭村路灯不亮", "华埠镇和平村路灯不亮"):
        assert suggest(Message(body=body), registers).division == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("五里亭村的路灯不亮", "330822003200"),
        ("常山县金川街道五里亭村村口", "330822003200"),
        ("我们白石镇路灯不亮", "330822104"),
        ("白石镇和平村", "330822104"),
        ("新建村民活动中心", ""),
        ("金川街道新建村", "330822003201"),
        ("球川鎮的路", "330822111"),
        ("我们镇和平村路灯", "330822001220"),
    ],
)
def test_the_smallest_division_that_is_named_without_doubt_is_found(
    gazetteer: Gazetteer, text: str, code: str
) -> None:
    found = gazetteer.find(text)
    assert (found.code if found else "") == code
    assert found is None or found.words in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我住在五里亭，路灯不亮", "330822003200"),
        ("球川的路坏了", "330822111"),
        ("在球川五里亭之间", ""),
        ("青石板路坏了", ""),
        ("在新昌县打工", ""),
        ("住在天马小区", ""),
        ("我们东方红一样的日子", ""),
        ("都说和平好", ""),
        ("在白石和球川之间来回跑", ""),
        ("我在球川上班，家住五里亭村", "330822003200"),
    ],
)
def test_a_name_without_its_ending_counts_where_a_place_is_spoken_of(
    gazetteer: Gazetteer, text: str, code: str
) -> None:
    found = gazetteer.find(text)
    assert (found.code if found else "") == code


def test_a_name_that_two_townships_share_needs_its_township() -> None:
    towns = [NamedDivision("1", "甲山镇", Level.TOWNSHIP), NamedDivision("2", "乙水镇", Level.TOWNSHIP)]
    both = [NamedDivision(f"{n}9", "上坑村", Level.VILLAGE, n) for n in ("1", "2")]
    gazetteer = Gazetteer.of([*towns, *both])
    assert gazetteer.find("上坑村路灯不亮") is None
    found = gazetteer.find("上坑村路灯不亮，乙水镇不管")
    assert found is not None
    assert found.code == "29"


def test_a_chosen_division_is_kept_unless_the_text_names_a_smaller_one_within(registers: Registers) -> None:
    body = "五里亭村的路灯不亮"
    assert suggest(Message(body=body, division="330822104"), registers).division == "330822104"
    within = suggest(Message(body=body, division="330822003"), registers)
    assert (within.division, within.division_because) == ("330822003200", "五里亭村")


def test_the_unit_comes_with_its_rule_and_duty_and_never_against_a_duty_list(registers: Registers) -> None:
    lamp = suggest(Message("路灯不亮", "白石镇街上路灯不亮，晚上路灯都是黑的"), registers)
    assert (lamp.category, lamp.unit, lamp.rule, lamp.duty) == ("01.05.02", "town", "duty_list", "T-1")
    leak = suggest(Message("顶楼漏水", "白石镇顶楼漏水，墙面开裂，开发商不修"), registers)
    assert (leak.category[:5], leak.unit, leak.duty) == ("01.01", "building", "D-7")


def test_units_that_took_such_matters_before_are_told_but_none_that_a_hard_rule_forbids(
    registers: Registers,
) -> None:
    class Before:
        def likely(self, facts: Mapping[str, str], k: int = 3) -> tuple[UnitGuess, ...]:
            assert facts["category.1"] == "城乡建设"
            assert facts["place.0"] == "330822104"
            return (UnitGuess("town", 0.7), UnitGuess("gone", 0.2), UnitGuess("building", 0.1))

    leak = suggest(
        Message("顶楼漏水", "白石镇顶楼漏水，墙面开裂，开发商不修"), replace(registers, units=Before())
    )
    assert leak.unit == "building"
    assert [each.unit for each in leak.before] == ["building"]


def test_a_county_without_a_model_gets_no_category_and_still_its_division(registers: Registers) -> None:
    bare = Registers(Untrained(), registers.scheme, registers.gazetteer, registers.county, registers.rules)
    offered = suggest(Message(body="五里亭村的路灯不亮"), bare)
    assert offered.abstains
    assert offered.division == "330822003200"


def test_any_classifier_can_be_put_behind_the_seam(registers: Registers) -> None:
    class Stubborn:
        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
            return (Guess("99.01", 0.9),)

        def likely(self, text: str) -> tuple[Guess, ...]:
            return self.suggest(text)

    stubborn: Classifier = Stubborn()
    offered = suggest(
        Message(body="什么"),
        Registers(stubborn, registers.scheme, registers.gazetteer, registers.county, registers.rules),
    )
    assert (offered.category, offered.unit, offered.rule) == ("99.01", "office", "fallback")


def test_a_county_without_cases_starts_from_its_descriptions(scheme: Scheme) -> None:
    cold = train((), scheme, MADE)
    assert isinstance(cold, Model)
    for word, first in (("学校食堂", "04"), ("拖欠工资", "05"), ("公交班车", "03"), ("停水没水", "10")):
        assert first_levels(cold.suggest(joined("", word), 1, 0.0)) == {first}


def test_a_clerks_corrections_change_the_next_model(scheme: Scheme, examples: tuple[Example, ...]) -> None:
    text = joined("", "呱呱坪的蓝鹊把晾着的笋干叼走了")
    before = train(examples, scheme, MADE)
    taught = train((*examples, *(Example(text + "。" * n, "13.05.01") for n in range(3))), scheme, MADE)
    assert isinstance(before, Model)
    assert isinstance(taught, Model)
    assert "13.05.01" in scheme.categories
    again = joined("", "又是蓝鹊，呱呱坪人家的笋干没了")
    assert taught.suggest(again, 1, 0.0)[0].category == "13.05.01"
    assert taught.suggest(again, 1, 0.0)[0].confidence > before.suggest(again, 1, 0.0)[0].confidence


def test_the_same_examples_make_the_same_model_and_others_another_name(
    scheme: Scheme, examples: tuple[Example, ...]
) -> None:
    first, again = (train(examples, scheme, MADE) for _ in range(2))
    assert isinstance(first, Model)
    assert isinstance(again, Model)
    assert again.about == first.about
    assert (again.slopes == first.slopes).all()
    assert digest(examples[1:], scheme) != digest(examples, scheme)


def test_what_only_one_message_says_is_not_in_the_model(
    scheme: Scheme, examples: tuple[Example, ...]
) -> None:
    once = Example(joined("", "联系人龘靐先生"), "01.05.02")
    found = train((*examples, once), scheme, MADE)
    assert isinstance(found, Model)
    codes = read(joined("", "龘靐")).codes
    _, known = found.vocabulary.columns(codes)
    assert not known[[n for n, code in enumerate(codes.tolist()) if code != 0x20]].any()


def test_training_tells_how_far_it_is_and_refuses_a_scheme_of_one(
    scheme: Scheme, examples: tuple[Example, ...]
) -> None:
    told: list[tuple[int, int]] = []
    train(examples, scheme, MADE, lambda done, parts: told.append((done, parts)))
    assert told == [(n, told[-1][1]) for n in range(told[-1][1] + 1)]
    alone = train(examples, scheme.only({"01"}), MADE)
    assert isinstance(alone, Refused)
    assert alone.code == "dispatch.too_few_categories"


def test_a_scheme_with_an_orphan_or_a_code_twice_is_refused_with_both_faults() -> None:
    found = scheme_of([Category("01", "甲"), Category("01", "乙"), Category("02.01", "丙")])
    assert isinstance(found, Refused)
    assert [(each.code, each.where) for each in found.all()] == [
        ("dispatch.scheme_twice", "01"),
        ("dispatch.scheme_orphan", "02.01"),
    ]


def test_reading_keeps_every_character_in_its_place() -> None:
    text = "ＡＢ１２樓İ㎡𠮷\n，字"
    assert len(alike(text)) == len(text)
    assert alike("ＡＢ１２樓") == "ab00楼"
    pieces = read(joined("标题", "正文12345号"))
    spans = {
        pieces.text[b:e] for b, e in zip(pieces.begins.tolist(), pieces.ends.tolist(), strict=True) if b >= 0
    }
    assert {"标题", "正文", "正文12345"[:3]} <= spans


def test_labelled_rows_are_taken_by_code_or_title_and_others_named_by_row(scheme: Scheme) -> None:
    rows = [
        (2, {"title": "灯", "body": "路灯不亮", "category": "城乡建设", "group": "7"}),
        (3, {"title": "", "body": "欠薪", "category": "05.02.01"}),
        (4, {"title": "灯", "body": "路灯", "category": "外星事务"}),
        (5, {"title": " ", "body": "", "category": "01"}),
    ]
    found, faults = examples_of(rows, scheme)
    assert [(each.category, each.group) for each in found] == [("01", "7"), ("05.02.01", "")]
    assert [(each.code, each.where) for each in faults] == [
        ("dispatch.unknown_category", "4"),
        ("dispatch.row_empty", "5"),
    ]


@pytest.mark.parametrize("seed", [0, 1])
def test_on_unseen_demo_messages_the_first_level_is_found_far_above_chance(
    scheme: Scheme, examples: tuple[Example, ...], seed: int
) -> None:
    """About one message a leaf, fifteen classes: 0.49 to 0.55 measured, 0.12 by always the same."""
    scores = evaluate(examples, scheme, MADE, seed=seed, only_folds=3)
    assert not isinstance(scores, Refused)
    assert scores.accuracy >= 0.40
    assert scores.accuracy_when_sure >= scores.accuracy + 0.05
    assert (scores.folds, scores.measured) == (5, 3)


def test_too_few_messages_to_measure_are_refused(scheme: Scheme, examples: tuple[Example, ...]) -> None:
    refused = evaluate([examples[0]] * 10, scheme, MADE)
    assert isinstance(refused, Refused)
    assert refused.facts == {"groups": 1, "folds": 5}


def test_every_refusal_of_dispatch_has_its_words_in_both_languages() -> None:
    folder = Path(tongban.__file__).parent
    for area in ("dispatch", "sheet"):
        said = yaml.safe_load((folder / "texts" / "refusals" / f"{area}.yaml").read_text("utf-8"))
        assert all(set(each) == {"zh-Hans", "en"} for each in said.values())
    sources = "".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    said = yaml.safe_load((folder / "texts" / "refusals" / "dispatch.yaml").read_text("utf-8"))
    assert all(f'"{code}"' in sources for code in said)
