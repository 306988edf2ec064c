"""Rows that a sheet brought are found in whatever letters their key is written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("store", "0049_stand_ins"),)
    operations = (
        AddIndexConcurrently(
            model_name="entryrow",
            index=models.Index("county", "register", Upper("key"), "since", name="entry_letters"),
        ),
    )
