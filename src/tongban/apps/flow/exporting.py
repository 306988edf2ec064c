"""The event log as a file for tools that mine processes: XES, OCEL 2.0, CSV, Parquet, each with a data dictionary beside it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import IO, TYPE_CHECKING, cast

import msgspec
from msgspec import Struct

from tongban.analytics.flow import FIRST, LAST
from tongban.analytics.log import Say, silent
from tongban.analytics.selecting import Wanted, events, selected
from tongban.apps.flow.counted import counted_kinds
from tongban.apps.flow.dictionary import FORMAT, dictionary_of
from tongban.apps.flow.logs import whole_log
from tongban.apps.office import office
from tongban.kernel.indicator.suppression import FEWEST
from tongban.kernel.refusal import Refused
from tongban.library.causes import because

if TYPE_CHECKING:
    import duckdb

PACKED = ".gz"
Write = Callable[["duckdb.DuckDBPyConnection", Path, bool], None]
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "xes": (".xes", ".xes.gz", ".xml", ".xml.gz"),
    "ocel": (".json", ".jsonocel", ".json.gz", ".xml", ".xmlocel", ".xml.gz"),
    "csv": (".csv", ".csv.gz"),
    "parquet": (".parquet",),
}
"""How a file of a format may be called; of OCEL the name says whether it is JSON or XML."""


class Exported(Struct, frozen=True):
    """What was written. ``left_out`` are cases of kinds with fewer than ``fewest``, None where these are fewer themselves; ``together`` counts
    what stands under one name."""

    path: Path
    dictionary: Path
    cases: int
    events: int
    left_out: int | None
    together: int
    fewest: int


def export_events(
    what: str,
    path: Path,
    now: datetime,
    *,
    practice: str = "",
    since: datetime = FIRST,
    until: datetime = LAST,
    by_day: bool = True,
    read: Say = silent,
) -> Exported | Refused:
    """Write the events of cases to a file of a format: all of a practice ("" of every one) that were opened from ``since`` up to
    ``until``, with moments to the day, or to the minute.

    Refuses another suffix (``export.suffix``), a folder that is not there (``export.no_folder``), a practice that was never adopted (``export.practice``) or counts no figures (``export.uncounted``), a time that ends
    before it begins (``export.span``), where there is nothing (``export.nothing``), and a file that cannot be written
    (``export.not_written``).
    """
    here = office()
    if not path.name.lower().endswith(SUFFIXES[what]):
        return Refused("export.suffix", "--out", {"given": path.name, "may": " ".join(SUFFIXES[what])})
    if not path.parent.is_dir():
        return Refused("export.no_folder", "--out", {"folder": str(path.parent)})
    if practice and practice not in {term.practice for term in here.terms}:
        return Refused("export.practice", "practice", {"practice": practice})
    counted = counted_kinds(here)
    if practice and practice not in counted:
        return Refused("export.uncounted", "practice", {"practice": practice})
    if until <= since:
        return Refused("export.span", "--until", {})
    wanted = Wanted((practice,) if practice else tuple(counted), since, until, by_day)
    log = whole_log(here, read)
    spill = path.parent / f".{path.name}.{os.getpid()}"
    try:
        spill.mkdir()
        made, given = selected(log, wanted, FEWEST, spill)
        with made:
            if not given.cases:
                return Refused("export.nothing", "", {"fewest": FEWEST})
            _WRITERS[what](made, unfinished := spill / path.name, path.name.lower().endswith(PACKED))
        unfinished.replace(path)
        dictionary = path.parent / f"{path.name}.dictionary.json"
        dictionary.write_bytes(
            msgspec.json.format(msgspec.json.encode(dictionary_of(here, wanted, given, now)), indent=1)
        )
    except OSError as fault:
        return Refused("export.not_written", str(path), because(fault))
    finally:
        rmtree(spill, ignore_errors=True)
    together = sum(len(codes) for codes in given.together.values())
    return Exported(path, dictionary, given.cases, given.events, given.left_out, together, FEWEST)


def opened(path: Path, packed: bool) -> AbstractContextManager[IO[str]]:
    """A text file to write, packed or not."""
    if packed:
        return cast(
            "AbstractContextManager[IO[str]]", gzip.open(path, "wt", encoding="utf-8", compresslevel=5)
        )
    return path.open("w", encoding="utf-8")


def _xes(made: duckdb.DuckDBPyConnection, path: Path, packed: bool) -> None:
    from tongban.analytics import xes

    with opened(path, packed) as out:
        xes.write(out, events(made), FORMAT)


def _ocel(made: duckdb.DuckDBPyConnection, path: Path, packed: bool) -> None:
    from tongban.analytics import ocel

    name = path.name.lower().removesuffix(PACKED)
    with opened(path, packed) as out:
        (ocel.write_xml if name.endswith((".xml", ".xmlocel")) else ocel.write_json)(out, made)


def _csv(made: duckdb.DuckDBPyConnection, path: Path, packed: bool) -> None:
    from tongban.analytics import tables

    tables.write_csv(made, path, packed=packed)


def _parquet(made: duckdb.DuckDBPyConnection, path: Path, packed: bool) -> None:
    from tongban.analytics import tables

    del packed
    tables.write_parquet(made, path)


_WRITERS: Mapping[str, Write] = {"xes": _xes, "ocel": _ocel, "csv": _csv, "parquet": _parquet}
