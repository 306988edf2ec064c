"""The process-mining tool that our logs are read back with. It is no part of the product (AGPL) and warns of much."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def mining() -> Iterator[Any]:
    """``pm4py``, with its banner, bars and warnings kept away from the tests."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        import pm4py

        yield pm4py
