"""Practices on their way: packed by one county, taken by another that knows it, written anew, retired."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.apps.adoption import drafts, parcels
from tongban.apps.adoption.adopting import adopt, in_force, retire
from tongban.apps.exchange.own import card
from tongban.apps.exchange.peers import add, end
from tongban.apps.office import office
from tongban.apps.registry.upkeep import verify_ledger
from tongban.kernel.commands import SYSTEM
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.refusal import Refused
from tongban.library.parcel import signed_by, wrap
from tongban.library.practice import Practice
from tongban.library.reading import read_packed, read_practice
from tongban.store.models import ParcelRow

pytestmark = pytest.mark.database

ELSEWHERE = "331124"
THEIRS = Ed25519Signer(signed_by(ELSEWHERE), bytes(range(32)))
NAME = {"zh-Hans": "松阳县", "en": "Songyang"}


def acting() -> Acting:
    return Acting(datetime.now(UTC), SYSTEM)


@pytest.fixture
def bundle() -> Practice:
    found = read_practice(ROOT / "practices" / "contest")
    assert isinstance(found, Practice)
    return found


def known() -> str:
    key = f"{THEIRS.key_id}={b64encode(THEIRS.public).decode()}"
    peer = add(
        ELSEWHERE, "松阳县", "Songyang", "https://songyang.example", key, card("330822").sealing_key, acting()
    )
    assert not isinstance(peer, Refused), peer
    return peer.key


def sent(practice: Practice) -> bytes:
    return wrap(practice, ELSEWHERE, NAME, acting().now, THEIRS).encode()


def findings() -> set[str]:
    return {each.code for each in verify_ledger(datetime.now(UTC)).findings}


def test_a_practice_packed_by_a_known_county_is_taken_read_and_adopted(desk: Desk, bundle: Practice) -> None:
    known()
    came = parcels.receive(sent(bundle), acting())
    assert not isinstance(came, Refused)
    assert (came.practice, came.county, came.adopted) == ("contest", "松阳县", False)
    found = parcels.parcel("contest", came.call)
    assert not isinstance(found, Refused) and found.files == bundle.files
    read = read_packed(found.files)
    assert isinstance(read, Practice)
    made = adopt(read, {}, (), acting())
    assert not isinstance(made, Refused) and made.digest == bundle.digest
    (kept,) = parcels.arrived("en")
    assert (kept.county, kept.adopted) == ("Songyang", True)
    again = parcels.receive(sent(bundle), acting())
    assert not isinstance(again, Refused) and len(parcels.arrived("en")) == 1
    assert findings() == set()


def test_a_county_that_nobody_here_knows_or_knows_no_more_is_refused(desk: Desk, bundle: Practice) -> None:
    refused = parcels.receive(sent(bundle), acting())
    assert isinstance(refused, Refused) and refused.code == "parcel.unknown_signer"
    key = known()
    early = parcels.receive(sent(bundle), acting())
    assert not isinstance(early, Refused)
    assert not isinstance(end(ELSEWHERE, key, acting()), Refused)
    late = parcels.receive(sent(bundle), acting())
    assert isinstance(late, Refused) and late.code == "parcel.unknown_signer"
    assert not isinstance(parcels.parcel("contest", early.call), Refused), (
        "what came while it was known is still read"
    )


def test_a_parcel_changed_in_the_database_is_believed_no_more(desk: Desk, bundle: Practice) -> None:
    known()
    came = parcels.receive(sent(bundle), acting())
    assert not isinstance(came, Refused)
    row = ParcelRow.objects.get()
    ParcelRow.objects.update(
        text=row.text.replace("竞", "赛", 1) if "竞" in row.text else row.text[:-9] + row.text[-8:]
    )
    found = parcels.parcel("contest", came.call)
    assert isinstance(found, Refused) and found.code.startswith("parcel.")
    (kept,) = parcels.arrived("en")
    assert kept.wrong is not None


def test_only_an_administrator_packs_takes_writes_and_retires(desk: Desk, bundle: Practice) -> None:
    clerk = desk.acting(desk.clerk)
    for refused in (
        parcels.pack(bundle, clerk),
        parcels.receive(b"", clerk),
        parcels.put_away("contest", "0" * 12, clerk),
        drafts.begin(bundle, "contest", clerk),
        drafts.write("contest", "README.md", "x", "", clerk),
        drafts.discard("contest", "", clerk),
        retire("hotline", clerk),
    ):
        assert isinstance(refused, Refused) and refused.code == "adoption.not_yours"


def test_what_this_county_packs_it_can_take_itself(desk: Desk, bundle: Practice) -> None:
    made = parcels.pack(bundle, acting())
    assert isinstance(made, str)
    came = parcels.receive(made.encode(), acting())
    assert not isinstance(came, Refused) and came.county == office().names.division("330822", "zh-Hans")
    assert parcels.put_away("contest", came.call, acting()) is None
    assert parcels.arrived("en") == ()
    assert findings() == set()


def test_a_draft_is_the_next_version_or_a_practice_of_its_own(desk: Desk, bundle: Practice) -> None:
    next_one = drafts.begin(bundle, "contest", acting())
    own = drafts.begin(bundle, "river_contest", acting())
    assert not isinstance(next_one, Refused) and not isinstance(own, Refused)
    newer, other = read_packed(next_one.files), read_packed(own.files)
    assert isinstance(newer, Practice) and isinstance(other, Practice)
    assert (newer.id, other.id) == ("contest", "river_contest")
    assert (
        newer.version.rpartition(".")[0] == bundle.version.rpartition(".")[0]
        and newer.version != bundle.version
    )
    assert other.version == bundle.version
    twice = drafts.begin(bundle, "contest", acting())
    assert isinstance(twice, Refused) and twice.code == "draft.begun"
    wrong = drafts.begin(bundle, "../etc", acting())
    assert isinstance(wrong, Refused) and wrong.code == "draft.name"


def test_two_who_write_at_once_do_not_lose_each_other_s_words(desk: Desk, bundle: Practice) -> None:
    begun = drafts.begin(bundle, "contest", acting())
    assert not isinstance(begun, Refused)
    first = drafts.write("contest", "README.md", "# 一\r\n", begun.mark, acting())
    assert not isinstance(first, Refused) and first.files["README.md"] == "# 一\n"
    second = drafts.write("contest", "README.md", "# 二\n", begun.mark, acting())
    assert isinstance(second, Refused) and second.code == "draft.changed"
    stale = drafts.discard("contest", begun.mark, acting())
    assert isinstance(stale, Refused) and stale.code == "draft.changed"
    assert drafts.discard("contest", first.mark, acting()) is None and drafts.drafts() == ()


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("../outside.yaml", "x", "practice.unknown_file"),
        ("procedure/x.py", "x", "practice.unknown_file"),
        ("README.md", None, "draft.needed"),
        ("scenarios/none.yaml", None, "draft.needed"),
        ("README.md", "字" * 400_000, "practice.file_too_large"),
    ],
)
def test_a_draft_takes_only_the_files_of_a_practice(
    desk: Desk, bundle: Practice, path: str, text: str | None, code: str
) -> None:
    begun = drafts.begin(bundle, "contest", acting())
    assert not isinstance(begun, Refused)
    refused = drafts.write("contest", path, text, begun.mark, acting())
    assert isinstance(refused, Refused) and refused.code == code


def test_a_retired_practice_opens_no_more_cases_and_finishes_those_it_has(desk: Desk) -> None:
    number = desk.dispatched()
    done = retire("hotline", acting())
    assert not isinstance(done, Refused)
    assert "hotline" not in in_force(office()) and office().adopted("hotline", datetime.now(UTC)) is None
    desk.step(number, "sign", desk.handler)
    assert findings() == set()
    again = retire("hotline", acting())
    assert isinstance(again, Refused) and again.code == "adoption.not_adopted"
    back = adopt("hotline", {}, (Desk.home,), acting())
    assert not isinstance(back, Refused) and not back.again
    assert findings() == set()


def test_what_others_need_is_not_retired(desk: Desk) -> None:
    for each in ("service_catalogue", "service_item"):
        assert not isinstance(adopt(each, {}, (), acting()), Refused)
    refused = retire("service_catalogue", acting())
    assert isinstance(refused, Refused) and refused.code == "adoption.needed"
    assert refused.facts == {"by": ("service_item",)}
