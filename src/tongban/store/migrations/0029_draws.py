"""The sheets by which everybody can draw a month's lots again."""

import django.db.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0035_titles"),)
    operations = (
        migrations.CreateModel(
            name="DrawSheet",
            fields=[
                (
                    "pk",
                    django.db.models.CompositePrimaryKey(
                        "county", "commitment", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("commitment", models.CharField(max_length=64)),
                ("month", models.CharField(max_length=7)),
                ("rows", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
            ],
            options={"db_table": "store_draw_sheet"},
        ),
    )
