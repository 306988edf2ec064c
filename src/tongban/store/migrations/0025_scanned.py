"""Which files the virus scanner has not seen yet, and what it found in those that are gone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0019_exchange"),)
    operations = (
        migrations.AddField(
            model_name="attachment",
            name="unscanned",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="attachment",
            name="found",
            field=models.TextField(default=""),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                fields=["county", "id"], name="attachment_unscanned", condition=models.Q(unscanned=True)
            ),
        ),
    )
