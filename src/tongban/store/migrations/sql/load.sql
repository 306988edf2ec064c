-- Everything about some cases that a decision needs from the database, in one round trip.

CREATE FUNCTION store_load(p_county text, p_ids uuid[], p_numbers text[])
RETURNS TABLE (
    state text, seq int, head bytea, recorded timestamptz,
    subcases bigint, subcases_open bigint,
    parent_id text, parent_number text, parent_practice text, parent_holder text, parent_settled boolean,
    parent_joined text, above text, registers bigint
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        c.state, c.seq, c.head, c.recorded, s.total, s.open,
        p.id::text, p.number, p.practice, p.holder, p.settled_at IS NOT NULL, p.joined::text,
        CASE WHEN coalesce(c.parent, c.under) IS NOT NULL THEN store_above(p_county, coalesce(c.parent, c.under)) END,
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

-- A case and all that it stands under, all the way up, with the mandates given there, as one JSON object.
CREATE FUNCTION store_above(p_county text, p_id uuid) RETURNS text LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        WITH RECURSIVE above AS (
            SELECT 1 AS n, id, coalesce(parent, under) AS next, state
            FROM store_case WHERE county = p_county AND id = p_id
            UNION ALL
            SELECT a.n + 1, c.id, coalesce(c.parent, c.under), c.state
            FROM store_case c JOIN above a ON c.county = p_county AND c.id = a.next
            WHERE a.n < 100
        )
        SELECT json_build_object(
            'cases', json_agg(above.id ORDER BY above.n),
            'mandates', coalesce(
                (SELECT json_agg(m ORDER BY b.n) FROM above b, json_array_elements(b.state::json -> 'mandates') AS m), '[]'
            )
        )
        FROM above
    );
END $$;
