"""What is adjudicated for matters to come is a register that everybody decides by: it moves the county's stamp."""

from django.db import migrations

COUNTED = """
CREATE FUNCTION store_precedent_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO store_stamp (county, n)
    SELECT DISTINCT county, 1 FROM changed WHERE register IN ('precedent:set', 'precedent:ended')
    ON CONFLICT (county) DO UPDATE SET n = store_stamp.n + 1;
    RETURN NULL;
END $$;
"""
STAMPED = COUNTED + "; ".join(
    f"""CREATE TRIGGER store_{name} AFTER {change} ON store_subject REFERENCING {which} TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION store_precedent_stamped()"""
    for name, change, which in (
        ("added", "INSERT", "NEW"),
        ("changed", "UPDATE", "NEW"),
        ("removed", "DELETE", "OLD"),
    )
)
NOT_STAMPED = (
    "; ".join(f"DROP TRIGGER store_{name} ON store_subject" for name in ("added", "changed", "removed"))
    + "; DROP FUNCTION store_precedent_stamped()"
)


class Migration(migrations.Migration):
    dependencies = (("store", "0009_derived"),)
    operations = (migrations.RunSQL(STAMPED, NOT_STAMPED),)
