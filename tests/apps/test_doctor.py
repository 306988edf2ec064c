"""The doctor: one thing is broken at a time, and that is what is found, with words that say how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.doctor import county as checks
from tongban.apps.doctor import looking
from tongban.apps.doctor.finding import ADVICE, Finding
from tongban.apps.doctor.machine import dependencies, keys, machine, trained
from tongban.apps.doctor.server import server
from tongban.apps.jobs import running
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.library.texts import refusal_words
from tongban.store import jobs as store
from tongban.store import sampling, standing
from tongban.store.server import LogKept, ServerSays, asked

__all__ = ["county", "desk"]
SAYS = ServerSays(
    180_003,
    {
        "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "max_connections": "100",
        "server_encoding": "UTF8", "TimeZone": "Asia/Shanghai",
    },
    datetime(2026, 3, 1, tzinfo=UTC),
    7,
    True,
)  # fmt: skip

LOGLESS = {"archive_mode": "on", "archive_library": "", "archive_command": ""}


def codes(found: Iterable[Finding]) -> list[str]:
    return [each.refused.code.removeprefix("doctor.") for each in found]


def serving(changed: ServerSays) -> list[str]:
    return codes(server(changed, SAYS.now, SAYS.now))


@pytest.fixture
def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing wrong, and settings with nothing wrong."""
    folder = tmp_path / "sound"
    (folder / "keys").mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "keys").chmod(0o700)
    for name in ("330822.signing", "330822.lookup"):
        (folder / "keys" / name).write_bytes(b"x" * 32)
        (folder / "keys" / name).chmod(0o600)
    monkeypatch.setattr("tongban.apps.doctor.machine.trained", lambda *_: True)
    for name, value in {
        "SECRET_KEY": "abcdefgh" * 8, "ALLOWED_HOSTS": ["localhost"], "TONGBAN_PROXIES": (), "DEBUG": False,
    }.items():  # fmt: skip
        monkeypatch.setattr(settings, name, value)
    return folder


def test_every_code_has_words_and_every_word_a_code() -> None:
    said = yaml.safe_load((ROOT / "src/tongban/texts/refusals/doctor.yaml").read_text(encoding="utf-8"))
    source = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "src/tongban/apps/doctor").glob("*.py")
    )
    used = set(re.findall(r'(?:grave|doubt|advice)\(\s*"([a-z_]+)"', source)) | {
        f"{how}_{each}" for how in ("given_up", "waiting") for each in ("counties", "people", "systems")
    }  # fmt: skip
    assert {f"doctor.{code}" for code in used} == set(said)


def test_a_machine_with_nothing_wrong_has_only_no_scanner(sound: Path) -> None:
    assert codes(machine(sound)) == ["no_scanner"]


def test_what_others_may_read_or_write_is_found(sound: Path) -> None:
    sound.chmod(0o777)
    assert "home_open" in codes(machine(sound))
    folder = sound / "keys"
    (folder / "330822.signing").chmod(0o644)
    assert codes(keys(folder)) == ["keys_open"]
    [found] = keys(folder)
    assert str(folder / "330822.signing") in refusal_words(found.refused, "en").fix
    (folder / "330822.signing").unlink()
    assert codes(keys(folder)) == []  # a new county has none yet
    assert codes(keys(sound / "nowhere")) == ["keys_missing"]


def test_settings_that_are_unsafe_are_found(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(**changed: Any) -> set[str]:
        with monkeypatch.context() as broken:
            for name, value in changed.items():
                broken.setattr(settings, name, value)
            return set(codes(machine(sound))) - {"no_scanner"}

    assert found(SECRET_KEY="short") == {"secret_weak"}
    assert found(ALLOWED_HOSTS=["12345.example.cn"]) == {"no_proxy"}
    assert found(ALLOWED_HOSTS=["12345.example.cn"], TONGBAN_PROXIES=("10.0.0.1",)) == set()
    assert found(ALLOWED_HOSTS=["12345.example.cn"], TONGBAN_PROXIES=("10.0.0.1",), DEBUG=True) == {"debug"}
    assert found(ALLOWED_HOSTS=["*"], TONGBAN_PROXIES=("10.0.0.1",)) == {"every_host"}
    assert found(TONGBAN_PROXIES=("*",)) == {"every_proxy"}
    assert found(TONGBAN_CLAMAV="127.0.0.1:1") == {"scanner_away"}


def test_a_python_that_was_never_trained_is_slower_and_no_fault(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.apps.doctor.machine.trained", lambda *_: False)
    found = [each.level for each in machine(sound) if each.refused.code == "doctor.python_plain"]
    assert found == [ADVICE]


@pytest.mark.parametrize(
    ("prefix", "built", "fast"),
    [
        ("/usr", {"CONFIG_ARGS": "'--enable-shared'"}, True),
        ("/usr/local", {"CONFIG_ARGS": "'--enable-optimizations'"}, True),
        ("/opt/python", {"PY_CORE_CFLAGS": "-O3 -fprofile-use -fprofile-correction"}, True),
        ("/root/.pyenv/versions/3.11.7", {"CONFIG_ARGS": "'--enable-shared'", "PY_CFLAGS": "-O3"}, False),
        ("/opt/python", {}, False),
    ],
)
def test_a_distributions_python_is_trained_and_any_other_says_so_itself(
    prefix: str, built: dict[str, str], fast: bool
) -> None:
    assert trained(prefix, built) is fast


def test_a_disk_that_is_nearly_full_is_found(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    for free, code in ((10**8, "disk_full"), (10**9, "disk_low"), (10**11, "")):
        disk = SimpleNamespace(total=10**12 if code else 10**11, free=free)
        monkeypatch.setattr("tongban.apps.doctor.machine.shutil.disk_usage", lambda _, disk=disk: disk)
        assert [each for each in codes(machine(sound)) if each.startswith("disk")] == ([code] if code else [])


def test_libraries_that_are_missing_or_of_another_version_are_found() -> None:
    assert codes(dependencies(["django>=5"])) == []
    assert codes(dependencies(["no-such-thing>=1", "django<1", "other>=1; extra == 'dev'"])) == [
        "dependency_missing",
        "dependency_version",
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"version": 140_009}, "database_old"),
        ({"connections": 90}, "database_connections"),
        ({"ordered": False}, "database_collation"),
        ({"now": SAYS.now + timedelta(seconds=40)}, "clock_skew"),
        ({"now": SAYS.now - timedelta(seconds=40)}, "clock_skew"),
        ({"log": LogKept("/srv/copies/wal", None, 3, "000000010000000000000007")}, "log_failing"),
        ({"settings": {**SAYS.settings, **LOGLESS}}, "log_waits"),
        ({"settings": {**SAYS.settings, "fsync": "off"}}, "database_forgets"),
        ({"settings": {**SAYS.settings, "synchronous_commit": "off"}}, "database_forgets"),
        ({"settings": {**SAYS.settings, "server_encoding": "SQL_ASCII"}}, "database_encoding"),
        ({"settings": {**SAYS.settings, "TimeZone": "America/New_York"}}, "database_zone"),
    ],
)
def test_a_database_that_is_set_wrongly_is_found(changed: dict[str, Any], code: str) -> None:
    assert serving(SAYS) == []
    assert serving(replace(SAYS, **changed)) == [code]


@pytest.mark.database
@pytest.mark.django_db
def test_the_tests_own_database_says_what_it_is() -> None:
    says = asked()
    assert says.version >= 150_000 and says.settings["server_encoding"] == "UTF8" and says.ordered


@pytest.mark.database
def test_work_that_stands_still_is_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> set[str]:
        return set(codes(checks.county(office(), datetime.now(UTC))))

    here, now = office(), datetime.now(UTC)
    desk.register()
    assert {"worker_none", "unsigned_ever"} <= found()
    here.rows("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id", [])
    assert running.run_now(next(job for job in running.JOBS if job.name == "checkpoint")).n == 1
    still = {
        "worker_silent",
        "worker_none",
        "key_missing",
        "signing_other",
        "job_aside",
        "job_failing",
        "ledger_unsound",
        "unswept",
    }
    assert found() & still == set()

    store.failed(here.county.code, "sweep", now, 1, "OSError", 5)
    assert "job_failing" in found()
    for _ in range(5):
        store.failed(here.county.code, "sweep", now, 1, "OSError", 5)
    assert "job_aside" in found()
    store.set_aside(here.county.code, "follow", "00000000-0000-0000-0000-000000000000", 1, "OSError", now)
    assert "events_aside" in found()
    monkeypatch.setattr(checks, "FAR_BEHIND", -1)
    assert "reader_behind" in found()
    late = standing.standing(here.journal, now)
    monkeypatch.setattr(
        checks,
        "standing",
        lambda *_: replace(late, overdue_since=now - timedelta(hours=1)),
    )
    assert "unswept" in found()


@pytest.mark.database
def test_a_calendar_that_is_not_there_is_found(desk: Desk) -> None:
    here = office()
    years = sorted(each.number for each in here.county.calendar.years)
    assert codes(checks._calendars(here, datetime(years[-1] + 1, 6, 1, tzinfo=UTC))) == ["calendar_missing"]
    assert codes(checks._calendars(here, datetime(years[-1], 12, 20, tzinfo=UTC))) == ["calendar_next"]
    assert codes(checks._calendars(here, datetime(years[-1], 6, 1, tzinfo=UTC))) == []


@pytest.mark.database
def test_a_sample_of_the_ledger_shows_an_entry_that_was_changed(desk: Desk) -> None:
    here = office()
    desk.register()
    looked_at, wrong = sampling.verify_some(here.journal)
    assert looked_at and not wrong
    with pytest.MonkeyPatch.context() as broken:
        entries = sampling._entries
        broken.setattr(
            sampling,
            "_entries",
            lambda *given: (replace(each, body=each.body + " ") for each in entries(*given)),
        )
        assert "ledger_unsound" in codes(checks.county(here, datetime.now(UTC)))


@pytest.mark.database
def test_practices_that_changed_went_or_rest_on_what_has_ended_are_found(desk: Desk, tmp_path: Path) -> None:
    here, now = office(), datetime.now(UTC)
    practice = here.practice(here.adoptions()[0])
    adopted = {practice.id: practice}
    assert codes(checks.practices(adopted, now)) == []
    assert codes(checks.practices({practice.id: replace(practice, digest="0" * 64)}, now)) == [
        "practice_changed"
    ]
    assert codes(checks.practices(adopted, now, tmp_path)) == ["practice_gone"]
    first, *rest = practice.manifest.legal_basis
    basis = (first.model_copy(update={"until": date(2020, 1, 1)}), *rest)
    ended = replace(practice, manifest=practice.manifest.model_copy(update={"legal_basis": basis}))
    assert codes(checks.practices({practice.id: ended}, now)) == ["basis_expired"]


@pytest.mark.database
def test_the_whole_look_goes_as_far_as_it_can(
    desk: Desk, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    now = datetime.now(UTC)
    monkeypatch.setattr(looking, "tables_current", lambda: True)
    assert "worker_none" in codes(looking.look(sound, now))
    monkeypatch.setattr(looking, "tables_ahead", lambda: ("0999_of_later",))
    assert "tables_ahead" in codes(looking.look(sound, now))
    why = Refused("database.unreachable", "", {"address": "db", "detail": "no"})
    assert codes(looking.look(sound, now, away=why))[-1] == "database.unreachable"
    monkeypatch.setattr(looking, "tables_current", lambda: False)
    assert codes(looking.look(sound, now))[-1] == "tables"

    def away() -> ServerSays:
        raise OperationalError

    monkeypatch.setattr(looking, "asked", away)
    assert codes(looking.look(sound, now))[-1] == "database_away"


@pytest.mark.database
def test_what_a_receiver_ended_is_not_to_be_sent_again(desk: Desk) -> None:
    from tongban.store.models import MessageRow, WebhookRow

    here, now = office(), datetime.now(UTC)

    def found() -> set[str]:
        return set(codes(checks.county(here, datetime.now(UTC))))

    def not_taken(webhook: str, why: str) -> None:
        MessageRow.objects.create(
            county=here.county.code, webhook=webhook, id=f"m-{webhook}", seq=0, kind="trial", body="{}", made=now, why=why
        )  # fmt: skip

    for name, ended, why in (("wh_gone", now, "webhook.gone"), ("wh_there", None, "")):
        WebhookRow.objects.create(
            county=here.county.code, id=name, owner=desk.clerk, purpose="p", address="https://hub.example/", kinds=[],
            practices=[], unit="", secret=b"", since=now, ended=ended, why=why,
        )  # fmt: skip
    not_taken("wh_gone", "webhook.gone")
    assert "webhook_gone" in found() and "given_up_systems" not in found()
    not_taken("wh_there", "webhook.answer")
    assert {"webhook_gone", "given_up_systems"} <= found()
    WebhookRow.objects.filter(county=here.county.code, id="wh_gone").update(ended=now - timedelta(days=8))
    assert "webhook_gone" not in found()
