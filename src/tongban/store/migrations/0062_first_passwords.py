"""A password that somebody else gave runs out: beside each person, when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0061_put_out"),)
    operations = (
        migrations.AddField(
            "person",
            "first_until",
            models.DateTimeField(
                null=True,
                help_text="when a password that somebody else gave runs out; empty for one of their own",
            ),
        ),
    )
