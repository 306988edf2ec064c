"""The ledger and what is derived from it."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = (("contenttypes", "0002_remove_content_type_name"),)
    operations = (
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("n", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "store_block",
            },
        ),
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "reactor", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("reactor", models.TextField()),
                ("xid", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "store_bookmark",
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.UUIDField()),
                ("number", models.TextField()),
                ("practice", models.TextField()),
                ("adoption", models.TextField()),
                ("kind", models.TextField()),
                ("stage", models.TextField()),
                ("standing", models.TextField(help_text="open, settled or end")),
                ("phase", models.TextField()),
                ("holder", models.TextField()),
                ("home", models.TextField()),
                ("waiting", models.TextField()),
                ("division", models.TextField()),
                ("category", models.TextField()),
                ("channel", models.TextField()),
                ("outcome", models.TextField()),
                ("title", models.TextField()),
                ("parent", models.UUIDField(null=True)),
                ("root", models.UUIDField(null=True)),
                ("joined", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("stage_since", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("next_due", models.DateTimeField(null=True)),
                ("wake_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("missed", models.SmallIntegerField()),
                ("rating", models.SmallIntegerField(null=True)),
                ("seq", models.IntegerField()),
                ("head", models.BinaryField()),
                ("recorded", models.DateTimeField()),
                ("state", models.TextField(help_text="the kernel's record of the case, JSON")),
            ],
            options={
                "db_table": "store_case",
                "indexes": [
                    models.Index(
                        condition=models.Q(("standing", "open")),
                        fields=["county", "waiting", "next_due", "id"],
                        name="case_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("standing", "open")),
                        fields=["county", "holder", "next_due", "id"],
                        name="case_holder",
                    ),
                    models.Index(
                        condition=models.Q(("standing", "open")),
                        fields=["county", "home", "next_due", "id"],
                        name="case_home",
                    ),
                    models.Index(
                        condition=models.Q(("wake_at__isnull", False)),
                        fields=["county", "wake_at"],
                        name="case_wake",
                    ),
                    models.Index(
                        condition=models.Q(("parent__isnull", False)),
                        fields=["county", "parent"],
                        name="case_parent",
                    ),
                    models.Index(
                        condition=models.Q(("joined__isnull", False)),
                        fields=["county", "joined"],
                        name="case_joined",
                    ),
                    models.Index(
                        condition=models.Q(("settled_at__isnull", False)),
                        fields=["county", "settled_at"],
                        name="case_settled",
                    ),
                    models.Index(
                        condition=models.Q(("settled_at__isnull", False)),
                        fields=["county", "holder", "settled_at", "id"],
                        name="case_settled_by",
                    ),
                    models.Index(
                        condition=models.Q(("settled_at__isnull", False)),
                        fields=["county", "home", "settled_at", "id"],
                        name="case_settled_home",
                    ),
                    models.Index(fields=["county", "opened_at"], name="case_opened"),
                ],
                "constraints": [models.UniqueConstraint(fields=("county", "number"), name="case_number")],
            },
        ),
        migrations.CreateModel(
            name="CheckpointRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "size", "at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("size", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("frontier", models.BinaryField()),
                ("xid", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
            ],
            options={
                "db_table": "store_checkpoint",
            },
        ),
        migrations.CreateModel(
            name="Content",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "chain",
                        "seq",
                        "field",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("field", models.TextField()),
                ("salt", models.BinaryField()),
                ("value", models.TextField(help_text="canonical JSON")),
            ],
            options={
                "db_table": "store_content",
            },
        ),
        migrations.CreateModel(
            name="EventRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "chain",
                        "seq",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("position", models.BigIntegerField()),
                ("xid", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("recorded", models.DateTimeField()),
                ("kind", models.TextField()),
                ("body", models.TextField()),
                ("seal", models.BinaryField()),
            ],
            options={
                "db_table": "store_event",
                "indexes": [models.Index(fields=["county", "xid", "position"], name="event_stream")],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "chain",
                        "seq",
                        "field",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("field", models.TextField()),
                ("salt", models.BinaryField()),
                ("value", models.TextField(help_text="canonical JSON")),
                ("lookup", models.BinaryField(null=True)),
            ],
            options={
                "db_table": "store_identity",
                "indexes": [
                    models.Index(
                        condition=models.Q(("lookup__isnull", False)),
                        fields=["county", "lookup"],
                        name="identity_lookup",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("index", models.BigIntegerField()),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
            ],
            options={
                "db_table": "store_leaf",
                "constraints": [
                    models.UniqueConstraint(fields=("county", "chain", "seq"), name="leaf_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "chain",
                        "seq",
                        "n",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("n", models.SmallIntegerField()),
                ("notice", models.TextField()),
                ("to", models.TextField()),
                ("rating", models.BooleanField(help_text="asks for a rating")),
                ("at", models.DateTimeField()),
                ("state", models.TextField(db_default="due", help_text="due, sent or failed")),
                ("tries", models.SmallIntegerField(db_default=0)),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_notice",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")), fields=["county", "at"], name="notice_due"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("key", models.TextField()),
                ("digest", models.BinaryField()),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "store_request",
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "register",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("register", models.TextField()),
                ("key", models.TextField()),
                ("fields", models.TextField(help_text="canonical JSON")),
                ("chain", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_subject",
            },
        ),
    )
