"""Times as spreadsheets write them, read into instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from tongban.kernel.clock import LOCAL
from tongban.kernel.form.characters import narrow

_DATED = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[\sT,]*(?:星期.|周.)?\s*(?P<half>上午|下午|晚上|AM|PM)?\s*"
    r"(?P<h>\d{1,2})\s*[:时点]\s*(?:(?P<mi>\d{1,2})\s*[:分]?\s*(?:(?P<s>\d{1,2})(?:\.\d{1,9})?\s*秒?)?)?\s*(?P<after>AM|PM)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:[ T]?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?"
)
_LONGEST_TIME = 60
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_EPOCH = datetime(1899, 12, 30, tzinfo=LOCAL)
_SERIALS = (20_000, 80_000)
"""Excel's day numbers of the years 1954 to 2119; smaller or larger numbers are no dates of ours."""


def instant_of(cell: object) -> datetime | None:
    """A cell as a UTC instant: a date of Excel, its day number, or a text in any of the usual forms.

    Year first; a day without a time is its first moment. None for what is no date, or could be two.
    """
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=LOCAL)).astimezone(UTC)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), LOCAL).astimezone(UTC)
    text = narrow(str(cell)[:_LONGEST_TIME]).strip()
    if not isinstance(cell, bool) and _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) < _SERIALS[1]:
        return (_SERIAL_EPOCH + timedelta(seconds=round(float(text) * 86_400))).astimezone(UTC)
    match = _DATED.fullmatch(text) or _DIGITS.fullmatch(text)
    if match is None:
        return None
    part = {key: value or "" for key, value in match.groupdict().items()}
    hour = int(part.get("h") or 0)
    half = (part.get("half") or part.get("after") or "").upper()
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    elif half in ("上午", "AM") and hour == 12:
        hour = 0
    try:
        found = datetime(
            int(part["y"]),
            int(part["m"]),
            int(part["d"]),
            hour,
            int(part.get("mi") or 0),
            int(part.get("s") or 0),
            tzinfo=LOCAL,
        )
        zone = part.get("zone", "")
        if zone:
            found = datetime.fromisoformat(f"{found:%Y-%m-%dT%H:%M:%S}{'+00:00' if zone in 'Zz' else zone}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
