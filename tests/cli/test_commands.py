"""The commands of the manual, each run as written against a small demo county in a database of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from scenario_ground import ROOT
from server_ground import server_url

pytestmark = pytest.mark.database
NAME = "tongban_commands"


class Shell:
    """Runs ``tongban`` in a home and a database of these tests."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.environ = {**os.environ, "TONGBAN_HOME": str(home), "DATABASE_URL": url, "LANG": "en_GB.UTF-8"}
        self.environ.pop("DJANGO_SETTINGS_MODULE", None)

    def run(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "tongban.cli.main", *arguments],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == status, (
            arguments,
            done.returncode,
            done.stdout[-2000:],
            done.stderr[-2000:],
        )
        return done

    def psql(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.environ["DATABASE_URL"]) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[call-overload]

    def change(self, sql: str) -> None:
        with psycopg.connect(self.environ["DATABASE_URL"]) as connection:
            connection.execute(sql)  # type: ignore[call-overload]

    def key(self) -> str:
        """The public key as it stands under /open/trust/: its id and the key itself."""
        from base64 import b64encode

        from tongban.store.keys import Keys

        signer = Keys(self.home / "keys").signer("330822")
        return f"{signer.key_id}={b64encode(signer.public).decode()}"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A demo county of one in a hundred."""
    server = server_url()
    maintenance = make_conninfo(server, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    url = f"postgresql://?{'&'.join(f'{k}={v}' for k, v in _parts(server).items())}"
    shell = Shell(tmp_path_factory.mktemp("commands"), url)
    told = shell.run("demo", "--alone", "--no-serve", "--volume", "2")
    assert "The demo county is ready" in told.stdout and "tongban-demo" in told.stdout
    yield shell
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _parts(server: str) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    parts = {key: str(value) for key, value in conninfo_to_dict(server).items() if value is not None}
    return {**parts, "dbname": NAME}


@pytest.fixture
def number(shell: Shell) -> str:
    """The latest case that was promised something."""
    rows = shell.psql(
        "SELECT number FROM store_case WHERE parent IS NULL AND due_at IS NOT NULL ORDER BY opened_at DESC LIMIT 1"
    )
    return str(rows[0][0])


def test_a_second_demo_finds_the_first_one(shell: Shell) -> None:
    before = shell.psql("SELECT count(*) FROM store_event")
    assert "as you left it" in shell.run("demo", "--alone", "--no-serve").stdout
    assert shell.psql("SELECT count(*) FROM store_event") == before


def test_practices_are_listed_with_what_is_adopted(shell: Shell) -> None:
    told = shell.run("practice", "list").stdout
    for practice in (ROOT / "practices").iterdir():
        assert practice.name in told
    assert "adopted" in told and "not adopted" not in told


def test_a_practice_is_shown_with_its_settings_and_where_it_is_received(shell: Shell) -> None:
    told = shell.run("practice", "show", "hotline").stdout
    assert "help_limit = 5 working_days" in told and "hotline-centre" in told


def test_a_case_is_shown_in_words_and_as_json(shell: Shell, number: str) -> None:
    assert "What happened:" in shell.run("case", "show", number).stdout
    page = json.loads(shell.run("case", "show", number, "--json").stdout)
    assert page["number"].replace(" ", "") == number and page["story"]


def test_due_dates_are_explained_with_their_documents(shell: Shell, number: str) -> None:
    told = shell.run("case", "explain", number).stdout
    assert "The clock starts at" in told and "under" in told


def test_an_unknown_number_is_refused(shell: Shell) -> None:
    assert "[case.number_mistyped]" in shell.run("case", "show", "260000000001", status=1).stderr


def test_the_ledger_is_sound_and_its_head_can_be_signed(shell: Shell) -> None:
    assert "sound" in shell.run("ledger", "verify").stdout
    said = json.loads(shell.run("ledger", "verify", "--json").stdout)
    assert said["sound"] and said["findings"] == [] and 0 < said["covered"] <= said["entries"]
    assert shell.run("ledger", "checkpoint").stdout.startswith("tongban.ledger/330822")


def test_a_head_that_was_printed_is_compared_with_the_ledger(shell: Shell, tmp_path: Path) -> None:
    printed = tmp_path / "gazette.txt"
    printed.write_text(shell.run("ledger", "checkpoint").stdout, encoding="utf-8")
    shell.run("ledger", "verify", "--against", str(printed))
    lines = printed.read_text(encoding="utf-8").splitlines()
    printed.write_text("\n".join([lines[0], str(int(lines[1]) + 1), *lines[2:]]), encoding="utf-8")
    told = shell.run("ledger", "verify", "--against", str(printed), status=1).stderr
    assert "[ledger.signature_wrong]" in told and "[ledger.checkpoint_missing]" in told
    assert "[cli.cannot_read]" in shell.run("ledger", "verify", "--against", "nowhere", status=1).stderr


def test_a_receipt_verifies_without_a_database_as_the_manual_says(
    shell: Shell, number: str, tmp_path: Path
) -> None:
    """The how-to, from the redirection of the shell to the program of a few lines."""
    path, key = tmp_path / "receipt.json", shell.key()
    path.write_text(shell.run("ledger", "receipt", number).stdout, encoding="utf-8")
    offline = Shell(tmp_path / "nowhere", "postgresql://nobody@127.0.0.1:1/nothing")
    told = offline.run("ledger", "verify-receipt", str(path), "--key", key).stdout
    assert number in told and "checkpoint" in told
    id, _, public = key.partition("=")
    block = re.search(r"```python\n(.*?)```", (ROOT / "docs/how-to/verify-the-ledger.md").read_text(), re.S)
    assert block is not None
    program = block[1].replace("tongban.330822+1a2b3c4d", id).replace("…", public)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=offline.environ, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.startswith("Verified(")
    path.write_text(path.read_text(encoding="utf-8").replace('"seq\\":1', '"seq\\":2'), encoding="utf-8")
    assert (
        "[ledger.changed]"
        in offline.run("ledger", "verify-receipt", str(path), "--key", key, status=1).stderr
    )
    wrong = offline.run("ledger", "verify-receipt", str(path), "--key", f"{id}=AAAA", status=1)
    assert "[ledger.public_key]" in wrong.stderr


def test_what_is_derived_is_compared_without_changing_it(shell: Shell, number: str) -> None:
    assert "agrees" in shell.run("rebuild", "--check").stdout
    shell.change(f"UPDATE store_case SET title = title || '.' WHERE number = '{number}'")
    assert "[ledger.row_differs]" in shell.run("rebuild", "--check", status=1).stderr
    assert "[ledger.row_differs]" in shell.run("ledger", "verify", status=1).stderr
    shell.run("rebuild")
    shell.run("rebuild", "--check")


def test_an_upgrade_makes_what_is_derived_anew_by_itself(shell: Shell, number: str) -> None:
    shell.change("UPDATE store_derived SET version = 0")
    shell.change(f"UPDATE store_case SET title = title || '.' WHERE number = '{number}'")
    assert "[cli.not_migrated]" in shell.run("work", "--once", status=1).stderr
    assert "Rebuilding" in shell.run("migrate").stderr
    assert "agrees" in shell.run("rebuild", "--check").stdout


def test_a_sweep_acts_on_what_is_due_and_then_finds_nothing(shell: Shell) -> None:
    shell.run("sweep")
    assert "0 cases, 0 steps" in shell.run("sweep").stdout


def test_time_is_moved_by_hand_in_a_demo_but_not_where_work_is_real(shell: Shell) -> None:
    shell.run("sweep", "--at", "2024-12-01 09:00")
    with psycopg.connect(shell.environ["DATABASE_URL"]) as connection:
        connection.execute("ALTER TABLE store_event DISABLE TRIGGER store_only_added")
        connection.execute("CREATE TABLE kept AS SELECT * FROM store_event WHERE kind LIKE 'demo%'")
        connection.execute("DELETE FROM store_event WHERE kind LIKE 'demo%'")
        connection.commit()
        try:
            refused = shell.run("sweep", "--at", "2024-12-01 09:00", status=1)
        finally:
            names = "county, chain, seq, position, xid, at, recorded, kind, body, seal"
            connection.execute(
                f"INSERT INTO store_event ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM kept"
            )
            connection.execute("DROP TABLE kept")
            connection.execute("ALTER TABLE store_event ENABLE TRIGGER store_only_added")
    assert "[cli.real_time]" in refused.stderr


def test_cases_made_anew_from_the_ledger_are_the_same(shell: Shell) -> None:
    sql = "SELECT * FROM store_case ORDER BY id"
    before = shell.psql(sql)
    assert f"{len(before)} cases made anew" in shell.run("rebuild").stdout
    assert shell.psql(sql) == before


def test_an_import_is_done_once_and_a_faulty_row_stops_all_of_it(shell: Shell, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("编号,时间,内容\nA1,2026-01-05 09:00,路灯坏了\n", encoding="utf-8")
    bad.write_text("编号,时间,内容\nA2,2026-01-05,井盖响\nA3,有一天,天黑\n", encoding="utf-8")
    assert "1 cases imported" in shell.run("import", "cases", "--practice", "hotline", str(good)).stdout
    assert "1 had been imported" in shell.run("import", "cases", "--practice", "hotline", str(good)).stdout
    refused = shell.run("import", "cases", "--practice", "hotline", str(bad), status=1)
    assert "row 3" in refused.stderr and "[sheet.not_a_time]" in refused.stderr


def test_an_account_is_added_and_leaves(shell: Shell) -> None:
    shell.environ["TONGBAN_PASSWORD"] = "long and odd enough"
    shell.run("user", "add", "ann", "--name", "安", "--post", "tax:handler")
    assert "[people.taken]" in shell.run("user", "add", "ann", "--name", "安", status=1).stderr
    assert "Posts of ann that ended: 1." in shell.run("user", "leave", "ann").stdout


def test_a_token_is_shown_once_listed_and_revoked(shell: Shell) -> None:
    made = shell.run("token", "issue", "fantugen", "--for", "platform", "--scope", "read", "--scope", "act")
    assert made.stdout.startswith("tb1.") and made.stdout.count("\n") == 1
    [held] = json.loads(shell.run("token", "list", "--json").stdout)
    assert (held["login"], held["scopes"], held["purpose"]) == ("fantugen", ["read", "act"], "platform")
    assert held["id"] in made.stderr and made.stdout.strip() not in shell.run("token", "list").stdout
    assert "revoked" in shell.run("token", "revoke", held["id"]).stdout
    assert "No token holds" in shell.run("token", "list").stdout
    assert held["id"] in shell.run("token", "list", "--all").stdout
    assert "[token.ended]" in shell.run("token", "revoke", held["id"], status=1).stderr
    assert "[people.no_posts]" in shell.run("token", "issue", "nobody", "--for", "x", status=1).stderr


def test_erasing_who_asked_keeps_the_ledger_sound(shell: Shell, number: str) -> None:
    assert "is erased" in shell.run("person", "erase", number).stdout
    assert "[erasure.nothing]" in shell.run("person", "erase", number, status=1).stderr
    assert "sound" in shell.run("ledger", "verify").stdout


def test_calendars_that_are_held_change_nothing(shell: Shell) -> None:
    assert "0 cases got another due date" in shell.run("calendar", "import").stdout


def test_a_setting_can_be_tried_on_the_past(shell: Shell) -> None:
    told = shell.run("practice", "preview", "hotline", "--set", "complaint_limit=1 working_days").stdout
    assert "7 working_days → 1 working_days" in told
    assert "no case would go elsewhere" in told


def test_a_changed_folder_is_tried_on_the_past_before_it_is_adopted(shell: Shell, tmp_path: Path) -> None:
    folder = copytree(ROOT / "practices" / "last_resort_desk", tmp_path / "last_resort_desk")
    routing = folder / "routing.yaml"
    text = routing.read_text(encoding="utf-8")
    routing.write_text(
        text.replace("take: duty}", 'when: facts.category != "", take: "unit:housing"}'), encoding="utf-8"
    )
    told = shell.run("practice", "preview", str(folder)).stdout
    assert "would go elsewhere" in told and "to the unit of last resort: now" in told


def test_the_work_behind_the_pages_does_its_round(shell: Shell) -> None:
    shell.run("work", "--once")


def test_files_that_cannot_be_made_again_hold_up_neither_deadlines_nor_checkpoints(shell: Shell) -> None:
    figures = Path(shell.environ["TONGBAN_HOME"]) / "figures"
    aside = figures.with_name("figures.aside")
    if figures.exists():
        figures.rename(aside)
    figures.write_text("no folder", encoding="utf-8")
    try:
        told = shell.run("work", "--once")
    finally:
        figures.unlink()
        if aside.exists():
            aside.rename(figures)
    assert "[work.not_made]" in told.stderr
    verified = shell.run("ledger", "verify").stdout
    assert "sound" in verified or "完好" in verified


def test_a_changed_event_is_found_and_named(shell: Shell) -> None:
    with psycopg.connect(shell.environ["DATABASE_URL"]) as connection:
        connection.execute("ALTER TABLE store_event DISABLE TRIGGER store_only_added")
        [(chain, seq)] = connection.execute(
            "SELECT chain::text, seq FROM store_event WHERE kind = 'step' AND body LIKE '%resolved%' LIMIT 1"
        ).fetchall()
        change = "UPDATE store_event SET body = replace(body, {}, {}) WHERE chain = %s::uuid AND seq = %s"
        connection.execute(change.format("'resolved'", "'explained'"), (chain, seq))
        connection.commit()
        try:
            told = shell.run("ledger", "verify", status=1)
        finally:
            connection.execute(change.format("'explained'", "'resolved'"), (chain, seq))
            connection.execute("ALTER TABLE store_event ENABLE TRIGGER store_only_added")
    assert f"{chain}#{seq}" in told.stderr and "[ledger.changed]" in told.stderr


def test_without_tables_and_without_a_database_the_remedy_is_told(shell: Shell, tmp_path: Path) -> None:
    gone = Shell(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing")
    refused = gone.run("case", "show", "261234567890", status=1)
    assert "[database.unreachable]" in refused.stderr and "fix:" in refused.stderr


def test_pages_and_their_work_do_not_begin_without_the_tables_of_this_version(
    shell: Shell, tmp_path: Path
) -> None:
    empty = Shell(tmp_path, shell.environ["DATABASE_URL"].replace(NAME, "postgres"))
    for command in (["work", "--once"], ["serve", "--port", "18999"]):
        assert "[cli.not_migrated]" in empty.run(*command, status=1).stderr


def test_a_mistyped_address_makes_no_second_database(shell: Shell, tmp_path: Path) -> None:
    mistyped = Shell(tmp_path, shell.environ["DATABASE_URL"].replace(NAME, f"{NAME}s"))
    for command in (["case", "show", "261234567890"], ["work", "--once"], ["serve", "--port", "18999"]):
        assert "[database.absent]" in mistyped.run(*command, status=1).stderr
    assert shell.psql(f"SELECT count(*) FROM pg_database WHERE datname = '{NAME}s'") == [(0,)]


def test_the_tables_are_made_once_by_whoever_comes_first(shell: Shell) -> None:
    assert "up to date" in shell.run("migrate").stdout


def test_figures_are_computed_by_either_engine_to_the_last_digit(shell: Shell) -> None:
    told = shell.run("figure", "compute", "--period", "2026-Q3")
    assert "2026-07-01 to 2026-09-30, by duckdb" in told.stdout and "sample" in told.stdout
    assert "Counting indicators" in told.stderr, "reading cases is told only when there are new ones"
    by = {
        engine: json.loads(
            shell.run("figure", "compute", "--period", "2026-Q3", "--json", "--engine", engine).stdout
        )
        for engine in ("duckdb", "postgres")
    }
    assert by["duckdb"].pop("engine") == "duckdb"
    assert by["postgres"].pop("engine") == "postgres"
    assert by["duckdb"] == by["postgres"]
    assert by["duckdb"]["cases_read"] == 0, "the extract was there already"
    assert any(figure["whole"]["denominator"] for figure in by["duckdb"]["figures"])


def test_what_is_no_period_has_no_figures(shell: Shell) -> None:
    refused = shell.run("figure", "compute", "--period", "October", status=1)
    assert "“October” is no week, month, quarter or year. [disclosure.period_form]" in refused.stderr
    empty = shell.run("figure", "compute", "--period", "", status=1)
    assert "[disclosure.period_form]" in empty.stderr
