"""The seam behind which messages are classified: whoever can do this can be put in its place."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from msgspec import Struct

SURE_ENOUGH = 0.5
"""The least confidence with which a category is suggested: more likely right than wrong."""
RECORD = "dispatch.json"
"""The file that says which classifier of a folder is in force."""


class Guess(Struct, frozen=True):
    """A category code of any level, how likely it is (0..1) and the words of the message that decided.

    ``because`` holds pieces of the message as its writer wrote them, the weightiest first; empty when
    the category was chosen for what the message lacks rather than for what it says.
    """

    category: str
    confidence: float
    because: tuple[str, ...] = ()


class Classifier(Protocol):
    """Puts messages into the county's category scheme."""

    def suggest(self, text: str, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]:
        """At most ``k`` guesses, likeliest first, all of one level: the deepest one at which the first
        reaches ``threshold``. ``()`` is abstention: not even the first level is sure enough, or there
        is nothing to go by. With a threshold of 0 the guesses are of the deepest level.

        ``text`` is made by :func:`tongban.apps.dispatch.characters.joined` of title and body. Confidences
        are shares of all categories of that level, so they add up to at most 1.
        """
        ...

    def likely(self, text: str) -> tuple[Guess, ...]:
        """The one likeliest first-level guess, however unlikely; ``()`` when there is nothing to go by."""
        ...


class Look(Protocol):
    """A text that was read."""

    def surely(self, threshold: float = SURE_ENOUGH) -> str:
        """The first level within which :meth:`suggest` answers; "" where it abstains."""
        ...

    def suggest(self, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]: ...

    def likely(self) -> tuple[Guess, ...]: ...

    def at(self, place: str) -> Look:
        """The same text, told of a kind of place (``kinds_of_place``); "" for one that nobody knows."""
        ...

    def doubted(self) -> str:
        """The category that was likeliest before the place was known, and is of another kind of place; "" for none."""
        ...


@runtime_checkable
class Looking(Protocol):
    """A classifier that reads a text once for several questions."""

    def look(self, text: str) -> Look | None:
        """None when there is nothing to go by."""
        ...


class _Asked(Struct, frozen=True):
    """The same for a classifier that reads the text at every question."""

    classifier: Classifier
    text: str

    def surely(self, threshold: float = SURE_ENOUGH) -> str:
        found = self.classifier.suggest(self.text, 1, threshold)
        return found[0].category.partition(".")[0] if found else ""

    def suggest(self, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]:
        return self.classifier.suggest(self.text, k, threshold)

    def likely(self) -> tuple[Guess, ...]:
        return self.classifier.likely(self.text)

    def at(self, place: str) -> Look:  # noqa: ARG002
        return self

    def doubted(self) -> str:
        return ""


class _Nothing:
    """A text without anything to go by."""

    def surely(self, threshold: float = SURE_ENOUGH) -> str:  # noqa: ARG002
        return ""

    def suggest(self, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]:  # noqa: ARG002
        return ()

    def likely(self) -> tuple[Guess, ...]:
        return ()

    def at(self, place: str) -> Look:  # noqa: ARG002
        return self

    def doubted(self) -> str:
        return ""


def looked(classifier: Classifier, text: str) -> Look:
    """A text to ask several questions about."""
    return (
        (classifier.look(text) or _Nothing()) if isinstance(classifier, Looking) else _Asked(classifier, text)
    )


class Untrained:
    """The classifier of a county that has no model yet: abstains from everything."""

    def suggest(self, text: str, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]:  # noqa: ARG002
        return ()

    def likely(self, text: str) -> tuple[Guess, ...]:  # noqa: ARG002
        return ()
