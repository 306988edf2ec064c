"""Labelled rows as examples to learn from or to be measured on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from tongban.apps.dispatch.near import groups_of
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Scheme
from tongban.apps.dispatch.train import Example
from tongban.kernel.refusal import Refused


def examples_of(
    rows: Iterable[tuple[int, Mapping[str, str]]], scheme: Scheme
) -> tuple[tuple[Example, ...], tuple[Refused, ...]]:
    """Examples from numbered rows with ``title``, ``body``, ``category`` and perhaps ``group``.

    A category is a code of the scheme or its titles from the first level on. Rows that cannot be used
    come back as ``dispatch.unknown_category`` and ``dispatch.row_empty``, ``where`` being the row.
    """
    examples, faults = [], []
    for number, row in rows:
        category = scheme.named(row.get("category", ""))
        title, body = row.get("title", ""), row.get("body", "")
        if not category:
            facts = {"category": row.get("category", "")[:60]}
            faults.append(Refused("dispatch.unknown_category", f"{number}", facts))
        elif not title.strip() and not body.strip():
            faults.append(Refused("dispatch.row_empty", f"{number}"))
        else:
            examples.append(Example(joined(title, body), category, row.get("group", "")))
    return tuple(examples), tuple(faults)


def grouped(examples: Sequence[Example]) -> tuple[Example, ...]:
    """The examples with versions of one message in one group, also those that nobody had marked."""
    groups = groups_of([each.text for each in examples], [each.group for each in examples])
    return tuple(replace(each, group=str(n)) for each, n in zip(examples, groups, strict=True))
