"""Words are there in both languages for every refusal the code can give, and are never a bare key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES
from tongban.library.texts import Texts, fill, product_texts, refusal_words

SOURCE = Path(__file__).parents[2] / "src" / "tongban"
CODE = re.compile(
    r'(?:Refused|Fault|fault|stop|refuse|_refuse|known|among|_failure|PydanticCustomError)\(\s*"([a-z_]+\.[a-z_]+)"'
)


def codes_in_source() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for match in CODE.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(match[1], str(path.relative_to(SOURCE)))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_in_the_source_has_words_and_a_remedy(language: str) -> None:
    texts = product_texts()
    codes = codes_in_source()
    assert len(codes) > 150
    missing = [
        f"{code} ({path})"
        for code, path in codes.items()
        for part in ("says", "fix")
        if not texts.has(f"{code}.{part}", language)
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_practice_fault_has_words(language: str) -> None:
    """Codes that stand in tables are found by their spelling."""
    library = "\n".join(path.read_text(encoding="utf-8") for path in (SOURCE / "library").rglob("*.py"))
    codes = set(re.findall(r'"(practice\.[a-z_]+)"', library))
    codes -= {
        "practice.yaml",
        "practice.title",
        "practice.purpose",
        "practice.preconditions",
        "practice.looked_for",
    }
    assert len(codes) > 80
    assert [code for code in sorted(codes) if not product_texts().has(f"{code}.says", language)] == []


def test_both_languages_of_a_text_have_the_same_placeholders() -> None:
    texts = product_texts()
    differing = [
        key
        for key in texts.keys()  # noqa: SIM118
        if len({frozenset(re.findall(r"\{[a-z_]+\}", texts.say(key, each))) for each in LANGUAGES}) > 1
        and key.startswith("practice.")
    ]
    assert differing == []


def test_facts_are_put_into_words() -> None:
    words = refusal_words(
        Refused("practice.unknown_key", "forms.yaml:3", {"key": "a", "nearest": "b", "known": "b, c"}), "en"
    )
    assert words.says == "There is no “a” here."
    assert words.fix == "Did you mean “b”? What can stand here: b, c."
    assert (words.where, words.code) == ("forms.yaml:3", "practice.unknown_key")


def test_lists_flags_and_nothing_are_written_in_the_language() -> None:
    facts = {"a": ("x", "y"), "b": True, "c": "", "d": None, "e": 3}
    assert fill("{a} {b} {c} {d} {e}", "zh-Hans", facts) == "x、y 是 （无） （无） 3"
    assert fill("{a} {b} {c} {d} {e}", "en", facts) == "x, y yes (none) (none) 3"


def test_a_text_cannot_reach_into_a_value() -> None:
    assert fill("{a.__class__} {a!r} {0} {b}", "en", {"a": "x"}) == "{a.__class__} {a!r} {0} {b}"


def test_a_missing_language_falls_back_to_the_other_one() -> None:
    texts = Texts({"x.says": {"zh-Hans": "好"}, "x.fix": {"en": "Do it."}})
    words = texts.refusal(Refused("x"), "en")
    assert (words.says, words.fix) == ("好", "Do it.")


def test_a_key_without_any_text_says_so() -> None:
    assert Texts({}).say("nothing.here", "en") == "(no words for nothing.here)"
    assert Texts({}).say("nothing.here", "zh-Hans") == "（缺少文字：nothing.here）"


def test_a_naming_puts_words_for_ids_among_the_facts() -> None:
    words = refusal_words(
        Refused("step.condition", "mend", {"condition": "helpers_done"}),
        "en",
        lambda fact, value: "all helpers have finished" if fact == "condition" else "",
    )
    assert words.says == "all helpers have finished"


def test_one_of_something_is_told_as_one_where_the_language_has_words_for_it() -> None:
    texts = product_texts()
    one, two = (texts.refusal(Refused("doctor.given_up_people", "", {"n": n}), "en").says for n in (1, 2))
    assert one.startswith("1 message to") and two.startswith("2 messages to")
    assert texts.refusal(Refused("doctor.given_up_people", "", {"n": 1}), "zh-Hans").says.startswith(
        "七天内有 1 条"
    )
