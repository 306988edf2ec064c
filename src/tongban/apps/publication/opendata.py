"""The month's figures as rows that others can work with: made from what the pages publish, so that no file tells more than they do.

Every column is described in ``COLUMNS``, the one place from which the dictionary is made.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Literal, TypeAlias

from msgspec import Struct

from tongban.analytics.parquet import parquet
from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.disclosure.figures import Figure, UnitFigure, figures, month_name, months
from tongban.apps.disclosure.released import Released, current, taken_down
from tongban.apps.office import office
from tongban.apps.publication.indicator import Explained, explained
from tongban.apps.sheets import harmless
from tongban.apps.wording import say
from tongban.kernel.indicator.parts import OFFICE
from tongban.kernel.refusal import Refused

Sort = Literal["text", "whole", "number", "flag"]
Cell: TypeAlias = "str | int | float | bool | None"
SHEETS = ("figures", "units", "parts")
FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
LANGUAGES = ("zh-Hans", "en")


class Column(Struct, frozen=True):
    """A column of a file. Its words are ``opendata.column.<name>``."""

    name: str
    sort: Sort


_ABOUT = (
    Column("county", "text"),
    Column("period", "text"),
    Column("practice", "text"),
    Column("indicator", "text"),
    Column("title_zh", "text"),
    Column("title_en", "text"),
)
_VALUES = (
    Column("kind", "text"),
    Column("value", "number"),
    Column("low", "number"),
    Column("high", "number"),
    Column("numerator", "whole"),
    Column("denominator", "whole"),
    Column("sample", "whole"),
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "figures": (
        *_ABOUT,
        *_VALUES,
        Column("excluded", "whole"),
        Column("told", "flag"),
        Column("edition", "whole"),
        Column("definition", "text"),
    ),
    "units": (
        *_ABOUT,
        Column("unit", "text"),
        Column("unit_zh", "text"),
        Column("unit_en", "text"),
        *_VALUES,
        Column("rank", "whole"),
        Column("definition", "text"),
    ),
    "parts": (
        *_ABOUT,
        Column("by", "text"),
        Column("part", "text"),
        Column("part_zh", "text"),
        Column("part_en", "text"),
        *_VALUES,
        Column("definition", "text"),
    ),
}


class Offered(Struct, frozen=True):
    """A month of which there are files; ``edition`` is the one that they tell."""

    period: str
    name: str
    edition: int


class Gone(Struct, frozen=True):
    """A month whose figures were taken down, and why."""

    period: str
    name: str
    why: str


def months_gone(language: str, now: datetime) -> tuple[Gone, ...]:
    """Of the last two years, the newest first."""
    gone = taken_down(office())
    return tuple(
        Gone(period, month_name(period, language), gone[period].leaving_why)
        for period in months(now)
        if period in gone
    )


def months_offered(language: str, now: datetime) -> tuple[Offered, ...]:
    """The released months of the last two years, the newest first."""
    released = current(office())
    return tuple(
        Offered(period, month_name(period, language), released[period].edition)
        for period in months(now)
        if period in released
    )


class File(Struct, frozen=True):
    """Content with its media type and name."""

    content: bytes
    kind: str
    name: str


def data_file(period: str, sheet: str, form: str, now: datetime) -> File | Refused:
    """One sheet of a month in one form. Refuses what ``figures`` refuses, and what is not offered (``opendata.unknown``)."""
    if sheet not in COLUMNS or form not in FORMATS:
        return Refused("opendata.unknown", "file", {"file": f"{sheet}.{form}"[:80]})
    rows = _rows(sheet, period, now)
    if isinstance(rows, Refused):
        return rows
    columns = COLUMNS[sheet]
    write = _WRITERS[form]
    return File(write(columns, rows), FORMATS[form], f"{office().county.code}-{period}-{sheet}.{form}")


def _rows(sheet: str, period: str, now: datetime) -> list[tuple[Cell, ...]] | Refused:
    found = {language: figures(period, language, now) for language in LANGUAGES}
    chinese, english = (found[language] for language in LANGUAGES)
    if isinstance(chinese, Refused):
        return chinese
    assert not isinstance(english, Refused) and chinese.released is not None
    about = _About(office().county.code, period, chinese.released)
    pairs = zip(chinese.figures, english.figures, strict=True)
    return [row for zh, en in pairs for row in _ROWS[sheet](about, zh, en)]


class _About(Struct, frozen=True):
    """What the rows of a file share."""

    county: str
    period: str
    edition: Released

    def columns(self, zh: Figure, en: Figure) -> tuple[Cell, ...]:
        return self.county, self.period, zh.of, zh.id, zh.title, en.title

    def hash(self, figure: Figure, by: str = "") -> str:
        """That of the definition by which the edition counted it; "" where it has none."""
        found = self.edition.figures.get("/".join(filter(None, (figure.of, figure.id, by))))
        return found.hash if found is not None else ""


def _figure_rows(about: _About, zh: Figure, en: Figure) -> Iterator[tuple[Cell, ...]]:
    told = bool(zh.denominator)
    excluded = sum(n for _, n in zh.excluded) if told else None
    values = _values(zh.kind, zh, told)
    yield (
        *about.columns(zh, en),
        *values,
        excluded,
        told,
        about.edition.edition,
        about.hash(zh),
    )


def _unit_rows(about: _About, zh: Figure, en: Figure) -> Iterator[tuple[Cell, ...]]:
    for own, other in zip(zh.units, en.units, strict=True):
        rank = int(own.rank) if own.rank else None
        values = _values(zh.kind, own, told=bool(own.denominator))
        yield (*about.columns(zh, en), own.code, own.unit, other.unit, *values, rank, about.hash(zh))


def _part_rows(about: _About, zh: Figure, en: Figure) -> Iterator[tuple[Cell, ...]]:
    for own, other in zip(zh.parts, en.parts, strict=True):
        for row, name in zip(own.rows, other.rows, strict=True):
            values = _values(zh.kind, row, told=bool(row.denominator))
            yield (
                *about.columns(zh, en), own.by, row.code, row.unit, name.unit, *values, about.hash(zh, own.by)
            )  # fmt: skip


_ROWS: Mapping[str, Callable[[_About, Figure, Figure], Iterator[tuple[Cell, ...]]]] = {
    "figures": _figure_rows,
    "units": _unit_rows,
    "parts": _part_rows,
}


def _values(kind: str, one: Figure | UnitFigure, told: bool) -> tuple[Cell, ...]:
    if not told:
        return kind, None, None, None, None, None, None
    low, high = (round(limit, 6) for limit in one.limits)
    value = round(one.numerator / one.denominator, 6)
    return kind, value, low, high, one.numerator, one.denominator, one.sample_size


def csv_text(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Comma-separated UTF-8 with the mark by which spreadsheets know it; flags are true and false."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _csv(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    return csv_text([column.name for column in columns], rows)


def _json(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    names = [column.name for column in columns]
    return json.dumps(
        [dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, indent=1
    ).encode()


def _parquet(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bytes:
    return parquet([(column.name, column.sort) for column in columns], rows)


_WRITERS: Mapping[str, Callable[[Sequence[Column], Sequence[Sequence[Cell]]], bytes]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
}


class Entry(Struct, frozen=True):
    """One figure of the dictionary."""

    practice: str
    practice_title: str
    id: str
    title: str
    says: str
    kind: str
    explained: Explained
    by: tuple[str, ...]
    periods: tuple[str, ...]
    disclosure: str


def dictionary(language: str, now: datetime) -> tuple[Entry, ...]:
    """The definitions of all figures of the practices in force that the files tell, in a language."""
    here = office()
    found = []
    for practice, adoption in here.practices(now):
        wording = here.wording(adoption, language)
        for name, indicator in indicators_of(here, adoption).items():
            if "month" not in indicator.periods or indicator.disclosure == OFFICE:
                continue
            found.append(
                Entry(
                    practice,
                    wording.title(),
                    name,
                    wording.of(f"indicators.{name}.title", name),
                    wording.of(f"indicators.{name}.says"),
                    indicator.kind,
                    explained(here, practice, adoption, indicator, wording),
                    indicator.by,
                    indicator.periods,
                    indicator.disclosure,
                )
            )
    return tuple(found)


def dictionary_json(now: datetime) -> bytes:
    """Columns and definitions in both languages."""
    columns = {
        sheet: [
            {
                "name": column.name,
                "type": column.sort,
                **{language: say(f"opendata.column.{column.name}", language) for language in LANGUAGES},
            }
            for column in COLUMNS[sheet]
        ]
        for sheet in SHEETS
    }
    by_language = {language: dictionary(language, now) for language in LANGUAGES}
    indicators = [
        {
            "practice": zh.practice,
            "indicator": zh.id,
            "kind": zh.kind,
            "version": zh.explained.version,
            "definition": zh.explained.hash,
            "smallest_sample": zh.explained.smallest_sample,
            "better": "more" if zh.explained.more_is_better else "less",
            "by": zh.by,
            "periods": zh.periods,
            "disclosure": zh.disclosure,
            **{language: _said(entry) for language, entry in zip(LANGUAGES, (zh, en), strict=True)},
            "parts": [{"part": part.name, "source": part.source} for part in zh.explained.parts],
        }
        for zh, en in zip(*by_language.values(), strict=True)
    ]
    return json.dumps({"columns": columns, "indicators": indicators}, ensure_ascii=False, indent=1).encode()


def _said(entry: Entry) -> Mapping[str, object]:
    return {
        "practice": entry.practice_title,
        "title": entry.title,
        "says": entry.says,
        "counted": entry.explained.counted,
        "left_out": [part.words for part in entry.explained.parts if part.name == "exclusion"],
    }


def _written(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return str(cell).lower()
    return harmless(cell) if isinstance(cell, str) else cell
