"""What each practice in force was found to have changed, as it was last worked out: derived, and worked out again every day."""

from __future__ import annotations

from django.db import models


class EffectRow(models.Model):
    """One practice of a county. ``on`` is the indicator that was looked at."""

    pk = models.CompositePrimaryKey("county", "practice")
    county = models.CharField(max_length=6)
    practice = models.TextField()
    on = models.TextField(db_column="on_indicator")
    found = models.TextField(help_text="what was found, JSON")
    at = models.DateTimeField()

    class Meta:
        db_table = "store_effect"
