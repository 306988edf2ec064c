"""How the work behind the pages goes: each job's last run, and the events that a reactor could not act on.

What waits to be run stands in procrastinate's own tables, which this app makes and procrastinate reads and writes.
"""

from __future__ import annotations

from django.db import models


class JobRow(models.Model):
    """A job of the list and how it last went."""

    pk = models.CompositePrimaryKey("county", "name")
    county = models.CharField(max_length=6)
    name = models.TextField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="when it last ended, well or not")
    well_at = models.DateTimeField(null=True, help_text="when it last went well")
    took = models.IntegerField(default=0, help_text="milliseconds of the last run")
    did = models.BigIntegerField(default=0, help_text="how much the last run did")
    tries = models.IntegerField(default=0, help_text="in vain, one after the other")
    fault = models.TextField(blank=True, default="")
    aside_at = models.DateTimeField(null=True, help_text="when it was set aside")

    class Meta:
        db_table = "store_job"


class AsideRow(models.Model):
    """An event that a reactor could not act on, however often it tried: the reactor went on without it."""

    pk = models.CompositePrimaryKey("county", "reactor", "chain", "seq")
    county = models.CharField(max_length=6)
    reactor = models.TextField()
    chain = models.UUIDField(help_text="the case")
    seq = models.IntegerField(help_text="the event that could not be acted on")
    fault = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "store_aside"
