"""The ledger holds with letters in it, and after a person was erased."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_ground import Desk, own_home, settle_county
from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.paper.letters import Letter, letter
from tongban.apps.people.erasing import erase_person
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.models import Content
from tongban.store.verification import Report, verify

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def told(report: Report) -> list[str]:
    """What is wrong, besides that nothing was signed yet."""
    return [each.code for each in report.findings if each.code != "ledger.no_checkpoint"]


def test_the_ledger_holds_with_letters_and_after_they_were_erased(
    transactional_db: None, tmp_path: Path
) -> None:
    with own_home(tmp_path / "home"):
        settle_county()
        desk = Desk()
        number = desk.register("村口的桥栏杆断了。", phone="13812345678", name="王小明")
        assert isinstance(letter(number, "received", 1, desk.acting(desk.clerk)), Letter)
        now = datetime.now(UTC)
        first = verify(office().journal, (), now)
        assert first.entries > 2 and told(first) == []
        erased = erase_person(number, Acting(now, SYSTEM))
        assert not isinstance(erased, Refused), erased
        assert told(verify(office().journal, (), now)) == []
        Content.objects.filter(field="body").delete()
        assert told(verify(office().journal, (), now)), "what goes without a note is told"
