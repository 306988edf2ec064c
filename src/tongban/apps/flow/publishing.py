"""Event logs for everybody: of each month whose figures two people released, once, and never changed afterwards.

They are written by the work behind the pages and lie beside the log, each under the edition that it went out with. A correction leaves it
as it is; with an edition that is taken down it goes, and what is released afterwards gets one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from tongban.analytics.log import Log
from tongban.analytics.shared_ways import COLUMNS, Shared, shared
from tongban.apps.disclosure.figures import month_bounds
from tongban.apps.editions.reading import Shown, released
from tongban.apps.flow.counted import counted_kinds
from tongban.apps.flow.logs import folder
from tongban.apps.office import Office, office
from tongban.apps.wording import say
from tongban.kernel import shapes
from tongban.kernel.indicator.suppression import FEWEST
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    import duckdb

INDEX = "index.json"
FORMS: Mapping[str, str] = {
    "xes.gz": "application/gzip",
    "json.gz": "application/gzip",
    "csv": "text/csv; charset=utf-8",
}
"""XES, OCEL 2.0 (JSON) and a table."""


class Published(Struct, frozen=True):
    """The log of one practice and month. ``left_out`` is None where it is so few that it is not told."""

    period: str
    practice: str
    cases: int
    ways: int
    events: int
    left_out: int | None
    digests: Mapping[str, str]
    """SHA-256 of each file, by its form"""


class Offered(Struct, frozen=True):
    """A published log in the reader's words."""

    log: Published
    title: str
    forms: tuple[str, ...]


def publish_logs(here: Office, log: Log) -> int:
    """Write the logs of all released months that have none, and remove those of editions that were taken down; returns how many months
    were written."""
    months: dict[str, list[Path]] = {}
    for each in released("en"):
        if each.has_file:
            months.setdefault(each.period, []).append(_place(here, each))
    readable = {place for places in months.values() for place in places}
    for place in _public(here).glob("*"):
        if place not in readable:
            rmtree(place)
    written = 0
    for period, places in months.items():
        if not any(place.exists() for place in places):
            _write(here, log, period, places[0])
            written += 1
    return written


def _public(here: Office) -> Path:
    return folder() / "public" / here.county.code


def _place(here: Office, edition: Shown) -> Path:
    return _public(here) / f"{edition.period}-{edition.digest[:16]}"


def _found(here: Office, editions: Iterable[Shown]) -> Path | None:
    """Where the log of a month lies, None where it has none: with one of the editions that can be read."""
    places = (_place(here, each) for each in editions if each.has_file)
    return next((place for place in places if place.exists()), None)


def _write(here: Office, log: Log, period: str, place: Path) -> None:
    """All logs of a month, put in their place at once."""
    bounds = month_bounds(period)
    assert not isinstance(bounds, Refused)
    unfinished = place.with_name(f"{place.name}.unfinished")
    unfinished.mkdir(parents=True)
    found: list[Published] = []
    for practice, kinds in counted_kinds(here).items():
        made, said = shared(log, practice, kinds, *bounds, FEWEST, unfinished / "spill")
        with made:
            if said.cases:
                found.append(_published(made, said, period, practice, unfinished))
    (unfinished / INDEX).write_bytes(msgspec.json.encode(found))
    rmtree(unfinished / "spill", ignore_errors=True)
    unfinished.rename(place)


def _published(
    made: duckdb.DuckDBPyConnection, said: Shared, period: str, practice: str, place: Path
) -> Published:
    digests = {}
    for form, write in _WRITERS.items():
        file = place / f"{practice}.{form}"
        write(made, file)
        digests[form] = sha256(file.read_bytes()).hexdigest()
    left_out = said.left_out if said.left_out == 0 or said.left_out >= FEWEST else None
    return Published(period, practice, said.cases, said.ways, said.events, left_out, digests)


def _xes(made: duckdb.DuckDBPyConnection, path: Path) -> None:
    from tongban.analytics import selecting, xes
    from tongban.apps.flow.exporting import opened

    with opened(path, packed=True) as out:
        xes.write(out, selecting.events(made), path.name.partition(".")[0])


def _ocel(made: duckdb.DuckDBPyConnection, path: Path) -> None:
    from tongban.analytics import ocel
    from tongban.apps.flow.exporting import opened

    with opened(path, packed=True) as out:
        ocel.write_json(out, made)


def _csv(made: duckdb.DuckDBPyConnection, path: Path) -> None:
    from tongban.analytics import tables

    tables.write_csv(made, path, packed=False, columns=COLUMNS)


_WRITERS: Mapping[str, Callable[[duckdb.DuckDBPyConnection, Path], None]] = {
    "xes.gz": _xes,
    "json.gz": _ocel,
    "csv": _csv,
}


def offered(language: str) -> tuple[tuple[str, str, tuple[Offered, ...]], ...]:
    """Month, its name, and the logs of each practice, the newest month first."""
    here = office()
    months: dict[tuple[str, str], list[Shown]] = {}
    for each in released(language):
        months.setdefault((each.period, each.month), []).append(each)
    found = (
        (period, name, tuple(_offered(here, _found(here, editions), language)))
        for (period, name), editions in sorted(months.items(), reverse=True)
    )
    return tuple(each for each in found if each[2])


def _offered(here: Office, place: Path | None, language: str) -> Iterator[Offered]:
    for log in _index(place):
        adoption = next((term.adoption for term in here.terms if term.practice == log.practice), "")
        if adoption:
            yield Offered(log, here.wording(adoption, language).title(), tuple(log.digests))


def _index(place: Path | None) -> tuple[Published, ...]:
    if place is None:
        return ()
    return shapes.read((place / INDEX).read_bytes(), tuple[Published, ...])


def published_file(period: str, practice: str, form: str) -> tuple[bytes, str, str] | Refused:
    """Content, kind and name of a file. Refuses what is not offered (``flow.not_offered``)."""
    here = office()
    place = _found(here, released("en", period))
    log = next((each for each in _index(place) if each.practice == practice), None)
    if place is None or log is None or form not in log.digests:
        return Refused("flow.not_offered", "period", {})
    content = (place / f"{practice}.{form}").read_bytes()
    return content, FORMS[form], f"{here.county.code}-{practice}-{period}.{form}"


def explained(language: str) -> str:
    return say("flow.public.says", language, n=FEWEST)
