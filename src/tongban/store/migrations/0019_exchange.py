"""Counties that talk with this one, and the messages between them. Another county is a register: it moves the stamp."""

import django.db.models.fields.composite as composite
from django.db import migrations, models

from tongban.store.migrations._stamping import not_stamped, stamped

STAMPED = stamped("store_peer")
NOT_STAMPED = not_stamped("store_peer")


def _key(*columns: str) -> "composite.CompositePrimaryKey":
    return composite.CompositePrimaryKey(
        "county", *columns, blank=True, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    dependencies = (("store", "0020_kept"),)
    operations = (
        migrations.CreateModel(
            name="PeerRow",
            fields=[
                ("pk", _key("code", "key")),
                ("county", models.CharField(max_length=6)),
                ("code", models.TextField()),
                ("key", models.TextField(help_text="the id of the Ed25519 key")),
                ("public", models.BinaryField(help_text="the Ed25519 key, 32 bytes")),
                ("sealing", models.BinaryField(help_text="the X25519 key, 32 bytes")),
                ("name", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                ("address", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "store_peer"},
        ),
        migrations.CreateModel(
            name="ToldRow",
            fields=[
                ("pk", _key("conversation", "n")),
                ("county", models.CharField(max_length=6)),
                ("conversation", models.UUIDField()),
                ("n", models.IntegerField()),
                ("peer", models.TextField()),
                ("message", models.TextField()),
                ("chain", models.UUIDField(help_text="the case")),
                ("seq", models.IntegerField(help_text="the event that told it")),
                ("head", models.TextField()),
                ("sealed", models.BinaryField()),
                ("made", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True, help_text="None: it is not tried any more")),
                ("why", models.TextField(blank=True, help_text="the code of what stood in its way last")),
                ("done", models.DateTimeField(null=True, help_text="when the receipt came")),
            ],
            options={
                "db_table": "store_told",
                "indexes": [
                    models.Index(
                        fields=["county", "next_at"], name="told_next", condition=models.Q(("done", None))
                    ),
                    models.Index(fields=["county", "chain"], name="told_chain"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeardRow",
            fields=[
                ("pk", _key("peer", "conversation", "n")),
                ("county", models.CharField(max_length=6)),
                ("peer", models.TextField()),
                ("conversation", models.UUIDField()),
                ("n", models.IntegerField()),
                ("digest", models.TextField()),
                ("chain", models.UUIDField(help_text="the case")),
                ("at", models.DateTimeField()),
                ("receipt", models.TextField()),
            ],
            options={"db_table": "store_heard"},
        ),
        migrations.RunSQL(STAMPED, NOT_STAMPED),
    )
