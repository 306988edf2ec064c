"""Identity, content, search, registers and adoptions: what stands beside the ledger."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_practice import COUNTY, MONDAY, PROCEDURE, later, opened, procedures, take

from tongban.kernel.form import FieldKind
from tongban.kernel.ledger.verify import verify_chain
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import adoptions, identity, registers, search
from tongban.store.attachments import Files
from tongban.store.batch import Append, entries
from tongban.store.erasure import Erased, Why, erase
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
from tongban.store.models import CaseRow, Content, DivisionRow, EventRow, Identity, UnitRow
from tongban.store.notes import append_note, chain_id
from tongban.store.shelf import Folder
from tongban.store.values import content, latest

pytestmark = [pytest.mark.database, pytest.mark.django_db]
ASKED = Why("requested", "li", MONDAY)


@pytest.fixture
def ledger() -> Journal:
    return Journal(COUNTY, Lookup(b"k" * 32))


def open_case(ledger: Journal, **answers) -> str:
    decided = opened(**answers)
    ledger.append([Append(PROCEDURE, decided)], MONDAY)
    return decided.cases[0].id


def test_looking_at_an_identity_needs_a_purpose_and_is_logged_first(ledger):
    case = open_case(ledger, name="王小明")
    assert identity.look(ledger, case, ["phone"], "li", " ", "", MONDAY) == Refused("identity.purpose")
    seen = identity.look(ledger, case, ["phone", "id_card"], "li", "callback", "问是否解决", MONDAY)
    assert seen == {"phone": "13800001234"}
    [note] = ledger.events(chain_id(COUNTY, f"looked/{case}"))
    assert note.kind == "looked"
    assert note.facts()["purpose"] == "callback" and note.facts()["case"] == case
    assert "13800001234" not in note.body and "问是否解决" not in note.body
    assert content(ledger, note.chain)[1]["why"].value == "问是否解决"


def test_a_phone_finds_its_cases_without_being_read(ledger):
    first, second = open_case(ledger, phone="13900000001"), open_case(ledger, phone="13900000001")
    other = open_case(ledger, phone="13900000002")
    assert set(identity.cases_of(ledger, FieldKind.phone, "13900000001")) == {first, second}
    assert identity.same_requester(ledger, first) == (second,)
    assert identity.is_of(ledger, other, FieldKind.phone, "13900000002")
    assert not identity.is_of(ledger, other, FieldKind.phone, "13900000001")
    assert ledger.events(chain_id(COUNTY, f"looked/{first}")) == ()


def test_another_key_finds_nothing(ledger):
    open_case(ledger, phone="13900000001")
    stranger = Journal(COUNTY, Lookup(b"x" * 32))
    assert identity.cases_of(stranger, FieldKind.phone, "13900000001") == ()


def hits(ledger, words, limit=50, **asked):
    return [hit.case for hit in search.found(ledger, search.Question(words, **asked), limit)]


def test_erasing_content_takes_text_title_and_search_words_and_leaves_every_proof(ledger):
    case = open_case(ledger, title="路灯不亮")
    search.index(ledger, [case])
    assert hits(ledger, "路灯") == [case]
    assert CaseRow.objects.get(id=case).title == "路灯不亮"
    done = erase(ledger, procedures, case, ["title", "body"], ASKED)
    assert done == Erased(2, ())
    assert CaseRow.objects.get(id=case).title == ""
    assert hits(ledger, "路灯") == []
    assert latest(content(ledger, case)) == {}
    [loaded] = ledger.load(ids=[case])
    assert loaded.case.given >= {"title", "body"}
    assert list(verify_chain(entries(ledger.events(case)), until=loaded.tip, thorough=True)) == []
    assert Identity.objects.filter(chain=case).count() == 1


def test_erasing_everything_takes_the_identity_too_and_salts_with_it(ledger):
    case = open_case(ledger)
    assert erase(ledger, procedures, case, [], ASKED) == Erased(2, ())
    assert not Content.objects.filter(chain=case).exists()
    assert not Identity.objects.filter(chain=case).exists()
    assert erase(ledger, procedures, case, [], ASKED) == Refused("erasure.nothing")
    assert erase(ledger, procedures, case, [], Why("", "li", MONDAY)) == Refused("erasure.reason")
    [note] = ledger.events(chain_id(COUNTY, "erasures"))
    assert note.facts()["fields"] == ("body", "phone")


def test_a_title_comes_from_the_title_else_the_text_without_personal_numbers(ledger):
    named = open_case(ledger, title="路灯不亮")
    unnamed = open_case(ledger, body="请回电 13812345678，\n" + "路灯坏了" * 40)
    assert CaseRow.objects.get(id=named).title == "路灯不亮"
    title = CaseRow.objects.get(id=unnamed).title
    assert len(title) == 80 and "13812345678" not in title and "\n" not in title
    [loaded] = ledger.load(ids=[unnamed])
    retitled = take(loaded.case, "retitle", answers={"title": "新标题"})
    ledger.append([Append(PROCEDURE, retitled, loaded)], MONDAY)
    assert CaseRow.objects.get(id=unnamed).title == "新标题"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("路灯", True),
        ("灯坏", True),
        ("灯 村口", True),
        ("灯 村", True),
        ("灯 瓦", False),
        ("村口 瓦", False),
        ("路灯好", False),
        ("坏灯", False),
        ("ＬＥＤ", True),
        ("灯", True),
        ("瓦", False),
        ("3号", True),
        ("号桥", True),
        ("2026", True),
        ("026", False),
        ("𠮷家", True),
        ("𠮷", True),
        ("%", False),
        ("'", False),
    ],
)
def test_search_finds_neighbouring_characters_and_nothing_else(ledger, question, found):
    case = open_case(ledger, body="村口路灯坏了，LED 灯也不亮。2026年3号桥𠮷家旁。")
    search.index(ledger, [case])
    assert (hits(ledger, question) == [case]) is found


def opened_in_turn(ledger, words, n):
    """Cases three weeks apart, the latest first; every second one says the words."""
    made = []
    for at in range(n):
        moment = MONDAY - timedelta(weeks=3 * at)
        case = open_case(ledger, at=moment, body=words if at % 2 == 0 else "井盖丢了。")
        made += [case] if at % 2 == 0 else []
    search.index(ledger, [str(each) for each in CaseRow.objects.values_list("id", flat=True)])
    return made


@pytest.mark.parametrize("newest", [1, 4, 1000])
def test_search_brings_the_latest_first_and_goes_on_where_it_stopped(ledger, monkeypatch, newest):
    monkeypatch.setattr(search, "_FIRST", search._FIRST.replace(f"LIMIT {search.NEWEST}", f"LIMIT {newest}"))
    made = opened_in_turn(ledger, "村口路灯坏了。", 14)
    found, after = [], None
    while page := search.found(ledger, search.Question("路灯", after=after), 3):
        found += [hit.case for hit in page]
        after = page[-1]
    assert found == made


def test_search_is_narrowed_by_unit_practice_and_category(ledger):
    case = open_case(ledger, body="村口路灯坏了。")
    search.index(ledger, [case])
    row = CaseRow.objects.get(id=case)
    assert hits(ledger, "路灯", practice=row.practice) == [case]
    assert hits(ledger, "路灯", practice="other") == []
    assert hits(ledger, "路灯", category="01") == hits(ledger, "路灯", category="01.01") == [case]
    assert hits(ledger, "路灯", category="01.0") == hits(ledger, "路灯", category="02") == []
    assert hits(ledger, "路灯", everywhere=False, units=("nobody's", row.holder)) == [case]
    assert hits(ledger, "路灯", everywhere=False, units=("nobody's",)) == []
    assert hits(ledger, "路灯", everywhere=False, units=()) == []


def test_the_county_is_kept_until_a_register_changes(ledger):
    place = {"county": COUNTY, "level": "county"}
    DivisionRow.objects.create(code=COUNTY, name="示例县", since=date(2020, 1, 1), **place)
    UnitRow.objects.create(id="office", kind="county_office", division=COUNTY, name="办", **place)
    first = registers.county_of(COUNTY)
    assert list(first.units) == ["office"] and first.code == COUNTY
    assert registers.county_of(COUNTY) is first
    UnitRow.objects.filter(id="office").update(kind="centre")
    second = registers.county_of(COUNTY)
    assert second is not first and second.units["office"].kind == "centre"
    case = open_case(ledger)
    [loaded] = ledger.load(ids=[case])
    assert registers.county_of(COUNTY, loaded.registers) is second
    UnitRow.objects.filter(id="office").delete()
    assert registers.county_of(COUNTY).units == {}


def test_a_calendar_year_is_imported_whole_or_refused(ledger):
    text = (Path(__file__).parents[2] / "calendars" / "cn" / "2026.yaml").read_text()
    before = registers.county_of(COUNTY).calendar
    assert registers.import_year(ledger, text, "2026.yaml", "li", MONDAY).number == 2026
    assert registers.county_of(COUNTY).calendar.known(2026) and not before.known(2026)
    refused = registers.import_year(ledger, "year: x", "2027.yaml", "li", MONDAY)
    assert isinstance(refused, Refused)
    [note] = ledger.events(chain_id(COUNTY, "calendars"))
    assert note.facts()["year"] == 2026


def test_an_unknown_adoption_is_named(ledger):
    assert adoptions.current(ledger, "nobody").code == "practice.not_adopted"
    with pytest.raises(RefusedError, match=r"practice\.not_adopted"):
        adoptions.procedure(ledger, "nobody-1")


def test_a_practice_that_cannot_be_read_is_not_adopted(ledger):
    refused = adoptions.adopt(ledger, {"practice.yaml": "id: ["}, {}, [], "li", MONDAY)
    assert isinstance(refused, Refused)
    assert adoptions.adoptions(ledger) == ()


def test_the_same_file_is_kept_once_and_no_path_leaves_the_folder(ledger, tmp_path):
    shelf = Folder(tmp_path / "attachments")
    files = Files(shelf)
    name = files.keep(ledger, b"photo", "image/jpeg", MONDAY)
    assert files.keep(ledger, b"photo", "image/jpeg", MONDAY) == name
    assert files.read(name) == b"photo"
    assert shelf.path(name).stat().st_mode & 0o077 == 0
    for bad in ("../../etc/passwd", "A" * 64, ""):
        with pytest.raises(ValueError, match="not the id"):
            shelf.path(bad)
    shelf.path(name).write_bytes(b"other")
    with pytest.raises(ValueError, match="changed"):
        files.read(name)
    files.remove(ledger, name)
    assert not shelf.path(name).exists()


def test_notes_are_sealed_one_on_another(ledger):
    for day in range(3):
        append_note(ledger, "calendars", "calendar", {"day": day}, later(days=day), later(days=day))
    chain = ledger.events(chain_id(COUNTY, "calendars"))
    assert [each.seq for each in chain] == [1, 2, 3]
    assert list(verify_chain(entries(chain), thorough=True)) == []
    with pytest.raises(ValueError, match="no step"):
        append_note(ledger, "x", "step", {}, MONDAY, MONDAY)


def test_the_ledger_refuses_to_be_changed(ledger):
    case = open_case(ledger)
    from django.db import IntegrityError, transaction

    for change in (
        lambda: EventRow.objects.filter(chain=case).update(kind="x"),
        lambda: EventRow.objects.filter(chain=case).delete(),
    ):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            change()


def test_keys_are_made_once_and_for_their_owner_alone(keys):
    signer = keys.signer(COUNTY)
    assert keys.signer(COUNTY) == signer and keys.lookup(COUNTY) == keys.lookup(COUNTY)
    assert keys.signer("330800").secret != signer.secret
    for path in keys.folder.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    assert signer.secret.hex() not in repr(signer) and "kkkk" not in repr(Lookup(b"k" * 32))


def test_waiting_names_whose_turn_it_is(ledger):
    case = open_case(ledger)
    row = CaseRow.objects.get(id=case)
    assert (row.waiting, row.standing, row.phase) == ("centre", "open", "received")
    assert row.due_at and row.next_due < row.due_at and row.wake_at == row.next_due
    assert json.loads(row.state)["number"] == row.number
