"""What runs behind the pages: procrastinate's tables as its makers wrote them, and ours of how each job last went."""

from importlib import resources

from django.db import migrations, models

_SCHEMA = resources.files("tongban.store.migrations").joinpath("sql", "procrastinate.sql")


def _key(*rest: str) -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(
        "county", *rest, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    dependencies = (("store", "0041_signin"),)
    operations = (
        migrations.RunSQL(_SCHEMA.read_text(encoding="utf-8"), migrations.RunSQL.noop),
        migrations.CreateModel(
            name="JobRow",
            fields=[
                ("pk", _key("name")),
                ("county", models.CharField(max_length=6)),
                ("name", models.TextField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True, help_text="when it last ended, well or not")),
                ("well_at", models.DateTimeField(null=True, help_text="when it last went well")),
                ("took", models.IntegerField(default=0, help_text="milliseconds of the last run")),
                ("did", models.BigIntegerField(default=0, help_text="how much the last run did")),
                ("tries", models.IntegerField(default=0, help_text="in vain, one after the other")),
                ("fault", models.TextField(blank=True, default="")),
                ("aside_at", models.DateTimeField(null=True, help_text="when it was set aside")),
            ],
            options={"db_table": "store_job"},
        ),
        migrations.CreateModel(
            name="AsideRow",
            fields=[
                ("pk", _key("reactor", "chain", "seq")),
                ("county", models.CharField(max_length=6)),
                ("reactor", models.TextField()),
                ("chain", models.UUIDField(help_text="the case")),
                ("seq", models.IntegerField(help_text="the event that could not be acted on")),
                ("fault", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "store_aside"},
        ),
    )
