"""Rows of registers that a county brings along, with their history; they move the county's stamp, since titles are kept in memory."""

from django.db import migrations, models

STAMPED = "; ".join(
    f"""CREATE TRIGGER store_{name} AFTER {change} ON store_entry REFERENCING {which} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION store_stamped()"""
    for name, change, which in (
        ("added", "INSERT", "NEW"),
        ("changed", "UPDATE", "NEW"),
        ("removed", "DELETE", "OLD"),
    )
)
NOT_STAMPED = "; ".join(
    f"DROP TRIGGER store_{name} ON store_entry" for name in ("added", "changed", "removed")
)


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
