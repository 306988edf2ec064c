-- The order of the ledger, and that it is only ever added to.

-- Added to every transaction number. 0 in the cluster in which the ledger began; raised after the tables
-- were restored into another cluster, whose transaction numbers begin anew (see tongban.store.stream).
CREATE FUNCTION store_epoch() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 0::bigint';

CREATE FUNCTION store_xid() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN pg_current_xact_id()::text::bigint + store_epoch();
END $$;

-- Every event below this number is visible to the query that asks, and none will be added below it any more.
-- STABLE matters: the answer must belong to the same snapshot as the rows that are compared with it.
CREATE FUNCTION store_settled_xid() RETURNS bigint LANGUAGE sql STABLE AS
'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + store_epoch()';

ALTER TABLE store_event
    ALTER COLUMN xid SET DEFAULT store_xid(),
    ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY,
    ALTER COLUMN body SET STORAGE EXTERNAL;

-- Room on each page for the next state of its cases: a step that changes no indexed column stays there.
ALTER TABLE store_case SET (fillfactor = 75);

CREATE FUNCTION store_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER store_only_added BEFORE UPDATE OR DELETE ON store_event
    FOR EACH STATEMENT EXECUTE FUNCTION store_only_added();

-- One number a county that grows with every change of what a decision looks at.
CREATE FUNCTION store_stamped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO store_stamp (county, n)
    SELECT DISTINCT county, 1 FROM changed
    ON CONFLICT (county) DO UPDATE SET n = store_stamp.n + 1;
    RETURN NULL;
END $$;

DO $$
DECLARE
    register text;
BEGIN
    FOREACH register IN ARRAY ARRAY['division', 'unit', 'duty', 'category', 'calendar'] LOOP
        EXECUTE format('CREATE TRIGGER store_added AFTER INSERT ON store_%s REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION store_stamped()', register);
        EXECUTE format('CREATE TRIGGER store_changed AFTER UPDATE ON store_%s REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION store_stamped()', register);
        EXECUTE format('CREATE TRIGGER store_removed AFTER DELETE ON store_%s REFERENCING OLD TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION store_stamped()', register);
    END LOOP;
END $$;
