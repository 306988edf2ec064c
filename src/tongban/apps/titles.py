"""What a case is called in lists: by its own title, or by that of the whole that it is a part of."""

from __future__ import annotations

TITLE = """coalesce(nullif(store_case.title, ''), (
    SELECT whole.title FROM store_case AS whole
    WHERE whole.county = store_case.county AND whole.id = store_case.root
), '')"""
"""A column beside those of ``store_case``; looks further only for a part without a title of its own."""
