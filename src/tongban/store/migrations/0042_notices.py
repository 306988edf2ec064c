"""What goes out to people: deliveries, messages, and how somebody wants to be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0047_letters"),)
    operations = (
        migrations.CreateModel(
            name="StaffChoice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "person", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("person", models.TextField()),
                ("channel", models.TextField(blank=True)),
                ("pace", models.TextField()),
                ("language", models.TextField()),
                ("phone", models.BinaryField(help_text="sealed", null=True)),
                ("mail", models.BinaryField(help_text="sealed", null=True)),
            ],
            options={
                "db_table": "store_staff_choice",
            },
        ),
        migrations.CreateModel(
            name="DeliveryRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "chain",
                        "seq",
                        "n",
                        "whom",
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
                ("whom", models.TextField()),
                ("notice", models.TextField()),
                ("text", models.TextField(help_text="its subject, in the language of whom it is for")),
                ("channel", models.TextField(blank=True)),
                ("urgent", models.BooleanField(default=False)),
                ("served", models.BooleanField(default=False)),
                ("leads", models.BooleanField(default=False, help_text="it came from below, to a superior")),
                ("at", models.DateTimeField(help_text="from when on it may go out")),
                ("sending", models.UUIDField(null=True)),
                ("dropped", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "store_delivery",
                "indexes": [
                    models.Index(fields=["county", "whom", "-at"], name="delivery_whom"),
                    models.Index(
                        condition=models.Q(("dropped", ""), ("sending__isnull", True)),
                        fields=["county", "at"],
                        name="delivery_waiting",
                    ),
                    models.Index(fields=["county", "sending"], name="delivery_sending"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RequesterChoice",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "chain", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("chain", models.UUIDField()),
                ("code", models.TextField()),
                ("told", models.BooleanField(help_text="None: nobody asked them", null=True)),
                ("served", models.BooleanField(default=False, help_text="they agreed to electronic service")),
                ("language", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_requester_choice",
                "constraints": [
                    models.UniqueConstraint(fields=("county", "code"), name="requester_choice_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.UUIDField()),
                ("whom", models.TextField()),
                ("chain", models.UUIDField(null=True)),
                ("kind", models.TextField()),
                ("n", models.IntegerField()),
                ("channel", models.TextField()),
                ("text", models.TextField(blank=True)),
                ("language", models.TextField()),
                ("urgent", models.BooleanField(default=False)),
                ("sealed", models.BinaryField(null=True)),
                ("made", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("state", models.TextField(default="waiting")),
                ("why", models.TextField(blank=True, default="")),
                ("accepted", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                (
                    "receipt",
                    models.TextField(
                        blank=True, default="", help_text="what the gateway called it when it reported"
                    ),
                ),
            ],
            options={
                "db_table": "store_sending",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["county", "next_at"],
                        name="sending_due",
                    ),
                    models.Index(fields=["county", "whom", "-made"], name="sending_whom"),
                ],
            },
        ),
    )
