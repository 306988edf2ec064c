"""What the columns of a brought register are called in sheets: by their labels in either language and by their ids, so that no
name may mean two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongban.library.faults import Faults
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice

_BRACKETS = re.compile(r"[(（\[【].{0,80}?[)）\]】]")
_MARKS = re.compile(r"[\s_:：*-]+")


def heading_faults(practice: Practice, faults: Faults) -> None:
    """A label that is another column's id, or its label: whoever reads a sheet would not know which one stands there."""
    for name, register in practice.brought.items():
        columns = tuple(dict.fromkeys([*register.key, *(each.id for each in register.fields)]))
        taken = {_plain(each): each for each in columns}
        for column in columns:
            for key, language, label in _labels(practice, name, column):
                other = taken.setdefault(_plain(label), column)
                if other != column:
                    where = practice.where(f"texts/{language}.yaml", *key.split("."))
                    faults.refuse("practice.heading_twice", where, label=label, column=column, other=other)


def _labels(practice: Practice, register: str, column: str) -> Iterator[tuple[str, str, str]]:
    """The words for a column with their key and language: those of the register, else those that forms share with it."""
    for language in LANGUAGES:
        words = practice.words[language]
        for key in (f"registers.{register}.fields.{column}", f"fields.{column}.label"):
            if key in words:
                yield key, language, words[key]
                break


def _plain(heading: str) -> str:
    """A heading as sheets are read: small, without blanks, marks and what stands in brackets."""
    return _MARKS.sub("", _BRACKETS.sub("", heading.lower()))
