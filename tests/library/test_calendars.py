"""The official calendars that come with the product, and the strictness of their reader."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from string import Formatter

import chinese_calendar
import pytest
import yaml

import tongban
from tongban.kernel.clock import Calendar, Year
from tongban.kernel.refusal import Refused
from tongban.library.calendars import LARGEST, read_calendars, read_year

FOLDER = Path(__file__).parents[2] / "calendars" / "cn"
YEARS = range(2017, 2027)

GOOD = """\
year: 2026
weekend: [saturday, sunday]
notices:
  - title: 关于2026年部分节假日安排的通知
    number: 国办发明电〔2025〕7号
    date: 2025-11-04
    off:
      - {from: 2026-01-01, to: 2026-01-03, name: {zh-Hans: 元旦, en: New Year's Day}}
    work:
      - 2026-01-04
"""


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    read = read_calendars(FOLDER)
    assert isinstance(read, Calendar)
    return read


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=ahead)
        for ahead in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_worked_or_off_as_an_independent_list_says(calendar: Calendar, year: int) -> None:
    for day in days_of(year):
        assert calendar.is_working_day(day) == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("year", YEARS)
def test_every_make_up_day_is_one_in_an_independent_list(calendar: Calendar, year: int) -> None:
    ours = {day for day in days_of(year) if calendar.makeup(day)}
    theirs = {day for day in chinese_calendar.constants.workdays if day.year == year}
    assert ours == theirs


@pytest.mark.parametrize("year", YEARS)
def test_every_weekday_off_bears_the_festival_of_an_independent_list(calendar: Calendar, year: int) -> None:
    festivals = {
        "New Year's Day": "元旦",
        "Spring Festival": "春节",
        "Tomb-sweeping Day": "清明节",
        "Labour Day": "劳动节",
        "Dragon Boat Festival": "端午节",
        "National Day": "国庆节",
        "Mid-autumn Festival": "中秋节",
    }
    for day, festival in chinese_calendar.constants.holidays.items():
        if day.year == year and day.weekday() < 5:
            ours = calendar.holiday(day)
            assert ours is not None
            assert festivals[festival] in ours.zh, day


def test_the_years_that_were_announced_are_known_and_no_other(calendar: Calendar) -> None:
    assert [year for year in range(2010, 2040) if calendar.known(year)] == list(YEARS)


def test_every_day_cites_the_notice_that_orders_it(calendar: Calendar) -> None:
    for year in calendar.years:
        for notice in year.notices:
            assert notice.title.startswith("国务院办公厅关于")
            assert notice.number.startswith(f"国办发明电〔{notice.issued.year}〕")
            for day in (*(off.first for off in notice.off), *notice.work):
                assert notice.issued < day


def test_what_a_later_notice_changed_is_taken_from_the_later_notice(calendar: Calendar) -> None:
    extended = calendar.holiday(date(2020, 1, 31))
    assert extended is not None
    assert "延长2020年春节假期" in extended.notice
    assert not calendar.is_working_day(date(2020, 2, 1))
    assert "调整2019年劳动节" in str(calendar.makeup(date(2019, 5, 5)))
    assert "2019年部分节假日" in str(calendar.makeup(date(2018, 12, 29)))


def test_a_calendar_file_reads_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "2026.yaml").write_text(GOOD, encoding="utf-8")
    read = read_calendars(tmp_path)
    assert isinstance(read, Calendar)
    assert read.is_working_day(date(2026, 1, 4))
    assert not read.is_working_day(date(2026, 1, 2))


def test_a_notice_whose_number_is_not_known_is_cited_by_its_title() -> None:
    read = read_year(GOOD.replace("    number: 国办发明电〔2025〕7号\n", ""), "2026.yaml")
    assert isinstance(read, Year)
    assert read.notices[0].cite == "关于2026年部分节假日安排的通知"


BROKEN = {
    "an unknown key": ("weekend:", "wekend:", "calendar.unknown_key"),
    "a missing key": ("    date: 2025-11-04\n", "", "calendar.missing_key"),
    "a repeated key": ("year: 2026\n", "year: 2026\nyear: 2026\n", "calendar.repeated_key"),
    "broken YAML": ("notices:", "notices: [", "calendar.syntax"),
    "a date that does not exist": ("to: 2026-01-03", "to: 2026-02-30", "calendar.syntax"),
    "a quoted date": ("from: 2026-01-01", "from: '2026-01-01'", "calendar.date"),
    "a date with a time": ("- 2026-01-04", "- 2026-01-04 00:00:00", "calendar.date"),
    "a year in words": ("year: 2026", "year: this", "calendar.year"),
    "a truth value for a year": ("year: 2026", "year: true", "calendar.year"),
    "another weekend": ("[saturday, sunday]", "[friday, saturday]", "calendar.weekend"),
    "a day of another year": ("- 2026-01-04", "- 2025-01-04", "calendar.outside_year"),
    "a run that ends before it begins": ("to: 2026-01-03", "to: 2025-12-31", "calendar.outside_year"),
    "a run backwards": (
        "from: 2026-01-01, to: 2026-01-03",
        "from: 2026-01-03, to: 2026-01-01",
        "calendar.run",
    ),
    "a run of months": ("to: 2026-01-03", "to: 2026-10-03", "calendar.run"),
    "a make-up day on a weekday": ("- 2026-01-04", "- 2026-01-05", "calendar.makeup_on_weekday"),
    "a day both off and worked": ("- 2026-01-04", "- 2026-01-03", "calendar.ordered_twice"),
    "a day worked twice": ("- 2026-01-04", "- 2026-01-04\n      - 2026-01-04", "calendar.ordered_twice"),
    "a festival without English": (", en: New Year's Day", "", "calendar.missing_key"),
    "an empty festival": ("元旦", "''", "calendar.text"),
    "an empty title": ("title: 关于2026年部分节假日安排的通知", "title: ''", "calendar.text"),
    "a null where text belongs": ("title: 关于2026年部分节假日安排的通知", "title:", "calendar.text"),
    "a null where a date belongs": ("date: 2025-11-04", "date:", "calendar.date"),
    "a null where a list belongs": ("work:\n      - 2026-01-04", "work:", "calendar.not_a_list"),
    "a number where a list belongs": ("work:\n      - 2026-01-04", "work: 4", "calendar.not_a_list"),
    "a word where a mapping belongs": (
        "name: {zh-Hans: 元旦, en: New Year's Day}",
        "name: 元旦",
        "calendar.not_a_mapping",
    ),
}


@pytest.mark.parametrize(("was", "is_now", "code"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_refused_with_its_code_and_its_file(was: str, is_now: str, code: str) -> None:
    assert isinstance(read_year(GOOD, "2026.yaml"), Year)
    assert was in GOOD
    read = read_year(GOOD.replace(was, is_now, 1), "2026.yaml")
    assert isinstance(read, Refused)
    assert code in [fault.code for fault in read.all()]
    assert all(fault.where.startswith("2026.yaml") for fault in read.all())


@pytest.mark.parametrize("text", ["", "[]", "word", "{}", "[" * 5000, "- &a [*a]", "? [1]\n: 2", "\x00"])
def test_text_that_is_no_calendar_at_all_is_refused(text: str) -> None:
    assert isinstance(read_year(text, "2026.yaml"), Refused)


def test_all_faults_of_all_files_are_told_at_once_with_file_and_key(tmp_path: Path) -> None:
    (tmp_path / "2025.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "2026.yaml").write_text(
        GOOD.replace("- 2026-01-04", "- 2026-01-05").replace("元旦", "''"), encoding="utf-8"
    )
    (tmp_path / "next.yaml").write_text(GOOD, encoding="utf-8")
    read = read_calendars(tmp_path)
    assert isinstance(read, Refused)
    assert [(fault.code, fault.where) for fault in read.all()] == [
        ("calendar.wrong_year", "2025.yaml: year"),
        ("calendar.text", "2026.yaml: notices[1].off[1].name.zh-Hans"),
        ("calendar.makeup_on_weekday", "2026.yaml: notices[1].work[1]"),
        ("calendar.file_name", "next.yaml"),
    ]


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    assert read_calendars(tmp_path / "nowhere") == Refused(
        "calendar.folder_missing", str(tmp_path / "nowhere")
    )
    assert read_calendars(tmp_path) == Refused("calendar.empty", str(tmp_path))


def test_a_file_that_is_too_large_or_no_text_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "2025.yaml").write_bytes(b"# " * LARGEST)
    (tmp_path / "2026.yaml").write_bytes(GOOD.encode("gb18030"))
    read = read_calendars(tmp_path)
    assert isinstance(read, Refused)
    assert [fault.code for fault in read.all()] == ["calendar.too_large", "calendar.unreadable"]


def test_every_refusal_of_the_reader_has_words_and_a_remedy_in_both_languages() -> None:
    texts = Path(tongban.__file__).parent / "texts" / "refusals" / "clock.yaml"
    words = yaml.safe_load(texts.read_text("utf-8"))
    for was, is_now, _ in BROKEN.values():
        read = read_year(GOOD.replace(was, is_now, 1), "2026.yaml")
        assert isinstance(read, Refused)
        for fault in read.all():
            for language in ("zh-Hans", "en"):
                told = words[fault.code][language]
                for template in (told["says"], told["fix"]):
                    names = {name for _, name, _, _ in Formatter().parse(template) if name}
                    assert names <= {"where", *fault.facts}
