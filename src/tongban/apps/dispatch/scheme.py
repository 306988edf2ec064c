"""The county's categories as a tree: what a message can be about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from tongban.kernel.refusal import Refused


class Category(Struct, frozen=True):
    """A node of the scheme: ``03.02.05`` lies within ``03.02`` and ``03``.

    ``about`` says in a sentence what belongs here and ``words`` are how residents put it; both may be
    empty. They are what a county knows before it has cases.
    """

    code: str
    title: str
    about: str = ""
    words: tuple[str, ...] = ()


class Scheme(Struct, frozen=True, dict=True):
    """All categories by code. Every category's parent is there too (see :func:`scheme_of`)."""

    categories: Mapping[str, Category]

    @cached_property
    def first_level(self) -> tuple[str, ...]:
        return tuple(code for code in self.categories if "." not in code)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The categories that no other lies within."""
        parents = {parent_of(code) for code in self.categories}
        return tuple(code for code in self.categories if code not in parents)

    @cached_property
    def by_title(self) -> Mapping[str, str]:
        """Codes by their titles with all around them, to read data labelled with titles."""
        return {_same(self.title(code)): code for code in self.categories}

    def title(self, code: str) -> str:
        """``教育文体 / 学校管理 / 食堂``: a category with all around it, widest first."""
        return " / ".join(self.categories[each].title for each in path_of(code) if each in self.categories)

    def named(self, label: str) -> str:
        """The code that a label means: a code of the scheme, or titles from the first level on; else ""."""
        label = label.strip()
        return label if label in self.categories else self.by_title.get(_same(label), "")

    def only(self, first_level: Iterable[str]) -> Scheme:
        """The part of the scheme within some first-level categories."""
        kept = frozenset(first_level)
        return Scheme({code: each for code, each in self.categories.items() if path_of(code)[0] in kept})


def _same(label: str) -> str:
    """A label as it is compared: ``甲/乙`` and ``甲 / 乙`` are one."""
    return "/".join(part.strip() for part in label.split("/"))


def scheme_of_labels(labels: Iterable[str]) -> Scheme | Refused:
    """A scheme made of the labels of a file, for whoever has no other: ``甲 / 乙`` lies within ``甲``.

    Refuses ``dispatch.scheme_empty``.
    """
    codes: dict[tuple[str, ...], str] = {}
    within: Counter[str] = Counter()
    for label in sorted({_same(label) for label in labels}):
        titles = tuple(filter(None, label.split("/")))
        for depth in range(1, len(titles) + 1):
            path = titles[:depth]
            if path not in codes:
                around = codes.get(path[:-1], "")
                within[around] += 1
                codes[path] = f"{around}.{within[around]:02d}".lstrip(".")
    return scheme_of(Category(code, path[-1]) for path, code in codes.items())


def path_of(code: str) -> tuple[str, ...]:
    """A code and those around it, widest first: ``("03", "03.02", "03.02.05")``."""
    parts = code.split(".")
    return tuple(".".join(parts[:n]) for n in range(1, len(parts) + 1))


def parent_of(code: str) -> str:
    return code.rpartition(".")[0]


def scheme_written(entries: Iterable[Mapping[str, Any]]) -> Scheme | Refused:
    """The scheme that the entries of a county's ``categories.yaml`` write down, with its Chinese words."""
    return scheme_of(
        Category(
            each["code"],
            each["title"]["zh"],
            each.get("about", {}).get("zh", ""),
            tuple(map(str, each.get("words", ()))),
        )
        for each in entries
    )


def scheme_of(categories: Iterable[Category]) -> Scheme | Refused:
    """A scheme, in the order of its codes.

    Refuses ``dispatch.scheme_empty``, ``dispatch.scheme_twice`` (a code given twice) and
    ``dispatch.scheme_orphan`` (a category whose parent is not there), all faults at once.
    """
    found: dict[str, Category] = {}
    faults: list[Refused] = []
    for each in sorted(categories, key=lambda category: category.code):
        if each.code in found:
            faults.append(Refused("dispatch.scheme_twice", each.code))
        elif parent_of(each.code) and parent_of(each.code) not in found:
            faults.append(Refused("dispatch.scheme_orphan", each.code, {"parent": parent_of(each.code)}))
        found[each.code] = each
    if not found:
        return Refused("dispatch.scheme_empty")
    return Refused.of(faults) if faults else Scheme(found)
