"""Who somebody is on a platform by which people sign in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0040_webhooks"),)

    operations = (
        migrations.CreateModel(
            name="LinkRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county",
                        "provider",
                        "subject",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("provider", models.TextField()),
                ("subject", models.TextField()),
                ("person", models.TextField()),
                ("since", models.DateTimeField()),
                ("by", models.TextField(help_text="an administrator, or the platform whose word it was")),
            ],
            options={"db_table": "store_link"},
        ),
    )
