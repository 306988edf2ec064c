"""What a case is called in lists: by its own title, or by that of the whole that it is a part of."""

from __future__ import annotations

TITLE = """CASE WHEN store_case.title <> '' AND (store_case.root IS NULL OR store_case.title !~ '^[0-9A-Za-z_.:/-]+$')
THEN store_case.title ELSE concat_ws(' · ', nullif(store_case.title, ''), nullif((
    SELECT whole.title FROM store_case AS whole
    WHERE whole.county = store_case.county AND whole.id = store_case.root
), '')) END"""
"""A column beside those of ``store_case``. Looks further only for a part without a title of its own, or whose title is a code alone
(``3-1-502``): that says which part, but not of what."""
