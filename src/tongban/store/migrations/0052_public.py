"""A number that moves with whatever is put out or taken down, so that pages kept for everybody are not shown longer than that."""

from django.db import migrations, models

from tongban.store.migrations._stamping import not_stamped, stamped

COUNTED = """
CREATE FUNCTION store_public_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO store_public_stamp (county, n)
    SELECT DISTINCT county, 1 FROM changed
    ON CONFLICT (county) DO UPDATE SET n = store_public_stamp.n + 1;
    RETURN NULL;
END $$;
"""
TABLES = ("store_public", "store_edition")
STAMPED = COUNTED + "; ".join(stamped(each, "store_public_stamped") for each in TABLES)
NOT_STAMPED = "; ".join([*map(not_stamped, TABLES), "DROP FUNCTION store_public_stamped()"])


class Migration(migrations.Migration):
    dependencies = (("store", "0048_asked"),)
    operations = (
        migrations.CreateModel(
            name="PublicStamp",
            fields=[
                ("county", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("n", models.BigIntegerField()),
            ],
            options={"db_table": "store_public_stamp"},
        ),
        migrations.RunSQL(STAMPED, NOT_STAMPED),
    )
