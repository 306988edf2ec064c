"""Figures as they were published: each edition of a month once and for good."""

from __future__ import annotations

from django.db import models


class EditionRow(models.Model):
    """An edition. Until ``released_at`` it is a proposal; from then on its text never changes, and ``seq`` is its note in the ledger.

    ``proof`` is the last line of the file, "" while no checkpoint covers the note. ``told`` are the lines that pages read: all but the rows.
    ``leaving_…`` is a proposal to take it down. Until ``until`` it is offered as current; ``archived_at`` is when the ledger said that it no
    longer is.
    """

    pk = models.CompositePrimaryKey("county", "period", "edition")
    county = models.CharField(max_length=6)
    period = models.CharField(max_length=8)
    edition = models.IntegerField()
    digest = models.CharField(max_length=64)
    corrects = models.CharField(max_length=64, blank=True)
    why = models.TextField(blank=True)
    text = models.TextField(help_text="the lines before the proof, as they were hashed")
    told = models.TextField(blank=True, help_text="the lines without rows")
    proof = models.TextField(blank=True)
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    released_by = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True)
    seq = models.IntegerField(null=True)
    leaving_by = models.TextField(blank=True)
    leaving_why = models.TextField(blank=True)
    leaving_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_edition"
