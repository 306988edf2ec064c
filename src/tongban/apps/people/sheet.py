"""People and their posts as a sheet, the way offices keep them: a row for each post, read and given out in the same columns.

Units and roles are known by their id or by what they are called in Chinese or English, so that a list which lies there already can be taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tongban.apps.acting import Acting
from tongban.apps.marking import book_with, mark
from tongban.apps.office import office
from tongban.apps.people.accounts import (
    LARGEST,
    LOGIN,
    LONGEST_NAME,
    Named,
    PersonLine,
    PostLine,
    meets,
    people_in,
    row_of,
)
from tongban.apps.people.posts import role_words
from tongban.apps.people.roster import roles
from tongban.apps.registry.columns import Column
from tongban.apps.registry.sheets import Row, Sheet, at_row, read_sheet
from tongban.apps.sheets import add_row, new_book, new_sheet
from tongban.kernel.clock import local_date
from tongban.kernel.form.characters import narrow, shown
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.models import Person, PostRow

COLUMNS: tuple[Column, ...] = (
    Column("login", ("登录名", "账号", "用户名", "login"), required=True),
    Column("name", ("姓名", "名字", "name"), required=True),
    Column("name_en", ("英文名", "name in English")),
    Column("unit", ("单位", "科室", "部门", "unit")),
    Column("role", ("岗位", "角色", "role")),
    Column("first", ("起始日", "开始日期", "first day"), "instant"),
    Column("last", ("最后一天", "截止日期", "last day"), "instant"),
)
WIDTHS = (18, 14, 20, 28, 18, 14, 14)
LANGUAGES = ("zh-Hans", "en")
_DAY = timedelta(days=1)


def people_from(name: str, content: bytes, acting: Acting) -> Named | Refused:
    """Whom a file names: YAML where its name says so, else a sheet. Refuses what cannot be read at all, and YAML with any fault."""
    if len(content) > LARGEST:
        return Refused("people.file_too_large", name, {"most": LARGEST})
    if not name.lower().endswith((".yaml", ".yml")):
        return people_of(name, content, acting)
    try:
        lines = people_in(name, content.decode())
    except UnicodeDecodeError:
        return Refused("people.file_unreadable", name)
    return lines if isinstance(lines, Refused) else Named(lines)


def people_of(name: str, content: bytes, acting: Acting) -> Named | Refused:
    """Whom a sheet names (XLSX, or CSV in any encoding that offices use); several rows of one login are several posts.

    Every fault stands at its row and column, several of one row beside each other: what ``read_sheet`` refuses, ``people.sheet_login``,
    ``people.sheet_name``, ``people.twice`` where a login has two names, ``people.unknown_unit``, ``people.sheet_role`` for one that no practice in force
    names, ``people.post_held`` for a post that stands twice, and ``people.days`` for days that run backwards. Refuses a file without a header
    that can be read.
    """
    sheet = read_sheet(content, COLUMNS, name)
    if not sheet.headers:
        return Refused.of(list(sheet.faults))
    reading = _Reading(sheet, _units(), _roles(acting), local_date(acting.now))
    for row in sorted((*sheet.rows, *sheet.broken), key=lambda each: each.number):
        reading.row(row)
    return reading.named()


class _Reading:
    """A sheet on its way to people: each cell that can be read is judged, whatever is wrong beside it."""

    def __init__(
        self, sheet: Sheet, units: Mapping[str, set[str]], roles: Mapping[str, set[str]], today: date
    ) -> None:
        self._sheet, self._units, self._roles, self._today = sheet, units, roles, today
        self._faults = list(sheet.faults)
        self._names: dict[str, tuple[str, str]] = {}
        self._posts: dict[str, list[PostLine]] = defaultdict(list)
        self._places: dict[str, list[str]] = defaultdict(list)

    def row(self, row: Row) -> None:
        login = narrow(row.text("login"))
        called = (row.text("name"), row.text("name_en"))
        sound = bool(login) and bool(called[0])
        if login and not LOGIN.fullmatch(login):
            sound = self._refuse(row, "login", "people.sheet_login", login=shown(login))
        if len(called[0]) > LONGEST_NAME:
            sound = self._refuse(row, "name", "people.sheet_name", most=LONGEST_NAME)
        if sound and self._names.setdefault(login, called) != called:
            self._refuse(row, "login", "people.twice", login=login)
        post = self._post(row) if row.text("unit") or row.text("role") else None
        if not sound or post is None:
            return
        if any(meets(post, each, self._today) for each in self._posts[login]):
            self._refuse(row, "role", "people.post_held")
        else:
            self._posts[login].append(post)
            self._places[login].append(self._at(row, "role"))

    def named(self) -> Named:
        lines = (
            PersonLine(login=login, zh=zh, en=en, posts=tuple(self._posts[login]))
            for login, (zh, en) in self._names.items()
        )
        places = {login: tuple(rows) for login, rows in self._places.items()}
        return Named(tuple(lines), tuple(sorted(self._faults, key=row_of)), places)

    def _post(self, row: Row) -> PostLine | None:
        unit, role = row.text("unit"), row.text("role")
        units, roles = self._units.get(unit, set()), self._roles.get(role, set())
        first, last = (_day(row, name) for name in ("first", "last"))
        sound = True
        if len(units) != 1:
            sound = self._refuse(row, "unit", "people.unknown_unit", unit=shown(unit))
        if len(roles) != 1:
            sound = self._refuse(row, "role", "people.sheet_role", role=shown(role))
        if first is not None and last is not None and last < first:
            sound = self._refuse(row, "last", "people.days")
        if not sound:
            return None
        return PostLine(
            unit=next(iter(units)), role=next(iter(roles)), since=first, until=last + _DAY if last else None
        )

    def _refuse(self, row: Row, column: str, code: str, **facts: Value) -> bool:
        """Put a fault down; False, as what is wrong is not sound."""
        self._faults.append(Refused(code, self._at(row, column), facts))
        return False

    def _at(self, row: Row, column: str) -> str:
        return at_row(row.number, self._sheet.headers.get(column, ""))


def people_book(acting: Acting) -> bytes:
    """Everybody with the posts that they hold or will hold, as a workbook that ``people_of`` reads; marked with who took it out."""
    here, today = office(), local_date(acting.now)
    book = new_book()
    n = LANGUAGES.index(acting.language) and -1
    sheet = new_sheet(book, "people", WIDTHS)
    add_row(sheet, [each.headers[n] for each in COLUMNS], bold=True)
    held: dict[str, list[PostRow]] = defaultdict(list)
    rows = PostRow.objects.filter(county=here.county.code).exclude(until__lte=today)
    for row in rows.order_by("person", "since", "unit", "role"):
        held[row.person].append(row)
    for who in Person.objects.filter(county=here.county.code).order_by("id"):
        for post in held[who.id] or (None,):
            add_row(sheet, [who.id, who.name, who.name_en, *_said(post)])
    return book_with(book, mark("people", here.county.code, acting), acting.language)


def _said(post: PostRow | None) -> tuple[str, str, str, str]:
    if post is None:
        return "", "", "", ""
    last = (post.until - _DAY).isoformat() if post.until is not None else ""
    return post.unit, post.role, post.since.isoformat(), last


def _day(row: Row, name: str) -> date | None:
    found = row.values.get(name)
    return local_date(found) if isinstance(found, datetime) else None


def _units() -> Mapping[str, set[str]]:
    """The ids of the units that are called so; an id is the unit itself, whatever others are called."""
    here = office()
    found: dict[str, set[str]] = defaultdict(set)
    for unit in here.county.units:
        for language in LANGUAGES:
            found[here.names.unit(unit, language)].add(unit)
    return found | {unit: {unit} for unit in here.county.units}


def _roles(acting: Acting) -> Mapping[str, set[str]]:
    """The same of roles: those that somebody holds, and those of the practices in force."""
    here = office()
    ids = set(roles(acting))
    for _, adoption in here.all_practices(acting.now):
        practice = here.practice(adoption)
        guarded = practice.manifest.guarded
        ids |= {f"{practice.id}.{role}" if guarded else role for role in practice.manifest.roles}
    found: dict[str, set[str]] = defaultdict(set)
    for role in ids:
        for language in LANGUAGES:
            found[role_words(here, role, language, acting.now)].add(role)
    return found | {role: {role} for role in ids}
