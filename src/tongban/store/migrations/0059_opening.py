"""A case that is opened and nothing else has a function of its own, as a step has."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("store", "0058_effects"),)
    operations = (migrations.RunSQL((SQL / "open.sql").read_text(), "DROP FUNCTION store_open;"),)
