"""Rows that steps wrote are found in whatever letters their key was written."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = (("store", "0036_told"),)
    operations = (
        migrations.AddIndex(
            model_name="subject",
            index=models.Index("county", "register", Upper("key"), name="subject_letters"),
        ),
    )
