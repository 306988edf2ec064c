"""The register of tokens that were issued for programs."""

import django.db.models.fields.composite
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0004_counts"),)
    operations = (
        migrations.CreateModel(
            name="TokenRow",
            fields=[
                (
                    "pk",
                    django.db.models.fields.composite.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("person", models.TextField()),
                ("scopes", models.JSONField()),
                ("purpose", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("revoked", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_token"},
        ),
    )
