"""Where the bytes of attachments lie: one contract for a folder and for a bucket, the latter on a server that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from nginx_ground import free
from objects_ground import objects, server
from tongban.apps.doctor.machine import machine
from tongban.apps.safekeeping.backup import shelve
from tongban.apps.safekeeping.restore import _bring_back
from tongban.config.settings import Environment
from tongban.store.attachments import Files
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
from tongban.store.shelf import AwayError, Folder, Shelf, shelf_of

needs_server = pytest.mark.skipif(
    not server(), reason="no moto_server, or requirements/object-storage.txt is not installed"
)
HIDDEN = "4711-0815"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BAD = ("../../etc/passwd", "A" * 64, "", "a" * 63, "a" * 62 + "/a")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with objects() as made:
        yield made


@pytest.fixture(params=["folder", pytest.param("bucket", marks=needs_server)])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "folder":
        return shelf_of(tmp_path / "home", "")
    made = shelf_of(tmp_path, request.getfixturevalue("address"))
    for name in made.names():
        made.drop(name)
    return made


def named(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_what_was_put_is_there_whole_and_once(shelf: Shelf) -> None:
    for data in (b"photo", b"", bytes(range(256)) * 40_000):  # as large as a file may be
        shelf.put(named(data), data)
        shelf.put(named(data), data)
        assert shelf.get(named(data)) == data
    assert len(list(shelf.names())) == 3


def test_what_is_there_already_stays_as_it_is(shelf: Shelf) -> None:
    name = named(b"photo")
    shelf.put(name, b"photo")
    shelf.put(name, b"another")
    assert shelf.get(name) == b"photo"


def test_what_was_dropped_is_gone_and_may_come_back(shelf: Shelf) -> None:
    name = named(b"photo")
    shelf.put(name, b"photo")
    shelf.drop(name)
    shelf.drop(name)
    with pytest.raises(FileNotFoundError):
        shelf.get(name)
    assert list(shelf.names()) == []
    shelf.put(name, b"photo")
    assert list(shelf.names()) == [name]


def test_no_name_leads_out_of_the_shelf(shelf: Shelf) -> None:
    for bad in BAD:
        for act in (shelf.get, shelf.drop, lambda name: shelf.put(name, b"x")):
            with pytest.raises(ValueError, match="not the id"):
                act(bad)


def test_many_put_the_same_at_once(tmp_path: Path) -> None:
    """On a folder alone: what stands for a store in the tests fails when two write one name."""
    shelf, data = shelf_of(tmp_path, ""), b"photo" * 50_000
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda _: shelf.put(named(data), data), range(24)))
    assert list(shelf.names()) == [named(data)] and shelf.get(named(data)) == data


def test_a_copy_is_made_and_brought_back(shelf: Shelf, tmp_path: Path) -> None:
    photos = [b"photo %d" % n for n in range(3)]
    for data in photos:
        shelf.put(named(data), data)
    assert shelve(shelf, tmp_path) == sorted(map(named, photos))
    for data in photos[:2]:
        shelf.drop(named(data))
    lost = named(b"in no copy")
    copies = Folder(tmp_path / "attachments")
    back = _bring_back([*map(named, photos), lost], copies, shelf, lambda *_: None)
    assert back == (lost,) and {shelf.get(named(data)) for data in photos} == set(photos)


@pytest.mark.database
@pytest.mark.django_db
def test_a_file_is_kept_and_what_changed_is_not_handed_out(shelf: Shelf) -> None:
    files, journal = Files(shelf), Journal("330824", Lookup(b"k" * 32))
    name = files.keep(journal, b"photo", "image/jpeg", NOW)
    assert files.keep(journal, b"photo", "image/jpeg", NOW) == name and files.read(name) == b"photo"
    shelf.drop(name)
    shelf.put(name, b"forged")
    with pytest.raises(ValueError, match="changed"):
        files.read(name)
    files.remove(journal, name)
    with pytest.raises(FileNotFoundError):
        files.read(name)


@needs_server
def test_files_of_others_in_the_bucket_are_not_ours(address: str, tmp_path: Path) -> None:
    beside = shelf_of(tmp_path, address.replace("of-330824", "of-330825"))
    beside.put(named(b"theirs"), b"theirs")
    assert named(b"theirs") not in set(shelf_of(tmp_path, address).names())


@needs_server
def test_a_store_that_is_away_says_so_without_its_secret(address: str, tmp_path: Path) -> None:
    nobody = f"http://county:secret@127.0.0.1:{free()}/papers"
    for wrong in (nobody, address.replace("/papers", "/unknown")):
        shelf = shelf_of(tmp_path, wrong)
        for act in (lambda at=shelf: at.put("a" * 64, b"x"), lambda at=shelf: list(at.names())):
            with pytest.raises(AwayError) as said:
                act()
            assert "secret" not in str(said.value)


@needs_server
def test_the_doctor_sees_a_store_that_is_away_and_one_that_keeps_what_was_erased(
    address: str, tmp_path: Path, settings: object
) -> None:
    from minio import Minio
    from minio.versioningconfig import VersioningConfig

    def codes(at: str) -> set[str]:
        settings.TONGBAN_OBJECTS = at  # type: ignore[attr-defined]
        (tmp_path / "keys").mkdir(mode=0o700, exist_ok=True)
        return {each.refused.code.partition(".")[2] for each in machine(tmp_path)}

    objects = {"objects_away", "objects_versions", "objects_left", "objects_library"}
    assert not codes(address) & objects
    assert "objects_away" in codes(f"http://county:secret@127.0.0.1:{free()}/papers")
    Folder(tmp_path / "attachments").put(named(b"left"), b"left")
    assert "objects_left" in codes(address)
    host = address.partition("@")[2].partition("/")[0]
    client = Minio(host, access_key="county", secret_key="secret", secure=False, region="us-east-1")
    client.make_bucket("older")
    client.set_bucket_versioning("older", VersioningConfig("Enabled"))
    assert "objects_versions" in codes(address.replace("/papers", "/older"))


@pytest.mark.parametrize("wrong", ["papers", "https://host/papers", "https://key:secret@host", "s3://k:s@h/b", "https://k:s@h/b?x=1"])  # fmt: skip
def test_an_address_that_names_no_bucket_stops_the_start(wrong: str, tmp_path: Path) -> None:
    environ = {"TONGBAN_HOME": str(tmp_path), "DATABASE_URL": "postgresql://u:password@h/n"}
    with pytest.raises(ValueError, match="TONGBAN_OBJECTS") as said:
        Environment.of({**environ, "TONGBAN_OBJECTS": wrong})
    assert "secret" not in str(said.value)
    assert HIDDEN not in repr(Environment.of({**environ, "TONGBAN_OBJECTS": f"https://k:{HIDDEN}@h/b"}))
