"""Where the attachments of this installation lie: in the folder of its home, or in a bucket that the operator named."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tongban.store.attachments import Files
from tongban.store.shelf import AwayError, Shelf, shelf_of

__all__ = ["AwayError", "files", "shelf"]


def shelf() -> Shelf:
    return shelf_of(Path(settings.TONGBAN_HOME), settings.TONGBAN_OBJECTS)


def files() -> Files:
    return Files(shelf())
