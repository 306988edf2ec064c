"""Editions of a county at work: two people, sealed, checked by a stranger, corrected, taken down, and found out when changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from desk_ground import Desk
from desk_ground import committed_desk as desk
from published_ground import PERIOD, acting, given, keys, later, lived, released
from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import figures
from tongban.apps.disclosure.publishing import wide_unit
from tongban.apps.disclosure.released import released as shown_of
from tongban.apps.editions import publishing
from tongban.apps.editions.following import standings
from tongban.apps.editions.publishing import Done, drop, keep_up, propose, release, take_down
from tongban.apps.editions.reading import Packed, file_of, newest_list, page
from tongban.apps.editions.reviewing import Review, review
from tongban.apps.office import office
from tongban.apps.registry.upkeep import verify_ledger
from tongban.kernel.commands import SYSTEM, Actor, ActorKind
from tongban.kernel.county import Level
from tongban.kernel.edition.checking import check
from tongban.kernel.edition.lines import Edition, mark_of, proof_of, read, written
from tongban.kernel.edition.recount import definition_of
from tongban.kernel.indicator.row import tally_of
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import draws, editions

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]


def replaced(text: str, **members: object) -> str:
    """The file with another proof."""
    *body, proof = text.splitlines(keepends=True)
    return "".join(body) + written(msgspec.structs.replace(proof_of(proof), **members))


def test_a_month_goes_out_by_two_people_and_a_stranger_finds_it_true(desk: Desk) -> None:
    lived(desk)
    mine = acting(desk, "liuzeyu")
    proposed = propose(PERIOD, "", mine)
    assert isinstance(proposed, Done)
    again = propose(PERIOD, "", acting(desk, "zengjiayi"))
    assert isinstance(again, Refused) and again.code == "edition.proposed_already"
    alone = release(PERIOD, proposed.digest, mine)
    assert isinstance(alone, Refused) and alone.code == "edition.same_person"
    assert isinstance(file_of(PERIOD, 1), Refused)
    assert isinstance(release(PERIOD, proposed.digest, acting(desk, "zengjiayi")), Done)
    text = given(PERIOD, 1)
    newest = newest_list(later())
    assert isinstance(newest, str)
    verdict = check(text, keys(), newest)
    assert verdict.findings == () and verdict.true


def test_what_it_says_is_what_the_page_of_figures_says(desk: Desk) -> None:
    lived(desk)
    text = released(desk)
    month = figures(PERIOD, "zh-Hans", later())
    edition = read(text)
    assert not isinstance(month, Refused) and isinstance(edition, Edition)
    shown = {f"{each.of}/{each.id}": each for each in month.figures}
    assert edition.figures
    for figure in edition.figures:
        known = shown["/".join(figure.key.split("/")[:2])]  # what it is broken down by stands beside it
        assert (figure.county.numerator, figure.county.denominator) == (known.numerator, known.denominator)
    signs = {"hotline/alike_share", "hotline/denied_contact", "hotline/split_share"}
    assert all(
        set(each.units) == {""} for each in edition.figures if each.key in signs
    )  # told of the county alone


def test_it_says_nothing_of_who_and_when(desk: Desk) -> None:
    numbers = lived(desk)
    text = released(desk)
    here = office()
    for number in numbers:
        loaded = here.load(number)
        assert loaded is not None
        assert loaded.case.id not in text and number not in text
        assert f"{loaded.case.opened_at:%H:%M:%S}" not in text
    assert "13812345678" not in text
    people = {acting(desk, login).actor.person for login in ("liuzeyu", "zengjiayi")}
    assert not any(f'"{person}"' in text for person in people)


@pytest.mark.parametrize("login", ["zhengjinhua", "fangcaixia", "xuqiuju"])
def test_who_works_on_cases_publishes_nothing(desk: Desk, login: str) -> None:
    refused = propose(PERIOD, "", acting(desk, login))
    assert isinstance(refused, Refused) and refused.code == "edition.not_allowed"


def test_a_program_publishes_nothing(desk: Desk) -> None:
    refused = propose(PERIOD, "", Acting(later(), SYSTEM))
    assert isinstance(refused, Refused) and refused.code == "edition.not_allowed"


def test_a_month_that_is_not_over_or_has_nothing_is_not_published(desk: Desk) -> None:
    running = propose(f"{later() + timedelta(hours=8):%Y-%m}", "", acting(desk, "liuzeyu"))
    assert isinstance(running, Refused) and running.code == "edition.month_unfinished"
    empty = propose("2020-01", "", acting(desk, "liuzeyu"))
    assert isinstance(empty, Refused) and empty.code == "edition.nothing_counted"
    wrong = propose("2020-13", "", acting(desk, "liuzeyu"))
    assert isinstance(wrong, Refused) and wrong.code == "disclosure.period"


def test_a_correction_is_a_new_edition_that_names_the_old_one(desk: Desk) -> None:
    lived(desk)
    first = released(desk)
    same = propose(PERIOD, "看错了", acting(desk, "liuzeyu"))
    assert isinstance(same, Refused) and same.code == "edition.nothing_changed"
    lived(desk, 1)
    silent = propose(PERIOD, "", acting(desk, "liuzeyu"))
    assert isinstance(silent, Refused) and silent.code == "edition.why"
    second = released(desk, "补登了一件")
    old, new = read(first), read(second)
    assert isinstance(old, Edition) and isinstance(new, Edition)
    assert new.head.corrects == old.digest and new.head.why == "补登了一件"
    assert given(PERIOD, 1) == first, "the old one stays as it was"
    newest = newest_list(later())
    assert isinstance(newest, str)
    assert check(second, keys(), newest).true
    assert [each.code for each in check(first, keys(), newest).findings] == ["edition.not_newest"]
    assert new.proof is not None and new.proof.before is not None
    assert old.proof is not None and new.proof.before.note == old.proof.note
    assert check(replaced(second, before=None), keys()).findings[0].facts["member"] == "before"


def test_taking_down_needs_two_and_leaves_the_reason(desk: Desk) -> None:
    lived(desk)
    text = released(desk)
    mine, other = acting(desk, "liuzeyu"), acting(desk, "zengjiayi")
    bare = take_down(PERIOD, 1, " ", mine)
    assert isinstance(bare, Refused) and bare.code == "edition.why"
    assert isinstance(take_down(PERIOD, 1, "口径有误", mine), Done)
    assert isinstance(file_of(PERIOD, 1), Packed)
    alone = take_down(PERIOD, 1, "", mine)
    assert isinstance(alone, Refused) and alone.code == "edition.same_person"
    assert isinstance(take_down(PERIOD, 1, "口径有误", other), Done)
    gone = file_of(PERIOD, 1)
    assert isinstance(gone, Refused) and gone.code == "edition.gone"
    shown = page(PERIOD, 0, "zh-Hans")
    assert not isinstance(shown, Refused)
    assert shown.this.state == "withdrawn" and shown.this.withdrawn_why == "口径有误"
    newest = newest_list(later())
    assert isinstance(newest, str)
    assert [each.code for each in check(text, keys(), newest).findings] == ["edition.withdrawn"]


def test_a_proposal_that_was_changed_in_the_database_is_not_released(desk: Desk) -> None:
    lived(desk)
    proposed = propose(PERIOD, "", acting(desk, "liuzeyu"))
    assert isinstance(proposed, Done)
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE store_edition SET text = replace(text, '"numerator":', '"numerator":1')""")
    refused = release(PERIOD, proposed.digest, acting(desk, "zengjiayi"))
    assert isinstance(refused, Refused) and refused.code == "edition.proposal_changed"


def test_only_what_was_looked_at_is_released(desk: Desk) -> None:
    lived(desk)
    mine, other = acting(desk, "liuzeyu"), acting(desk, "zengjiayi")
    looked_at = propose(PERIOD, "", mine)
    assert isinstance(looked_at, Done)
    seen = publishing.waiting(office(), PERIOD)
    assert seen is not None
    assert drop(PERIOD, mine) is None
    exchanged = propose(PERIOD, "", mine)
    assert isinstance(exchanged, Done) and exchanged.digest != looked_at.digest
    refused = release(PERIOD, looked_at.digest, other)
    assert isinstance(refused, Refused) and refused.code == "edition.other_proposal"
    with pytest.raises(RefusedError) as stop:  # exchanged between the look and the turn
        editions.release(office().journal, seen, other.actor.person, later(), later())
    assert stop.value.refusal.code == "edition.other_proposal"
    assert isinstance(file_of(PERIOD, 1), Refused)


def test_only_the_reason_that_was_read_takes_an_edition_down(desk: Desk) -> None:
    lived(desk)
    released(desk)
    mine, other = acting(desk, "liuzeyu"), acting(desk, "zengjiayi")
    assert isinstance(take_down(PERIOD, 1, "口径有误", mine), Done)
    seen = editions.kept(office().journal, PERIOD)[0]
    assert keep_up(PERIOD, 1, mine) is None
    assert isinstance(take_down(PERIOD, 1, "有人不满意", mine), Done)
    refused = take_down(PERIOD, 1, "口径有误", other)
    assert isinstance(refused, Refused) and refused.code == "edition.other_reason"
    with pytest.raises(RefusedError) as stop:
        editions.take_down(office().journal, seen, other.actor.person, later())
    assert stop.value.refusal.code == "edition.other_reason"
    assert isinstance(file_of(PERIOD, 1), Packed)


def test_a_proposal_that_another_edition_overtook_is_not_kept(desk: Desk) -> None:
    lived(desk)
    assert isinstance(propose(PERIOD, "", acting(desk, "liuzeyu")), Done)
    slow = publishing.waiting(office(), PERIOD)
    assert slow is not None
    text = editions.text_of(office().journal, PERIOD, 1)
    again = editions.propose(office().journal, slow, text)
    assert isinstance(again, Refused) and again.code == "edition.proposed_already"
    assert isinstance(release(PERIOD, slow.digest, acting(desk, "zengjiayi")), Done)
    late = editions.propose(office().journal, slow, text)
    assert isinstance(late, Refused) and late.code == "edition.overtaken"


def test_who_releases_sees_what_is_gone_and_what_is_defined_otherwise(desk: Desk) -> None:
    lived(desk)
    text = released(desk)
    lived(desk, 1)
    mine = acting(desk, "liuzeyu")
    assert isinstance(propose(PERIOD, "补登了一件", mine), Done)
    kept, changed, *_ = [json.loads(line) for line in text.split("\n") if '"line":"figure"' in line]
    lines = editions.told_of(office().journal, PERIOD, 2).split("\n")
    forged = "\n".join(line for line in lines if kept["definition"] not in line)
    hash = changed["definition"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_edition SET told = %s WHERE edition = 2", [forged.replace(hash, hash[::-1])]
        )
    found = review(PERIOD, acting(desk, "zengjiayi"))
    assert isinstance(found, Review)
    by = {each.term.key: each for each in found.changes}
    assert by[kept["key"]].now == "" and by[kept["key"]].changed
    assert by[changed["key"]].redefined and by[changed["key"]].changed


def test_a_proposal_that_is_given_up_leaves_nothing(desk: Desk) -> None:
    lived(desk)
    assert isinstance(propose(PERIOD, "", acting(desk, "liuzeyu")), Done)
    assert drop(PERIOD, acting(desk, "zengjiayi")) is None
    assert publishing.waiting(office(), PERIOD) is None
    assert isinstance(page(PERIOD, 0, "en"), Refused)


def findings() -> list[tuple[str, object]]:
    report = verify_ledger(datetime.now(UTC))
    return [(each.code, each.facts.get("member")) for each in report.findings]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "UPDATE store_edition SET text = replace(text, '\"numerator\":', '\"numerator\":1')",
            ("ledger.edition_differs", "text"),
        ),
        ("UPDATE store_edition SET corrects = repeat('a', 64)", ("ledger.edition_differs", "corrects")),
        (
            "UPDATE store_edition SET told = replace(told, '\"numerator\":', '\"numerator\":1')",
            ("ledger.edition_differs", "told"),
        ),
        ("UPDATE store_edition SET withdrawn_at = now()", ("ledger.edition_differs", "withdrawn")),
        ("UPDATE store_edition SET edition = 7", ("ledger.edition_unknown", None)),
        ("DELETE FROM store_edition", ("ledger.edition_missing", None)),
    ],
)
def test_a_figure_edited_in_the_database_is_found(desk: Desk, sql: str, expected: tuple[str, object]) -> None:
    lived(desk)
    released(desk)
    assert findings() == []
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert expected in findings()


def test_a_resident_finds_their_row_and_what_it_counts_in(desk: Desk) -> None:
    numbers = lived(desk)
    text = released(desk)
    loaded = office().load(numbers[0])
    assert loaded is not None
    owner = Acting(later(), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})), language="en")
    found = standings(numbers[0], owner)
    assert not isinstance(found, Refused) and found
    assert all(row.mark in text for each in found for row in each.rows)
    assert any(each.title and each.how == "good" for one in found for each in one.counted)
    stranger = standings(numbers[0], Acting(later(), Actor(ActorKind.REQUESTER)))
    assert isinstance(stranger, Refused)


def test_pages_read_no_more_of_an_edition_than_they_show(desk: Desk) -> None:
    numbers = lived(desk)
    text = released(desk)
    loaded = office().load(numbers[0])
    assert loaded is not None
    owner = Acting(later(), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})), language="en")
    with CaptureQueriesContext(connection) as sent:
        assert standings(numbers[0], owner)
        shown = page(PERIOD, 0, "en")
        assert not isinstance(figures(PERIOD, "en", later()), Refused)
    assert not any('"store_edition"."text"' in each["sql"] for each in sent)
    proofs = [each["sql"] for each in sent if '"store_edition"."proof" AS' in each["sql"]]
    assert len(proofs) == 1, "that of the edition whose page it is"
    edition = read(text)
    assert not isinstance(shown, Refused) and isinstance(edition, Edition)
    assert shown.rows == sum(len(each.marks) for each in edition.populations)


def test_rows_tell_what_the_figure_tells_and_no_more(desk: Desk) -> None:
    """As somebody would who has the file and knows all of a case: whatever adds the same looks the same, and nothing joins two figures."""
    numbers = lived(desk)
    edition = read(released(desk))
    assert isinstance(edition, Edition)
    here = office()
    definitions = {each.key: each for each in map(definition_of, (one.text for one in edition.definitions))}
    salts = [each.salt for each in edition.populations]
    assert len(salts) == len({*salts}) == len(edition.figures)
    found = {number: here.load(number) for number in numbers}
    ids = [loaded.case.id for loaded in found.values() if loaded is not None]
    seals = [
        row[0]
        for row in here.rows("SELECT seal FROM store_event WHERE chain = ANY (%s::uuid[]) AND seq = 1", [ids])
    ]
    known = 0
    for each in edition.populations:
        (key,) = each.figures
        names = tuple(each.columns)
        cells = [[column.values[at] for at in column.rows] for column in each.columns.values()]
        by: dict[str, set[tuple[object, ...]]] = {}
        for values in zip(*cells, strict=True) if cells else [()] * len(each.marks):
            adds = str(tally_of(definitions[key], dict(zip(names, values, strict=True))))
            by.setdefault(adds, set()).add(values)
        assert all(len(rows) == 1 for rows in by.values())
        mine = {mark_of(each.salt, seal) for seal in seals if isinstance(seal, bytes)} & {*each.marks}
        assert not mine or not any(name.startswith("drawn.") for name in names), "chance is found by a seal"
        known += len(mine)
    assert known


def test_a_correction_tells_no_unit_that_an_edition_before_it_kept_back(desk: Desk) -> None:
    lived(desk)
    first = read(released(desk))
    assert isinstance(first, Edition)
    figure = next(each for each in first.figures if {*each.units} - {""} and each.key.count("/") == 1)
    (unit,) = figure.units
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_edition SET told = replace(told, %s, %s)", [f'"units":{{"{unit}"', '"units":{""']
        )
    lived(desk, 1)
    assert isinstance(propose(PERIOD, "补登了一件", acting(desk, "liuzeyu")), Done)
    second = read(editions.text_of(office().journal, PERIOD, 2))
    assert isinstance(second, Edition)
    assert {unit for each in second.figures if each.key.count("/") == 1 for unit in each.units} == {""}


def test_what_was_left_out_of_a_count_is_told_of_the_county_and_of_no_unit(desk: Desk) -> None:
    """As on the page: one who was asked for a good word, beside the name of the office that asked, is somebody."""
    lived(desk, 8, prompted=1)
    edition = read(released(desk))
    assert isinstance(edition, Edition)
    figure = next(each for each in edition.figures if each.key == "hotline/satisfaction_rate")
    assert figure.county.excluded == {"prompted": 1}
    named = {unit: each for unit, each in figure.units.items() if unit}
    assert named
    assert not any(each.excluded for one in edition.figures for unit, each in one.units.items() if unit)
    found = shown_of(office(), PERIOD)
    assert found is not None
    told = found.figures[figure.key]
    assert told.rest is None, "nobody but the named units was counted"
    assert all(each.denominator for each in told.units.values())


def test_no_village_is_named_in_an_edition(desk: Desk) -> None:
    here = office()
    villages = [each for each in here.county.units.values() if each.level is Level.VILLAGE]
    assert villages
    for each in villages:
        above = here.county.units.get(wide_unit(here, each.id))
        assert above is None or above.level is not Level.VILLAGE


def test_figures_of_whom_chance_drew_wait_until_the_seed_of_their_month_is_published(desk: Desk) -> None:
    lived(desk)
    here = office()
    assert draws.commit(here.journal, PERIOD, "ab" * 32, later(), ahead=False) is True
    early = replace(acting(desk, "liuzeyu"), now=datetime(2026, 4, 10, tzinfo=UTC))
    assert isinstance(propose(PERIOD, "", early), Done)
    held = read(editions.text_of(here.journal, PERIOD, 1))
    assert isinstance(held, Edition)
    silent = {each.key: each.because for each in held.head.left_out}
    assert silent["hotline/satisfaction_rate"] == "edition.seed_secret"
    assert not any("drawn." in each.text for each in held.definitions)
    assert isinstance(release(PERIOD, waiting_digest(), acting(desk, "zengjiayi")), Done)
    month = figures(PERIOD, "en", later())
    assert not isinstance(month, Refused)
    shown = next(each for each in month.figures if each.id == "satisfaction_rate")
    assert shown.denominator == 0 and "seed of this month is not published" in shown.why
    # Its key is gone for good by now: nobody can compute from it whom it chose.
    proposed = propose(PERIOD, "抽签种子已到公开之日", acting(desk, "liuzeyu"))
    assert isinstance(proposed, Done)
    told = read(editions.text_of(here.journal, PERIOD, 2))
    assert isinstance(told, Edition)
    assert "hotline/satisfaction_rate" in {each.key for each in told.figures}


def waiting_digest() -> str:
    found = publishing.waiting(office(), PERIOD)
    assert found is not None
    return found.digest
