"""Counts that a large county keeps for its pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0027_editions"),)
    operations = (
        migrations.CreateModel(
            name="ExtractRow",
            fields=[
                ("county", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("token", models.TextField()),
                ("xid", models.BigIntegerField(null=True)),
                ("position", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_extract"},
        ),
        migrations.CreateModel(
            name="CountedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "practice",
                        "period",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("practice", models.TextField()),
                ("period", models.TextField()),
                ("definitions", models.TextField()),
                ("counts", models.TextField(help_text="tallies and visits, JSON")),
            ],
            options={"db_table": "store_counted"},
        ),
    )
