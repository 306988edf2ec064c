"""How the cases below a case came along, day by day. Both counts are made anew from the ledger, by the next `tongban work`."""

from django.db import migrations, models

AGAIN = """
    DELETE FROM store_below;
    DELETE FROM store_bookmark WHERE reactor = 'below';
"""


class Migration(migrations.Migration):
    dependencies = (("store", "0014_below"),)
    operations = (
        migrations.CreateModel(
            "Course",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "case", "kind", "phase", "day", primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("case", models.UUIDField()),
                ("kind", models.TextField()),
                ("phase", models.TextField()),
                ("day", models.DateField()),
                ("n", models.IntegerField()),
            ],
            {"db_table": "store_course"},
        ),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    )
