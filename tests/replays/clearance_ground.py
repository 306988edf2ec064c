"""A campaign of the size that was reported, made from a fixed seed: 73 buildings, 2,111 flats, and the days of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random

from msgspec import Struct

from scenario_ground import ROOT, calendar, practice_in
from tongban.apps.registry.history import History
from tongban.kernel.commands import Actor, ActorKind, Command, Opening, Post
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.procedure.model import Procedure
from tongban.library.binding import bind
from tongban.library.counties import scenario_county

BUILDINGS, FLATS = 73, 2_111
SIGNED_BY, VACATED_BY = 24, 27
"""Days of the campaign, counted from the first day of signing."""
FIRST = date(2026, 5, 1)
ADOPTION = "replay"
TEAMS = ("town_a", "town_b", "village_a1", "urban", "")
NAMES = "田禾丰谷秋麦苗青"


class Flat(Struct, frozen=True):
    """One row of the register and the days on which its household signed, handed over its keys and moved out."""

    row: Mapping[str, object]
    team: str
    signed: int
    vacated: int


def flats() -> tuple[Flat, ...]:
    """Every flat: buildings of unequal size, the last signature on day 24, the last move on day 27."""
    chance = Random(73)
    sizes = [FLATS // BUILDINGS + (n < FLATS % BUILDINGS) for n in range(BUILDINGS)]
    for _ in range(200):
        one, other = chance.randrange(BUILDINGS), chance.randrange(BUILDINGS)
        if one != other and sizes[other] > 6:
            sizes[one], sizes[other] = sizes[one] + 1, sizes[other] - 1
    found: list[Flat] = []
    for building, size in enumerate(sizes, 1):
        for n in range(size):
            signed = SIGNED_BY if not found else chance.randint(1, SIGNED_BY)
            vacated = VACATED_BY if not found else chance.randint(signed, VACATED_BY)
            team = TEAMS[building % len(TEAMS)]
            row = {
                "building": str(building),
                "entrance": str(n % 2 + 1),
                "flat": f"{n // 4 + 1}{n % 4 + 1:02d}",
                "owner": "甲" + chance.choice(NAMES) + chance.choice(NAMES),
                "area": str(chance.randint(3_800, 12_600)),
                "danger": "d",
                "team": team,
            }
            found.append(Flat(row, team or "housing", signed, vacated))
    return tuple(found)


class Campaign(Struct):
    """The campaign walked through the kernel, step by step in the order of time."""

    history: History
    procedure: Procedure
    id: str = "00000000-0000-7000-8000-000000002111"

    def take(
        self, who: str, step: str, at: datetime, case: str = "", rows: tuple[Mapping[str, object], ...] = (),
        opening: Opening | None = None, **answers: object,
    ) -> Decided:  # fmt: skip
        role, _, unit = who.partition("@")
        actor = Actor(ActorKind.PERSON, who, (Post(unit.partition("#")[0], role),))
        command = Command(step, answers, opening, rows=rows)
        done = self.history.take(command, actor, at, "" if opening else case or self.id)
        assert isinstance(done, Decided), (step, done)
        return done


def day(n: int, hour: int = 9) -> datetime:
    """The local morning of a day of the campaign; day 1 is the first of signing."""
    at = FIRST + timedelta(days=n - 1)
    return datetime(at.year, at.month, at.day, hour, tzinfo=UTC) - timedelta(hours=8)


def begun() -> Campaign:
    """The campaign, its scheme published, consulted upon, decided and announced, all flats registered by one table."""
    practice = practice_in(ROOT / "practices" / "clearance_campaign")
    procedure = bind(practice, {})
    assert isinstance(procedure, Procedure)
    campaign = Campaign(History(scenario_county(calendar()), {ADOPTION: procedure}), procedure)
    opening = Opening(campaign.id, "26211100001", ADOPTION, "campaign", "county_office", "330899", "inner")
    campaign.take(
        "handler@county_office", "draft", day(-70), opening=opening, title="城区危旧房", aim="一户不漏",
        lead="housing", renewal=True, signing_first=FIRST.isoformat(),
        signing_last=(FIRST + timedelta(days=29)).isoformat(), moving_last=(FIRST + timedelta(days=39)).isoformat(),
    )  # fmt: skip
    rows = tuple(flat.row for flat in flats())
    campaign.take("leader@housing", "list_households", day(-60), rows=rows, register_number="登记表")
    campaign.take("leader@county_office", "publish_scheme", day(-59), scheme_document="方案")
    return campaign


def households(campaign: Campaign) -> tuple[str, ...]:
    return tuple(campaign.history.children[campaign.id])


def prepare(campaign: Campaign) -> None:
    """Every household visited, informed, appraised, heard and given its offer before signing begins."""
    for n, (case, flat) in enumerate(zip(households(campaign), flats(), strict=True)):
        team, at = f"handler@{flat.team}", day(-50, 9 + n % 8)
        told = (at.date()).isoformat()
        campaign.take(team, "survey", at, case, people=4, lived_in_by="owner_lives")
        campaign.take(team, "inform", at, case, informed_on=told, inform_number=f"告{n}")
        campaign.take(team, "say", at, case, consents=True)
        campaign.take(team, "order_appraisal", at, case, appraiser="鉴定所")
        campaign.take(team, "record_appraisal", at, case, danger="d", report_number=f"鉴{n}")
        campaign.take(team, "deliver_report", at, case, delivered_on=told)
        campaign.take("handler@housing", "urge", at, case, urge_number=f"解{n}")
        campaign.take(team, "value", at, case, offered_money=20_000_000, value_report=f"评{n}")
    campaign.history.act_until(day(-5))
    campaign.take(
        "leader@county_office", "decide_scheme", day(-4), decision_document="决定", opinions_answered=True
    )
    campaign.take("handler@housing", "announce", day(-1), announced_on=day(-1).date().isoformat())


def walk(campaign: Campaign) -> Iterator[tuple[int, int, int]]:
    """Day by day: the day, how many signed on it, how many moved out on it."""
    both = tuple(zip(households(campaign), flats(), strict=True))
    for n in range(1, VACATED_BY + 1):
        signing = [(case, flat) for case, flat in both if flat.signed == n]
        moving = [(case, flat) for case, flat in both if flat.vacated == n]
        today = day(n).date().isoformat()
        for case, flat in signing:
            team = f"handler@{flat.team}"
            campaign.take(
                team, "sign", day(n), case, agreement_number=f"X{case[-6:]}", compensation=20_000_000,
                signed_on=today, in_between="rent_money",
            )  # fmt: skip
            campaign.take("leader@housing", "pay", day(n, 11), case, paid=20_000_000, receipt_number="付")
            campaign.take(team, "hand_keys", day(n, 12), case, keys_on=today)
        for case, flat in moving:
            campaign.take(
                f"handler@{flat.team}", "vacate", day(n, 15), case, vacated_on=today, vacate_deed="已搬空"
            )
        if n == SIGNED_BY:
            campaign.take("leader@housing", "take_effect", day(n, 17))
        yield n, len(signing), len(moving)
