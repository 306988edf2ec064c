"""The catalogue as it stands: the rows of the register that is shown, and of the registers that they lead to.

It is read once and kept until the county's registers change, a step writes a row, or the day comes on which a row that
was brought beforehand begins or ends.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from threading import Lock

from msgspec import Struct

from tongban.apps.catalogue.asking import later_of
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.practice import Practice
from tongban.library.shape.catalogue import CatalogueSpec
from tongban.store.search import folded, simplified
from tongban.store.subjects import all_of, changes_next, written_last

LINKED = ("groups", "papers", "asks")
"""The columns whose entries lead to rows that the guide shows."""
_RUN = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")


class Row(Struct, frozen=True):
    """A row of a register. ``since`` is the moment from which it says this."""

    code: str
    said: Facts
    since: datetime

    def words(self, column: str | None, language: str) -> str:
        """What a column says: in English where the row has that (``<column>_en``); "" where it says nothing."""
        english = self.said.get(f"{column}_en") if language == "en" else None
        return str(english or self.said.get(column or "", ""))

    def whole(self, column: str | None) -> int | None:
        found = self.said.get(column or "")
        return found if isinstance(found, int) else None

    def flag(self, column: str | None) -> bool:
        return self.said.get(column or "") is True

    def codes(self, column: str | None) -> tuple[str, ...]:
        found = self.said.get(column or "", ())
        return tuple(map(str, found)) if isinstance(found, tuple | list) else ()


class Found(Struct, frozen=True):
    """By what a row is found: its title, what people say, and all of it, as :func:`spoken` writes them; its groups and level,
    and the day from which it is offered no longer ("" for none)."""

    title: str
    situations: str
    all: str
    groups: tuple[str, ...]
    level: str
    ended: str
    length: int
    """characters of the title that are not Latin"""
    later: frozenset[str]
    """what it does to a thing that has begun: :func:`later_of`"""


class Text(Struct, frozen=True):
    """All that is searched in one piece, so that a part is looked for once and not once a row. ``starts`` are where the rows begin."""

    whole: str
    starts: tuple[int, ...]
    codes: tuple[str, ...]

    def holding(self, part: str) -> Iterator[str]:
        """The codes of the rows that hold a part."""
        at = self.whole.find(part)
        while at >= 0:
            n = bisect_right(self.starts, at)
            yield self.codes[n - 1]
            at = self.whole.find(part, self.starts[n]) if n < len(self.starts) else -1


def text_of(found: Mapping[str, Found]) -> Text:
    """The searched texts of all rows, one after the other; no part of a question reaches from one into the next."""
    whole = [f"{each.all}\n" for each in found.values()]
    return Text("".join(whole), tuple(accumulate(map(len, whole[:-1]), initial=0)), tuple(found))


class Catalogue(Struct, frozen=True):
    """``rows`` are in the order of the register; ``behind`` are the rows that its columns lead to, by column."""

    practice: str
    adoption: str
    spec: CatalogueSpec
    rows: Mapping[str, Row]
    found: Mapping[str, Found]
    text: Text
    behind: Mapping[str, Mapping[str, Row]]
    exceptions: Mapping[str, Row]
    registers: tuple[str, ...]
    """what it shows, its own register first"""
    reason: str
    """the column of the list of exceptions that says why"""

    def wording(self, here: Office, language: str) -> Wording:
        return here.wording(self.adoption, language)

    def withdrawn(self, row: Row, today: str) -> bool:
        """Whether it is offered no longer on a day."""
        ended = row.words(self.spec.withdrawn, "")
        return bool(ended) and ended <= today


class _Kept(Struct, frozen=True):
    key: tuple[object, ...]
    until: datetime | None
    catalogue: Catalogue


_lock = Lock()
_kept: dict[str, _Kept] = {}


def catalogue_of(now: datetime) -> Catalogue | Refused:
    """The catalogue of the practice in force that has one. Refuses where none has (``catalogue.none``)."""
    here = office()
    for practice, adoption in here.practices(now):
        spec = here.practice(adoption).catalogue
        if spec is not None:
            return _current(here, practice, adoption, spec, now)
    return Refused("catalogue.none")


def _current(here: Office, practice: str, adoption: str, spec: CatalogueSpec, now: datetime) -> Catalogue:
    registers = _registers(here.practice(adoption), spec)
    key = (here.stamp, adoption, *written_last(here.journal, registers.values()))
    with _lock:
        kept = _kept.get(here.county.code)
    if kept is not None and kept.key == key and (kept.until is None or now < kept.until):
        return kept.catalogue
    made = _read(here, practice, adoption, spec, registers, now)
    until = changes_next(here.journal, registers.values(), now)
    with _lock:
        _kept[here.county.code] = _Kept(key, until, made)
    return made


def _registers(practice: Practice, spec: CatalogueSpec) -> Mapping[str, str]:
    """The registers that a catalogue shows, by the key of the catalogue that leads there; "" is its own."""
    columns = {each.id: each for each in practice.registers[spec.register_].fields}
    linked = {key: columns[name].of[0] for key in LINKED if (name := getattr(spec, key)) is not None}
    listed = {"exceptions": spec.exceptions} if spec.exceptions is not None else {}
    return {"": spec.register_, **linked, **listed}


def _read(
    here: Office,
    practice: str,
    adoption: str,
    spec: CatalogueSpec,
    registers: Mapping[str, str],
    now: datetime,
) -> Catalogue:
    rows: dict[str, dict[str, Row]] = defaultdict(dict)
    for (register, code), (said, since) in all_of(here.journal, registers.values(), now).items():
        rows[register][code] = Row(code, said, since)
    own = rows[spec.register_]
    behind = {key: rows[register] for key, register in registers.items() if key in LINKED}
    found = {code: found_by(row, spec, behind) for code, row in own.items()}
    listed = here.practice(adoption).registers.get(spec.exceptions or "")
    return Catalogue(
        practice=practice,
        adoption=adoption,
        spec=spec,
        rows=own,
        found=found,
        text=text_of(found),
        behind=behind,
        exceptions=rows[spec.exceptions or ""],
        registers=tuple(dict.fromkeys(registers.values())),
        reason=listed.fields[0].id if listed is not None else "",
    )


def found_by(row: Row, spec: CatalogueSpec, behind: Mapping[str, Mapping[str, Row]]) -> Found:
    """By which words a row is found, in both languages; its groups are among them."""
    title, situations = (spoken(" ".join(_both(row, name))) for name in (spec.title, spec.situations))
    named = [behind["groups"][code] for code in row.codes(spec.groups) if code in behind["groups"]]
    rest = spoken(
        " ".join([*_both(row, spec.plain), *(words for each in named for words in _both(each, spec.title))])
    )
    return Found(
        title=title,
        situations=situations,
        all=f"{title}{situations}{rest}",
        groups=row.codes(spec.groups),
        level=row.words(spec.level, ""),
        ended=row.words(spec.withdrawn, ""),
        length=sum(not run.isascii() and len(run) for run in title.split()),
        later=later_of(title),
    )


def _both(row: Row, column: str | None) -> Iterator[str]:
    """What a column says in each language."""
    yield row.words(column, "")
    yield str(row.said.get(f"{column}_en", ""))


def spoken(text: str) -> str:
    """Text as it is searched: simplified characters, small letters, every run of them with spaces around it."""
    return f" {' '.join(_RUN.findall(folded(simplified(text))))} "


def forget() -> None:
    """Read it anew when it is next asked for: after a restore, and between tests."""
    with _lock:
        _kept.clear()
