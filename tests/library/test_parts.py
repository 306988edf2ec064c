"""What a figure is broken down by, made for and told of stands in its definition, and nothing that is kept from others is among it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.kernel.edition.recount import BrokenError
from tongban.kernel.edition.recount import definition_of as read
from tongban.kernel.indicator import Definition
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind_indicators
from tongban.library.indicators import definition_of
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

Faults = Callable[[Mapping[str, str]], list[Refused]]
MORE = "better: more\n  by: [unit, township, category, channel, outcome]\n  period: [year, month]\n  disclosure: county"


def bound(files: Mapping[str, str]) -> Definition:
    practice = read_packed(files)
    assert isinstance(practice, Practice)
    indicators = bind_indicators(practice, {})
    assert not isinstance(indicators, Refused), indicators.all()
    made = definition_of(indicators["repaired_in_time"], practice.id, "1")
    assert isinstance(made, Definition)
    return made


def with_more(files: Mapping[str, str], more: str = MORE) -> dict[str, str]:
    return {**files, "indicators.yaml": files["indicators.yaml"].replace("better: more", more)}


def test_codes_of_a_case_may_break_a_figure_down(files: Mapping[str, str], faults: Faults) -> None:
    assert faults(with_more(files)) == []


def test_it_stands_in_the_canonical_text_and_in_the_hash(files: Mapping[str, str]) -> None:
    plain, made = bound(files), bound(with_more(files))
    assert made.by == ("unit", "township", "category", "channel", "outcome")
    assert made.periods == ("month", "year")
    assert '"by":["unit","township","category","channel","outcome"]' in made.text
    assert '"disclosure":"county"' in made.text
    assert '"periods":["month","year"]' in made.text
    assert plain.hash != made.hash


def test_what_is_as_for_every_figure_is_not_said_so_hashes_of_before_stay(files: Mapping[str, str]) -> None:
    plain = bound(files)
    assert not any(f'"{name}"' in plain.text for name in ("by", "periods", "disclosure"))
    assert bound(with_more(files, "better: more\n  by: [unit]")).hash == plain.hash


def test_a_stranger_reads_it_back_from_the_text(files: Mapping[str, str]) -> None:
    for made in (bound(files), bound(with_more(files))):
        assert read(made.text) == made


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"disclosure":"county"', '"disclosure":1'),
        ('"periods":["month","year"]', '"periods":"month"'),
        ('"by":["unit",', '"by":[1,'),
    ],
)
def test_another_writing_of_it_is_no_definition(files: Mapping[str, str], old: str, new: str) -> None:
    text = bound(with_more(files)).text
    assert old in text
    with pytest.raises(BrokenError):
        read(text.replace(old, new))


def test_a_sign_is_told_of_the_county_alone_without_saying_so(files: Mapping[str, str]) -> None:
    assert bound(with_more(files, "better: more\n  sign: true")).disclosure == "county"


def test_what_is_kept_among_colleagues_breaks_nothing_down(files: Mapping[str, str], faults: Faults) -> None:
    """An answer that the requester is not shown would be told of their case by the part it is in."""
    inner = "{id: reason, kind: choice, required: true, choices: [expert, parts], inner: true}"
    forms = files["forms.yaml"].replace(
        "{id: reason, kind: choice, required: true, choices: [expert, parts]}", inner
    )
    assert forms != files["forms.yaml"]
    twin = {**with_more(files, "better: more\n  by: [unit, reason]"), "forms.yaml": forms}
    assert "practice.by_kept" in {fault.code for fault in faults(twin)}
