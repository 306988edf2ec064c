"""Outlines of a county's townships, as it loaded them: none are shipped."""

from __future__ import annotations

from django.db import models


class OutlinesRow(models.Model):
    """GeoJSON with a feature a township, each with its ``code`` alone. ``approval`` is the map's approval number, without which it may not be shown."""

    county = models.CharField(max_length=6, primary_key=True)
    text = models.TextField()
    approval = models.TextField()
    source = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "store_outlines"
