"""What each act of a day asks of the instance."""

from __future__ import annotations

import json
import random
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from threading import Lock
from typing import Any
from uuid import uuid4

from msgspec import Struct

from tongban.load.crew import API, Lines, Member
from tongban.load.day import Act
from tongban.load.filling import CannotError, World, answered, filled
from tongban.load.kept import Kept
from tongban.load.line import Answer

ON = 302
PACKED = {"Accept-Encoding": "gzip"}
"""As every browser asks."""
LEAD = ("/lead/", "/lead/figures/", "/lead/cases/")
AGAIN = 4
"""How often a form is mended by what its refusal says, before the step is left to people."""
REMEMBERED = 5_000
STOPS = ("step.conflict", "api.many")
"""Refusals after which nobody tries another step at once."""


class Way(Struct, frozen=True):
    """A way of opening a case: practice, step and what it asks."""

    practice: str
    kind: str
    step: str
    form: Mapping[str, Any]


class Setting(Struct, frozen=True):
    """What the instance offers: what answers may name, and the ways to open a case."""

    world: World
    began: datetime
    """By the instance's own clock."""
    residents: Sequence[Way]
    clerks: Sequence[tuple[Member, Way]]
    """Who of the staff may write what down; empty where nobody may: then residents bring all of it."""
    pages: Sequence[str] = ("/",)
    """Public pages, those that are looked at most first."""


class Done(Struct, frozen=True):
    """What came of an act: "" where it was done, else the code of the refusal, or "nothing" where nobody had anything to do."""

    refused: str = ""
    tries: int = 1


class Play:
    """One run. Called from many threads."""

    def __init__(self, lines: Lines, crew: Sequence[Member], setting: Setting, seed: int) -> None:
        self.lines, self.crew, self.world, self.setting = lines, crew, setting.world, setting
        self.often = list(accumulate(1 / n for n in range(1, len(setting.pages) + 1)))
        """Zipf: the tenth page is looked at a tenth as often as the first."""
        self.leaders = [each for each in crew if each.roles & {"leader", "supervisor"}] or crew
        self.kept = Kept(setting.began)
        self.own: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self.recent: deque[tuple[str, Member]] = deque(maxlen=REMEMBERED)
        self.left: Counter[str] = Counter()
        """Steps that a program cannot take, and why."""
        self.lock = Lock()
        self.seed = seed

    def act(self, act: Act, n: int) -> Done:
        dice = random.Random(self.seed * 1_000_003 + n)  # noqa: S311
        match act:
            case Act.report:
                return self._open(dice, None, dice.choice(self.setting.residents))
            case Act.register:
                return self._open(dice, *dice.choice(self.setting.clerks))
            case Act.step:
                return self._step(dice)
            case Act.follow:
                return self._follow(dice)
            case Act.public:
                [path] = dice.choices(self.setting.pages, cum_weights=self.often)
                return _seen(self.lines.resident(dice).ask("GET", path, headers=PACKED), ON)
            case Act.worklist:
                return self._page(dice.choice(self.crew), "/desk/")
            case Act.case:
                return self._case(dice)
            case Act.lead:
                return self._page(dice.choice(self.leaders), dice.choice(LEAD))

    def _open(self, dice: random.Random, clerk: Member | None, way: Way) -> Done:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": uuid4().hex,
            "Accept-Language": "en",
        }
        line = self.lines.resident(dice)
        if clerk is not None:
            headers, line = {**headers, **clerk.headers}, self.lines.staff()
        try:
            answers = filled(way.form, self.world, dice, resident=clerk is None)
        except CannotError as fault:
            return Done(f"cannot.{fault}")
        answer, step = self._mended(
            line,
            f"{API}/cases",
            {"practice": way.practice, "kind": way.kind, "step": way.step},
            way.form,
            answers,
            headers,
            dice,
        )
        if answer.status not in (200, 201):
            return Done(answer.code, answer.tries)
        said = answer.json()
        if clerk is None:
            own = {"Authorization": f"Bearer {said['token']}", "Accept-Language": "en"}
            self.own.append((said["number"], own["Authorization"]))
            self.kept.note(said["number"], step, own)
        else:
            self.recent.append((said["number"], clerk))
            self.kept.note(said["number"], step, clerk.headers)
        return Done(tries=answer.tries)

    def _step(self, dice: random.Random) -> Done:
        """Take the first step that can be taken on a case that waits for somebody: of a few, whoever has something to do."""
        for _ in range(6):
            member = dice.choice(self.crew)
            number = self._next(member)
            if number:
                return self._take(member, number, dice)
        return Done("nothing")

    def _next(self, member: Member) -> str:
        with member.lock:
            if not member.queue:
                found = self.lines.staff().ask("GET", f"{API}/cases?view=waiting", headers=member.headers)
                if found.status == 200:
                    member.queue = [row["number"].replace(" ", "") for row in found.json()["rows"]][::-1]
            return member.queue.pop() if member.queue else ""

    def _take(self, member: Member, number: str, dice: random.Random) -> Done:
        line = self.lines.staff()
        shown = line.ask("GET", f"{API}/cases/{number}/steps", headers=member.headers)
        if shown.status != 200:
            return Done(shown.code)
        open_steps = [each for each in shown.json()["steps"] if not each["blocked"]]
        refused = "nothing"
        for step in sorted(open_steps, key=lambda each: (not each["main"], dice.random())):
            try:
                answers = filled(step["form"], self.world, dice)
            except CannotError as fault:
                with self.lock:
                    self.left[f"{step['id']} ({fault})"] += 1
                continue
            answers |= {name: value for name, value in step["known"].items() if name in answers}
            headers = {**member.headers, "Idempotency-Key": uuid4().hex}
            body = {"step": step["id"]}
            answer, _ = self._mended(
                line, f"{API}/cases/{number}/steps", body, step["form"], answers, headers, dice
            )
            if answer.status == 200:
                self.kept.note(number, step["id"], member.headers)
                self.recent.append((number, member))
                return Done(tries=answer.tries)
            refused = answer.code
            if refused in STOPS:
                break
        return Done(refused)

    def _mended(
        self,
        line: Any,
        path: str,
        body: dict[str, object],
        form: Mapping[str, Any],
        answers: dict[str, object],
        headers: Mapping[str, str],
        dice: random.Random,
    ) -> tuple[Answer, str]:
        """Send; where a field is refused, answer it anew or for the first time, as a person would, and send with another key."""
        headers = dict(headers)
        for _ in range(AGAIN):
            answer = line.ask(
                "POST", path, json.dumps({**body, "answers": answers}).encode(), headers, again=True
            )
            if answer.status != 422:
                break
            wrong = {each["pointer"].rpartition("/")[2] for each in answer.json().get("faults", ())}
            try:
                answers |= {
                    name: answered(form, name, self.world, dice)
                    for name in wrong
                    if name in form["properties"]
                }
            except CannotError:
                break
            headers["Idempotency-Key"] = uuid4().hex
        return answer, str(body.get("step", ""))

    def _follow(self, dice: random.Random) -> Done:
        """A resident with the own case, by the token that came with it."""
        if not self.own:
            return _seen(self.lines.resident(dice).ask("GET", "/follow/"))
        number, token = self.own[dice.randrange(len(self.own))]
        headers = {"Authorization": token}
        return _seen(self.lines.resident(dice).ask("GET", f"{API}/cases/{number}", headers=headers))

    def _case(self, dice: random.Random) -> Done:
        if not self.recent:
            return self._page(dice.choice(self.crew), "/desk/")
        number, member = self.recent[dice.randrange(len(self.recent))]
        return self._page(member, f"/desk/{number}/")

    def _page(self, member: Member, path: str) -> Done:
        return _seen(self.lines.staff().ask("GET", path, headers={"Cookie": member.cookie, **PACKED}))


def _seen(answer: Answer, also: int = 200) -> Done:
    """A page that came, also one that says kindly that there is nothing to see; not one that leads elsewhere or fails. A public page may
    lead to its newest month: then ``also`` is ``ON``."""
    return Done("" if answer.status in (200, 304, also) else answer.code)
