"""Outlines of a county's townships, as it loaded them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0026_counted"),)
    operations = (
        migrations.CreateModel(
            name="OutlinesRow",
            fields=[
                ("county", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("approval", models.TextField()),
                ("source", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "store_outlines"},
        ),
    )
