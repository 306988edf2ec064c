"""What is offered to programs that speak Open311, which of them hold a key, and what they sent."""

from __future__ import annotations

from django.db import models


class Open311Offer(models.Model):
    """A practice whose opening form is offered. ``fields`` says which field takes which argument, where that is not plain."""

    pk = models.CompositePrimaryKey("county", "practice")
    county = models.CharField(max_length=6)
    practice = models.TextField()
    fields = models.JSONField()
    since = models.DateTimeField()

    class Meta:
        db_table = "store_open311_offer"


class Open311Key(models.Model):
    """A key that was given to a program: its digest, never itself. ``most`` is how many cases it may send in ten minutes."""

    pk = models.CompositePrimaryKey("county", "id")
    county = models.CharField(max_length=6)
    id = models.TextField()
    digest = models.CharField(max_length=64)
    name = models.TextField()
    most = models.IntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_open311_key"
        constraints = (models.UniqueConstraint(fields=["county", "digest"], name="open311_key"),)


class Open311Sent(models.Model):
    """Under which key a case was sent, and as which of the offered services."""

    pk = models.CompositePrimaryKey("county", "case")
    county = models.CharField(max_length=6)
    case = models.UUIDField()
    key = models.TextField()
    service = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "store_open311_sent"
