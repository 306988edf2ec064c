"""Counts for the bounds that hold off scripts: a table that is not logged, for it may be lost."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0003_sums"),)

    operations = (
        migrations.CreateModel(
            name="Count",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("n", models.IntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "store_count",
            },
        ),
        migrations.RunSQL("ALTER TABLE store_count SET UNLOGGED", migrations.RunSQL.noop),
    )
