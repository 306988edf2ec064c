"""A case is opened by the registers as they were lately, if they still stand so. A rule of the county is one of its registers."""

from pathlib import Path

from django.db import migrations

from tongban.store.migrations._stamping import not_stamped, stamped

SQL = Path(__file__).with_name("sql")


class Migration(migrations.Migration):
    dependencies = (("store", "0064_in_turn"),)
    operations = (
        migrations.RunSQL((SQL / "open_as_of.sql").read_text(), "DROP FUNCTION store_open_as_of;"),
        migrations.RunSQL(stamped("store_county_rule"), not_stamped("store_county_rule")),
    )
