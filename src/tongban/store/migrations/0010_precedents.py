"""What is adjudicated for matters to come is a register that everybody decides by: it moves the county's stamp."""

from django.db import migrations

from tongban.store.migrations._stamping import not_stamped, stamped

COUNTED = """
CREATE FUNCTION store_precedent_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO store_stamp (county, n)
    SELECT DISTINCT county, 1 FROM changed WHERE register IN ('precedent:set', 'precedent:ended')
    ON CONFLICT (county) DO UPDATE SET n = store_stamp.n + 1;
    RETURN NULL;
END $$;
"""
STAMPED = COUNTED + stamped("store_subject", "store_precedent_stamped")
NOT_STAMPED = not_stamped("store_subject") + "; DROP FUNCTION store_precedent_stamped()"


class Migration(migrations.Migration):
    dependencies = (("store", "0009_derived"),)
    operations = (migrations.RunSQL(STAMPED, NOT_STAMPED),)
