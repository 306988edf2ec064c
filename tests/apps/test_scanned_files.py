"""With a scanner a file is scanned before it is kept; what it has not seen nobody gets, and what it finds is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clamd_ground import EICAR, Daemon, listening
from desk_ground import Desk, county, desk
from resident_ground import picture
from tongban.apps.casework.files import Kept, keep, open_file, own_file, restore, shown_types
from tongban.apps.casework.scanning import Scanned, scan_waiting
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.store.attachments import CHAIN, REMOVED
from tongban.store.models import Attachment
from tongban.store.notes import chain_id, readable
from tongban.store.shelf import FOLDER, Folder

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

PDF = b"%PDF-1.7\n2 0 obj<</Type /Page>>endobj\n%%EOF\n"
AWAY = b"gone mad\0"


@pytest.fixture
def daemon(settings: Any) -> Iterator[Daemon]:
    with listening() as found:
        settings.TONGBAN_CLAMAV = found.address
        yield found


def paper(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("paper.pdf", data)


def kept(desk: Desk, *uploads: Any) -> tuple[Kept, ...]:
    found = keep(uploads, desk.acting(desk.clerk))
    assert not isinstance(found, Refused), found
    return found


def code(found: object) -> str:
    assert isinstance(found, Refused)
    return found.code


def _shelf() -> Folder:
    return Folder(settings.TONGBAN_HOME / FOLDER)


def lying() -> set[Path]:
    return {each for each in _shelf().folder.rglob("*") if each.is_file()}


def test_a_clean_file_is_scanned_as_it_came_and_kept(desk: Desk, daemon: Daemon) -> None:
    sent = picture().read()
    (one,) = kept(desk, SimpleUploadedFile("a.jpg", sent))
    assert daemon.came == [sent]
    assert isinstance(open_file(one.id), tuple)
    assert shown_types([one.id]) == {one.id: "image/jpeg"}


def test_a_find_is_refused_by_name_and_nothing_of_it_stays(desk: Desk, daemon: Daemon) -> None:
    before, rows = lying(), Attachment.objects.count()
    found = keep([picture(), paper(PDF + EICAR)], desk.acting(desk.clerk))
    assert isinstance(found, Refused)
    assert (found.code, found.facts) == (
        "file.infected",
        {"name": "paper.pdf", "found": "Eicar-Test-Signature"},
    )
    assert (lying(), Attachment.objects.count()) == (before, rows)


def test_without_the_setting_nobody_is_asked(desk: Desk, daemon: Daemon, settings: Any) -> None:
    settings.TONGBAN_CLAMAV = ""
    (one,) = kept(desk, paper(PDF + b"unasked"))
    assert daemon.came == []
    assert isinstance(open_file(one.id), tuple)
    assert scan_waiting(timezone.now()) == Scanned()


def test_what_the_scanner_did_not_answer_for_is_kept_and_handed_to_nobody(desk: Desk, daemon: Daemon) -> None:
    daemon.answer = AWAY
    (one,) = kept(desk, paper(PDF + b"waits"))
    assert code(open_file(one.id)) == "file.unscanned"
    assert shown_types([one.id]) == {one.id: ""}
    assert own_file(one.id) == ("application/pdf", PDF + b"waits"), "a form kept under a code takes it along"


def test_after_one_file_without_an_answer_the_others_do_not_wait(desk: Desk, daemon: Daemon) -> None:
    daemon.answer = AWAY
    every = kept(desk, paper(PDF + b"1"), paper(PDF + b"2"), paper(PDF + b"3"))
    assert len(daemon.came) == 1
    assert {code(open_file(each.id)) for each in every} == {"file.unscanned"}


def test_what_waited_is_opened_once_the_scanner_has_passed_it(desk: Desk, daemon: Daemon) -> None:
    daemon.answer = AWAY
    (one,) = kept(desk, paper(PDF + b"late"))
    assert scan_waiting(timezone.now()) == Scanned(left=1)
    assert code(open_file(one.id)) == "file.unscanned"
    daemon.answer = None
    assert scan_waiting(timezone.now()) == Scanned(clean=1)
    assert open_file(one.id) == ("application/pdf", PDF + b"late")
    assert scan_waiting(timezone.now()) == Scanned()


def test_the_same_file_sent_again_and_passed_waits_no_more(desk: Desk, daemon: Daemon) -> None:
    daemon.answer = AWAY
    (one,) = kept(desk, paper(PDF + b"twice"))
    daemon.answer = None
    kept(desk, paper(PDF + b"twice"))
    assert isinstance(open_file(one.id), tuple)
    daemon.answer = AWAY
    kept(desk, paper(PDF + b"twice"))
    assert isinstance(open_file(one.id), tuple), "what was scanned stays so"


@pytest.fixture
def removed(desk: Desk, daemon: Daemon) -> Kept:
    """A file in which something was found after it was kept."""
    daemon.answer = AWAY
    (one,) = kept(desk, paper(PDF + EICAR))
    daemon.answer = None
    assert scan_waiting(timezone.now()) == Scanned(found=1)
    return one


def test_a_late_find_removes_the_bytes_and_row_and_ledger_say_so(removed: Kept) -> None:
    assert not _shelf().path(removed.id).exists()
    found = open_file(removed.id)
    assert isinstance(found, Refused)
    assert (found.code, found.facts) == ("file.removed", {"found": "Eicar-Test-Signature"})
    journal = office().journal
    notes = list(journal.events(chain_id(journal.county, CHAIN)))
    assert [(each.kind, readable(each)) for each in notes] == [
        (REMOVED, {"file": removed.id, "found": "Eicar-Test-Signature"})
    ]


def test_what_was_removed_is_not_taken_again_while_the_scanner_is_away(
    desk: Desk, daemon: Daemon, removed: Kept
) -> None:
    daemon.answer = AWAY
    assert code(keep([paper(PDF + EICAR)], desk.acting(desk.clerk))) == "file.infected"
    assert restore(PDF + EICAR, "application/pdf", timezone.now()) == ""
    assert not _shelf().path(removed.id).exists()


def test_what_the_scanner_passes_by_now_may_be_brought_again(
    desk: Desk, daemon: Daemon, removed: Kept
) -> None:
    daemon.answer = b"stream: OK\0"
    kept(desk, paper(PDF + EICAR))
    assert open_file(removed.id) == ("application/pdf", PDF + EICAR)


def test_what_comes_back_from_under_a_code_is_scanned(desk: Desk, daemon: Daemon) -> None:
    assert restore(PDF + EICAR, "application/pdf", timezone.now()) == ""
    name = restore(PDF + b"back", "application/pdf", timezone.now())
    assert isinstance(open_file(name), tuple)
    daemon.answer = AWAY
    name = restore(PDF + b"back later", "application/pdf", timezone.now())
    assert code(open_file(name)) == "file.unscanned"


def test_a_waiting_file_that_is_gone_or_changed_stays_closed(desk: Desk, daemon: Daemon) -> None:
    daemon.answer = AWAY
    (one,) = kept(desk, paper(PDF + b"changed"))
    daemon.answer = None
    _shelf().path(one.id).write_bytes(EICAR)
    assert scan_waiting(timezone.now()) == Scanned(left=1)
    assert code(open_file(one.id)) == "file.unscanned"
