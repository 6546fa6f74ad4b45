-- How numbers that come and go change the members and the phones that a text reaches, zone by zone. A member is
-- counted once: with the first number that can be texted, and no more with the last. Only the change is written, and
-- the sum of all changes is how it stands: so no writer waits for another. Where not too many change at once, it is
-- also written for whom: an author may have to be told what changed since their review.
CREATE OR REPLACE FUNCTION note_changed_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
  many CONSTANT int := 200;
  is_few boolean := (SELECT count(*) FROM (SELECT FROM numbers LIMIT many + 1) AS few) <= many;
BEGIN
  WITH theirs AS (
    SELECT m.id, m.reach_zone AS zone_id, m.created_at = now() AS is_new, count(*) AS numbers,
      sum(hashtextextended(n.address, 0)) AS fingerprint
    FROM numbers n JOIN members m ON m.id = n.member_id LEFT JOIN barred_phones b ON b.phone = n.address
    WHERE n.channel = 'text' AND b.phone IS NULL AND m.reach_zone IS NOT NULL
    GROUP BY m.id
  ), standing AS (
    SELECT a.member_id, count(*) AS numbers
    FROM addresses a LEFT JOIN barred_phones b ON b.phone = a.address
    WHERE a.member_id IN (SELECT id FROM theirs) AND a.channel = 'text' AND b.phone IS NULL
    GROUP BY a.member_id
  ), changed AS MATERIALIZED (
    SELECT t.id, t.zone_id, t.is_new, sign * t.fingerprint AS fingerprint,
      CASE WHEN coalesce(s.numbers, 0) = CASE WHEN sign > 0 THEN t.numbers ELSE 0 END THEN sign ELSE 0 END AS members
    FROM theirs t LEFT JOIN standing s ON s.member_id = t.id
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, sign > 0 AND is_new, zone_id, members, fingerprint FROM changed WHERE is_few
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sum(members), sum(fingerprint) FROM changed GROUP BY zone_id;
  RETURN NULL;
END $$;
