"""A county at work for the tests of the desk: the registers of the demo county, its people, two practices.

Set up once for a module inside one transaction that is rolled back; ``Desk`` takes steps through the same
use cases that the pages call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from scenario_ground import ROOT, forget
from tongban.kernel.draws import NOT_DRAWN, Draws

PASSWORD = "tongban-demo"
TEXT = "城东菜市场后门的下水道堵了一个星期，污水流到路上，臭得开不了窗。"
SOON = date(2020, 1, 1)
DRAINS = "01.05.04"


class Desk:
    """Who is who in the county, and cases that stand where a test needs them."""

    clerk, dispatcher, reviewer, adjudicator = "xuqiuju", "yujiantu", "shaochanggen", "jilindi"
    handler, other_handler, supervisor = "zhengjinhua", "gonghongwei", "liuzeyu"
    unit, home = "urban-enforcement", "hotline-centre"

    def acting(self, login: str, key: str = "") -> Any:
        from django.contrib.auth.models import User

        from tongban.apps.acting import Acting
        from tongban.apps.people.acting import actor_of

        now = datetime.now(UTC)
        return Acting(now, actor_of(User.objects.get(username=login), now), login, key=key)

    def register(self, text: str = TEXT, **answers: object) -> str:
        from tongban.apps.casework.take import open_case
        from tongban.apps.casework.views import Taken

        given = {"body": text, "phone": "13812345678", "sort": "help", "category": DRAINS, **answers}
        taken = open_case("hotline", given, self.acting(self.clerk), channel="desk")
        assert isinstance(taken, Taken), taken
        return taken.number

    def step(
        self, number: str, step: str, login: str, *, names: Iterable[str] = (), **answers: object
    ) -> str:
        from tongban.apps.casework.take import take
        from tongban.apps.casework.views import Taken

        seen = frozenset(names)
        taken = take(number, step, answers, replace(self.acting(login), names_seen=seen))
        assert isinstance(taken, Taken), taken
        return number

    def dispatched(self, text: str = TEXT, **answers: object) -> str:
        """A case that waits for the handler's unit to sign."""
        return self.step(self.register(text, **answers), "dispatch", self.dispatcher)

    def signed(self) -> str:
        return self.step(self.dispatched(), "sign", self.handler)

    def replied(self) -> str:
        self.step(number := self.signed(), "contact", self.handler, contact_way="phone")
        return self.step(
            number, "reply", self.handler, outcome="resolved", result="已经疏通。", basis="现场查看"
        )

    def ordered(self, reach: str = "townships") -> str:
        """An order of the county to units below it."""
        from datetime import timedelta

        from tongban.apps.adoption.adopting import adopt
        from tongban.apps.casework.take import open_case
        from tongban.apps.casework.views import Taken
        from tongban.apps.office import office
        from tongban.kernel.refusal import Refused
        from tongban.store.below import count_below

        done = adopt(ROOT / "practices" / "directive", {}, ("county-government",), self.acting("hushaohua"))
        assert not isinstance(done, Refused), done
        acting = self.acting("tongshuixian")
        due = (acting.now + timedelta(days=20)).date().isoformat()
        answers = {
            "title": "汛期地质灾害隐患点排查",
            "order": "把辖区内的隐患点走一遍，有险情的先撤人。",
            "measure": "每个点都有结论",
            "basis": "县防指〔2026〕3号",
            "already_held": "nothing",
            "reach": reach,
            "minutes": 20,
            "due_day": due,
        }
        taken = open_case("directive", answers, acting)
        assert isinstance(taken, Taken), taken
        self.step(taken.number, "issue", "zengjiayi")
        count_below(office().journal, office().procedure)
        return taken.number

    def story(self, number: str) -> list[str]:
        from tongban.apps.casework.look import look
        from tongban.apps.casework.views import CasePage

        page = look(number, self.acting(self.reviewer))
        assert isinstance(page, CasePage), page
        return [line.what for line in page.story]


def settle_county() -> None:
    """Load registers, people and practices, the way the demo does."""
    from tongban.apps.acting import Acting
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.people.accounts import load_people
    from tongban.apps.people.entering import RULE, set_rule
    from tongban.apps.registry.calendars import import_calendars
    from tongban.apps.registry.loading import load_county
    from tongban.demo.script import county_folder
    from tongban.kernel.commands import SYSTEM
    from tongban.kernel.refusal import Refused
    from tongban.store.models import PostRow

    acting = Acting(datetime(2020, 1, 2, tzinfo=UTC), SYSTEM)
    done: list[object] = [
        load_county(county_folder()),
        import_calendars(ROOT / "calendars" / "cn", acting),
        load_people("330822", county_folder() / "people.yaml", PASSWORD, SOON),
        adopt(ROOT / "practices" / "hotline", {}, (Desk.home,), acting),
        adopt(ROOT / "practices" / "last_resort_desk", {}, ("last-resort-desk",), acting),
    ]
    assert not [each for each in done if isinstance(each, Refused)], done
    set_rule("330822", RULE, [], acting)
    # One administrator, as a county begins with: a test that wants two gives the post.
    PostRow.objects.filter(role="administrator").exclude(person="hushaohua").delete()


@contextmanager
def own_home(path: Path) -> Iterator[None]:
    """A home of these tests alone."""
    from django.test import override_settings

    forget()
    with override_settings(TONGBAN_HOME=path):
        yield
    forget()


@pytest.fixture
def committed_desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """The county, committed: other connections see it, and what follows the ledger reads only what is settled."""
    with own_home(tmp_path / "home"):
        settle_county()
        yield Desk()


@pytest.fixture(scope="module")
def county(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The county for all tests of a module; what they do is undone after each, the county after all."""
    from django.db import transaction

    with django_db_blocker.unblock(), own_home(tmp_path_factory.mktemp("desk")):
        whole = transaction.atomic()
        whole.__enter__()
        try:
            settle_county()
            yield
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture
def desk(county: None, db: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Nobody is drawn to be called: what a test sees must not depend on chance."""
    let_lots_be(monkeypatch, [NOT_DRAWN])
    return Desk()


def let_lots_be(monkeypatch: pytest.MonkeyPatch, lot: list[int]) -> None:
    """Whatever is drawn from now on is the lot in a list of one."""
    from tongban.apps.draws import seeds

    monkeypatch.setattr(seeds, "draws_now", lambda _: Draws("", lambda _: bytes(lot)))


@pytest.fixture
def sent_queries(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], list[str]]:
    """The statements that reach PostgreSQL while something is done, whoever sends them."""
    from tongban.store import journal, wire

    seen: list[str] = []

    def counting(plain: Any) -> Any:
        def counted(sender: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(str(query))
            return plain(sender, query, *args, **kwargs)

        return counted

    for where, name in (
        (psycopg.Cursor, "execute"),
        (journal, "fetch"),
        (wire, "fetch_prepared"),
        (wire, "fetch_kept"),
    ):
        monkeypatch.setattr(where, name, counting(getattr(where, name)))

    def of(act: Callable[[], object]) -> list[str]:
        seen.clear()
        act()
        return [each for each in seen if not each.startswith(("SAVEPOINT", "RELEASE"))]

    return of
