-- A case that is opened by the registers as they were lately: only while they still stand so, and while the clocks agree. Whoever decided
-- by others decides anew, so nobody needs to ask before. p_as_of is the county's stamp (NULL: whatever it is), p_clock the second that the
-- caller's clock shows, p_apart by how many it may differ. Otherwise the same as store_open, which servers of an earlier release go on calling.

CREATE FUNCTION store_open_as_of(
    p_as_of bigint, p_clock bigint, p_apart int,
    p_county text, p_id uuid, p_number text, p_practice text, p_adoption text, p_kind text, p_stage text,
    p_standing text, p_phase text, p_holder text, p_home text, p_waiting text, p_division text, p_category text,
    p_channel text, p_outcome text, p_title text, p_parent uuid, p_root uuid, p_joined uuid, p_under uuid,
    p_opened_at timestamptz, p_stage_since timestamptz, p_last_at timestamptz, p_due_at timestamptz,
    p_next_due timestamptz, p_wake_at timestamptz, p_settled_at timestamptz, p_missed smallint, p_rating smallint,
    p_seq int, p_head bytea, p_recorded timestamptz, p_state text, p_body text, p_content json, p_identity json,
    p_notices json, p_key text, p_digest bytea
) RETURNS TABLE (n int, outcome text, chain uuid, seq int, digest bytea) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    IF p_as_of IS NOT NULL AND (
        p_as_of <> coalesce((SELECT s.n FROM store_stamp s WHERE s.county = p_county), 0)
        OR abs(extract(epoch FROM clock_timestamp()) - p_clock) > p_apart
    ) THEN
        RETURN QUERY SELECT 0, 'conflict', NULL::uuid, NULL::int, NULL::bytea;
        RETURN;
    END IF;

    IF p_key IS NOT NULL THEN
        INSERT INTO store_request (county, key, digest, chain, seq)
        VALUES (p_county, p_key, p_digest, p_id, p_seq) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN QUERY SELECT 0, 'repeated', r.chain, r.seq, r.digest
            FROM store_request r WHERE r.county = p_county AND r.key = p_key;
            RETURN;
        END IF;
    END IF;

    INSERT INTO store_case (
        county, id, number, practice, adoption, kind, stage, standing, phase, holder, home, waiting, division,
        category, channel, outcome, title, parent, root, joined, under, opened_at, stage_since, last_at, due_at,
        next_due, wake_at, settled_at, missed, rating, seq, head, recorded, state
    ) VALUES (
        p_county, p_id, p_number, p_practice, p_adoption, p_kind, p_stage, p_standing, p_phase, p_holder, p_home,
        p_waiting, p_division, p_category, p_channel, p_outcome, coalesce(p_title, ''), p_parent, p_root, p_joined,
        p_under, p_opened_at, p_stage_since, p_last_at, p_due_at, p_next_due, p_wake_at, p_settled_at, p_missed,
        p_rating, p_seq, p_head, p_recorded, p_state
    ) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        IF p_key IS NOT NULL THEN
            DELETE FROM store_request r WHERE r.county = p_county AND r.key = p_key;
        END IF;
        RETURN QUERY SELECT 0, 'conflict', NULL::uuid, NULL::int, NULL::bytea;
        RETURN;
    END IF;

    INSERT INTO store_event (county, chain, seq, at, recorded, kind, body, seal)
    VALUES (p_county, p_id, p_seq, p_last_at, p_recorded, 'step', p_body, p_head);

    IF p_content IS NOT NULL OR p_identity IS NOT NULL OR p_notices IS NOT NULL THEN
        PERFORM store_beside(p_county, p_content, p_identity, p_notices, '{}');
    END IF;
END $$;
