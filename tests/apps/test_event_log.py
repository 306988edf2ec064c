"""The ledger as an event log: kept beside the database, followed, made anew, and given away without identities."""

from __future__ import annotations

import csv
import gzip
import json
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from desk_ground import ROOT, Desk
from desk_ground import committed_desk as desk
from guarded_ground import everybody_named
from mining_ground import mining
from scenario_ground import practice_in
from tongban.analytics.log import connect, place
from tongban.analytics.selecting import COLUMNS, OTHER
from tongban.apps.acting import Acting
from tongban.apps.flow import exporting
from tongban.apps.flow.exporting import Exported, export_events
from tongban.apps.flow.logs import folder, log_for_a_page, whole_log
from tongban.apps.office import office
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.verification import conninfo_of

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]
NOW = datetime(2026, 11, 29, tzinfo=UTC)
PHONE, BODY = "13812345678", "城东菜市场后门的下水道堵了"


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    with connect() as reader:
        return reader.execute("SELECT * FROM read_parquet(?) ORDER BY chain, seq", [str(path)]).fetchall()


def busy(desk: Desk) -> list[str]:
    """Six cases of one kind, at several stages."""
    numbers = [desk.register() for _ in range(2)] + [desk.signed(), desk.signed(), desk.replied()]
    desk.step(answered := desk.replied(), "approve", desk.reviewer)
    return [*numbers, answered]


def test_a_log_follows_the_ledger_and_is_the_same_when_it_is_made_anew(desk: Desk) -> None:
    first = whole_log(office())
    assert (first.events, first.cases) == (0, 0)
    numbers = busy(desk)
    log = whole_log(office())
    assert log.cases == 6
    assert (
        log.events
        == office().journal.query("SELECT count(*)::int FROM store_event WHERE kind = 'step'", ())[0][0]
    )

    desk.step(numbers[0], "dispatch", desk.dispatcher)
    found = log_for_a_page(office())
    assert found is not None
    assert found.current
    again = found.log
    assert (again.cases, again.events) == (6, log.events + 1)
    followed = rows_of(again.path)
    again.path.unlink()
    assert rows_of(whole_log(office()).path) == followed

    # A file that was cut short, and what a killed process left, are no log: it is made anew.
    path = place(folder(), office().county.code)
    path.write_bytes(path.read_bytes()[:-100])
    (path.with_suffix(".parts")).mkdir()
    (path.with_suffix(".parts") / "0.parquet").write_bytes(b"half")
    assert rows_of(whole_log(office()).path) == followed
    assert not path.with_suffix(".parts").exists()
    assert path.stat().st_mode & 0o077 == 0


def test_a_log_of_another_ledger_is_thrown_away(desk: Desk) -> None:
    desk.register()
    log = whole_log(office())
    whole = rows_of(log.path)
    with connect() as writer:
        told = f"{{version: '2', xid: '{log.mark.xid}', position: '{log.mark.position}', seal: 'ff', events: '0', cases: '0'}}"
        writer.execute(f"CREATE TABLE other AS SELECT * FROM read_parquet('{log.path}') WHERE false")
        writer.execute(f"COPY other TO '{log.path}' (FORMAT parquet, KV_METADATA {told})")
    assert rows_of(whole_log(office()).path) == whole


def test_a_log_that_knows_more_than_a_database_put_back_to_an_earlier_day_is_made_anew(desk: Desk) -> None:
    number = desk.register()
    earlier = whole_log(office())
    then = rows_of(earlier.path)
    desk.step(number, "dispatch", desk.dispatcher)
    desk.register()
    assert len(rows_of(whole_log(office()).path)) > len(then)
    with psycopg.connect(conninfo_of(office().journal), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "DELETE FROM store_event WHERE (xid, position) > (%s, %s)",
            (earlier.mark.xid, earlier.mark.position),
        )
    found = log_for_a_page(office())
    assert found is not None
    assert rows_of(found.log.path) == then


def test_a_folder_that_is_not_there_is_not_made(desk: Desk, tmp_path: Path) -> None:
    refused = export_events("csv", tmp_path / "nowhere" / "x.csv", NOW)
    assert isinstance(refused, Refused) and refused.code == "export.no_folder"
    assert not (tmp_path / "nowhere").exists()


def exported(what: str, path: Path, **more: Any) -> Exported:
    found = export_events(what, path, NOW, **more)
    assert isinstance(found, Exported), found
    return found


def test_what_is_given_away_names_nobody_and_another_tool_reads_it_back(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "FEWEST", 1)  # nothing is hidden: all can be compared
    numbers = busy(desk)
    log = whole_log(office())
    steps = Counter(row[9] for row in rows_of(log.path))
    paths = {
        "xes": tmp_path / "log.xes", "ocel": tmp_path / "log.json", "csv": tmp_path / "log.csv.gz", "parquet": tmp_path / "log.parquet",
    }  # fmt: skip
    for what, path in paths.items():
        done = exported(what, path)
        assert (done.cases, done.events) == (6, log.events)
    exported("ocel", xml := tmp_path / "log.xml")

    # Nobody's telephone, words, login or number, and no id of a case, stands in any of them.
    texts = [
        paths["xes"].read_text(),
        paths["ocel"].read_text(),
        xml.read_text(),
        gzip.decompress(paths["csv"].read_bytes()).decode(),
    ]
    texts += [path.read_text() for path in tmp_path.glob("*.dictionary.json")]
    with connect() as reader:
        texts.append(str(reader.execute("SELECT * FROM read_parquet(?)", [str(paths["parquet"])]).fetchall()))
    chains = {str(row[0]) for row in rows_of(log.path)}
    for text in texts:
        for secret in (PHONE, BODY, desk.clerk, desk.handler, *numbers, *chains):
            assert secret not in text

    with mining() as pm4py:
        read = pm4py.read_xes(str(paths["xes"]))
        assert read["case:concept:name"].nunique() == 6
        assert Counter(read["concept:name"]) == steps
        net, start, end = pm4py.discover_petri_net_inductive(read)
        fitness = pm4py.fitness_token_based_replay(read, net, start, end)
        assert fitness["log_fitness"] == 1.0
        for path, reader in ((paths["ocel"], pm4py.read_ocel2_json), (xml, pm4py.read_ocel2_xml)):
            found = reader(str(path))
            assert len(found.events) == log.events
            assert Counter(found.objects["ocel:type"])["case"] == 6
            assert set(found.objects["ocel:type"]) == {"case", "unit"}
            assert len(pm4py.ocel_objects_summary(found)) == len(found.objects)
    with gzip.open(paths["csv"], "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert Counter(row["activity"] for row in rows) == steps
    dictionary = json.loads((tmp_path / "log.csv.gz.dictionary.json").read_text())
    assert [each["name"] for each in dictionary["columns"]] == list(COLUMNS)
    words = dictionary["practices"]["hotline"]["steps"]
    assert all(words[step]["zh-Hans"] and words[step]["en"] for step in steps)


def test_an_export_hides_what_few_have_and_cannot_be_joined_with_another(desk: Desk, tmp_path: Path) -> None:
    busy(desk)
    exported("csv", one := tmp_path / "one.csv", by_day=False)
    exported("csv", two := tmp_path / "two.csv")
    first, second = (list(csv.DictReader(path.read_text().splitlines())) for path in (one, two))
    assert not {row["case"] for row in first} & {row["case"] for row in second}
    assert {row["time"][10:] for row in second} == {"T00:00:00+08:00"}
    # Four of the six went to the unit that handles them: too few to be told by its name; the receiving unit stands with it then.
    assert {row["holder_after"] for row in first} == {OTHER}
    assert Counter(row["activity"] for row in first) == Counter(row["activity"] for row in second)


def test_no_step_stage_role_or_outcome_of_few_cases_is_given_alone(desk: Desk, tmp_path: Path) -> None:
    busy(desk)
    for _ in range(4):
        desk.step(desk.replied(), "approve", desk.reviewer)
    done = exported("csv", path := tmp_path / "log.csv")
    assert done.left_out == 0
    having: dict[tuple[str, str], set[str]] = {}
    for row in csv.DictReader(path.read_text().splitlines()):
        for name in ("activity", "from_stage", "to_stage", "role", "outcome", "channel", "clock"):
            having.setdefault((name.removeprefix("from_").removeprefix("to_"), row[name]), set()).add(
                row["case"]
            )
    assert {n: len(cases) for n, cases in having.items() if len(cases) < 5 and n[1] not in ("", OTHER)} == {}
    assert len({code for name, code in having if name == "activity"}) > 3  # and not all is hidden


def test_an_xes_file_keeps_the_order_and_the_kinds_of_values_that_the_standard_asks_for(
    desk: Desk, tmp_path: Path
) -> None:
    busy(desk)
    exported("xes", path := tmp_path / "log.xes.gz")
    root = ET.fromstring(gzip.decompress(path.read_bytes()))
    order = ["extension", "global", "classifier", "string", "trace"]
    tags = [each.tag for each in root]
    assert tags == sorted(tags, key=order.index)
    assert root.tag == "log"
    float(root.attrib["xes.version"])
    prefixes = {each.attrib["prefix"] for each in root.iter("extension")}
    declared = {
        each.attrib["key"]
        for scope in root.iter("global")
        if scope.attrib["scope"] == "event"
        for each in scope
    }
    for event in root.iter("event"):
        values = {each.attrib["key"]: each.attrib["value"] for each in event}
        assert len(values) == len(event)
        assert declared <= set(values)
        assert {key.partition(":")[0] for key in values if ":" in key} <= prefixes
        datetime.fromisoformat(values["time:timestamp"])
        assert all(each.attrib["value"] in ("true", "false") for each in event.iter("boolean"))
    moments = [[each.attrib["value"] for each in trace.iter("date")] for trace in root.iter("trace")]
    assert all(each == sorted(each) for each in moments)


def test_a_practice_that_counts_no_figure_has_no_log_and_no_flow(desk: Desk, tmp_path: Path) -> None:
    """Where a practice wants no figures of its cases, how they travel from unit to unit is not shown either."""
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.flow.counted import counted_kinds

    assert dict(counted_kinds(office())).keys() == {"hotline", "last_resort_desk"}
    everybody_named(practice_in(ROOT / "practices" / "exoneration"))
    done = adopt(ROOT / "practices" / "exoneration", {}, (Desk.home,), Acting(NOW, SYSTEM))
    assert not isinstance(done, Refused), done
    found = export_events("csv", tmp_path / "log.csv", NOW, practice="exoneration")
    assert isinstance(found, Refused)
    assert found.code == "export.uncounted"


def test_what_cannot_be_exported_is_refused_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    def code(what: str, name: str, **more: Any) -> str:
        found = export_events(what, tmp_path / name, NOW, **more)
        assert isinstance(found, Refused), found
        return found.code

    desk.register()
    assert code("xes", "log.csv") == "export.suffix"
    assert code("csv", "log.csv", practice="unheard") == "export.practice"
    assert code("csv", "log.csv", since=NOW, until=NOW) == "export.span"
    assert code("csv", "log.csv", since=NOW + timedelta(days=4000)) == "export.nothing"
    assert code("csv", "log.csv") == "export.nothing"  # one case says what somebody did
    (tmp_path / "taken").write_text("")
    assert code("csv", "taken/log.csv") == "export.no_folder"
    assert [each.name for each in tmp_path.iterdir() if each.name != "home"] == ["taken"]
