"""Letters to the requester: sealed when they are first asked for, proved to whoever holds them, silent about who asks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from resident_ground import Visitor, unhurried, visitor
from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.office import office
from tongban.apps.paper import setting
from tongban.apps.paper.letters import Letter, letter, pdf
from tongban.apps.paper.proving import LEAST, Proven, prove
from tongban.apps.people.erasing import erase_person
from tongban.kernel.commands import SYSTEM, Actor, ActorKind
from tongban.kernel.refusal import Refused
from tongban.store.letters import issue
from tongban.store.models import Content, EventRow
from tongban.web.resident.codes import qr_svg

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]

PHONE = "13812345678"
NAME = "𠮷䶮"
ADDRESS = "https://example.test/open/letters/1/2/"
WORDS = "村口的桥栏杆断了，老人孩子过桥都害怕，请早点修。"


def reported(desk: Desk) -> str:
    return desk.register(WORDS, phone=PHONE, name=NAME)


def requester(number: str, language: str = "zh-Hans") -> Acting:
    loaded = office().load(number.replace(" ", ""))
    assert loaded is not None
    return Acting(
        datetime.now(UTC), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id})), "", language, ""
    )


def received(number: str, acting: Acting) -> Letter:
    found = letter(number, "received", 1, acting)
    assert isinstance(found, Letter), found
    return found


def test_the_receipt_tells_what_was_received_and_how_the_promised_day_came_about(desk: Desk) -> None:
    number = reported(desk)
    found = received(number, requester(number))
    assert WORDS in str(found.text["shows"])
    assert "24 小时" in str(found.text["clocks"]) or "24小时" in str(found.text["clocks"])
    assert found.number in str(found.text["paragraphs"])
    assert "{" not in str(found.text["paragraphs"]), "every name in the text was filled in"


def test_a_letter_is_written_once_and_stays_what_it_was(desk: Desk) -> None:
    number = reported(desk)
    first, again = received(number, requester(number)), received(number, requester(number))
    assert (first.check, first.digest, first.text) == (again.check, again.digest, again.text)
    assert EventRow.objects.filter(kind="letter").count() == 1
    english = received(number, requester(number, "en"))
    assert english.check != first.check
    assert english.title == "Receipt"


def test_of_two_who_ask_at_once_the_second_gets_what_the_first_sealed(desk: Desk) -> None:
    number = reported(desk)
    first = received(number, requester(number))
    journal, case = office().journal, requester(number).actor.owns
    which = {"letter": "received", "event": 1, "language": "zh-Hans"}
    late = issue(
        journal, next(iter(case)), which, {"check": "another"}, {"title": "another"}, datetime.now(UTC)
    )
    assert (late.digest, late.facts["check"]) == (first.digest, first.check)
    assert EventRow.objects.filter(kind="letter").count() == 1


def test_the_name_stands_in_the_requesters_own_copy_alone(desk: Desk) -> None:
    number = reported(desk)
    assert received(number, requester(number)).name == NAME
    assert received(number, desk.acting(desk.clerk)).name == ""
    for row in EventRow.objects.all():
        assert NAME not in row.body
    assert all(NAME not in each.value for each in Content.objects.all())


def test_a_name_beyond_the_basic_plane_is_printed_or_replaced_and_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The font has 䶮 and not 𠮷: that one is printed as its code, and the letter says so."""
    set_ones: list[str] = []
    import typst

    plain = typst.compile

    def compiled(*given: object, **named: object) -> bytes:
        set_ones.append(str(named["sys_inputs"]["said"]))  # type: ignore[index]
        return plain(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(typst, "compile", compiled)
    number = reported(desk)
    made = pdf(received(number, requester(number)), ADDRESS, qr_svg(ADDRESS))
    assert made.startswith(b"%PDF-")
    assert "〔U+20BB7〕䶮" in set_ones[0]
    assert '"missing": ["〔U+20BB7〕"]' in set_ones[0]
    assert setting.STANDARD == "a-2a"
    assert (b"pdfaid" in made and b"/StructTreeRoot" in made) or b"/ObjStm" in made


def test_what_was_typed_is_never_read_as_a_command_of_the_layout(desk: Desk) -> None:
    number = desk.register("#panic() *粗* $x$ <b>", phone=PHONE)
    assert pdf(received(number, requester(number)), ADDRESS, qr_svg(ADDRESS)).startswith(b"%PDF-")


def test_whoever_may_not_see_the_case_gets_no_letter_and_no_sign_of_it(desk: Desk) -> None:
    number = reported(desk)
    stranger = Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER), "", "zh-Hans", "")
    found = letter(number, "received", 1, stranger)
    assert isinstance(found, Refused) and found.code == "case.unknown"
    assert Client().get(f"/follow/{number}/letters/received/1/").status_code == 404


@pytest.mark.parametrize(("name", "seq"), [("answered", 1), ("received", 2), ("nothing", 1)])
def test_a_letter_that_there_is_not_is_refused(desk: Desk, name: str, seq: int) -> None:
    number = reported(desk)
    found = letter(number, name, seq, requester(number))
    assert isinstance(found, Refused) and found.code == "letter.unknown"
    assert not EventRow.objects.filter(kind="letter").exists()


def proved(found: Letter, words: str = "", acting: Acting | None = None) -> Proven:
    proven = prove(found.number, found.check, words, "1.2.3.4", acting or requester(found.number))
    assert isinstance(proven, Proven), proven
    return proven


def test_anybody_who_holds_it_can_prove_it_and_learns_nothing_else(desk: Desk) -> None:
    number = reported(desk)
    found = received(number, requester(number))
    page = Client().get(f"/open/letters/{number}/{found.check}/").content.decode()
    for shown in ("是我们出具的", "收件回执", found.digest, "县12345政务服务热线中心"):
        assert shown in page
    for hidden in (NAME, PHONE, WORDS[:6]):
        assert hidden not in page
    assert proved(found).whole


def test_words_copied_from_the_paper_are_those_of_the_letter_or_not(desk: Desk) -> None:
    number = reported(desk)
    found = received(number, requester(number))
    assert proved(found, "村口的桥栏杆断了 老人孩子\n过桥都害怕").same is True
    assert proved(found, "村口的桥栏杆修好了，老人孩子过桥").same is False
    few = prove(number, found.check, "村口的桥", "1.2.3.4", requester(number))
    assert isinstance(few, Refused) and few.code == "letter.too_few" and few.facts["least"] == LEAST


def test_a_letter_of_somebody_elses_making_is_not_found(desk: Desk) -> None:
    number, other = reported(desk), reported(desk)
    found = received(number, requester(number))
    for tried in ((other, found.check), (number, "2345678923456789"), ("1", found.check), (number, "-")):
        assert Client().get(f"/open/letters/{tried[0]}/{tried[1]}/").status_code == 404


def test_a_text_that_somebody_changed_in_the_database_is_told(desk: Desk) -> None:
    number = reported(desk)
    found = received(number, requester(number))
    row = Content.objects.get(field="text", value__contains="收件回执")
    Content.objects.filter(chain=row.chain, field="text").update(
        value=row.value.replace("桥栏杆断了", "桥栏杆好了")
    )
    assert not proved(found).whole


def test_an_erased_person_leaves_number_kind_day_and_unit(desk: Desk) -> None:
    number = reported(desk)
    found = received(number, requester(number))
    erased = erase_person(number, Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(erased, Refused), erased
    assert not Content.objects.filter(field="text", value__contains="桥栏杆").exists()
    proven = proved(found)
    assert proven.erased and proven.title == "收件回执" and proven.same is None
    again = letter(number, "received", 1, requester(number))
    assert isinstance(again, Refused) and again.code == "letter.erased"


def test_an_answer_and_an_extension_are_letters_of_their_own(visitor: Visitor, desk: Desk) -> None:
    number = desk.replied()
    desk.step(number, "approve", desk.reviewer)
    page = look(number, desk.acting(desk.clerk))
    assert isinstance(page, CasePage)
    assert [each.id for each in page.letters] == ["answered", "handed_over_to", "received"]
    found = letter(number, "answered", page.letters[0].seq, requester(number))
    assert isinstance(found, Letter)
    assert "疏通" in str(found.text["shows"])


def test_the_requesters_page_and_the_desk_give_it_out(visitor: Visitor, desk: Desk) -> None:
    number = reported(desk)
    visitor.prove(number)
    assert f"/follow/{number}/letters/received/1/" in visitor.page
    answer = visitor.client.get(f"/follow/{number}/letters/received/1/")
    assert answer["Content-Type"] == "application/pdf"
