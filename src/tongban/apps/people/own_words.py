"""The county's own words, of which no password may be made: whoever guesses at this county's accounts begins with them.

They are made from what the county has anyway: its name, those of the divisions right below it and of its units, in both
languages, the names by which the program knows the units, and the name of the program. A password may hold such a word; what is left without
them, and without digits and signs, must be long enough to be a password's worth by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tongban.apps.office import Office, office
from tongban.library.folder import LANGUAGES

LEFT = 8
"""Letters that must be left."""
LEAST = 2
"""Characters of a word that counts; of one in Latin letters a letter more."""
PRODUCT = ("tongban", "通办", "password", "密码")
_INSTEAD = str.maketrans("014357@$!", "oiaestasi")
"""What is typed instead of letters."""
_PARTS = re.compile(r"[^\W\d_]+")


def made_of_own_words(password: str) -> bool:
    """Whether little else is in it."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    for spelt in (plain, plain.translate(_INSTEAD)):
        rest, found = spelt, False
        for word in own_words(office()):
            if word in rest:
                rest, found = rest.replace(word, " "), True
        if found and sum(char.isalpha() for char in rest) < LEFT:
            return True
    return False


def own_words(here: Office) -> tuple[str, ...]:
    """All of them, the longest first."""
    return tuple(sorted({*PRODUCT, *_words(here)}, key=lambda word: (-len(word), word)))


def _words(here: Office) -> Iterator[str]:
    own = here.county.code
    below = [each.code for each in here.county.divisions.values() if each.parent == own]
    for language in LANGUAGES:
        for code in (own, *below):
            yield from _parts(here.names.division(code, language))
        for unit in here.county.units:
            yield from _parts(here.names.unit(unit, language))
    for unit in here.county.units:
        yield from _parts(unit)


def _parts(name: str) -> Iterator[str]:
    """The words of a name, whole and, for places, without what kind of place it is."""
    for part in _PARTS.findall(unicodedata.normalize("NFKC", name).casefold()):
        least = LEAST + 1 if part.isascii() else LEAST
        if len(part) >= least:
            yield part
        if not part.isascii() and len(part) > LEAST:
            yield part[:-1]
