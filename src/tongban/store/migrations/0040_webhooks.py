"""Webhooks, what they told, and answers of the API that are given again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0047_one_duty"),)

    operations = (
        migrations.CreateModel(
            name="WebhookRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.TextField()),
                ("owner", models.TextField(help_text="the person by whose posts it sees")),
                ("purpose", models.TextField()),
                ("address", models.TextField()),
                ("kinds", models.JSONField()),
                ("practices", models.JSONField(help_text="none: all")),
                ("unit", models.TextField(help_text='"": no narrower than the owner sees')),
                ("secret", models.BinaryField(help_text="sealed by the home")),
                ("earlier", models.BinaryField(help_text="the secret before, sealed", null=True)),
                ("earlier_until", models.DateTimeField(null=True)),
                ("since", models.DateTimeField()),
                ("paused", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                (
                    "why",
                    models.TextField(
                        blank=True, help_text="the code for which it was paused or ended by itself"
                    ),
                ),
                ("failures", models.IntegerField(default=0, help_text="in a row")),
                (
                    "rests",
                    models.DateTimeField(
                        help_text="until when nothing is sent, also while somebody sends", null=True
                    ),
                ),
            ],
            options={
                "db_table": "store_webhook",
            },
        ),
        migrations.CreateModel(
            name="AnswerRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("key", models.TextField(help_text="a digest of who asked and of their key")),
                ("digest", models.BinaryField(help_text="of what was asked")),
                ("answer", models.BinaryField(help_text="sealed by the home")),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "store_answer",
                "indexes": [models.Index(fields=["county", "at"], name="answer_at")],
            },
        ),
        migrations.CreateModel(
            name="MessageRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "webhook",
                        "id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("webhook", models.TextField()),
                ("id", models.TextField()),
                ("chain", models.UUIDField(help_text="the case; none for a trial", null=True)),
                ("seq", models.IntegerField()),
                ("kind", models.TextField()),
                ("body", models.TextField(help_text="what is signed and sent, to the byte")),
                ("made", models.DateTimeField()),
                ("tries", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField(help_text="None: it is not tried any more", null=True)),
                ("status", models.IntegerField(help_text="of the last answer", null=True)),
                ("why", models.TextField(blank=True, help_text="the code of what stood in its way last")),
                ("tried", models.DateTimeField(null=True)),
                ("done", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "store_webhook_message",
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["county", "webhook", "next_at"],
                        name="webhook_due",
                    ),
                    models.Index(fields=["county", "webhook", "made", "id"], name="webhook_made_at"),
                ],
            },
        ),
    )
