"""Of two practices with one duty, which goes first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0044_open311"),)
    operations = (
        migrations.AddField(
            model_name="adoptionrow",
            name="first",
            field=models.BooleanField(
                db_default=False, help_text="whether it goes before others of its duty"
            ),
        ),
    )
