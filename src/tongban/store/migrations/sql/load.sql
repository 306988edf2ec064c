-- Everything about some cases that a decision needs from the database, in one round trip.

CREATE FUNCTION store_load(p_county text, p_ids uuid[], p_numbers text[])
RETURNS TABLE (
    state text, seq int, head bytea, recorded timestamptz,
    subcases bigint, subcases_open bigint,
    parent_id text, parent_number text, parent_practice text, parent_holder text, parent_settled boolean,
    parent_joined text, mandates text, registers bigint
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        c.state, c.seq, c.head, c.recorded, s.total, s.open,
        p.id::text, p.number, p.practice, p.holder, p.settled_at IS NOT NULL, p.joined::text,
        CASE WHEN c.parent IS NOT NULL THEN store_mandates(p_county, c.parent) END,
        coalesce((SELECT n FROM store_stamp WHERE county = p_county), 0)
    FROM store_case c
    LEFT JOIN store_case p ON p.county = p_county AND p.id = c.parent
    LEFT JOIN LATERAL (
        SELECT count(*) AS total, count(*) FILTER (WHERE k.standing = 'open') AS open
        FROM store_case k
        WHERE k.county = p_county AND k.parent = c.id
    ) s ON true
    WHERE c.county = p_county AND (c.id = ANY (p_ids) OR c.number = ANY (p_numbers));
END $$;

-- The mandates given on a case and on all cases above it, as one JSON list.
CREATE FUNCTION store_mandates(p_county text, p_id uuid) RETURNS text LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        WITH RECURSIVE above AS (
            SELECT parent, state FROM store_case WHERE county = p_county AND id = p_id
            UNION ALL
            SELECT c.parent, c.state FROM store_case c JOIN above a ON c.county = p_county AND c.id = a.parent
        )
        SELECT json_agg(m) FROM above, json_array_elements(above.state::json -> 'mandates') AS m
    );
END $$;
