"""A sentence of a notice that lacks a fact is left out whole; nothing with a hole in it is told."""

from __future__ import annotations

import pytest

from tongban.apps.notices.bodies import whole_sentences


@pytest.mark.parametrize(
    ("template", "facts", "said"),
    [
        ("办结了，结果：{result}。还可以要求重办。", {"result": "修好了"}, "办结了，结果：修好了。还可以要求重办。"),
        ("办结了，结果：{result}。还可以要求重办。", {}, "还可以要求重办。"),
        ("办结了，结果：{result}。还可以要求重办。", {"result": ""}, "还可以要求重办。"),
        ("他说“{word}。”现在请看。", {"word": "好"}, "他说“好。”现在请看。"),
        ("It is done: {result}. You may ask again by {due}.", {"due": "Monday"}, "You may ask again by Monday."),
        ("Done by {due}! Thanks.", {}, "Thanks."),
        ("It costs 3.50 yuan by {due}. Pay.", {"due": "Monday"}, "It costs 3.50 yuan by Monday. Pay."),
        ("请在 {due}前说明", {}, ""),
    ],
)  # fmt: skip
def test_only_whole_sentences_are_told(template: str, facts: dict[str, str], said: str) -> None:
    assert whole_sentences(template, "zh-Hans", facts) == said


def test_what_somebody_wrote_is_no_place_for_facts() -> None:
    assert (
        whole_sentences("{a}。{b}。", "zh-Hans", {"a": "{b}，{secret}", "b": "二"}) == "{b}，{secret}。二。"
    )
