"""The telephone numbers of the offices' own, as keyed digests."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0029_draws"),)
    operations = (
        migrations.CreateModel(
            name="OwnNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "lookup",
                        "unit",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("lookup", models.BinaryField()),
                ("unit", models.TextField()),
            ],
            options={"db_table": "store_own_number"},
        ),
    )
