"""What somebody fills in and has not finished, enciphered; and which files no case names yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0018_entries"),)
    operations = (
        migrations.CreateModel(
            name="KeptPart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county", "id", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("county", models.CharField(max_length=6)),
                ("id", models.CharField(max_length=64)),
                ("n", models.SmallIntegerField()),
                ("sealed", models.BinaryField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "store_kept",
                "indexes": (models.Index(fields=["county", "until"], name="kept_until"),),
            },
        ),
        migrations.AddField(
            model_name="attachment",
            name="loose_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                fields=["county", "loose_until"],
                name="attachment_loose",
                condition=models.Q(loose_until__isnull=False),
            ),
        ),
    )
