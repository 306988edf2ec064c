"""Units end, and divisions are merged: who took over, and by what decision. A step may change who received a case."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_name("sql")
AGAIN = "DROP FUNCTION IF EXISTS store_append, store_step, store_beside;"


def _text() -> "models.TextField[str, str]":
    return models.TextField(blank=True, default="", db_default="")


class Migration(migrations.Migration):
    dependencies = (("store", "0015_course"),)
    operations = (
        migrations.AddField("divisionrow", "successor", _text()),
        migrations.AddField("unitrow", "until", models.DateField(null=True)),
        migrations.AddField("unitrow", "successor", _text()),
        migrations.AddField("unitrow", "because", _text()),
        migrations.RunSQL(AGAIN),
        migrations.RunSQL((SQL / "append.sql").read_text()),
    )
