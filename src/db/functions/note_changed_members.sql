-- How members who move to another zone, leave or come back change whom a text reaches, zone by zone. Who comes in
-- anew has no number yet: that is noted with their numbers. Noted, and asked row by row, as in note_changed_addresses.
CREATE OR REPLACE FUNCTION note_changed_members() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  many CONSTANT int := 200;
BEGIN
  -- Each member as they were and as they are, without a join of the two.
  WITH moved AS MATERIALIZED (
    SELECT id, max(before) AS before, max(after) AS after FROM (
      SELECT id, reach_zone AS before, NULL::int AS after FROM gone
      UNION ALL SELECT id, NULL, reach_zone FROM added
    ) AS each GROUP BY id HAVING max(before) IS DISTINCT FROM max(after)
  ), theirs AS MATERIALIZED (
    SELECT moved.*, (
      SELECT sum(hashtextextended(a.address, 0)) FROM addresses a
      WHERE a.member_id = moved.id AND a.channel = 'text'
        AND (SELECT count(*) FROM barred_phones b WHERE b.phone = a.address) = 0
    ) AS fingerprint
    FROM moved
  ), changed AS MATERIALIZED (
    SELECT id, before AS zone_id, -1 AS members, -fingerprint AS fingerprint FROM theirs
      WHERE before IS NOT NULL AND fingerprint IS NOT NULL
    UNION ALL
    SELECT id, after, 1, fingerprint FROM theirs WHERE after IS NOT NULL AND fingerprint IS NOT NULL
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, false, zone_id, members, fingerprint FROM changed WHERE (SELECT count(*) FROM moved) <= many
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sum(members), sum(fingerprint) FROM changed GROUP BY zone_id;
  RETURN NULL;
END $$;
