"""Categories of matters that many meet alike: of these alone others are told while a case is open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("store", "0011_imported"),)
    operations = (
        migrations.AddField(
            model_name="category",
            name="shared",
            field=models.BooleanField(default=False, db_default=False, help_text="what many meet alike"),
        ),
    )
