"""The telephone numbers of the offices' own, as nobody can read them."""

from __future__ import annotations

from django.db import models


class OwnNumber(models.Model):
    """A number that belongs to a unit: the keyed digest by which identities are found, and nothing of whose it is."""

    pk = models.CompositePrimaryKey("county", "lookup", "unit")
    county = models.CharField(max_length=6)
    lookup = models.BinaryField()
    unit = models.TextField()

    class Meta:
        db_table = "store_own_number"
