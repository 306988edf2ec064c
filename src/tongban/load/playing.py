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

from tongban.load.crew import API, LEADS, Lines, Member
from tongban.load.day import Act
from tongban.load.filling import UNASKED, CannotError, World, answered, filled, fuller
from tongban.load.kept import Kept
from tongban.load.line import Answer, Line
from tongban.load.turns import Turns

ON = 302
PACKED = {"Accept-Encoding": "gzip"}
"""As every browser asks."""
LEAD = ("/lead/", "/lead/figures/", "/lead/cases/")
AGAIN = 4
"""How often a form is mended by what its refusal says, before the step is left to people."""
REMEMBERED = 5_000
STOPS = ("step.conflict", "api.many")
"""Refusals after which nobody tries another step at once."""
AWAY_FROM = (403, 404)
"""The case has gone where somebody does not see it."""
CONDITION = "step.condition"
RECUSED = "routing.recused_home"
"""A report about the very unit that would receive it."""
UNFILLED = "unfilled."
NOTHING = "nothing"
TRIED = 12
"""How many cases somebody looks at for one step."""
OWN = 25
"""Of a hundred steps those for which a resident with news of the own case is asked first. [default]"""
PLAIN = {"Content-Type": "application/json", "Accept-Language": "en"}


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
        self.readers = [each for each in crew if each.cookie] or list(crew)
        self.leaders = [each for each in self.readers if each.roles & LEADS] or self.readers
        self.kept = Kept(setting.began)
        self.own: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self.recent: deque[tuple[str, Member]] = deque(maxlen=REMEMBERED)
        self.mine: dict[str, str] = {}
        """The cases that residents brought, each with its token."""
        self.news: deque[str] = deque(maxlen=REMEMBERED)
        """Those of them that somebody moved on: their residents look."""
        self.turns = Turns(lines, crew)
        self.met: Counter[str] = Counter()
        """Steps that were not taken, and why: the code of the refusal, or the kind of field that a program cannot fill."""
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
                return self._page(dice.choice(self.readers), "/desk/")
            case Act.case:
                return self._case(dice)
            case Act.lead:
                return self._page(dice.choice(self.leaders), dice.choice(LEAD))

    def _open(self, dice: random.Random, clerk: Member | None, way: Way) -> Done:
        headers = {**PLAIN, "Idempotency-Key": uuid4().hex}
        line = self.lines.resident(dice)
        if clerk is not None:
            headers, line = {**headers, **clerk.headers}, self.lines.staff()
        try:
            answers = filled(way.form, self.world, dice, resident=clerk is None)
        except CannotError as fault:
            return Done(f"cannot.{fault}")
        body = {"practice": way.practice, "kind": way.kind, "step": way.step}
        answer = self._mended(line, f"{API}/cases", body, way.form, answers, headers, dice)
        if answer.status not in (200, 201):
            return Done(answer.code, answer.tries)
        said = answer.json()
        number = said["number"].replace(" ", "")
        if clerk is None:
            own = {**PLAIN, "Authorization": f"Bearer {said['token']}"}
            self.own.append((number, own["Authorization"]))
            self.mine[number] = own["Authorization"]
            self.kept.note(number, way.step, own, resident=True)
        else:
            if clerk.cookie:
                self.recent.append((number, clerk))
            self.kept.note(number, way.step, clerk.headers)
        return Done(tries=answer.tries)

    def _step(self, dice: random.Random) -> Done:
        """Move some case on: a resident's own, of which there is news, or one that waits for somebody of the staff. Whoever finds that
        nothing can be done on a case takes the next."""
        with self.lock:
            number = self.news.popleft() if self.news and dice.randrange(100) < OWN else ""
        if number and self._take(self.mine[number], number, dice):
            return Done()
        for _ in range(TRIED):
            found = self.turns.next(dice)
            if found is None:
                return Done(NOTHING)
            try:
                if self._take(*found, dice):
                    return Done()
            finally:
                self.turns.left(found[1])
        return Done(NOTHING)

    def _take(self, who: Member | str, number: str, dice: random.Random) -> bool:
        """Look what can be done on a case and do the first of it that works; ``who`` is one of the staff, or a resident's token."""
        staff = isinstance(who, Member)
        line = self.lines.staff() if staff else self.lines.resident(dice)
        headers = who.headers if isinstance(who, Member) else {**PLAIN, "Authorization": who}
        shown = line.ask("GET", f"{API}/cases/{number}/steps", headers=headers)
        if shown.status not in (200, *AWAY_FROM):  # the instance is away, or busy: the case is as it was
            with self.lock:
                self.met[f"look ({shown.code})"] += 1
            return False
        steps = shown.json()["steps"] if shown.status == 200 else []
        vain: set[str] = set()
        for step in sorted(steps, key=lambda each: (not each["main"], dice.random())):
            name = step["id"]
            if step["blocked"] or not self.turns.untried(number, name) or not (staff or step["main"]):
                continue
            code = self._taken(line, number, step, headers, dice, resident=not staff)
            if not code:
                self._moved(number, name, who)
                return True
            with self.lock:
                self.met[f"{name} ({code})"] += 1
            vain.add(name)
            if code in STOPS:
                vain.discard(name)
                break
        if isinstance(who, Member):
            self.turns.in_vain(who, number, vain)
        return False

    def _taken(
        self,
        line: Line,
        number: str,
        step: Mapping[str, Any],
        headers: Mapping[str, str],
        dice: random.Random,
        *,
        resident: bool,
    ) -> str:
        """Take one step; "" where it was taken, else why not."""
        form, known = step["form"], step["known"]
        try:
            answers = filled(form, self.world, dice, resident=resident, sure=True)
        except CannotError as fault:
            return f"{UNFILLED}{fault}"
        answers |= {name: value for name, value in known.items() if name in answers}
        sent = {**headers, "Idempotency-Key": uuid4().hex}
        path, body = f"{API}/cases/{number}/steps", {"step": step["id"]}
        answer = self._mended(line, path, body, form, answers, sent, dice)
        if answer.status != 200:
            return answer.code
        self.kept.note(number, step["id"], headers, resident=resident)
        return ""

    def _moved(self, number: str, step: str, who: Member | str) -> None:
        self.turns.done(number, step)
        if isinstance(who, Member):
            if who.cookie:
                self.recent.append((number, who))
            if number in self.mine:
                self.news.append(number)

    def _mended(
        self,
        line: Line,
        path: str,
        body: Mapping[str, object],
        form: Mapping[str, Any],
        answers: dict[str, object],
        headers: Mapping[str, str],
        dice: random.Random,
    ) -> Answer:
        """Send; where a field is refused, answer it anew, for the first time or not at all, and where a condition does not hold, say all
        that can be said, as a person would; and send with another key."""
        headers = dict(headers)
        for n in range(AGAIN):
            answer = line.ask(
                "POST", path, json.dumps({**body, "answers": answers}).encode(), headers, again=True
            )
            if answer.status != 422 and answer.code not in (CONDITION, RECUSED):
                break
            try:
                if answer.code == RECUSED:
                    units = [name for name in answers if form["properties"][name]["x-kind"] == "unit"]
                    answers = {**answers, **{name: answered(form, name, self.world, dice) for name in units}}
                elif answer.code == CONDITION:
                    fixed = {name: answers[name] for name in form.get("required", ()) if name in answers}
                    answers = {**fuller(form, self.world, dice), **(fixed if n == 0 else {})}
                else:
                    answers = self._answered_anew(answer, form, answers, dice)
            except CannotError:
                break
            headers["Idempotency-Key"] = uuid4().hex
        return answer

    def _answered_anew(
        self, answer: Answer, form: Mapping[str, Any], answers: Mapping[str, object], dice: random.Random
    ) -> dict[str, object]:
        wrong = {each["pointer"].rpartition("/")[2]: each["code"] for each in answer.json().get("faults", ())}
        kept = {name: value for name, value in answers.items() if wrong.get(name) not in UNASKED}
        return kept | {
            name: answered(form, name, self.world, dice)
            for name, code in wrong.items()
            if code not in UNASKED and name in form["properties"]
        }

    def _follow(self, dice: random.Random) -> Done:
        """A resident with the own case, by the token that came with it."""
        if not self.own:
            return _seen(self.lines.resident(dice).ask("GET", "/follow/"))
        number, token = self.own[dice.randrange(len(self.own))]
        headers = {"Authorization": token}
        return _seen(self.lines.resident(dice).ask("GET", f"{API}/cases/{number}", headers=headers))

    def _case(self, dice: random.Random) -> Done:
        if not self.recent:
            return self._page(dice.choice(self.readers), "/desk/")
        number, member = self.recent[dice.randrange(len(self.recent))]
        return self._page(member, f"/desk/{number}/")

    def _page(self, member: Member, path: str) -> Done:
        return _seen(self.lines.staff().ask("GET", path, headers={"Cookie": member.cookie, **PACKED}))


def _seen(answer: Answer, also: int = 200) -> Done:
    """A page that came, also one that says kindly that there is nothing to see; not one that leads elsewhere or fails. A public page may
    lead to its newest month: then ``also`` is ``ON``."""
    return Done("" if answer.status in (200, 304, also) else answer.code)
