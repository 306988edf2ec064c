"""Headers of columns, as they are compared."""

from __future__ import annotations

import re

from tongban.kernel.form.characters import narrow

LONGEST = 300
"""Characters of a header that are looked at."""


def plain_header(cell: object) -> str:
    """A header narrow, small, without blanks, marks and what stands in brackets. What is longer than any header is cut: a
    file may hold a million brackets in its first line."""
    text = re.sub(r"[(\[【].{0,80}?[)\]】]", "", narrow(str(cell)[:LONGEST]).lower())
    return re.sub(r"[\s_:*\ufeff\u200b-]+", "", text)
