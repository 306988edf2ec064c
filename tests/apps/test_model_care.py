"""Looking after models: what is learnt is tried, compared and put in force by somebody, never silently."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.dispatch import care, drift, keeping, labelled, model_file
from tongban.apps.dispatch.care import models, publish, train_from
from tongban.apps.dispatch.effect import effect
from tongban.apps.dispatch.learning import OwnCase, own_cases, own_dispatches
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Scheme
from tongban.apps.dispatch.train import Example, Learnt, Tried, learn
from tongban.apps.dispatch.trial import Bin, Effect, Trial, is_right, trial_of
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.store.notes import chain_id

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR, CLERK = "hushaohua", "xuqiuju"
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MATTERS = {"01.05.04": "下水道堵了污水流到路上", "05.01": "工资拖欠三个月没有发"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for models of this test alone."""
    for module in (care, drift):
        monkeypatch.setattr(module, "folder", lambda: tmp_path)
    drift._found.clear()
    yield tmp_path
    drift._found.clear()


def told(count: int, day: int = 0) -> Learnt | Refused:
    """Learnt from so many messages of two matters, on a day, each day others."""
    texts, word = list(MATTERS.items()), chr(0x5200 + day)
    examples = [
        Example(
            joined("", f"{texts[n % 2][1]}，{word}第{chr(0x4E00 + 37 * n)}{chr(0x5E00 + 41 * n)}处"),
            texts[n % 2][0],
        )
        for n in range(count)
    ]
    return learn(examples, scheme(), MONDAY + timedelta(days=day))


def scheme() -> Scheme:
    return care.county_scheme().only({"01", "05"})


def keep(folder: Path, day: int, found: Effect | None = None) -> str:
    learnt = told(8, day)
    assert isinstance(learnt, Learnt)
    about = learnt.model.about
    place = keeping.place_of(folder, keeping.id_of({"made": about.made, "data": about.data}))
    model_file.save(learnt.model, place)
    keeping.write_trial(place, trial_of(learnt.tried, ["01"], found))
    return place.name


def compared(against: str, before: int, after: int) -> Effect:
    return Effect(against, 100, 3, 90, 90, before, after, 20, after, before, 5, 1, 2)


def code_of(found: object) -> str:
    assert isinstance(found, Refused), found
    return found.code


def test_an_offer_is_right_when_what_was_decided_lies_within_it() -> None:
    assert is_right("01", "01.05.04") and is_right("01.05.04", "01.05.04")
    assert not is_right("", "01") and not is_right("01.05", "01") and not is_right("01", "010")


def test_every_example_is_answered_by_a_model_that_has_not_seen_it(desk: Desk) -> None:
    learnt = told(120)
    assert isinstance(learnt, Learnt)
    assert [each.example.category for each in learnt.tried[:2]] == ["01.05.04", "05.01"]
    trial = trial_of(learnt.tried, [each.example.category for each in learnt.tried])
    assert (trial.tried, trial.spread) == (120, {"01": 60, "05": 60})
    assert sum(each.count for each in trial.bins) == sum(each.count for each in trial.pairs) == 120
    assert trial.right == 120, "two matters so unlike are told apart"


def test_the_calibration_error_is_the_mean_gap_of_what_was_said_and_what_was_right() -> None:
    trial = Trial(20, (), (Bin(500, 10, 7), Bin(900, 10, 9)), {})
    assert trial.calibration_error == pytest.approx(0.1)


def test_a_model_that_was_right_clearly_less_often_when_tried_needs_a_reason_though_it_won_on_few_cases() -> (
    None
):
    used = keeping.Kept("a", "", "", 400, {"accuracy": 584})
    won = trial_of((), ("01",), compared("a", 20, 21))
    assert care._asks(keeping.Kept("b", "", "", 900, {"accuracy": 494}, trial=won), used) == "dispatch.weaker"
    assert care._asks(keeping.Kept("b", "", "", 900, {"accuracy": 560}, trial=won), used) == ""


def test_of_versions_of_one_message_the_newest_is_learnt_from() -> None:
    texts = [f"\n路灯不亮已经半个月，第{n}次反映，晚上看不见路" for n in range(5)] + [
        "\n工资拖欠三个月没有发"
    ]
    examples = labelled.grouped(
        [Example(text, "01.05.04") for text in texts[:5]] + [Example(texts[5], "05.01")]
    )
    cases = [OwnCase(str(n), each, MONDAY, "", "", "") for n, each in enumerate(examples)]
    few, kept = care._one_of_each(cases, examples)
    assert [each.number for each in few] == ["0", "5"]
    assert [each.text for each in kept] == [texts[0], texts[5]]


def test_only_an_administrator_looks_after_models(desk: Desk, folder: Path) -> None:
    clerk = desk.acting(CLERK)
    assert code_of(models(clerk)) == code_of(publish("x", "", clerk)) == "dispatch.models_not_yours"
    assert code_of(drift.drift(clerk)) == code_of(care.train_own(clerk)) == "dispatch.models_not_yours"


def test_the_first_model_is_in_force_at_once_and_the_next_one_is_not(desk: Desk, folder: Path) -> None:
    acting = desk.acting(ADMINISTRATOR)
    first = train_from([Example("\n路灯不亮", "01.05.04")], scheme(), MONDAY, acting)
    second = train_from([Example("\n工资没发", "05.01")], scheme(), MONDAY, acting)
    assert not isinstance(first, Refused) and not isinstance(second, Refused)
    assert (first.published, second.published) == (True, False)
    found = models(acting)
    assert not isinstance(found, Refused)
    assert found.used is not None and found.used.id == first.model.id
    assert found.asks == {second.model.id: "dispatch.not_compared"}


def test_a_worse_model_is_put_in_force_only_with_a_reason_and_the_ledger_says_so(
    desk: Desk, folder: Path
) -> None:
    acting = desk.acting(ADMINISTRATOR)
    used = keep(folder, 0)
    assert not isinstance(publish(used, "", acting), Refused)
    worse, better = keep(folder, 1, compared(used, 80, 79)), keep(folder, 2, compared(used, 80, 81))
    assert code_of(publish(worse, "  ", acting)) == "dispatch.worse"
    assert keeping.in_force(folder).id == used  # type: ignore[union-attr]
    assert not isinstance(publish(better, "", acting), Refused)
    assert code_of(publish(worse, "", acting)) == "dispatch.not_compared", "it was held against another one"
    assert not isinstance(publish(worse, "试\n一天", acting), Refused)
    here = office()
    notes = [each.facts() for each in here.journal.events(chain_id(here.county.code, "models"))][-3:]
    assert [each["id"] for each in notes] == [used, better, worse]
    assert notes[-1]["before"] == better and notes[-1]["why"] == "试 一天"
    assert (notes[-1]["right_before"], notes[-1]["right_after"]) == (80, 79)
    assert notes[-1]["by"] == acting.actor.person


def test_going_back_gives_the_very_model_that_was_in_force_before(desk: Desk, folder: Path) -> None:
    acting = desk.acting(ADMINISTRATOR)
    learnt = told(8)
    assert isinstance(learnt, Learnt)
    model_file.save(learnt.model, folder)  # as an earlier version did it: in force, and nowhere else
    before = keeping.in_force(folder)
    assert before is not None and before.trial is None
    publish(keep(folder, 1), "新的", acting)
    assert isinstance(publish(before.id, "退回", acting), keeping.Kept)
    again = model_file.load(folder)
    assert isinstance(again, Model) and again.about == learnt.model.about
    assert code_of(publish(before.id, "", acting)) == "dispatch.model_in_force"
    assert len(list(folder.glob("*.npz"))) == 1


def test_a_model_whose_file_was_changed_is_not_put_in_force(desk: Desk, folder: Path) -> None:
    acting = desk.acting(ADMINISTRATOR)
    used = keep(folder, 0)
    publish(used, "", acting)
    other = keep(folder, 1, compared(used, 1, 2))
    file = next(keeping.place_of(folder, other).glob("*.npz"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert code_of(publish(other, "", acting)) == "dispatch.model_changed"
    assert code_of(publish("../models", "", acting)) == "dispatch.model_unknown"


def test_old_models_are_thinned_out_and_the_one_in_force_never(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT", 2)
    made = [keep(folder, day) for day in range(5)]
    publish(made[0], "", desk.acting(ADMINISTRATOR))
    assert [each.id for each in keeping.kept(folder)] == [made[4], made[3], made[0]]


def test_what_a_draft_would_change_is_judged_by_what_people_decided(desk: Desk) -> None:
    here, learnt = office(), told(8)
    assert isinstance(learnt, Learnt)
    adoption = str(here.adopted("hotline", datetime.now(UTC)))
    now = datetime.now(UTC)

    def case(text: str, category: str, took: str, days: int = 1) -> OwnCase:
        return OwnCase(
            text, Example(joined("", text), category), now - timedelta(days=days), "", adoption, took
        )

    drains = case("小区下水道堵塞，污水漫出来好几天没人管", "01.05.04", "urban-enforcement")
    cases = [
        drains,
        case("厂里欠工资，讨了两次都没有结果", "05.01", ""),
        case("污水又漫上马路", "01.05.04", "", days=400),
        case(f"{MATTERS['05.01']}，第一处", "05.01", ""),
    ]
    offered = ["01.05.04", "", "01", "05"]
    tried = [Tried(each.example, "01", 0.9, said) for each, said in zip(cases, offered, strict=True)]
    used = learnt.model
    answers = {each.number: "05" for each in cases} | {cases[1].number: "05.01"}

    class Used:
        def has_learnt(self, text: str) -> bool:
            return used.has_learnt(text)

        def version_of(self, text: str) -> int:
            return 1 if "第一处" in text else 0 if "欠工资" in text and kept else used.version_of(text)

        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> Any:
            from tongban.apps.dispatch.classifier import Guess

            return (Guess(answers[text.strip()], 0.9),)

    kept: list[str] = []
    found = effect(here, cases, tried, Used(), "used", now)  # type: ignore[arg-type]
    assert (found.cases, found.learnt) == (2, 1), "the last year's, without what the one in force had learnt"
    assert (found.differ, found.gained, found.lost) == (2, 1, 1)
    assert (found.right_before, found.right_after, found.offered_after) == (1, 1, 1)
    assert (found.routed, found.routed_known, found.routed_gained) == (2, 1, 1), (
        "one of both has a unit by now"
    )
    assert (found.first_before, found.first_after) == (0, 0)
    assert [each.number for each in found.moved] == [drains.number, cases[1].number]
    kept = ["", "05.01"]
    found = effect(here, cases, tried, Used(), "used", now, kept)  # type: ignore[arg-type]
    assert (found.cases, found.learnt, found.in_turn) == (3, 0, 2), (
        "what it learnt counts as it was answered in turn"
    )
    assert (found.right_before, found.right_after, found.lost) == (1, 2, 0), (
        "05.01 then, and the draft says 05"
    )


def test_a_clerks_correction_is_an_example_the_same_day(desk: Desk) -> None:
    number = desk.register(category="05.01")
    desk.step(number, "dispatch", desk.dispatcher, category="01.05.04")
    mine = taught(number)
    assert mine is not None and (mine.example.category, mine.took) == ("01.05.04", "")
    assert "下水道" in mine.example.text


def taught(number: str) -> OwnCase | None:
    return next((each for each in own_cases(office()) if each.number == number), None)


def test_what_was_only_offered_and_left_standing_teaches_nothing(desk: Desk) -> None:
    assert taught(desk.register()) is None, "nobody chose it"
    assert taught(desk.dispatched()) is None, "no unit has said yet that it is theirs"


def test_a_unit_that_signs_or_answers_confirms_the_category_that_sent_it_the_case(desk: Desk) -> None:
    for number in (desk.signed(), desk.replied()):
        mine = taught(number)
        assert mine is not None and (mine.example.category, mine.took) == ("01.05.04", desk.unit)
    units = own_dispatches(own_cases(office()), office(), scheme())
    assert [each.unit for each in units] == [desk.unit, desk.unit]


def test_a_case_that_its_unit_gave_back_teaches_nothing_until_somebody_takes_it(desk: Desk) -> None:
    number = desk.signed()
    desk.step(
        number,
        "return_case",
        desk.handler,
        return_reason="incomplete",
    )
    assert taught(number) is None


def test_drift_counts_months_and_leaves_out_what_was_learnt(desk: Desk, folder: Path) -> None:
    acting: Acting = desk.acting(ADMINISTRATOR)
    assert code_of(drift.drift(acting)) == "dispatch.model_missing"
    publish(keep(folder, 0), "", acting)
    desk.register("路边的树倒了压在电线上，没有人来看过。", category="02")
    for text, category in (
        ("早餐店油烟直排到楼上，呛得人睡不着。", "02"),
        ("公交车站的候车亭漏雨，站牌也看不清。", "03"),
    ):
        desk.step(desk.register(text, category="05.01"), "dispatch", desk.dispatcher, category=category)
    found = drift.drift(acting)
    assert not isinstance(found, Refused)
    newest = found.months[0]
    assert (newest.cases, newest.asked, newest.few) == (3, 2, True)
    assert newest.asked == newest.abstained + newest.kept + newest.overruled
    assert found.unlike is None, "there are too few to compare"
    assert drift._unlike(tuple(drift.Share(f"0{n}", 40 - 10 * n, 10 * n) for n in range(1, 4))) is True
    assert drift._unlike(tuple(drift.Share(f"0{n}", 50, 51) for n in range(1, 4))) is False
