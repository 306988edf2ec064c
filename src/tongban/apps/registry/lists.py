"""The lists that pages draw: offices, divisions, categories; kept in memory until a register changes."""

from __future__ import annotations

from msgspec import Struct

from tongban.store.models import Category, DivisionRow, Stamp, UnitRow

_LEVELS = {"province": 0, "city": 1, "county": 2, "township": 3, "village": 4, "grid": 5}


class UnitView(Struct, frozen=True):
    """An office as a page lists it. ``level`` and ``kind`` are ids; ``phone`` may be ""."""

    id: str
    name: str
    kind: str
    level: str
    division: str
    parent: str
    phone: str


class DivisionView(Struct, frozen=True):
    code: str
    name: str
    short: str
    level: str
    parent: str


class CategoryView(Struct, frozen=True):
    """``path`` is the whole name, from the first level down; ``leaf`` when nothing lies within it."""

    code: str
    name: str
    path: str
    leaf: bool


class Lists(Struct, frozen=True):
    """One county's lists in one language."""

    units: tuple[UnitView, ...]
    divisions: tuple[DivisionView, ...]
    categories: tuple[CategoryView, ...]

    def within(self, division: str) -> tuple[DivisionView, ...]:
        """The divisions directly within one."""
        return tuple(each for each in self.divisions if each.parent == division)


def lists(county: str, language: str) -> Lists:
    """Units from the county down, divisions and categories by code; read anew when the stamp has moved."""
    stamp = Stamp.objects.filter(county=county).values_list("n", flat=True).first() or 0
    kept = _KEPT.get((county, language))
    if kept is None or kept[0] != stamp:
        kept = (
            stamp,
            Lists(_units(county, language), _divisions(county, language), _categories(county, language)),
        )
        _KEPT[county, language] = kept
    return kept[1]


_KEPT: dict[tuple[str, str], tuple[int, Lists]] = {}


def _units(county: str, language: str) -> tuple[UnitView, ...]:
    found = [
        UnitView(
            row.id,
            _in(language, row.name, row.name_en),
            row.kind,
            row.level,
            row.division,
            row.parent,
            row.phone,
        )
        for row in UnitRow.objects.filter(county=county, until=None)
    ]
    return tuple(sorted(found, key=lambda each: (_LEVELS.get(each.level, 9), each.division, each.name)))


def _divisions(county: str, language: str) -> tuple[DivisionView, ...]:
    """Those in force."""
    return tuple(
        DivisionView(
            row.code, _in(language, row.name, row.name_en), row.short or row.name, row.level, row.parent
        )
        for row in DivisionRow.objects.filter(county=county, until=None).order_by("code")
    )


def _categories(county: str, language: str) -> tuple[CategoryView, ...]:
    rows = list(Category.objects.filter(county=county).order_by("code"))
    names = {row.code: _in(language, row.name, row.name_en) for row in rows}
    parents = {code.rpartition(".")[0] for code in names}
    return tuple(
        CategoryView(
            code,
            name,
            " › ".join(names[each] for each in _around(code) if each in names),
            code not in parents,
        )
        for code, name in names.items()
    )


def _in(language: str, zh: str, en: str) -> str:
    return en if language == "en" and en else zh


def _around(code: str) -> tuple[str, ...]:
    """A category's ancestors from the first level down, then itself."""
    parts = code.split(".")
    return tuple(".".join(parts[:n]) for n in range(1, len(parts) + 1))
