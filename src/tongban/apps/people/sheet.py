"""People and their posts as a sheet, the way offices keep them: a row for each post, read and given out in the same columns.

Units and roles are known by their id or by what they are called in Chinese or English, so that a list which lies there already can be taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tongban.apps.acting import Acting
from tongban.apps.marking import book_with, mark
from tongban.apps.office import office
from tongban.apps.people.accounts import LARGEST, LOGIN, PersonLine, PostLine, meets, people_in
from tongban.apps.people.posts import role_words
from tongban.apps.people.roster import roles
from tongban.apps.registry.columns import Column
from tongban.apps.registry.sheets import Row, Sheet, at_row, read_sheet
from tongban.apps.sheets import add_row, new_book, new_sheet
from tongban.kernel.clock import local_date
from tongban.kernel.form.characters import shown
from tongban.kernel.refusal import Refused
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


def people_from(name: str, content: bytes, acting: Acting) -> tuple[PersonLine, ...] | Refused:
    """Whom a file names: YAML where its name says so, else a sheet."""
    if len(content) > LARGEST:
        return Refused("people.file_too_large", name, {"most": LARGEST})
    if not name.lower().endswith((".yaml", ".yml")):
        return people_of(name, content, acting)
    try:
        return people_in(name, content.decode())
    except UnicodeDecodeError:
        return Refused("people.file_unreadable", name)


def people_of(name: str, content: bytes, acting: Acting) -> tuple[PersonLine, ...] | Refused:
    """Whom a sheet names (XLSX, or CSV in any encoding that offices use); several rows of one login are several posts.

    Refuses every fault at its row: what ``read_sheet`` refuses, ``people.sheet_login``, ``people.twice`` where a login has two names,
    ``people.unknown_unit``, ``people.role`` for one that no practice in force names, ``people.post_held`` for a post that stands twice, and ``people.days`` for days that run backwards.
    """
    sheet = read_sheet(content, COLUMNS, name)
    if sheet.faults and not sheet.headers:
        return Refused.of(list(sheet.faults))
    units, known, today = _units(), _roles(acting), local_date(acting.now)
    names: dict[str, tuple[str, str]] = {}
    posts: dict[str, list[PostLine]] = defaultdict(list)
    faults = list(sheet.faults)
    for row in sheet.rows:
        login = row.text("login")
        called = (row.text("name"), row.text("name_en"))
        if not LOGIN.fullmatch(login):
            faults.append(Refused("people.sheet_login", _at(sheet, row, "login"), {"login": shown(login)}))
        if names.setdefault(login, called) != called:
            faults.append(Refused("people.twice", _at(sheet, row, "login"), {"login": login}))
        if not row.text("unit") and not row.text("role"):
            continue
        post = _post(sheet, row, units, known)
        if isinstance(post, Refused):
            faults.append(post)
        elif any(meets(post, each, today) for each in posts[login]):
            faults.append(Refused("people.post_held", _at(sheet, row, "role")))
        else:
            posts[login].append(post)
    if faults:
        return Refused.of(sorted(faults, key=_row_of))
    return tuple(
        PersonLine(login=login, zh=zh, en=en, posts=tuple(posts[login])) for login, (zh, en) in names.items()
    )


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


def _post(
    sheet: Sheet, row: Row, units: Mapping[str, set[str]], known: Mapping[str, set[str]]
) -> PostLine | Refused:
    unit, role = row.text("unit"), row.text("role")
    found = units.get(unit, set())
    if len(found) != 1:
        return Refused("people.unknown_unit", _at(sheet, row, "unit"), {"unit": shown(unit)})
    named = known.get(role, set())
    if len(named) != 1:
        return Refused("people.role", _at(sheet, row, "role"))
    first, last = (_day(row, name) for name in ("first", "last"))
    if first is not None and last is not None and last < first:
        return Refused("people.days", _at(sheet, row, "last"))
    return PostLine(
        unit=next(iter(found)), role=next(iter(named)), since=first, until=last + _DAY if last else None
    )


def _day(row: Row, name: str) -> date | None:
    found = row.values.get(name)
    return local_date(found) if isinstance(found, datetime) else None


def _row_of(fault: Refused) -> int:
    """As ``at_row`` writes it: faults are told from the top."""
    found = re.match(r"row ([0-9]+)", fault.where)
    return int(found[1]) if found else 0


def _at(sheet: Sheet, row: Row, name: str) -> str:
    return at_row(row.number, sheet.headers.get(name, ""))


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
