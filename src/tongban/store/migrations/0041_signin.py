"""Second factors, where people are signed in, and what the county asks of its roles."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0042_notices"),)

    operations = (
        migrations.CreateModel(
            name="CountyRule",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("name", models.TextField()),
                ("value", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
            ],
            options={
                "db_table": "store_county_rule",
            },
        ),
        migrations.CreateModel(
            name="FactorRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField(help_text="chance; of a passkey or a recovery code its digest")),
                ("person", models.TextField()),
                ("kind", models.TextField()),
                ("name", models.TextField(blank=True, help_text="what its owner calls it")),
                ("sealed", models.BinaryField(help_text="under the key of the home")),
                ("last", models.BigIntegerField(default=0)),
                ("since", models.DateTimeField()),
            ],
            options={
                "db_table": "store_factor",
                "indexes": [models.Index(fields=["county", "person"], name="factor_person")],
            },
        ),
        migrations.CreateModel(
            name="SignedInRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("person", models.TextField()),
                ("session", models.TextField()),
                ("device", models.TextField(blank=True, help_text="browser and system, as it says itself")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "store_signed_in",
                "indexes": [models.Index(fields=["county", "person"], name="signed_in_person")],
            },
        ),
    )
