"""Open311: what is offered, keys of programs, and what they sent."""

import django.db.models.fields.composite
from django.db import migrations, models


def _key(*names: str) -> tuple[str, django.db.models.fields.composite.CompositePrimaryKey]:
    return (
        "pk",
        django.db.models.fields.composite.CompositePrimaryKey(
            *names, blank=True, editable=False, primary_key=True, serialize=False
        ),
    )


class Migration(migrations.Migration):
    dependencies = (("store", "0043_jobs"),)
    operations = (
        migrations.CreateModel(
            name="Open311Offer",
            fields=[
                _key("county", "practice"),
                ("county", models.CharField(max_length=6)),
                ("practice", models.TextField()),
                ("fields", models.JSONField()),
                ("since", models.DateTimeField()),
            ],
            options={"db_table": "store_open311_offer"},
        ),
        migrations.CreateModel(
            name="Open311Key",
            fields=[
                _key("county", "id"),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("name", models.TextField()),
                ("most", models.IntegerField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("revoked", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_open311_key",
                "constraints": [models.UniqueConstraint(fields=["county", "digest"], name="open311_key")],
            },
        ),
        migrations.CreateModel(
            name="Open311Sent",
            fields=[
                _key("county", "case"),
                ("county", models.CharField(max_length=6)),
                ("case", models.UUIDField()),
                ("key", models.TextField()),
                ("service", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "store_open311_sent"},
        ),
    )
