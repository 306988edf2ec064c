"""Other counties, and the messages that go there and come from there."""

from __future__ import annotations

from django.db import models


class PeerRow(models.Model):
    """A county with which this one talks, by one of its keys. Rows are kept for ever: receipts are proved by them."""

    pk = models.CompositePrimaryKey("county", "code", "key")
    county = models.CharField(max_length=6)
    code = models.TextField()
    key = models.TextField(help_text="the id of the Ed25519 key")
    public = models.BinaryField(help_text="the Ed25519 key, 32 bytes")
    sealing = models.BinaryField(help_text="the X25519 key, 32 bytes")
    name = models.TextField()
    name_en = models.TextField(blank=True)
    address = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_peer"


class ToldRow(models.Model):
    """A message that waits, went, or was given up. What it carries can be opened by its reader alone."""

    pk = models.CompositePrimaryKey("county", "conversation", "n")
    county = models.CharField(max_length=6)
    conversation = models.UUIDField()
    n = models.IntegerField()
    peer = models.TextField()
    message = models.TextField()
    chain = models.UUIDField(help_text="the case")
    seq = models.IntegerField(help_text="the event that told it")
    head = models.TextField()
    sealed = models.BinaryField()
    made = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True, help_text="None: it is not tried any more")
    why = models.TextField(blank=True, help_text="the code of what stood in its way last")
    done = models.DateTimeField(null=True, help_text="when the receipt came")

    class Meta:
        db_table = "store_told"
        indexes = (
            models.Index(fields=["county", "next_at"], name="told_next", condition=models.Q(done=None)),
            models.Index(fields=["county", "chain"], name="told_chain"),
        )


class HeardRow(models.Model):
    """A message that came, with the receipt that it is answered with however often it comes."""

    pk = models.CompositePrimaryKey("county", "peer", "conversation", "n")
    county = models.CharField(max_length=6)
    peer = models.TextField()
    conversation = models.UUIDField()
    n = models.IntegerField()
    digest = models.TextField()
    chain = models.UUIDField(help_text="the case")
    at = models.DateTimeField()
    receipt = models.TextField()

    class Meta:
        db_table = "store_heard"
