"""The loop: true to the case, safe as markup, complete for those who cannot see it."""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from small_loop import KIND, STAGES, case, procedure, silent, words

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.procedure.drawing import Drawing
from tongban.web.loop import Mode, clock_lines, loop_svg
from tongban.web.loop.markup import element, short, width_of, wrapped
from tongban.web.loop.words import LoopWords

WAYS = (
    ("new",),
    ("new", "given"),
    ("new", "given", "waiting"),
    ("new", "given", "answered", "given", "answered", "asked"),
    ("new", "given", "answered", "asked", "shut"),
    ("new", "shut"),
    ("new", "shut", "gone"),
)
MODES: tuple[Mode, ...] = ("resident", "handler", "studio")


def drawings() -> list[Drawing]:
    return [case(*way, days=days) for way in WAYS for days in (0, 3, 9)] + [
        procedure(),
        case("new", "given", "waiting", days=3, stopped=True),
    ]


def parsed(drawing: Drawing, mode: Mode = "resident", language: str = "en") -> ElementTree.Element:
    return ElementTree.fromstring(loop_svg(drawing, words(language), mode))


def twin(drawing: Drawing, mode: Mode = "resident") -> str:
    found = parsed(drawing, mode).find("div[@class='hidden-words']")
    assert found is not None
    return "\n".join(item for item in found.itertext())


def drawn(root: ElementTree.Element, class_: str) -> list[ElementTree.Element]:
    wide = next(svg for svg in root.iter("svg"))
    return [each for each in wide.iter() if class_ in each.get("class", "").split()]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_drawing_is_well_formed_and_carries_no_style_or_script(mode: Mode, language: str) -> None:
    for each in drawings():
        root = parsed(each, mode, language)
        for part in root.iter():
            assert part.tag not in ("script", "style", "foreignObject", "a", "image")
            assert not any(name == "style" or name.startswith("on") for name in part.attrib)


def test_words_are_escaped_wherever_they_stand() -> None:
    evil = LoopWords(lambda key: f'<script>alert("{key}")</script>', "en", '"><img src=x onerror=alert(1)>')
    for mode in MODES:
        for each in drawings():
            markup = loop_svg(each, evil, mode)
            assert "<script" not in markup
            assert "<img" not in markup


def test_an_attribute_cannot_be_left_by_its_value() -> None:
    assert element("g", class_='"><script>') == '<g class="&quot;&gt;&lt;script&gt;"></g>'


def test_the_way_travelled_is_inked_and_what_comes_is_hollow() -> None:
    root = parsed(case("new", "given", "answered", days=1))
    assert (
        len([n for n in drawn(root, "node") if "done" in n.get("class", "").split() and n.get("r") == "13"])
        == 2
    )
    assert len([n for n in drawn(root, "node") if n.get("class") == "node"]) == 2
    assert not drawn(root, "closing")


def test_a_settled_case_closes_the_loop_and_shows_its_outcome() -> None:
    root = parsed(case("new", "given", "answered", "asked", "shut"))
    assert drawn(root, "closing")
    assert not drawn(root, "dial")
    assert "<outcomes.solved>" in "".join(root.itertext())
    assert "It is finished" in twin(case("new", "shut"))


def test_a_phase_that_was_passed_over_is_not_shown_as_done() -> None:
    root = parsed(case("new", "shut"))
    assert len(drawn(root, "skipped")) == 3
    assert "<phases.second>: not needed" in twin(case("new", "shut"))


def test_the_dial_has_one_piece_for_each_promised_day_and_inks_the_used_ones() -> None:
    root = parsed(case("new", "given", days=3))
    assert len(drawn(root, "dial-used")) == 3
    assert len(drawn(root, "dial")) == 4


def test_a_late_dial_is_full_and_says_by_how_much() -> None:
    root = parsed(case("new", "given", days=9))
    assert len(drawn(root, "dial-used")) == 7
    said = "".join(root.itertext())
    assert "+2" in said
    assert "▲ 2 days late" in said


def test_one_day_is_not_two_days() -> None:
    assert "1 day left" in "".join(parsed(case("new", "given", days=5)).itertext())


@pytest.mark.parametrize(("days", "tone"), [(1, "rest"), (6, "soon"), (8, "late")])
def test_the_tone_stands_beside_a_shape_and_words(days: int, tone: str) -> None:
    root = parsed(case("new", "given", days=days))
    shape = {"rest": "○", "soon": "◆", "late": "▲"}[tone]
    assert any(shape in (each.text or "") for each in drawn(root, tone))


def test_a_stopped_clock_shows_a_pause_and_no_number() -> None:
    root = parsed(case("new", "given", "waiting", days=3, stopped=True))
    assert drawn(root, "paused")
    assert not drawn(root, "left")
    assert "Lawfully stopped" in "".join(root.itertext())


def test_hours_are_drawn_as_one_ring_and_told_in_hours() -> None:
    root = parsed(case("new", "given", limit=Limit(20, Unit.HOURS, "a document")))
    assert "20 hours left" in "".join(root.itertext())
    assert len(drawn(root, "dial")) == 1


def test_who_has_it_is_said_unless_nobody_knows() -> None:
    given_to = case("new", "given")
    assert "With The town" in loop_svg(given_to, words())
    assert "With" not in loop_svg(given_to, silent(words()))
    asked = case("new", "given", "answered", "asked")
    assert "Waiting for you" in loop_svg(asked, words())
    assert "Waiting for the requester" in loop_svg(asked, words(), "handler")
    assert "Waiting for the petitioner" in loop_svg(
        asked, replace(words(), called="the petitioner"), "handler"
    )


@pytest.mark.parametrize(("waits", "says"), [("home", "Waiting for The centre"), ("holder", "With The town")])
def test_the_unit_whose_time_runs_is_named_also_where_another_one_holds_the_case(
    waits: str, says: str
) -> None:
    drawing = replace(case("new", "given"), waits_on=waits)
    assert says in loop_svg(drawing, replace(words(), turn="The centre"))
    assert "With The town" in loop_svg(drawing, replace(words(), turn="The town"))


def test_a_case_that_follows_another_one_says_so_in_one_sentence() -> None:
    drawing = replace(case("new", "given"), waits_on="joined")
    told = loop_svg(drawing, replace(words(), holder="with case HL-1, at The town"))
    assert "With case HL-1" in told
    assert "With with" not in told


def test_the_twin_tells_every_phase_in_order_and_marks_the_present_one() -> None:
    told = twin(case("new", "given", days=3)).splitlines()
    assert [line.split(">")[0].split("<")[1] for line in told] == [f"phases.{p}" for p in KIND.phases]
    assert told[1].startswith("Now: <phases.second>")
    assert "3 days left" in told[1]
    root = parsed(case("new", "given"))
    assert len([item for item in root.iter("li") if item.get("aria-current") == "step"]) == 1


def test_screen_readers_get_the_twin_and_not_the_picture() -> None:
    for mode in MODES:
        assert all(svg.get("aria-hidden") == "true" for svg in parsed(procedure(), mode).iter("svg"))


def test_a_handler_sees_each_stage_and_what_may_come_next() -> None:
    here = case("new", "given")
    told = twin(here, "handler")
    for step in ("wait", "answer", "withdraw", "remind"):
        assert f"<steps.{step}.title>" in told
    said = "".join(parsed(here, "handler").itertext())
    for stage in STAGES:
        assert f"<stages.{stage}.title>" in said
    assert "<steps.remind.title> (automatic)" in told


def test_the_studio_tells_every_step_of_every_stage_with_those_who_may_take_it() -> None:
    told = twin(procedure(), "studio")
    for step in KIND.steps:
        assert f"<steps.{step}.title>" in told
    assert "<roles.handler>" in told
    assert "the requester" in told
    assert "<stages.gone.title> (an end)" in told


def test_the_studio_draws_a_line_for_every_move_but_those_from_many_stages_and_those_that_stay() -> None:
    root = parsed(procedure(), "studio")
    edges = [each for each in drawn(root, "edge") if "opening" not in each.get("class", "")]
    pairs = {
        (move.source, move.to)
        for move in procedure().moves
        if move.source and move.source != move.to and move.step != "withdraw"
    }
    assert len(edges) == len(pairs)
    assert "From 5 stages: <steps.withdraw.title>" in told_together(root)


def told_together(root: ElementTree.Element) -> str:
    return " ".join(unescape(text) for text in root.itertext())


def test_lines_of_the_studio_stay_on_the_sheet_and_cards_do_not_overlap() -> None:
    root = parsed(procedure(), "studio")
    svg = next(root.iter("svg"))
    width, height = float(svg.get("width", 0)), float(svg.get("height", 0))
    cards = [r for r in svg.iter("rect") if "inner" not in r.get("class", "")]
    boxes = [tuple(float(r.get(k, 0)) for k in ("x", "y", "width", "height")) for r in cards]
    assert len(boxes) == len(STAGES)
    for x, y, w, h in boxes:
        assert x >= 0
        assert x + w <= width
        assert y + h <= height
    for i, (x, y, w, h) in enumerate(boxes):
        for ox, oy, ow, oh in boxes[i + 1 :]:
            assert x + w <= ox or ox + ow <= x or y + h <= oy or oy + oh <= y
    for path in svg.iter("path"):
        numbers = re.findall(r"[ML](-?[0-9.]+) (-?[0-9.]+)", path.get("d", ""))
        assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in numbers)


def test_clocks_stand_under_the_stages_in_which_they_run() -> None:
    lines = clock_lines(KIND, lambda key: key, "en")
    assert lines["given"] == ("clocks.promise.title: 7 calendar days",)
    assert lines["new"] == ()


@given(st.text(max_size=80), st.integers(40, 300))
@example("\u0e5c!00000", 40)
@example("00\u0e5c.000", 40)
def test_wrapped_lines_fit_and_lose_nothing(said: str, room: int) -> None:
    rows = wrapped(said, 13, room, most=10_000)
    assert all(width_of(row, 13) <= room + 13 for row in rows)
    assert re.sub(r"\s", "", "".join(rows)) == re.sub(r"\s", "", said)


@given(st.text(max_size=80), st.integers(1, 4))
def test_no_more_lines_than_asked_for(said: str, most: int) -> None:
    assert len(wrapped(said, 13, 60, most)) <= most


@given(st.text(max_size=60))
def test_a_line_that_is_cut_says_so(said: str) -> None:
    cut = short(said, 13, 80)
    assert cut == said or cut.endswith("…")
