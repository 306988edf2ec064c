"""Practices on their way: brought by another county, or being written here."""

from __future__ import annotations

from django.db import models


class ParcelRow(models.Model):
    """A practice that another county packed, kept as the signed file that came: whoever reads it holds it against its signature anew."""

    pk = models.CompositePrimaryKey("county", "practice", "digest")
    county = models.CharField(max_length=6)
    practice = models.TextField()
    digest = models.TextField()
    text = models.TextField(help_text="the file")
    at = models.DateTimeField(help_text="when it came")
    by = models.TextField()

    class Meta:
        db_table = "store_parcel"


class DraftRow(models.Model):
    """A practice that is being written. ``base`` is the digest of what it began as, ``mark`` that of what it is now."""

    pk = models.CompositePrimaryKey("county", "practice")
    county = models.CharField(max_length=6)
    practice = models.TextField()
    base = models.TextField()
    mark = models.TextField()
    files = models.JSONField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        db_table = "store_draft"
