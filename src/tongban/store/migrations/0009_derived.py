"""Which version of the projection made the rows: after an upgrade they are made anew where they must be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0008_english"),)
    operations = (
        migrations.CreateModel(
            "Derived",
            [
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("version", models.IntegerField()),
            ],
            {
                "db_table": "store_derived",
                "constraints": (models.CheckConstraint(condition=models.Q(id=1), name="derived_once"),),
            },
        ),
    )
