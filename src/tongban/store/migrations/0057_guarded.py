"""Practices whose cases only those posts reach that name them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0056_by_the_hour"),)
    operations = (
        migrations.AddField(
            model_name="adoptionrow",
            name="guarded",
            field=models.BooleanField(
                db_default=False, help_text="whether only posts that name the practice reach its cases"
            ),
        ),
    )
