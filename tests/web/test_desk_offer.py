"""The category of a case that came in without one: offered with its reasons, taken with one key, overruled freely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from tongban.apps.dispatch import offering
from tongban.apps.dispatch.classifier import Guess, _Asked

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

LAMPS = "01.05.02"
TEXT = "小区门口的路灯坏了半个月，老人晚上摔了一跤。"


class Taught:
    """A classifier that says what a test taught it: what it is sure of, and the likeliest leaves."""

    def __init__(self, sure: tuple[Guess, ...], leaves: tuple[Guess, ...]) -> None:
        self.sure, self.leaves = sure, leaves

    def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
        return (self.sure if threshold else self.leaves)[:k] if text.strip() else ()


SURE = Taught((Guess(LAMPS, 0.87, ("路灯", "坏了")),), (Guess(LAMPS, 0.87), Guess("01.05.04", 0.06)))
FIRST_LEVEL_ONLY = Taught(
    (Guess("01", 0.97, ("小区", "路灯")),),
    (Guess("01.07.04", 0.23), Guess(LAMPS, 0.11, ("路灯",)), Guess("01.02.05", 0.11)),
)
AT_A_LOSS = Taught((), ())


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def teach(classifier: Taught) -> None:
        monkeypatch.setattr(offering, "_classifier", lambda _: classifier)
        offering._kept.clear()
        offering._read_models.clear()

    yield teach
    offering._kept.clear()
    offering._read_models.clear()


def test_a_model_that_was_read_before_anybody_asked_is_not_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    monkeypatch.setattr(offering, "_classifier", lambda folder: read.append(folder) or SURE)
    offering._read_models.clear()
    offering.make_ready()
    assert len(read) == 1
    offering._kept.clear()
    assert "87%" in offered(desk.dispatcher, from_a_phone())
    assert len(read) == 1
    offering._kept.clear()
    offering._read_models.clear()


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def from_a_phone(text: str = TEXT) -> str:
    """What a resident sends: the words and a telephone number, no category."""
    from datetime import UTC, datetime

    from tongban.apps.acting import Acting
    from tongban.apps.casework.take import open_case
    from tongban.apps.casework.views import Taken

    taken = open_case("hotline", {"body": text, "phone": "13812345678"}, Acting(datetime.now(UTC)))
    assert isinstance(taken, Taken), taken
    return taken.number


def offered(login: str, number: str, step: str = "dispatch") -> str:
    response = reader(login).get(f"/desk/{number}/steps/{step}/suggest/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_page_of_a_case_from_a_phone_fetches_an_offer_for_the_step_that_needs_it(desk: Desk) -> None:
    number = from_a_phone()
    page = reader(desk.dispatcher).get(f"/desk/{number}/").content.decode()
    form = page.partition('id="step-dispatch"')[2]
    assert f'hx-get="/desk/{number}/steps/dispatch/suggest/" hx-trigger="load"' in form
    assert f'href="/desk/{number}/?step=dispatch&amp;_suggest=1"' in form


def test_the_offer_says_the_category_how_sure_which_words_decided_and_who_gets_it_by_which_entry(
    desk: Desk, taught: Any
) -> None:
    taught(SURE)
    seen = offered(desk.dispatcher, from_a_phone())
    first = seen.partition("<li")[2].partition("</li>")[0]
    for said in ("城区路灯不亮", "87%", "路灯、坏了", "县综合行政执法局", "权责清单“"):
        assert said in first
    assert 'data-key="1"' in first


def test_one_link_puts_the_offer_into_the_form_and_shows_what_would_follow(desk: Desk, taught: Any) -> None:
    taught(SURE)
    number = from_a_phone()
    (link,) = re.findall(rf'href="(/desk/{number}/[^"]+category={LAMPS})"', offered(desk.dispatcher, number))
    page = reader(desk.dispatcher).get(link.replace("&amp;", "&")).content.decode()
    assert re.search(r'name="category"[^>]*value="[^"]*城区路灯不亮"', page)
    foreseen = page.partition('id="foreseen-dispatch"')[2].partition("</div>")[0]
    assert "县综合行政执法局承办" in foreseen


def test_a_first_level_alone_is_told_as_too_wide_and_only_what_routes_can_be_taken(
    desk: Desk, taught: Any
) -> None:
    taught(FIRST_LEVEL_ONLY)
    seen = offered(desk.dispatcher, from_a_phone())
    assert "只看得出是“城乡建设”" in seen
    assert "97%" in seen
    taken = re.findall(r"category=([0-9.]+)\"", seen)
    assert taken == ["01.07.04", LAMPS, "01.02.05"]
    assert "县政府办公室" not in seen
    assert seen.count("→") == 3


def test_whoever_chooses_too_wide_a_category_is_told_before_it_falls_to_the_last_resort(desk: Desk) -> None:
    number = from_a_phone()

    def follows(category: str) -> str:
        answers = {"category": category}
        seen = reader(desk.dispatcher).post(f"/desk/{number}/steps/dispatch/foresee/", answers)
        return str(seen.content.decode())

    assert "类别还不够具体" in follows("01")
    assert "类别还不够具体" not in follows(LAMPS)


def test_another_category_than_the_offered_one_is_taken_without_a_word(desk: Desk, taught: Any) -> None:
    taught(SURE)
    number = from_a_phone()
    answers = {"_key": str(uuid4()), "category": "01.05.04"}
    assert reader(desk.dispatcher).post(f"/desk/{number}/steps/dispatch/", answers).status_code == 302


def test_nothing_is_offered_for_words_that_say_nothing_or_to_somebody_who_may_not_take_the_step(
    desk: Desk, taught: Any
) -> None:
    taught(AT_A_LOSS)
    assert "看不出归哪一类" in offered(desk.dispatcher, from_a_phone())
    taught(SURE)
    assert "看不出归哪一类" in offered(desk.dispatcher, from_a_phone("嗯"))
    number = desk.dispatched()
    assert "data-fill" not in offered(desk.handler, number)


def test_without_scripts_the_offer_stands_in_the_page_that_a_link_opens(desk: Desk, taught: Any) -> None:
    taught(SURE)
    number = from_a_phone()
    page = reader(desk.dispatcher).get(f"/desk/{number}/?step=dispatch&_suggest=1").content.decode()
    assert "87%" in page.partition('id="offer-dispatch"')[2].partition("</form>")[0]


def test_what_a_link_fills_in_leaves_the_other_known_answers_where_they_were(desk: Desk) -> None:
    number = desk.register(division="330822001")
    page = reader(desk.dispatcher).get(f"/desk/{number}/?step=dispatch&category={LAMPS}").content.decode()
    form = page.partition('id="step-dispatch"')[2].partition("</form>")[0]
    assert re.search(r'name="division"[^>]*value="天马街道"', form)


def test_a_category_that_is_missing_is_asked_for_and_told_beside_its_field(desk: Desk) -> None:
    number = from_a_phone()
    page = reader(desk.dispatcher).get(f"/desk/{number}/").content.decode()
    form = page.partition('id="step-dispatch"')[2].partition("</form>")[0]
    assert "类别</label>" in form
    refused = reader(desk.dispatcher).post(f"/desk/{number}/steps/dispatch/", {"_key": str(uuid4())})
    assert refused.status_code == 422
    assert 'id="dispatch-category-fault"' in refused.content.decode()


def test_while_registering_a_wide_category_is_never_filled_in(desk: Desk, taught: Any) -> None:
    taught(FIRST_LEVEL_ONLY)
    seen = reader(desk.clerk).post("/desk/new/suggest/", {"body": TEXT}).content.decode()
    assert "只看得出是“城乡建设”" in seen
    assert 'data-auto="field-category"' not in seen
    taught(SURE)
    seen = reader(desk.clerk).post("/desk/new/suggest/", {"body": TEXT}).content.decode()
    assert 'data-auto="field-category"' in seen


DRAINED = "菜市场后门的下水道又堵了，污水流到路上没人管。"


def ended(desk: Desk) -> str:
    """A drain that was cleared, settled and found by the search."""
    from tongban.apps.office import office
    from tongban.store.batch import Loaded
    from tongban.store.search import index

    number = desk.replied()
    desk.step(number, "approve", desk.reviewer)
    desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
    loaded = office().find(number)
    assert isinstance(loaded, Loaded) and loaded.case.settled_at is not None
    index(office().journal, [loaded.case.id])
    return number


def test_beside_a_category_stand_earlier_cases_like_it_with_their_unit_and_how_they_ended(
    desk: Desk, taught: Any
) -> None:
    taught(SURE)
    number = ended(desk)
    seen = reader(desk.clerk).post("/desk/new/suggest/", {"body": DRAINED}).content.decode()
    like = seen.partition("以前像这样的")[2]
    assert f"/desk/{number}/" in like
    assert "已解决" in like and "综合行政执法" in like and "下水道" in like
    assert "13812345678" not in seen
    unlike = reader(desk.clerk).post("/desk/new/suggest/", {"body": "公交车站的站牌看不清"}).content.decode()
    assert "以前像这样的" not in unlike


def test_earlier_cases_are_only_those_that_the_reader_may_see(
    desk: Desk, taught: Any, sent_queries: Any
) -> None:
    from tongban.apps.dispatch.earlier import earlier_like
    from tongban.apps.dispatch.suggest import Suggestion

    ended(desk)
    assert earlier_like("hotline", DRAINED, Suggestion(), desk.acting(desk.other_handler)) == ()
    clerk = desk.acting(desk.clerk)
    assert len(earlier_like("hotline", DRAINED, Suggestion(), clerk)) == 1
    asked = sent_queries(lambda: earlier_like("hotline", DRAINED, Suggestion(), clerk))
    assert sum("settled_at IS NOT NULL" in each for each in asked) == 1, "one search"
    assert len(asked) <= 5, "and who may see what it found, and how common words are"


def test_two_matters_in_one_message_are_told_and_both_are_offered(desk: Desk, taught: Any) -> None:
    class Two(Taught):
        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
            wages = "工资" in text and "路灯" not in text
            return (Guess("05.01", 0.9, ("工资",)),) if wages else super().suggest(text, k, threshold)

    taught(Two(SURE.sure, SURE.leaves))
    body = "村口的路灯坏了半个月没人修。另外厂里拖欠三个月工资没有发。"
    seen = reader(desk.clerk).post("/desk/new/suggest/", {"body": body}).content.decode()
    assert "可能是两件事" in seen and 'data-value="城乡建设' in seen and 'data-value="劳动' in seen
    one = reader(desk.clerk).post("/desk/new/suggest/", {"body": TEXT}).content.decode()
    assert "可能是两件事" not in one


def test_a_category_of_the_town_in_a_village_is_told_with_both_offered(desk: Desk, taught: Any) -> None:
    body = "白石镇草坪村路灯不亮一个月了，没人修"

    class Village(Taught):
        """Answers as a model does that was told of the place."""

        def look(self, text: str) -> Any:
            return Look(self, text)

    class Look(_Asked, frozen=True):
        def at(self, place: str) -> Any:
            assert place == "rural"
            return self

        def doubted(self) -> str:
            return LAMPS

    taught(Village((Guess("09.06.03", 0.74),), (Guess("09.06.03", 0.74), Guess(LAMPS, 0.08))))
    seen = reader(desk.clerk).post("/desk/new/suggest/", {"body": body}).content.decode()
    assert "地点在村里：草坪村" in seen and "光看文字像“城区路灯不亮”" in seen
    assert seen.count('data-fill="field-category"') == 2


def test_of_a_few_characters_something_is_said_too(desk: Desk, taught: Any) -> None:
    taught(SURE)
    ask = reader(desk.clerk).post
    assert "城区路灯不亮" in ask("/desk/new/suggest/", {"body": "灯坏了"}).content.decode()
    taught(AT_A_LOSS)
    assert "看不出归哪一类" in ask("/desk/new/suggest/", {"body": "灯坏了"}).content.decode()
