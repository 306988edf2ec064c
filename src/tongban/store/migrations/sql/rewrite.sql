-- Put rebuilt rows in the place of what was there: cases by id, rows of registers where they are newer.

CREATE FUNCTION store_rewrite(p_county text, p_cases json, p_subjects json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM store_case c USING json_to_recordset(p_cases) AS g(id uuid)
    WHERE c.county = p_county AND c.id = g.id;

    INSERT INTO store_case (
        county, id, number, practice, adoption, kind, stage, standing, phase, holder, home, waiting,
        division, category, channel, outcome, title, parent, root, joined, under, opened_at, stage_since, last_at,
        due_at, next_due, wake_at, settled_at, missed, rating, seq, head, recorded, state
    )
    SELECT
        p_county, id, number, practice, adoption, kind, stage, standing, phase, holder, home, waiting,
        division, category, channel, outcome, title, parent, root, joined, under, opened_at, stage_since, last_at,
        due_at, next_due, wake_at, settled_at, missed, rating, seq, head, recorded, state
    FROM json_populate_recordset(NULL::store_case, p_cases);

    INSERT INTO store_subject AS s (county, register, key, fields, chain, seq, at)
    SELECT p_county, v.register, v.key, v.fields, v.chain, v.seq, v.at
    FROM json_populate_recordset(NULL::store_subject, p_subjects) AS v
    ON CONFLICT (county, register, key) DO UPDATE SET
        fields = excluded.fields, chain = excluded.chain, seq = excluded.seq, at = excluded.at
    WHERE (s.at, s.chain, s.seq) <= (excluded.at, excluded.chain, excluded.seq);
END $$;
