"""Rows of registers that a county brings along, with their history; they move the county's stamp, since titles are kept in memory."""

from django.db import migrations, models

from tongban.store.migrations._stamping import not_stamped, stamped

STAMPED = stamped("store_entry")
NOT_STAMPED = not_stamped("store_entry")


class Migration(migrations.Migration):
    dependencies = (("store", "0017_stages"),)
    operations = (
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "register",
                        "key",
                        "since",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("register", models.TextField()),
                ("key", models.TextField()),
                ("title", models.TextField()),
                ("fields", models.TextField(help_text="canonical JSON")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
            ],
            options={
                "db_table": "store_entry",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["county", "register", "key"],
                        name="entry_open",
                        condition=models.Q(("until", None)),
                    )
                ],
            },
        ),
        migrations.RunSQL(STAMPED, NOT_STAMPED),
    )
