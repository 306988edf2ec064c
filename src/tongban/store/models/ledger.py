"""The ledger and what stands beside it: events, erasable values, checkpoints, bookmarks, requests."""

from django.db import models
from django.db.models.functions import Now


class EventRow(models.Model):
    """One entry of one chain, as sealed. Rows are only ever added.

    ``body`` is canonical JSON *text* and is hashed as it stands (jsonb would rewrite it). ``kind`` is
    ``step`` for a step of a case, otherwise the kind of a note. ``xid`` and ``position`` give the order
    in which readers may safely follow the ledger: see ``tongban.store.stream``.
    """

    pk = models.CompositePrimaryKey("county", "chain", "seq")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    seq = models.IntegerField()
    position = models.BigIntegerField()
    xid = models.BigIntegerField()
    at = models.DateTimeField()
    recorded = models.DateTimeField()
    kind = models.TextField()
    body = models.TextField()
    seal = models.BinaryField()

    class Meta:
        db_table = "store_event"
        indexes = (models.Index(fields=["county", "xid", "position"], name="event_stream"),)


class Content(models.Model):
    """A free text or list of files that an event committed to by digest. Erasable: the row is deleted."""

    pk = models.CompositePrimaryKey("county", "chain", "seq", "field")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    seq = models.IntegerField()
    field = models.TextField()
    salt = models.BinaryField()
    value = models.TextField(help_text="canonical JSON")

    class Meta:
        db_table = "store_content"


class Count(models.Model):
    """How often somebody did something lately; see ``tongban.store.counts``. Not logged, no part of the ledger."""

    key = models.TextField(primary_key=True)
    n = models.IntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "store_count"


class Identity(models.Model):
    """Who asks. Read only through ``tongban.store.identity``, which logs every look.

    ``lookup`` is a keyed digest of what identifies alone (a phone number), to find it without reading it.
    """

    pk = models.CompositePrimaryKey("county", "chain", "seq", "field")
    county = models.CharField(max_length=6)
    chain = models.UUIDField()
    seq = models.IntegerField()
    field = models.TextField()
    salt = models.BinaryField()
    value = models.TextField(help_text="canonical JSON")
    lookup = models.BinaryField(null=True)

    class Meta:
        db_table = "store_identity"
        indexes = (
            models.Index(
                fields=["county", "lookup"], name="identity_lookup", condition=models.Q(lookup__isnull=False)
            ),
        )


class RequestRow(models.Model):
    """A request that was carried out, by its idempotency key, so that repeating it acts once."""

    pk = models.CompositePrimaryKey("county", "key")
    county = models.CharField(max_length=6)
    key = models.TextField()
    digest = models.BinaryField()
    chain = models.UUIDField()
    seq = models.IntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "store_request"


class Bookmark(models.Model):
    """How far a reactor has read the ledger."""

    pk = models.CompositePrimaryKey("county", "reactor")
    county = models.CharField(max_length=6)
    reactor = models.TextField()
    xid = models.BigIntegerField()
    position = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "store_bookmark"


class Derived(models.Model):
    """The one row that says which version of the projection (``PROJECTED``) made this database's rows."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.IntegerField()

    class Meta:
        db_table = "store_derived"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="derived_once"),)


class Leaf(models.Model):
    """Which event is which leaf of the county's Merkle tree, counted from 0."""

    pk = models.CompositePrimaryKey("county", "index")
    county = models.CharField(max_length=6)
    index = models.BigIntegerField()
    chain = models.UUIDField()
    seq = models.IntegerField()

    class Meta:
        db_table = "store_leaf"
        constraints = (models.UniqueConstraint(fields=["county", "chain", "seq"], name="leaf_event"),)


class Block(models.Model):
    """The head of a perfect subtree of 256 leaves, so that a proof reads few rows. Can be computed anew."""

    pk = models.CompositePrimaryKey("county", "n")
    county = models.CharField(max_length=6)
    n = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "store_block"


class CheckpointRow(models.Model):
    """A signed head of the tree; ``frontier`` is all the next one needs. Its last leaf has the mark."""

    pk = models.CompositePrimaryKey("county", "size", "at")
    county = models.CharField(max_length=6)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    root = models.BinaryField()
    note = models.TextField()
    frontier = models.BinaryField()
    xid = models.BigIntegerField()
    position = models.BigIntegerField()

    class Meta:
        db_table = "store_checkpoint"


class DrawSheet(models.Model):
    """The lots of a seed whose month is over, as text; its digest is in the ledger."""

    pk = models.CompositePrimaryKey("county", "commitment")
    county = models.CharField(max_length=6)
    commitment = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    rows = models.IntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        db_table = "store_draw_sheet"
