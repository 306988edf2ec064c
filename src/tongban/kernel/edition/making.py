"""Making an edition: rows gathered into populations, figures counted over them, lines written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from tongban.kernel.edition.lines import (
    Cell,
    Column,
    Defined,
    Head,
    Line,
    Population,
    Proof,
    Said,
    digest_of,
    line_digest,
    mark_of,
    written,
)
from tongban.kernel.edition.recount import counted_again, place_of
from tongban.kernel.indicator.definition import Definition


class Row(Struct, frozen=True):
    """A case of a population: the seal of the entry that opened it, the unit whose figure it is, what it has by name."""

    seal: bytes
    unit: str
    cells: Mapping[str, Cell]


class Told(Struct, frozen=True):
    """A definition with its words, by language."""

    definition: Definition
    words: Mapping[str, Said]


def population(
    over: Sequence[Definition], rows: Iterable[Row], alone: frozenset[str], salt: str
) -> Population:
    """The rows behind definitions of one place, in the order of their marks, which says nothing of the order in which anything
    happened. ``alone``: the units that are told apart; the others stand together under ""."""
    place, names = place_of(over[0]), {name for each in over for name in each.names}
    marked = sorted(((mark_of(salt, row.seal), row) for row in rows), key=lambda each: each[0])
    ordered = [row for _, row in marked]
    practice, of, counted, unit = place
    return Population(
        practice=practice,
        of=of,
        counted=counted,
        unit=unit,
        figures=tuple(sorted(each.key for each in over)),
        salt=salt,
        marks=tuple(mark for mark, _ in marked),
        units=Column.of([row.unit if row.unit in alone else "" for row in ordered]),
        columns={name: Column.of([row.cells[name] for row in ordered]) for name in sorted(names)},
    )


def body(head: Head, told: Sequence[Told], populations: Sequence[Population]) -> str:
    """All lines but the proof. Each definition is counted over the population that names it; raises as ``counted_again`` and
    ``canonical`` do."""
    over = {key: each for each in populations for key in each.figures}
    defined = [Defined(each.definition.text, each.definition.hash, each.words) for each in told]
    figures = [
        counted_again(each.definition, over[each.definition.key], each.definition.hash) for each in told
    ]
    parts: tuple[Line, ...] = (head, *defined, *populations, *figures)
    return "".join(written(line) for line in parts)


def digests(body: str) -> tuple[str, ...]:
    """The digest of each line."""
    return tuple(line_digest(line + "\n") for line in body.split("\n")[:-1])


def digest(body: str) -> str:
    """The digest of an edition, as the ledger's entry holds it."""
    return digest_of(digests(body))


def whole(body: str, proof: Proof) -> str:
    """The file as it is given out."""
    return body + written(proof)
