"""``tongban load``: a day of the county, played against a running instance."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tongban.apps.served import last
from tongban.cli.machine import home
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.load.kept import Checked
    from tongban.load.run import Played

PASSWORD = "TONGBAN_LOAD_PASSWORD"  # noqa: S105 - the name of a variable
_SPAN = re.compile(r"(\d{1,5})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def load(voice: Voice, options: argparse.Namespace) -> int:
    """Play the day, say what it was like, and hold what was acknowledged beside what is there."""
    from tongban.load.crew import Lines, RefusedError, signed_in
    from tongban.load.day import TOLD, Size, day_of
    from tongban.load.playing import Play
    from tongban.load.run import play
    from tongban.load.setting import NothingError, setting_of

    base, within = (options.url or last(home())).rstrip("/"), _SPAN.fullmatch(options.within)
    if not base.startswith(("http://", "https://")):
        return voice.refuse(Refused("load.address", "url", {"given": base[:80]}))
    if within is None:
        return voice.refuse(Refused("load.span", "within", {"given": options.within[:20]}))
    with closing(Lines(base, here=_loopback(base), pretend=options.pretend)) as lines:
        if lines.staff().ask("GET", "/api/v1/health").status != 200:
            return voice.refuse(Refused("load.away", "url", {"url": base}))
        texts, people = _script(options.people)
        try:
            crew = signed_in(base, _some(people, options.staff), os.environ.get(PASSWORD) or options.password)
            made = Play(lines, crew, setting_of(lines, crew, texts, options.practice), options.seed)
        except RefusedError as fault:
            return voice.refuse(Refused("load.nobody", "people", {"said": str(fault)}))
        except NothingError:
            return voice.refuse(Refused("load.nothing", "practice"))
        size = Size(options.cases, options.steps, options.views, options.hours, options.first)
        seconds = float(int(within[1]) * _SECONDS[within[2]])
        voice.say("load.begins", url=base, staff=len(crew), minutes=f"{seconds / 60:.1f}")
        day = day_of(size, seconds, options.seed, TOLD if made.setting.clerks else 0)
        with progress(voice) as say:
            played = play(made, day, options.hands, lambda n, of: say("load.playing", n, of))
        voice.say("load.checking", n=min(len(made.kept.took), options.check))
        checked = made.kept.check(lines, options.check)
    if options.json:
        voice.write_json(replace(played, checked=checked))
    else:
        _tell(voice, played, checked)
    return 1 if checked.lost or checked.twice else 0


def _tell(voice: Voice, played: Played, checked: Checked) -> None:
    voice.say("load.played", seconds=f"{played.seconds:.0f}", driver=f"{played.driver:.1f}")
    voice.say("load.columns")
    for each in played.times:
        voice.write(
            f"  {each.act.value:9}{each.done:9,}{each.done / played.seconds:9.1f}/s"
            f"{each.median:9.0f}{each.p95:9.0f}{each.p99:9.0f}{each.longest:9.0f}{each.served:10.0f}"
        )
    for act, codes in played.refused.items():
        voice.say("load.refused", act=act, codes=", ".join(f"{code} {n}" for code, n in codes.items()))
    if played.again:
        voice.say("load.again", n=played.again)
    _tell_met(voice, played.met)
    voice.say(
        "load.checked",
        cases=checked.cases,
        steps=checked.steps,
        lost=len(checked.lost),
        twice=len(checked.twice),
        unseen=checked.unseen,
    )
    for number, step in (*checked.lost, *checked.twice)[:10]:
        voice.warn("load.wrong", number=number, step=step)
    _tell_sums(voice, played)


def _tell_met(voice: Voice, met: Mapping[str, int]) -> None:
    """What was met and not done, the most frequent first: what only people can fill, and what was refused."""
    from tongban.load.playing import UNFILLED

    for key, mine in (("load.left", True), ("load.met", False)):
        some = [(step, n) for step, n in met.items() if (UNFILLED in step) == mine]
        if some:
            told = "; ".join(f"{step.replace(UNFILLED, '')} {n}" for step, n in some[:6])
            voice.say(key, n=sum(n for _, n in some), steps=told)


def _tell_sums(voice: Voice, played: Played) -> None:
    """What was asked, what was played, and why less."""
    voice.say("load.asked", **{name: f"{n:,}" for name, n in played.asked.items()})
    voice.say("load.did", **{name: f"{n:,}" for name, n in played.did.items()})
    fewer = {name: n - played.did[name] for name, n in played.asked.items()}
    if played.idle:
        voice.say("load.idle", n=f"{played.idle:,}")
    for key, less in (
        ("load.fewer_cases", fewer["cases"]),
        ("load.fewer_steps", fewer["steps"] - played.idle),
        ("load.fewer_views", fewer["views"]),
    ):
        if less > 0:
            voice.say(key, n=f"{less:,}")
    if not any(fewer.values()):
        voice.say("load.all")


def _script(people: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Messages of the demo county's residents, and who may sign in, with what they do: of a file of people as the county loads it, else
    the demo's."""
    import yaml

    from tongban.demo.script import county_folder

    folder = county_folder()
    texts = [
        str(message["body"])
        for file in sorted((folder / "messages").glob("*.yaml"))
        for message in yaml.safe_load(file.read_text("utf-8"))["messages"]
    ]
    listed = yaml.safe_load(Path(people or folder / "people.yaml").read_text("utf-8"))["people"]
    return texts, [(str(each["login"]), _role(each)) for each in listed]


def _role(person: Mapping[str, object]) -> str:
    """What somebody does first; "" where the file does not say."""
    posts = person.get("posts")
    first = posts[0] if isinstance(posts, list) and posts else None
    return str(first.get("role", "")) if isinstance(first, dict) else ""


def _some(people: Sequence[tuple[str, str]], most: int) -> list[str]:
    """So many of them: of each role in turn, for a case stands still where nobody holds the post that it waits for; within a role from all
    over the list, which stands in the order of offices."""
    held: dict[str, list[str]] = {}
    for login, role in people:
        held.setdefault(role, []).append(login)
    ranked = [
        (rank, login)
        for logins in held.values()
        for rank, login in enumerate(_from_all_over(logins, max(1, most)))
    ]
    return [login for _, login in sorted(ranked, key=lambda each: each[0])[: max(1, most)]]


def _from_all_over(logins: Sequence[str], most: int) -> list[str]:
    step = max(1, -(-len(logins) // most))
    return [login for first in range(step) for login in logins[first::step]]


def _loopback(base: str) -> bool:
    return base.startswith(("http://127.", "http://localhost"))
