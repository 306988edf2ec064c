"""Which case each row means, and in what order the cases of a sheet may be taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, cast

from msgspec.structs import replace

from tongban.apps.casework.many.rows import RowDone, StepRow
from tongban.apps.numbers import read_number
from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.refusal import Refused

SET = 150
"""Cases loaded, decided and stored together."""
Together: TypeAlias = dict[str, list[StepRow]]
"""The rows of some cases by their numbers, in the order of the sheet."""

_DOWN = """
    WITH RECURSIVE down AS (
        SELECT id, number, state::json -> 'facts' AS facts FROM store_case WHERE county = %s AND parent = %s::uuid
        UNION ALL
        SELECT c.id, c.number, c.state::json -> 'facts'
        FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
    )
    SELECT number, facts FROM down
"""
_TOPS = """
    WITH RECURSIVE up AS (
        SELECT DISTINCT coalesce(parent, under) AS id FROM store_case WHERE county = %s AND number = ANY (%s::text[])
        UNION SELECT coalesce(c.parent, c.under) FROM store_case c JOIN up ON c.county = %s AND c.id = up.id
    )
    SELECT number FROM store_case WHERE county = %s AND id IN (SELECT id FROM up) AND number = ANY (%s::text[])
"""


def named(
    here: Office, rows: Sequence[StepRow], under: Case | None
) -> tuple[list[tuple[str, StepRow]], list[RowDone]]:
    """Each row with the number of its case, and the rows that name none.

    Refused are a mistyped number (``case.*``), a case that is not below the one asked (``rows.not_below``), and a key
    that no case has (``rows.no_case``), that several have (``rows.several``), or that nothing is asked below
    (``rows.under_missing``).
    """
    below = _Below(here, under)
    found: list[tuple[str, StepRow]] = []
    nobody: list[RowDone] = []
    for row in rows:
        number = below.number(row)
        if isinstance(number, Refused):
            typed = row.case or " ".join(row.key.values())
            nobody.append(RowDone(row.number, "refused", typed, row.step, refused=row.fault or number))
        else:
            found.append((number, row))
    return found, nobody


class _Below:
    """The cases below another one, read when somebody asks for one of them."""

    def __init__(self, here: Office, under: Case | None) -> None:
        self.here, self.under = here, under
        self.read: list[tuple[str, dict[str, object]]] | None = None
        self.numbers: set[str] = set()
        self.by: dict[tuple[str, ...], dict[tuple[str, ...], list[str]]] = {}

    def number(self, row: StepRow) -> str | Refused:
        if not row.case:
            return self._keyed(row)
        number = read_number(row.case)
        if isinstance(number, Refused):
            return replace(number, where="case")
        if self.under is not None and number not in self._all():
            return Refused("rows.not_below", "case", {"number": number, "under": self.under.number})
        return number

    def _keyed(self, row: StepRow) -> str | Refused:
        said = "、".join(row.key.values())
        if not row.key:
            return Refused("rows.case_missing", "case")
        if self.under is None:
            return Refused("rows.under_missing", "case", {"key": said})
        self._all()
        names = tuple(sorted(row.key))
        if names not in self.by:
            made: dict[tuple[str, ...], list[str]] = {}
            for number, facts in self.read or ():
                made.setdefault(tuple(str(facts.get(name, "")) for name in names), []).append(number)
            self.by[names] = made
        numbers = self.by[names].get(tuple(row.key[name] for name in names), [])
        if len(numbers) == 1:
            return numbers[0]
        return Refused(
            "rows.several" if numbers else "rows.no_case", "case", {"key": said, "count": len(numbers)}
        )

    def _all(self) -> set[str]:
        if self.read is None and self.under is not None:
            county = self.here.county.code
            rows = self.here.rows(_DOWN, [county, self.under.id, county])
            self.read = cast("list[tuple[str, dict[str, object]]]", rows)
            self.numbers = {number for number, _ in self.read}
        return self.numbers


def sets(here: Office, found: Sequence[tuple[str, StepRow]]) -> Iterator[tuple[Together, ...]]:
    """The rows by case, in sets that are each decided together; those of one tuple also side by side.

    What a case may do can depend on those above and below it, never on others: so where a sheet has rows of both, a row
    of the upper one waits for all rows before it, and those after it wait for that row.
    """
    numbers = list(dict.fromkeys(number for number, _ in found))
    county = here.county.code
    tops = {str(row[0]) for row in here.rows(_TOPS, [county, numbers, county, county, numbers])}
    free: Together = {}
    for number, row in found:
        if number in tops:
            yield _cut(free)
            free = {}
            yield ({number: [row]},)
        else:
            free.setdefault(number, []).append(row)
    yield _cut(free)


def _cut(free: Together) -> tuple[Together, ...]:
    items = list(free.items())
    return tuple(dict(items[start : start + SET]) for start in range(0, len(items), SET))
