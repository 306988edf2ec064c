"""What one person asked for and another one confirms."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0041_signin_links"),)
    operations = (
        migrations.CreateModel(
            name="AskedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("kind", models.TextField()),
                ("facts", models.TextField(help_text="what it will do: canonical text")),
                (
                    "digest",
                    models.TextField(help_text="of the facts and of how what they are about stood"),
                ),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.TextField(default="waiting", help_text="waiting, confirmed, declined, expired"),
                ),
                ("decided_by", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("why", models.TextField(blank=True, help_text="for which it was declined")),
            ],
            options={
                "db_table": "store_asked",
                "indexes": (models.Index(fields=["county", "state", "until"], name="asked_state"),),
            },
        ),
    )
