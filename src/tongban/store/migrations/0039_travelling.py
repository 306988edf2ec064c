"""Practices on their way: parcels that came from other counties, and drafts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0032_outlines"),)
    operations = (
        migrations.CreateModel(
            name="ParcelRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "practice",
                        "digest",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("practice", models.TextField()),
                ("digest", models.TextField()),
                ("text", models.TextField(help_text="the file")),
                ("at", models.DateTimeField(help_text="when it came")),
                ("by", models.TextField()),
            ],
            options={"db_table": "store_parcel"},
        ),
        migrations.CreateModel(
            name="DraftRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "practice", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("practice", models.TextField()),
                ("base", models.TextField()),
                ("mark", models.TextField()),
                ("files", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
            ],
            options={"db_table": "store_draft"},
        ),
    )
