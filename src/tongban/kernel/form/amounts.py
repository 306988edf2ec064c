"""Reading numbers, money, yes and no, days and moments as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone

from tongban.kernel.clock import LOCAL
from tongban.kernel.expression.kind import FIRST_MOMENT, LAST_MOMENT, MAX_WHOLE
from tongban.kernel.form.characters import narrow, shown
from tongban.kernel.refusal import Refused

_GROUPED = re.compile(r"([+-]?[0-9]{1,3})((?:,[0-9]{3})+)(\.[0-9]*)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,16}(\.0{1,4})?")
_MONEY = re.compile(r"([+-]?)[¥￥]?([0-9]{1,14})(?:\.([0-9]{1,2})0{0,4})?元?")
_DECIMAL = re.compile(r"([+-]?)([0-9]{1,14})(?:\.([0-9]{1,2})0{0,4})?")
_DAY = r"(?P<y>[0-9]{4})(?:[-/.年]\s?(?P<m>[0-9]{1,2})[-/.月]\s?(?P<d>[0-9]{1,2})[日号]?)"
_DATE = re.compile(_DAY + r"(?:[T\s]\s*0{1,2}:00(?::00(?:\.0+)?)?)?")
_COMPACT_DATE = re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
_MOMENT = re.compile(
    _DAY + r"[T\s]*(?P<h>[0-9]{1,2})[:时点]\s?(?P<min>[0-9]{1,2})分?(?::?(?P<s>[0-9]{2})秒?(?:[.,][0-9]+)?)?"
    r"\s?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("是", "有", "对", "true", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("否", "无", "没有", "不", "不是", "错", "false", "no", "n", "off", "0"), False),
}
FIRST_YEAR, LAST_YEAR = 1800, 2200


def read_flag(raw: str | int | float, where: str) -> bool | Refused:
    if isinstance(raw, bool):
        return raw
    word = narrow(raw).lower() if isinstance(raw, str) else str(int(raw)) if raw in (0, 1) else "?"
    return _FLAGS[word] if word in _FLAGS else Refused("form.flag", where, {"given": shown(raw)})


def read_whole(raw: str | int | float, where: str) -> int | Refused:
    """A whole number within ±(2^53 - 1); a spreadsheet's 3.0 is 3, thousands may be set off by commas."""
    if isinstance(raw, str):
        text = _ungrouped(narrow(raw))
        if not _WHOLE.fullmatch(text):
            return Refused("form.whole", where, {"given": shown(raw)})
        number = int(text.partition(".")[0])
    elif isinstance(raw, float):
        if not raw.is_integer():
            return Refused("form.whole", where, {"given": shown(raw)})
        number = int(raw)
    else:
        number = raw
    if abs(number) > MAX_WHOLE:
        return Refused("form.too_large", where, {"max": MAX_WHOLE})
    return int(number)


def yuan(fen: int, *, grouped: bool = False) -> str:
    """Money as it is typed: what ``read_money`` reads as the same fen. ``grouped``: as it is read, with a comma between thousands."""
    whole = f"{abs(fen) // 100:,}" if grouped else str(abs(fen) // 100)
    return f"{'-' if fen < 0 else ''}{whole}.{abs(fen) % 100:02d}"


def decimal(hundredths: int, *, grouped: bool = False) -> str:
    """A number as it is typed, without noughts that say nothing: what ``read_decimal`` reads as the same hundredths."""
    return yuan(hundredths, grouped=grouped).rstrip("0").rstrip(".")


def read_money(raw: str | int, where: str) -> int | Refused:
    """Fen. Text is yuan ("12.30", "1,200元", "¥5"); an int is fen already. No third decimal but 0."""
    if isinstance(raw, str):
        found = _MONEY.fullmatch(_ungrouped(narrow(raw).replace(" ", "")))
        if not found:
            return Refused("form.money", where, {"given": shown(raw)})
        return _hundredths(found, where)
    return _within(int(raw), where)


def read_decimal(raw: str | int, where: str) -> int | Refused:
    """Hundredths. Text is the number ("6.5", "1,200"); an int is hundredths already. No third decimal but 0."""
    if isinstance(raw, str):
        found = _DECIMAL.fullmatch(_ungrouped(narrow(raw)))
        return _hundredths(found, where) if found else Refused("form.decimal", where, {"given": shown(raw)})
    return _within(int(raw), where)


def _hundredths(found: re.Match[str], where: str) -> int | Refused:
    sign = -1 if found[1] == "-" else 1
    return _within(sign * (int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))), where)


def _within(number: int, where: str) -> int | Refused:
    return Refused("form.too_large", where, {"max": MAX_WHOLE}) if abs(number) > MAX_WHOLE else number


def read_date(raw: str | date, where: str) -> date | Refused:
    """A day: 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301. A moment gives its day in China."""
    if isinstance(raw, datetime):
        raw = raw.date() if raw.tzinfo is None else _at(raw, LOCAL).date()
    if isinstance(raw, str):
        text = narrow(raw)
        found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
        try:
            day = date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
        except ValueError:
            day = None
    else:
        day = raw
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Refused("form.date", where, {"given": shown(raw)})
    return date(day.year, day.month, day.day)


def read_moment(raw: str | datetime, where: str) -> datetime | Refused:
    """An instant, to the second. Without an offset it is China's time, as the writer's clock shows it."""
    moment = _moment_of(narrow(raw)) if isinstance(raw, str) else raw
    if moment is None:
        return Refused("form.moment", where, {"given": shown(raw)})
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LOCAL)
    moment = _at(moment, UTC).replace(microsecond=0)
    if not FIRST_MOMENT <= moment <= LAST_MOMENT:
        return Refused("form.moment", where, {"given": shown(raw)})
    return moment


def written(moment: datetime) -> str:
    """An instant as facts hold it: ISO 8601 in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def local_day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _moment_of(text: str) -> datetime | None:
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (
        int(part or 0) for part in found.group("y", "m", "d", "h", "min", "s")
    )
    zone = found["zone"]
    try:
        offset = LOCAL if not zone else UTC if zone == "Z" else _offset(zone)
        return datetime(year, month, day, hour, minute, second, tzinfo=offset)
    except ValueError:
        return None


def _offset(zone: str) -> timezone:
    length = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return timezone(-length if zone[0] == "-" else length)


def _at(moment: datetime, zone: timezone) -> datetime:
    """The same instant elsewhere; at the very edges of the calendar, which are refused anyway, as it is."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=zone)


def _ungrouped(text: str) -> str:
    """1,234,567.5 without its commas; other commas stay and are refused."""
    found = _GROUPED.fullmatch(text.replace("元", "").lstrip("¥")) if "," in text else None
    return found[1] + found[2].replace(",", "") + (found[3] or "") if found else text
