"""How often each pair of characters stands in published texts, counted from those that are there."""

from django.db import migrations, models

COUNTED = """
    INSERT INTO store_pair (county, what, pair, n)
    SELECT county, what, pair, count(*) FROM store_public CROSS JOIN unnest(tsvector_to_array(vector)) AS pair
    GROUP BY 1, 2, 3
    UNION ALL SELECT county, what, '', count(*) FROM store_public GROUP BY 1, 2
"""


class Migration(migrations.Migration):
    dependencies = (("store", "0006_search"),)
    operations = (
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "what",
                        "pair",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("what", models.TextField()),
                ("pair", models.TextField()),
                ("n", models.IntegerField()),
            ],
            options={"db_table": "store_pair"},
        ),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    )
