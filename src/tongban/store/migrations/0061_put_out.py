"""Beside how often anything public moved: how often something public was changed or taken down, for which nobody may wait."""

from django.db import migrations, models

COUNTED = """
CREATE OR REPLACE FUNCTION store_public_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- A text that is new changes no other. An edition may take the place of an earlier one.
    moved CONSTANT bigint := CASE WHEN TG_TABLE_NAME = 'store_public' AND TG_OP = 'INSERT' THEN 0 ELSE 1 END;
BEGIN
    INSERT INTO store_public_stamp (county, n, changed)
    SELECT DISTINCT county, 1, moved FROM changed
    ON CONFLICT (county) DO UPDATE SET n = store_public_stamp.n + 1, changed = store_public_stamp.changed + moved;
    RETURN NULL;
END $$;
"""
COUNTED_BEFORE = """
CREATE OR REPLACE FUNCTION store_public_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO store_public_stamp (county, n)
    SELECT DISTINCT county, 1 FROM changed
    ON CONFLICT (county) DO UPDATE SET n = store_public_stamp.n + 1;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = (("store", "0059_opening"),)
    operations = (
        migrations.AddField(
            "publicstamp",
            "changed",
            models.BigIntegerField(db_default=0, help_text="of these, all but texts that were new"),
        ),
        migrations.RunSQL(COUNTED, COUNTED_BEFORE),
    )
