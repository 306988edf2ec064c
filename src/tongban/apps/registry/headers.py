"""Headers of columns, as they are compared."""

from __future__ import annotations

import re

from tongban.kernel.form.characters import narrow


def plain_header(cell: object) -> str:
    """A header narrow, small, without blanks, marks and what stands in brackets."""
    text = re.sub(r"[(\[【].*?[)\]】]", "", narrow(str(cell)).lower())
    return re.sub(r"[\s_:*\ufeff\u200b-]+", "", text)
