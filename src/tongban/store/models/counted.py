"""Counts that a large county keeps for its pages: derived from the extract, thrown away with it."""

from __future__ import annotations

from django.db import models


class ExtractRow(models.Model):
    """Up to where in the ledger a county's kept counts go, empty while it keeps none. ``token`` is that of the extract."""

    county = models.CharField(max_length=6, primary_key=True)
    token = models.TextField()
    xid = models.BigIntegerField(null=True)
    position = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_extract"


class CountedRow(models.Model):
    """What a practice's indicators added up to in a month or week. ``definitions`` is the hash of what was counted."""

    pk = models.CompositePrimaryKey("county", "practice", "period")
    county = models.CharField(max_length=6)
    practice = models.TextField()
    period = models.TextField()
    definitions = models.TextField()
    counts = models.TextField(help_text="tallies and visits, JSON")

    class Meta:
        db_table = "store_counted"
