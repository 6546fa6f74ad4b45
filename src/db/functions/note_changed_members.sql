-- How members who move to another zone, leave or come back change whom a text reaches, zone by zone. Who comes in
-- anew has no number yet: that is noted with their numbers. Noted as in note_changed_addresses.
CREATE OR REPLACE FUNCTION note_changed_members() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  many CONSTANT int := 200;
BEGIN
  WITH moved AS MATERIALIZED (
    SELECT a.id, g.reach_zone AS before, a.reach_zone AS after
    FROM gone g JOIN added a USING (id) WHERE g.reach_zone IS DISTINCT FROM a.reach_zone
  ), theirs AS (
    SELECT moved.id, moved.before, moved.after, sum(hashtextextended(n.address, 0)) AS fingerprint
    FROM moved JOIN addresses n ON n.member_id = moved.id AND n.channel = 'text'
      LEFT JOIN barred_phones b ON b.phone = n.address
    WHERE b.phone IS NULL
    GROUP BY moved.id, moved.before, moved.after
  ), changed AS MATERIALIZED (
    SELECT id, before AS zone_id, -1 AS members, -fingerprint AS fingerprint FROM theirs WHERE before IS NOT NULL
    UNION ALL
    SELECT id, after, 1, fingerprint FROM theirs WHERE after IS NOT NULL
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, false, zone_id, members, fingerprint FROM changed WHERE (SELECT count(*) FROM moved) <= many
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sum(members), sum(fingerprint) FROM changed GROUP BY zone_id;
  RETURN NULL;
END $$;
