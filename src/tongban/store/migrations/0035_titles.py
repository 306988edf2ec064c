"""A step that writes into a register that was brought moves the county's stamp too: what its entries are called is kept by that."""

from django.db import migrations

STAMPED = """
CREATE OR REPLACE FUNCTION store_precedent_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO store_stamp (county, n)
    SELECT DISTINCT c.county, 1 FROM changed c WHERE %s
    ON CONFLICT (county) DO UPDATE SET n = store_stamp.n + 1;
    RETURN NULL;
END $$
"""
PRECEDENTS = "c.register IN ('precedent:set', 'precedent:ended')"
BROUGHT = "EXISTS (SELECT FROM store_entry e WHERE e.county = c.county AND e.register = c.register)"


class Migration(migrations.Migration):
    dependencies = (("store", "0025_scanned"),)
    operations = (migrations.RunSQL(STAMPED % f"{PRECEDENTS} OR {BROUGHT}", STAMPED % PRECEDENTS),)
