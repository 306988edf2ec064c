"""Spreadsheets: told apart by their bytes, read row by row, and every fault named by row and column."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.apps.registry.columns import LABELLED_COLUMNS, Column
from tongban.apps.registry.sheets import MOST_FAULTS, Sheet, encoding_of, read_sheet
from tongban.apps.registry.times import instant_of
from tongban.library.texts import refusal_words

HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间"
LINE = "2554,U0001,路灯不亮,2019/4/24 16:03:40,村口路灯三天不亮,已修好,2019-05-09 09:49:10"


def table(*lines: str) -> bytes:
    return "\r\n".join((HEADER, *lines, "")).encode()


def codes(sheet: Sheet) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in sheet.faults]


def packed(data: bytes) -> bytes:
    """Without the moment of packing: contents name tests, and a test has one name in every process."""
    return gzip.compress(data, mtime=0)


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        table(LINE),
        b"\xef\xbb\xbf" + table(LINE),
        table(LINE).decode().encode("gb18030"),
        table(LINE).decode().encode("utf-16"),
        table(LINE).replace(b",", b"\t").decode().encode("utf-16"),
        table(LINE).replace(b",", b";"),
        table(LINE).replace(b"\r\n", b"\n"),
        packed(table(LINE)),
        packed(table(LINE).decode().encode("gb18030")),
        workbook([HEADER.split(","), LINE.split(",")]),
        packed(workbook([HEADER.split(","), LINE.split(",")])),
    ],
    ids=["utf8", "bom", "gb18030", "utf16", "tabs", "semicolons", "unix", "gz", "gz-gb", "xlsx", "gz-xlsx"],
)
def test_the_same_table_is_the_same_rows_however_it_is_packed(content: bytes) -> None:
    sheet = read_sheet(content, name="表.dat")
    assert codes(sheet) == []
    (row,) = sheet.rows
    assert row.number == 2
    assert row.values == {
        "id": "2554",
        "user": "U0001",
        "title": "路灯不亮",
        "time": datetime(2019, 4, 24, 8, 3, 40, tzinfo=UTC),
        "body": "村口路灯三天不亮",
        "reply": "已修好",
        "reply_time": datetime(2019, 5, 9, 1, 49, 10, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("content", "code", "kind"),
    [
        (b"", "sheet.empty", None),
        (b"\xef\xbb\xbf\r\n", "sheet.empty", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "sheet.not_a_sheet", ".xls"),
        (b"%PDF-1.7 ...", "sheet.not_a_sheet", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "sheet.not_a_sheet", "PNG"),
        (b"\xff\xd8\xff\xe0JFIF", "sheet.not_a_sheet", "JPEG"),
        ("<html><table><tr><td>留言编号</td></tr></table>".encode(), "sheet.not_a_sheet", "HTML"),
        (b"PK\x03\x04 not really", "sheet.broken", None),
        (packed(b"x" * 500)[:-12], "sheet.broken", None),
        (packed(packed(table(LINE))), "sheet.encoding", None),
        (b"\xff" * 30 + table(LINE), "sheet.encoding", None),
        (b"a,b,c\n1,2,3\n", "sheet.no_header", None),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_for_what_it_is(
    content: bytes, code: str, kind: str | None
) -> None:
    sheet = read_sheet(content, name="留言.csv")
    assert sheet.rows == ()
    assert [fault.code for fault in sheet.faults] == [code]
    assert kind is None or sheet.faults[0].facts["kind"] == kind


def test_a_zip_of_something_else_and_one_that_unpacks_to_too_much_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert read_sheet(stream.getvalue()).faults[0].facts == {"kind": "DOCX"}
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<x/>")
        packed.writestr("xl/big.xml", b"0" * 200_000_001)
    assert codes(read_sheet(bomb.getvalue())) == [("sheet.too_large", "")]


def test_every_fault_names_its_row_and_column_and_the_other_rows_are_read() -> None:
    sheet = read_sheet(
        table(
            LINE,
            ",U2,主题,2019/4/24,正文,,",
            "",
            "3,U3,主题,昨天下午,正文,,31/12/2019",
            "4,U4,主题,2019/4/24,有\x00零,,",
            "5,U5,主题,2019/4/24,正文,答复,2019/5/1,多出来的",
            "6,U6,主题,2019/4/24",
            '7,U7,主题,2019/4/24,"引号"坏了,,',
            "8,U8,,2019/4/24,好的,,",
        )
    )
    assert [row.number for row in sheet.rows] == [2, 10]
    assert codes(sheet) == [
        ("sheet.cell_missing", "row 3, 留言编号"),
        ("sheet.not_a_time", "row 5, 留言时间"),
        ("sheet.not_a_time", "row 5, 答复时间"),
        ("form.bad_character", "row 6, 留言详情"),
        ("sheet.cells_left_over", "row 7"),
        ("sheet.cell_missing", "row 8, 留言详情"),
        ("sheet.quotes", "row 9"),
    ]


def test_a_quotation_mark_that_never_ends_spoils_no_other_row() -> None:
    sheet = read_sheet(table(LINE, '3,U,主题,2019/4/24,"没有结束,,', LINE, LINE))
    assert [row.number for row in sheet.rows] == [2, 4, 5]
    assert codes(sheet) == [("sheet.quotes", "row 3")]


def test_a_cell_may_hold_lines_commas_quotes_and_rare_characters() -> None:
    sheet = read_sheet(table('2,U,"标题，含""引号""",2019/4/24,"第一行\r\n第二行, 𠮷 😀",,'))
    assert codes(sheet) == []
    assert sheet.rows[0].text("title") == '标题，含"引号"'
    assert sheet.rows[0].text("body") == "第一行\n第二行, 𠮷 😀"


def test_texts_of_100_kb_are_read_and_those_beyond_a_million_characters_refused() -> None:
    sheet = read_sheet(
        table(f"2,U,主题,2019/4/24,{'路灯' * 60_000},,", f"3,U,主题,2019/4/24,{'长' * 1_000_001},,")
    )
    assert len(sheet.rows[0].text("body")) == 120_000
    assert codes(sheet) == [("sheet.cell_too_long", "row 3, 留言详情")]


def test_formulas_are_refused_by_cell_and_dates_numbers_and_gaps_are_read() -> None:
    sheet = read_sheet(
        workbook(
            [
                ["某县留言汇总"],
                [],
                HEADER.split(","),
                [
                    7,
                    "U",
                    "主题",
                    datetime(2019, 4, 24, 16, 3, 40, tzinfo=UTC).replace(tzinfo=None),
                    "正文",
                    None,
                    43594.5,
                ],
                [8, "U", "主题", "=NOW()", '=A1&"x"', None, None],
                [None] * 7,
                [9.0, "U", "主题", 43594, "正文", None, None],
            ]
        )
    )
    assert [(row.number, row.text("id")) for row in sheet.rows] == [(4, "7"), (7, "9")]
    assert sheet.rows[0].values["time"] == datetime(2019, 4, 24, 8, 3, 40, tzinfo=UTC)
    assert sheet.rows[0].values["reply_time"] == datetime(2019, 5, 9, 4, 0, tzinfo=UTC)
    assert sheet.rows[1].values["time"] == datetime(2019, 5, 8, 16, 0, tzinfo=UTC)
    assert codes(sheet) == [("sheet.formula", "row 5, 留言时间"), ("sheet.formula", "row 5, 留言详情")]


def test_an_equals_sign_in_a_csv_is_text_and_never_computed() -> None:
    sheet = read_sheet(table("2,U,=1+1,2019/4/24,正文,,"))
    assert sheet.rows[0].text("title") == "=1+1"


def test_english_headers_in_any_order_and_case_are_known_and_strangers_are_told() -> None:
    sheet = read_sheet(b"Body,Number , LIKES,Created\nlamp out,7,3,2026-03-02 15:04\n")
    assert codes(sheet) == []
    assert sheet.ignored == ("LIKES",)
    assert sheet.rows[0].values == {
        "body": "lamp out",
        "id": "7",
        "time": datetime(2026, 3, 2, 7, 4, tzinfo=UTC),
    }


def test_a_header_nearly_right_gets_the_nearest_and_a_missing_one_is_named() -> None:
    sheet = read_sheet("留言编号,留言时向,留言详情,答复意件\n1,2019/4/24,正文,x\n".encode())
    found = {fault.code: fault.facts for fault in reversed(sheet.faults)}
    assert found["sheet.column_unknown"] == {"header": "留言时向", "nearest": "留言时间"}
    assert found["sheet.column_missing"]["header"] == "留言时间"
    assert sheet.rows == ()


def test_an_optional_header_nearly_right_is_told_and_the_rows_are_read() -> None:
    sheet = read_sheet("留言编号,留言时间,留言详情,答复意件\n1,2019/4/24,正文,x\n".encode())
    assert codes(sheet) == [("sheet.column_unknown", "row 1")]
    assert len(sheet.rows) == 1


def test_a_column_that_is_missing_is_told_together_with_what_is_wrong_in_the_rows() -> None:
    sheet = read_sheet(f"留言编号,留言详情\n1,{'长' * 1_000_001}\n2,正文\n".encode())
    assert codes(sheet) == [("sheet.column_missing", "row 1"), ("sheet.cell_too_long", "row 2, 留言详情")]
    assert sheet.rows == () and sheet.broken == ()


def test_two_columns_that_mean_the_same_are_refused() -> None:
    sheet = read_sheet("留言编号,留言时间,留言详情,正文\n1,2019/4/24,甲,乙\n".encode())
    assert sheet.faults[0].facts == {"headers": "留言详情、正文"}
    assert sheet.rows == ()


def test_many_faults_are_counted_beyond_the_first_few_hundred() -> None:
    sheet = read_sheet(table(*["1,U,主题,何时,正文,,"] * (MOST_FAULTS + 7)))
    assert (len(sheet.faults), sheet.more_faults) == (MOST_FAULTS, 7)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_byte_that_cannot_be_read_costs_its_row_alone(encoding: str) -> None:
    text = "id,title,body\n1,路灯,村口的路灯不亮\n2,井盖,路口的井盖?不见了\n3,噪音,夜里施工睡不着\n"
    content = text.encode(encoding).replace(b"?", b"\xff")
    sheet = read_sheet(content, LABELLED_COLUMNS)
    assert [row.text("id") for row in sheet.rows] == ["1", "3"]
    assert sheet.rows[1].text("body") == "夜里施工睡不着"
    assert codes(sheet) == [("sheet.byte", "row 3, body")]
    assert sheet.faults[0].facts == {"byte": "FF", "place": 6}
    assert encoding_of(content) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_row_of_which_nothing_can_be_read_costs_itself_alone(encoding: str) -> None:
    text = "id,title,body\n1,路灯,村口路灯不亮\n2,?,?\n"
    content = text.encode(encoding).replace(b"?", b"\xff\xfe" * 40)
    sheet = read_sheet(content, LABELLED_COLUMNS)
    assert [row.text("id") for row in sheet.rows] == ["1"]
    assert {fault.code for fault in sheet.faults} == {"sheet.byte"} and encoding_of(content) == encoding


def test_messages_without_a_column_for_their_body_are_refused() -> None:
    sheet = read_sheet("id,title\n1,路灯\n".encode(), LABELLED_COLUMNS)
    assert codes(sheet) == [("sheet.column_missing", "row 1")] and sheet.rows == ()


@pytest.mark.parametrize(("language", "named"), [("en", "“body”"), ("zh-Hans", "“留言详情”")])
def test_a_missing_column_is_named_in_the_language_and_its_headers_in_both(language: str, named: str) -> None:
    sheet = read_sheet("编号,标题\n1,路灯\n".encode(), LABELLED_COLUMNS)
    words = refusal_words(sheet.faults[0], language)
    assert named in words.says
    for header in ("正文", "content", "body", "留言详情"):
        assert header in words.fix, header
        known = read_sheet(f"编号,标题,{header}\n1,路灯,不亮\n".encode(), LABELLED_COLUMNS)
        assert known.rows, header


def test_labelled_messages_need_no_times() -> None:
    sheet = read_sheet("id,category,title,body,group\n1,城乡建设,灯,路灯,4\n".encode(), LABELLED_COLUMNS)
    assert sheet.rows[0].values == {
        "id": "1",
        "category": "城乡建设",
        "title": "灯",
        "body": "路灯",
        "group": "4",
    }


def test_whole_numbers_are_read_wide_or_narrow_and_others_refused() -> None:
    columns = (Column("n", ("人数",), "whole"),)
    sheet = read_sheet("人数\n１２\n-3\n三\n1.5\n".encode(), columns)
    assert [row.values["n"] for row in sheet.rows] == [12, -3]
    assert codes(sheet) == [("sheet.not_whole", "row 4, 人数"), ("sheet.not_whole", "row 5, 人数")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2019/2/28 11:25:05", "2019-02-28T03:25:05"),
        ("2019-02-28", "2019-02-27T16:00:00"),
        ("2019.2.28 9:05", "2019-02-28T01:05:00"),
        ("2019年2月28日", "2019-02-27T16:00:00"),
        ("2019年2月28日 11时25分", "2019-02-28T03:25:00"),
        ("２０１９年２月２８日　１１：２５", "2019-02-28T03:25:00"),
        ("2019年2月28日 星期四 下午 3:05", "2019-02-28T07:05:00"),
        ("2019-02-28 12:00 AM", "2019-02-27T16:00:00"),
        ("2019-02-28T11:25:05.123", "2019-02-28T03:25:05"),
        ("2019-02-28T11:25:05Z", "2019-02-28T11:25:05"),
        ("2019-02-28T11:25:05+00:00", "2019-02-28T11:25:05"),
        ("2019-02-28 11:25:05+0800", "2019-02-28T03:25:05"),
        ("20190228", "2019-02-27T16:00:00"),
        ("20190228112505", "2019-02-28T03:25:05"),
        ("43524", "2019-02-27T16:00:00"),
        ("43524.475752", "2019-02-28T03:25:05"),
        (43524, "2019-02-27T16:00:00"),
        ("2/28/2019", None),
        ("2019-02-30", None),
        ("2019-02-28 25:00", None),
        ("12", None),
        ("99999", None),
        ("2019", None),
        (True, None),
        ("昨天", None),
        ("0000-00-00 00:00:00", None),
    ],
)
def test_times_are_read_in_every_usual_form_and_never_guessed(written: object, read: str | None) -> None:
    found = instant_of(written)
    assert found == (None if read is None else datetime.fromisoformat(read).replace(tzinfo=UTC))


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: (HEADER + "\n" + text).encode("utf-8", "surrogatepass")),
    )
)
def test_no_bytes_whatever_raise(content: bytes) -> None:
    sheet = read_sheet(content)
    assert sheet.rows or sheet.faults or content.strip()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4_000), st.integers(0, 255))
def test_a_damaged_workbook_is_refused_or_read_but_never_raises(place: int, byte: int) -> None:
    content = bytearray(WORKBOOK)
    content[place % len(content)] = byte
    read_sheet(bytes(content))


WORKBOOK = workbook([HEADER.split(","), LINE.split(",")])


@pytest.mark.parametrize(("language", "named"), [("en", "“number”"), ("zh-Hans", "“留言编号”")])
def test_a_missing_number_is_called_as_the_how_to_calls_it(language: str, named: str) -> None:
    sheet = read_sheet("留言时间,留言详情\n2019/4/24,正文\n".encode())
    words = refusal_words(sheet.faults[0], language)
    assert named in words.says and "留言编号" in words.fix and "“id”" not in words.says
