"""What a drawing says: the practice's own words, who holds the case, and how its clock stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from tongban.apps.wording import Tone, due_moment, lapse, remaining
from tongban.kernel.procedure.drawing import DrawnClock
from tongban.kernel.value import Value
from tongban.web.words import has_words, say


class LoopWords(Struct, frozen=True):
    """``of`` gives the practice's words for a key (``stages.signed.title``), in ``language``.

    ``holder`` is the title of the unit that holds the case; ``turn`` that of the one whose time runs ("" where
    it is no unit's); ``promised`` what the drawn clock promises, in plain words ("" where the practice has none);
    ``clocks`` the clocks of each stage.
    ``own`` speaks to the requester.
    """

    of: Callable[[str], str]
    language: str
    holder: str = ""
    promised: str = ""
    clocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: bool = True
    turn: str = ""
    called: str = ""
    """what the practice calls whoever brings a case, "" for the usual word"""

    def say(self, key: str, **facts: Value) -> str:
        """The product's own words."""
        return say(key, self.language, **facts)

    def requester(self) -> str:
        """Who brings such a case, as the practice calls them."""
        return self.called or self.say("loop.who.requester")

    def count(self, key: str, n: int) -> str:
        """Words for a number of things; one thing has its own where a language needs them."""
        one = f"{key}.one"
        return self.say(one if n == 1 and has_words(one) else key, n=n)


class Standing(Struct, frozen=True):
    """A clock as it is drawn. ``left`` and ``unit`` stand inside the dial, "" for none."""

    tone: Tone
    words: str
    due: str
    left: str
    unit: str


def standing(clock: DrawnClock, words: LoopWords) -> Standing:
    """How the drawn clock stands, in the words that lists and pages use for every clock."""
    if clock.suspended or clock.due is None:
        return Standing("rest", words.say("loop.suspended"), "", "", "")
    tone, said = remaining(clock.due, clock.now, words.language)
    n, unit = lapse(*sorted((clock.due, clock.now)))
    date = due_moment(clock.due, words.language, clock.now)
    due = words.say("loop.due_for" if words.promised else "loop.due", due=date, what=words.promised)
    return Standing(tone, said, due, f"{'+' if clock.late else ''}{n}", words.count(f"loop.unit.{unit}", n))
