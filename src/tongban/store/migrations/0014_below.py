"""How the cases below a case stand, counted; and which of a whole tree are late."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0013_under"),)
    operations = (
        migrations.CreateModel(
            "Below",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "case", "kind", "phase", primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("case", models.UUIDField()),
                ("kind", models.TextField()),
                ("phase", models.TextField()),
                ("n", models.IntegerField()),
            ],
            {"db_table": "store_below"},
        ),
        migrations.AddIndex(
            model_name="caserow",
            index=models.Index(
                fields=["county", "root", "next_due"],
                name="case_tree_due",
                condition=models.Q(("standing", "open"), ("root__isnull", False)),
            ),
        ),
    )
