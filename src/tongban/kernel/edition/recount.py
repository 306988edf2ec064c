"""Counting figures again from the rows of an edition, by the definitions that stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import floor
from typing import cast

from tongban.kernel.edition.lines import Counted, Figure, Population, Squares
from tongban.kernel.indicator.definition import Definition, LeftOut, Part
from tongban.kernel.indicator.interval import Sums
from tongban.kernel.indicator.parts import PARTS, PERIODS, UNIT
from tongban.kernel.indicator.row import adding
from tongban.kernel.indicator.tally import Tally
from tongban.kernel.ledger.canonical import LARGEST, parse
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value

TEN_THOUSAND = 10_000


class BrokenError(Exception):
    """A definition or a population that nothing can be counted with: ``code`` says why."""

    def __init__(self, code: str, **facts: Value) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def definition_of(text: str) -> Definition:
    """A definition from its text. Raises ``BrokenError`` (``edition.definition_unreadable``) for any other text."""
    try:
        match parse(text):
            case {
                "key": str(key),
                "version": str(version),
                "of": str(of),
                "counted": str(counted),
                "unit": str(unit),
                "kind": str(kind),
                "names": Mapping() as names,
                "exclusions": tuple() as exclusions,
                "smallest_sample": int(smallest),
                "better": str(better),
                **parts,
            } if type(smallest) is int and all(isinstance(sort, str) for sort in names.values()):
                said = _said(parts)
                read = {name: _part(cast(Value, part)) for name, part in parts.items() if name not in said}
                found = Definition(
                    key=key,
                    version=version,
                    of=of,
                    counted=counted,
                    unit=unit,
                    kind=kind,
                    names={name: str(sort) for name, sort in names.items()},
                    denominator=read.pop("denominator"),
                    numerator=read.pop("numerator", None),
                    adds=read.pop("adds", None),
                    over=read.pop("over", None),
                    exclusions=tuple(_left_out(each) for each in exclusions),
                    smallest_sample=smallest,
                    better=better,
                    by=_names(said.get("by", (UNIT,))),
                    periods=_names(said.get("periods", PERIODS)),
                    disclosure=str(said.get("disclosure", PARTS)),
                )
                if not read and (found.numerator is None) != (found.adds is None):
                    return found
            case _:
                pass
    except (RefusedError, KeyError):
        pass
    raise BrokenError("edition.definition_unreadable")


def _said(parts: Mapping[object, object]) -> dict[str, object]:
    """What it is broken down by, made for and told of, where that is not as for every figure."""
    found = {name: parts[name] for name in ("by", "periods", "disclosure") if name in parts}
    if not isinstance(found.get("disclosure", ""), str):
        raise BrokenError("edition.definition_unreadable")
    return found


def _names(said: object) -> tuple[str, ...]:
    if not isinstance(said, tuple) or not all(isinstance(each, str) for each in said):
        raise BrokenError("edition.definition_unreadable")
    return tuple(str(each) for each in said)


def _part(part: Value) -> Part:
    match part:
        case {"source": str(source), "tree": Mapping() as tree, **rest} if not rest:
            return Part(source, tree)
        case _:
            raise BrokenError("edition.definition_unreadable")


def _left_out(part: Value) -> LeftOut:
    match part:
        case {"id": str(id), "source": str(source), "tree": Mapping() as tree, **rest} if rest.keys() <= {
            "by"
        }:
            return LeftOut(id, source, tree, str(rest.get("by", "")))
        case _:
            raise BrokenError("edition.definition_unreadable")


def place_of(definition: Definition) -> tuple[str, str, str, str]:
    """The population over which a definition is counted."""
    return definition.key.partition("/")[0], definition.of, definition.counted, definition.unit


def counted_again(definition: Definition, population: Population, hash: str) -> Figure:
    """What a definition comes to over the rows. Raises ``BrokenError`` for rows or definitions that cannot be read,
    and for figures that no reader keeps exact (``edition.too_large``)."""
    names = sorted(definition.names)
    size = len(population.marks)
    columns = {name: population.columns.get(name) for name in names}
    for name, column in {"unit": population.units, **columns}.items():
        if column is None:
            raise BrokenError("edition.column_missing", name=name)
        places = column.rows
        if len(places) != size or (size and not 0 <= min(places) <= max(places) < len(column.values)):
            raise BrokenError("edition.column_broken", name=name)
    present = [column for column in columns.values() if column is not None]
    county, units = Tally(), dict[str, Tally]()
    add = adding(definition)
    # Rows alike in all that the definition names are asked once.
    alike = Counter(zip(population.units.rows, *(column.rows for column in present), strict=True))
    for (at, *key), n in alike.items():
        values = [column.values[place] for column, place in zip(present, key, strict=True)]
        try:
            one = _times(add(dict(zip(names, values, strict=True))), n)
        except (RefusedError, TypeError, ArithmeticError, AssertionError, RecursionError, ValueError):
            raise BrokenError("edition.definition_unreadable") from None
        county.add(one)
        units.setdefault(str(population.units.values[at]), Tally()).add(one)
    try:
        return Figure(
            key=definition.key,
            definition=hash,
            county=counted_from(county),
            units={unit: counted_from(tally) for unit, tally in sorted(units.items())},
        )
    except (OverflowError, ValueError):
        raise BrokenError("edition.too_large", key=definition.key) from None


def _times(tally: Tally, n: int) -> Tally:
    """What ``n`` rows add that are all alike."""
    sums = tally.sums
    return Tally(
        tally.numerator * n,
        tally.denominator * n,
        {reason: each * n for reason, each in tally.excluded.items()},
        None
        if sums is None
        else Sums(sums.cases * n, sums.squares * n, sums.squares_below * n, sums.products * n, sums.least),
    )


def counted_from(tally: Tally) -> Counted:
    """A tally as it is stated. Raises ``OverflowError`` or ``ValueError`` for numbers that no reader keeps exact."""
    low, high = (floor(each * TEN_THOUSAND + 0.5) for each in tally.interval)
    sums = tally.sums
    if max(abs(each) for each in (tally.numerator, tally.denominator, low, high)) > LARGEST:
        raise OverflowError
    return Counted(
        numerator=tally.numerator,
        denominator=tally.denominator,
        sample=tally.sample,
        excluded=dict(sorted(tally.excluded.items())),
        low=low,
        high=high,
        sums=None
        if sums is None
        else Squares(str(sums.squares), str(sums.squares_below), str(sums.products), str(sums.least)),
    )


def differences(stated: Counted, found: Counted) -> Sequence[tuple[str, str, str]]:
    """Members in which two values differ, with what each says."""
    pairs = [(name, getattr(stated, name), getattr(found, name)) for name in Counted.__struct_fields__]
    return [(name, _plain(one), _plain(other)) for name, one, other in pairs if one != other]


def _plain(value: object) -> str:
    match value:
        case Mapping():
            return ", ".join(f"{name} {n}" for name, n in sorted(value.items())) or "0"
        case Squares():
            return f"{value.squares}, {value.squares_below}, {value.products}, {value.least}"
        case _:
            return str(value)
