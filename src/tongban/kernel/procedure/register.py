"""A register: things of one kind that cases are about, each known by a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from tongban.kernel import shapes
from tongban.kernel.expression import Expression
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.form.characters import capitals
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.procedure.fitting import Vocabulary
from tongban.kernel.procedure.meeting import Meeting
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value

_parts = shapes.reader(tuple[str, ...])


class Rule(Struct, frozen=True):
    """What must hold of every row that is brought: over ``row.<column>`` and ``given.<column>``."""

    code: str
    that: Expression


class Register(Struct, frozen=True):
    """``key`` are the fields whose answers say which row; ``columns`` are what a row can say.

    The rows of a ``brought`` one come with a sheet that the county loads, and say nothing of persons. Of a ``public`` one
    a requester's own request may know. The parts of the key that are ``sealed`` say who somebody is: rows and ledger hold a
    keyed digest in their place. A ``kept`` one is a brought one whose rows no sheet brings: the system itself writes them.
    ``meetings`` say which of its rows mean something together. ``codes`` are the parts of the key that people write as they please:
    in a key they stand in capitals, whoever wrote them. ``conditions`` are the columns whose cells are expressions, and of what they speak.
    """

    id: str
    key: tuple[str, ...]
    columns: tuple[Field, ...]
    brought: bool = False
    public: bool = False
    rules: tuple[Rule, ...] = ()
    sealed: frozenset[str] = frozenset()
    kept: bool = False
    meetings: tuple[Meeting, ...] = ()
    codes: frozenset[str] = frozenset()
    conditions: Mapping[str, Vocabulary] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what a row can say."""
        return tuple(each.id for each in self.columns)

    @property
    def asked(self) -> tuple[Field, ...]:
        """What a row of a sheet answers: the key first. A part of the key that is no column is a code."""
        known = {each.id: each for each in self.columns}
        key = (replace(known.get(name, Field(name, FieldKind.code)), required=True) for name in self.key)
        return (*key, *(each for each in self.columns if each.id not in self.key))

    def part(self, name: str, said: str) -> str:
        """An answer as it stands in a key."""
        return capitals(said) if name in self.codes else said

    @property
    def vocabulary(self) -> Vocabulary:
        """What a condition over a row may name: all that it says in plain."""
        return Vocabulary.of(self.id, tuple(each for each in self.asked if each.id not in self.sealed))

    def said(self, key: str, fields: Facts) -> Facts:
        """A row as it is judged: its columns, and the parts of its key that are not sealed."""
        parts = (key,) if len(self.key) == 1 else _parts(key)
        plain = {name: part for name, part in zip(self.key, parts, strict=True) if name not in self.sealed}
        return {**plain, **fields}

    def misread(self, row: Facts) -> tuple[Refused, ...]:
        """Every fault of the conditions in a row, each at its column."""
        read = (
            said.read(str(row[column]), column) for column, said in self.conditions.items() if row.get(column)
        )
        return tuple(fault for each in read if isinstance(each, Refused) for fault in each.all())

    def broken(self, row: Facts) -> tuple[tuple[Rule, str], ...]:
        """The rules that a row does not keep, each with the first column that it names."""
        values: dict[str, Value] = {f"row.{name}": value for name, value in row.items()}
        values |= dict.fromkeys((f"given.{name}" for name in row), True)
        return tuple((each, self._first(each)) for each in self.rules if not each.that.holds(values))

    def _first(self, rule: Rule) -> str:
        named = {name.partition(".")[2] for name in rule.that.names}
        return next((name for name in (*self.fields, *self.key) if name in named), self.key[0])

    @property
    def title(self) -> str:
        """The column by which people know a row: its first line of words, "" where it has none."""
        return next((each.id for each in self.columns if each.kind is FieldKind.line), "")


def names_of(registers: Sequence[Register]) -> Mapping[str, tuple[Register, Field]]:
    """What registers say, by the name that expressions give it: ``papers`` where one alone says that, ``item.papers`` always."""
    often = Counter(name for each in registers for name in each.fields)
    plain = {
        column.id: (each, column) for each in registers for column in each.columns if often[column.id] == 1
    }
    return plain | {f"{each.id}.{column.id}": (each, column) for each in registers for column in each.columns}


def key_text(parts: Sequence[str]) -> str:
    """The key of a row: the one answer, or several as a list that cannot be taken for another."""
    return parts[0] if len(parts) == 1 else canonical(tuple(parts))


def parts_of(key: str) -> tuple[str, ...]:
    """The parts of a key that has several."""
    return _parts(key)


def seal_place(register: str, name: str) -> str:
    """Under what a case keeps the sealed part of a key."""
    return f"{register}.{name}"
