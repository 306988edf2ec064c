"""Everybody who could come to a door, how they stand to three cases, and what the table of rights therefore says.

How each visitor stands to each case is written down here by hand, from who they are and where the cases lie: the tests compare
what the product answers with that, so a slip in the table and a slip in what asks it do not cancel out.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import User
from django.test import Client
from msgspec import Struct, field

from desk_ground import PASSWORD, TEXT, Desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.apps.people.tokens import SCOPES, resident_token, staff_token
from tongban.apps.rights import ACTS, By
from tongban.kernel.commands import SYSTEM, Actor, ActorKind
from tongban.kernel.refusal import Refused
from tongban.store.models import Person, PostRow, StandInRow

OWN, RECUSED, SEALED = "own", "recused", "sealed"
"""A case that the enforcement bureau holds; one about that bureau, which the county's office holds; a sealed report about how
that bureau behaves, which only the petitions office receives."""
PHONE, OTHER_PHONE = "13955557777", "13955558888"
MARKS = {OWN: "玄武湖畔独一字甲", RECUSED: "玄武湖畔独一字乙", SEALED: "玄武湖畔独一字丙"}
"""Words that stand in one case each and nowhere else: whoever finds them has read it."""
SECRETS = (PHONE, OTHER_PHONE, "13911112222")
"""Telephones of requesters. No answer ever shows one, but the page on which somebody opens an identity."""

NOBODY_BEHIND = "nobody-known"
"""An account that stands for no person."""
_CASE = frozenset({By.INVOLVED, By.WORKS})


class Visitor(Struct, frozen=True):
    """Somebody at the door. ``role`` "" is a stranger or a resident; ``stands`` are the relations that hold for the whole
    county, ``sees`` and ``works`` the cases with whose units they have to do, ``owns`` those that they proved."""

    name: str
    login: str = ""
    role: str = ""
    stands: frozenset[By] = frozenset()
    sees: frozenset[str] = frozenset()
    works: frozenset[str] = frozenset()
    owns: frozenset[str] = frozenset()
    lent: bool = False
    """whether all they hold is a colleague's: what is personal is not theirs"""
    named: bool = False
    """whether all they hold names the guarded practice: nothing else of the county is theirs"""

    def may(self, act: str, case: str = "") -> bool:
        """What the table says of them, for an act and one of the cases."""
        held = {By.ANYBODY, By.PROGRAM}
        if case in self.owns:
            held.add(By.REQUESTER)
        if self.login and self.login != NOBODY_BEHIND:
            held.add(By.SELF)  # their own account, also when they hold no post any more
        if case == SEALED and not self.named and act != "erase_person":
            pass  # guarded: no post of theirs names the practice; who asked is erased by its number alone
        elif self.role and not (self.lent and act not in LENT) and not (self.named and act not in NAMED):
            held |= {By.POST, By.ANYWHERE, By.UNIT} | self.stands
            held |= {By.INVOLVED} if case in self.sees else set()
            held |= {By.WORKS, By.STEP} if case in self.works else set()
            if not case:
                held.add(By.STEP)
        return any(grant.by in held and grant.role in ("", self.role) for grant in ACTS[act].grants)


LENT = frozenset({
    "see_case", "work_on_case", "take_step", "see_identity", "work_at_unit", "register_case", "read_practices",
    "oversee_below", "see_signs", "see_all_cases", "see_clusters", "read_precedents",
})  # fmt: skip
"""What whoever stands in for a colleague may do with that alone, written down by hand."""
NAMED = frozenset({
    "see_case", "work_on_case", "take_step", "see_identity", "work_at_unit", "register_case", "read_practices",
})  # fmt: skip
"""What a post opens that names a guarded practice, written down by hand."""
_HOME = frozenset({OWN, RECUSED})
VISITORS = (
    Visitor("nobody"),
    Visitor("the resident whose case it is", owns=frozenset({OWN})),
    Visitor("another resident"),
    Visitor("a clerk of the receiving unit", "xuqiuju", "clerk", frozenset({By.DISPATCHES}), _HOME, _HOME),
    Visitor(
        "a handler of the holding unit",
        "zhengjinhua",
        "handler",
        sees=frozenset({OWN}),
        works=frozenset({OWN}),
    ),
    Visitor("a handler of another unit", "gonghongwei", "handler"),
    Visitor("a handler of a township", "township", "handler"),
    Visitor("a reviewer", "shaochanggen", "reviewer", frozenset({By.DISPATCHES}), _HOME, _HOME),
    Visitor(
        "a supervisor of the county", "liuzeyu", "supervisor", frozenset({By.OFFICE}), frozenset({RECUSED})
    ),
    Visitor(
        "a leader of the county",
        "zengjiayi",
        "leader",
        frozenset({By.OFFICE, By.TOP}),
        frozenset({OWN, RECUSED}),
    ),
    Visitor("a leader of another bureau", "xuxiangyang", "leader"),
    Visitor("a publisher", "songyuexian", "publisher", frozenset({By.OFFICE, By.DISPATCHES}), _HOME),
    Visitor("an administrator", "hushaohua", "administrator", frozenset({By.DISPATCHES}), _HOME),
    Visitor(
        "somebody who stands in for the handler",
        "standsin",
        "handler",
        sees=frozenset({OWN}),
        works=frozenset({OWN}),
        lent=True,
    ),
    Visitor("a receiver of the office to which it was told", "plain", "receiver"),
    Visitor(
        "a receiver whose post names the practice",
        "named",
        "receiver",
        sees=frozenset({SEALED}),
        works=frozenset({SEALED}),
        named=True,
    ),
    Visitor("somebody who left", "wanglixin"),
    Visitor("an account without a person", NOBODY_BEHIND),
)


class Stage(Struct):
    """The cases and the visitors' browsers and tokens."""

    numbers: dict[str, str]
    ids: dict[str, str]
    browsers: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def staged(desk: Desk) -> Stage:
    """Three cases and everybody signed in."""
    own = desk.step(desk.dispatched(TEXT + MARKS[OWN], phone=PHONE), "sign", desk.handler)
    recused = desk.dispatched(TEXT + MARKS[RECUSED], phone="13911112222", about_unit=desk.unit, sort="report")
    report = ROOT / "practices" / "conduct_report"
    _named(report.name)
    done = adopt(report, {}, ("petitions",), Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(done, Refused), done
    given = {"about_unit": desk.unit, "sort": "slow", "what": MARKS[SEALED], "phone": "13911112222"}
    stranger = Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER), by_hand=True)
    sealed = open_case(done.practice, given, stranger, channel="web")
    assert isinstance(sealed, Taken), sealed
    elsewhere = desk.dispatched(TEXT, phone=OTHER_PHONE)
    numbers = {OWN: own, RECUSED: recused, SEALED: sealed.number, "elsewhere": elsewhere}
    stage = Stage(numbers, {name: _id(number) for name, number in numbers.items()})
    _accounts()
    for visitor in VISITORS:
        stage.browsers[visitor.name] = _browser(visitor, stage)
        stage.tokens[visitor.name] = _token(visitor, stage)
    return stage


def _named(practice: str) -> None:
    """Those whose posts name the guarded practice, and one who holds the same role for all others."""
    for login, posts in (
        ("plain", [("petitions", "receiver")]),
        ("named", [("petitions", f"{practice}.receiver")]),
        ("head", [("petitions", f"{practice}.head"), ("county-government", f"{practice}.reviewer")]),
    ):
        user = User.objects.create_user(login, password=PASSWORD)
        Person.objects.create(county="330822", id=login, name=login, user=user)
        for unit, role in posts:
            PostRow.objects.create(
                county="330822", person=login, unit=unit, role=role, since=date(2020, 1, 1)
            )


def _id(number: str) -> str:
    loaded = office().load(number.replace(" ", ""))
    assert loaded is not None
    return loaded.case.id


def _accounts() -> None:
    """Somebody in a township, somebody whose posts ended yesterday, and an account of which nobody knows whose it is."""
    User.objects.create_user("nobody-known", password=PASSWORD)
    user = User.objects.create_user("township", password=PASSWORD)
    Person.objects.create(county="330822", id="township", name="township", user=user)
    unit = next(each.id for each in office().county.units.values() if each.kind == "township")
    PostRow.objects.create(
        county="330822", person="township", unit=unit, role="handler", since=date(2020, 1, 1)
    )
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    other = User.objects.create_user("standsin", password=PASSWORD)
    Person.objects.create(county="330822", id="standsin", name="standsin", user=other)
    StandInRow.objects.create(
        county="330822", id="s1", giver="zhengjinhua", person="standsin", unit="urban-enforcement", role="handler",
        since=yesterday, until=today + timedelta(days=9), reason="leave", by="zhengjinhua", at=datetime.now(UTC),
    )  # fmt: skip
    PostRow.objects.filter(person="wanglixin").update(until=yesterday)


def _browser(visitor: Visitor, stage: Stage) -> Client:
    client = Client(raise_request_exception=False)
    if visitor.login:
        client.force_login(User.objects.get(username=visitor.login))
    elif visitor.name != "nobody":
        case, phone = (OWN, PHONE) if visitor.owns else ("elsewhere", OTHER_PHONE)
        proved = client.post("/follow/", {"number": stage.numbers[case], "phone": phone})
        assert proved.status_code == 302, proved
    return client


def _token(visitor: Visitor, stage: Stage) -> str:
    if visitor.login:
        user = User.objects.get(username=visitor.login)
        return staff_token(user, SCOPES, timedelta(hours=1)).text
    if visitor.name == "nobody":
        return ""
    return resident_token(frozenset({stage.ids[OWN if visitor.owns else "elsewhere"]}), office()).text
