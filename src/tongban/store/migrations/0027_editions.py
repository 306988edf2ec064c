"""Editions of figures; the table of figures that nothing was ever written to goes."""

import django.db.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0028_own_numbers"),)
    operations = (
        migrations.DeleteModel(name="Figure"),
        migrations.CreateModel(
            name="EditionRow",
            fields=[
                (
                    "pk",
                    django.db.models.CompositePrimaryKey(
                        "county",
                        "period",
                        "edition",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("period", models.CharField(max_length=8)),
                ("edition", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("corrects", models.CharField(blank=True, max_length=64)),
                ("why", models.TextField(blank=True)),
                ("text", models.TextField(help_text="the lines before the proof, as they were hashed")),
                ("proof", models.TextField(blank=True)),
                ("proposed_by", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("released_by", models.TextField(blank=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("seq", models.IntegerField(null=True)),
                ("leaving_by", models.TextField(blank=True)),
                ("leaving_why", models.TextField(blank=True)),
                ("leaving_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.TextField(blank=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_edition"},
        ),
    )
