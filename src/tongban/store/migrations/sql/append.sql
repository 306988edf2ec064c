-- What stands beside events: erasable values, identities, notices; not for decisions that were lost.

CREATE FUNCTION store_beside(p_county text, p_content json, p_identity json, p_notices json, lost int[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_content IS NOT NULL THEN
        INSERT INTO store_content (county, chain, seq, field, salt, value)
        SELECT p_county, v.chain, v.seq, v.field, v.salt, v.value
        FROM json_to_recordset(p_content) AS v(n int, chain uuid, seq int, field text, salt bytea, value text)
        WHERE v.n <> ALL (lost);
    END IF;

    IF p_identity IS NOT NULL THEN
        INSERT INTO store_identity (county, chain, seq, field, salt, value, lookup)
        SELECT p_county, v.chain, v.seq, v.field, v.salt, v.value, v.lookup
        FROM json_to_recordset(p_identity) AS v(
            n int, chain uuid, seq int, field text, salt bytea, value text, lookup bytea
        )
        WHERE v.n <> ALL (lost);
    END IF;

    IF p_notices IS NOT NULL THEN
        INSERT INTO store_notice (county, chain, seq, n, notice, "to", rating, at)
        SELECT p_county, v.chain, v.seq, v.i, v.notice, v."to", v.rating, v.at
        FROM json_to_recordset(p_notices) AS v(
            n int, chain uuid, seq int, i smallint, notice text, "to" text, rating boolean, at timestamptz
        )
        WHERE v.n <> ALL (lost);
    END IF;
END $$;


-- Append what was decided, all of it or nothing, in one round trip.
--
-- Each argument is a JSON list of rows; rows with the same n belong to one decision. p_cases holds the
-- cases after their events; "was" is the seq at which a case was loaded, 0 for one that is opened. A row
-- comes back only for a decision that was not stored: "conflict" (somebody was faster, or the case exists)
-- or "repeated" with what the request of that key did before. Rows are locked in the order of their keys,
-- so two callers never wait for each other in a circle. Plans are made once a session and always go by key,
-- also when the session began while the tables were empty.

CREATE FUNCTION store_append(
    p_county text, p_cases json, p_events json, p_content json, p_identity json, p_notices json,
    p_subjects json, p_requests json
) RETURNS TABLE (n int, outcome text, chain uuid, seq int, digest bytea) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    many boolean := json_array_length(p_cases) > 1;
    lost int[] := '{}';
    failed int[];
    opened int;
BEGIN
    IF p_requests IS NOT NULL THEN
        WITH asked AS MATERIALIZED (
            SELECT * FROM json_to_recordset(p_requests) AS r(n int, key text, digest bytea, chain uuid, seq int)
        ), kept AS (
            INSERT INTO store_request (county, key, digest, chain, seq)
            SELECT p_county, a.key, a.digest, a.chain, a.seq FROM asked a ORDER BY a.key
            ON CONFLICT DO NOTHING RETURNING key
        )
        SELECT coalesce(array_agg(a.n), '{}') INTO lost
        FROM asked a WHERE a.key NOT IN (SELECT k.key FROM kept k);
        IF lost <> '{}' THEN
            RETURN QUERY
            SELECT a.n, 'repeated', r.chain, r.seq, r.digest
            FROM json_to_recordset(p_requests) AS a(n int, key text)
            JOIN store_request r ON r.county = p_county AND r.key = a.key
            WHERE a.n = ANY (lost);
        END IF;
    END IF;

    IF many THEN
        PERFORM 1 FROM store_case c
        WHERE c.county = p_county AND c.id = ANY (ARRAY(
            SELECT g.id FROM json_to_recordset(p_cases) AS g(id uuid, was int) WHERE g.was > 0
        ))
        ORDER BY c.id FOR UPDATE;
    END IF;

    WITH given AS MATERIALIZED (
        SELECT g.* FROM json_to_recordset(p_cases) AS g(
            n int, was int, id uuid, number text, practice text, adoption text, kind text, stage text,
            standing text, phase text, holder text, home text, waiting text, division text, category text,
            channel text, outcome text, title text, parent uuid, root uuid, joined uuid, under uuid, opened_at timestamptz,
            stage_since timestamptz, last_at timestamptz, due_at timestamptz, next_due timestamptz,
            wake_at timestamptz, settled_at timestamptz, missed smallint, rating smallint, seq int, head bytea,
            recorded timestamptz, state text
        )
        WHERE g.n <> ALL (lost)
    ), moved AS (
        UPDATE store_case c SET
            stage = g.stage, standing = g.standing, phase = g.phase, holder = g.holder, home = g.home, waiting = g.waiting,
            division = g.division, category = g.category, outcome = g.outcome,
            title = coalesce(g.title, c.title), joined = g.joined, under = g.under, stage_since = g.stage_since,
            last_at = g.last_at, due_at = g.due_at, next_due = g.next_due, wake_at = g.wake_at,
            settled_at = g.settled_at, missed = g.missed, rating = g.rating, seq = g.seq, head = g.head,
            recorded = g.recorded, state = g.state
        FROM given g
        WHERE c.county = p_county AND c.id = g.id AND c.seq = g.was AND g.was > 0
        RETURNING g.n
    ), behind AS (
        SELECT g.n FROM given g WHERE g.was > 0 AND g.n NOT IN (SELECT m.n FROM moved m)
    ), new AS (
        INSERT INTO store_case (
            county, id, number, practice, adoption, kind, stage, standing, phase, holder, home, waiting,
            division, category, channel, outcome, title, parent, root, joined, under, opened_at, stage_since, last_at,
            due_at, next_due, wake_at, settled_at, missed, rating, seq, head, recorded, state
        )
        SELECT
            p_county, g.id, g.number, g.practice, g.adoption, g.kind, g.stage, g.standing, g.phase, g.holder,
            g.home, g.waiting, g.division, g.category, g.channel, g.outcome, coalesce(g.title, ''), g.parent,
            g.root, g.joined, g.under, g.opened_at, g.stage_since, g.last_at, g.due_at, g.next_due, g.wake_at,
            g.settled_at, g.missed, g.rating, g.seq, g.head, g.recorded, g.state
        FROM given g
        WHERE g.was = 0 AND g.n NOT IN (SELECT b.n FROM behind b)
        ORDER BY g.id
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT array_agg(DISTINCT g.n) INTO failed FROM given g
    WHERE g.n IN (SELECT b.n FROM behind b) OR (g.was = 0 AND g.id NOT IN (SELECT w.id FROM new w));

    IF failed IS NOT NULL THEN
        SELECT count(*) INTO opened
        FROM json_to_recordset(p_cases) AS g(n int, was int, id uuid, head bytea)
        JOIN store_case c ON c.county = p_county AND c.id = g.id AND c.head = g.head
        WHERE g.n = ANY (failed);
        IF opened > 0 THEN -- a part of a decision was written: take back all
            RAISE unique_violation USING MESSAGE = 'a case of this decision exists already';
        END IF;
        DELETE FROM store_request r USING json_to_recordset(p_requests) AS a(n int, key text)
        WHERE r.county = p_county AND r.key = a.key AND a.n = ANY (failed);
        RETURN QUERY SELECT f, 'conflict', NULL::uuid, NULL::int, NULL::bytea FROM unnest(failed) AS f;
        lost := lost || failed;
    END IF;

    INSERT INTO store_event (county, chain, seq, at, recorded, kind, body, seal)
    SELECT p_county, e.chain, e.seq, e.at, e.recorded, e.kind, e.body, e.seal
    FROM json_to_recordset(p_events) AS e(
        n int, chain uuid, seq int, at timestamptz, recorded timestamptz, kind text, body text, seal bytea
    )
    WHERE e.n <> ALL (lost);

    IF p_content IS NOT NULL OR p_identity IS NOT NULL OR p_notices IS NOT NULL THEN
        PERFORM store_beside(p_county, p_content, p_identity, p_notices, lost);
    END IF;

    IF p_subjects IS NOT NULL THEN
        INSERT INTO store_subject AS s (county, register, key, fields, chain, seq, at)
        SELECT DISTINCT ON (v.register, v.key) p_county, v.register, v.key, v.fields, v.chain, v.seq, v.at
        FROM json_to_recordset(p_subjects) AS v(
            n int, register text, key text, fields text, chain uuid, seq int, at timestamptz
        )
        WHERE v.n <> ALL (lost)
        ORDER BY v.register, v.key, v.n DESC, v.seq DESC
        ON CONFLICT (county, register, key) DO UPDATE SET
            fields = excluded.fields, chain = excluded.chain, seq = excluded.seq, at = excluded.at
        WHERE (s.at, s.chain, s.seq) <= (excluded.at, excluded.chain, excluded.seq);
    END IF;
END $$;


-- The commonest decision, one step of one existing case, without the detour through lists: the same meaning
-- and the same answers as store_append.

CREATE FUNCTION store_step(
    p_county text, p_id uuid, p_was int, p_stage text, p_standing text, p_phase text, p_holder text,
    p_home text, p_waiting text, p_division text, p_category text, p_outcome text, p_title text, p_joined uuid, p_under uuid,
    p_stage_since timestamptz, p_last_at timestamptz, p_due_at timestamptz, p_next_due timestamptz,
    p_wake_at timestamptz, p_settled_at timestamptz, p_missed smallint, p_rating smallint, p_seq int,
    p_head bytea, p_recorded timestamptz, p_state text, p_body text, p_content json, p_identity json,
    p_notices json, p_key text, p_digest bytea
) RETURNS TABLE (n int, outcome text, chain uuid, seq int, digest bytea) LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
    IF p_key IS NOT NULL THEN
        INSERT INTO store_request (county, key, digest, chain, seq)
        VALUES (p_county, p_key, p_digest, p_id, p_seq) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN QUERY SELECT 0, 'repeated', r.chain, r.seq, r.digest
            FROM store_request r WHERE r.county = p_county AND r.key = p_key;
            RETURN;
        END IF;
    END IF;

    UPDATE store_case c SET
        stage = p_stage, standing = p_standing, phase = p_phase, holder = p_holder, home = p_home, waiting = p_waiting,
        division = p_division, category = p_category, outcome = p_outcome, title = coalesce(p_title, c.title),
        joined = p_joined, under = p_under, stage_since = p_stage_since, last_at = p_last_at, due_at = p_due_at,
        next_due = p_next_due, wake_at = p_wake_at, settled_at = p_settled_at, missed = p_missed,
        rating = p_rating, seq = p_seq, head = p_head, recorded = p_recorded, state = p_state
    WHERE c.county = p_county AND c.id = p_id AND c.seq = p_was;
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
