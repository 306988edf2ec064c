"""Who stands in for whom while they are away; who issued a token, and when it was used last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0052_public"),)
    operations = (
        migrations.CreateModel(
            name="StandInRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("giver", models.TextField(help_text="whose post it is")),
                ("person", models.TextField(help_text="who stands in")),
                ("unit", models.TextField()),
                ("role", models.TextField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("reason", models.TextField()),
                (
                    "practices",
                    models.TextField(blank=True, help_text="by their ids, a space between; none for all"),
                ),
                ("by", models.TextField(help_text="who set it")),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True, help_text="when it was taken back")),
            ],
            options={
                "db_table": "store_stand_in",
                "indexes": (
                    models.Index(fields=["county", "person", "until"], name="stand_in_person"),
                    models.Index(fields=["county", "giver", "until"], name="stand_in_giver"),
                ),
            },
        ),
        migrations.AddField(
            "tokenrow",
            "by",
            models.TextField(
                null=True, help_text="who issued it; unknown of those from before this was kept"
            ),
        ),
        migrations.AddField(
            "tokenrow",
            "used",
            models.DateField(null=True, help_text="the last day on which it opened something"),
        ),
    )
