-- How numbers that come and go change the members and the phones that a text reaches, zone by zone. A member is
-- counted once: with the first number that can be texted, and no more with the last. Only the change is written, and
-- the sum of all changes is how it stands: so no writer waits for another. Where not too many change at once, it is
-- also written for whom: an author may have to be told what changed since their review.
-- Each table is asked row by row, by its index: a plan from when they were small would else read all of them for
-- each of very many rows.
CREATE OR REPLACE FUNCTION note_changed_addresses() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
  many CONSTANT int := 200;
  is_few boolean := (SELECT count(*) FROM (SELECT FROM numbers LIMIT many + 1) AS few) <= many;
BEGIN
  WITH theirs AS (
    SELECT n.member_id AS id, count(*) AS numbers, sum(hashtextextended(n.address, 0)) AS fingerprint
    FROM numbers n
    WHERE n.channel = 'text' AND (SELECT count(*) FROM barred_phones b WHERE b.phone = n.address) = 0
    GROUP BY n.member_id
  ), changed AS MATERIALIZED (
    SELECT t.id, m.zone_id, m.is_new, sign * t.fingerprint AS fingerprint,
      CASE WHEN m.standing = CASE WHEN sign > 0 THEN t.numbers ELSE 0 END THEN sign ELSE 0 END AS members
    FROM theirs t CROSS JOIN LATERAL (
      SELECT m.reach_zone AS zone_id, m.created_at = now() AS is_new, (
        SELECT count(*) FROM addresses a
        WHERE a.member_id = m.id AND a.channel = 'text'
          AND (SELECT count(*) FROM barred_phones b WHERE b.phone = a.address) = 0
      ) AS standing
      FROM members m WHERE m.id = t.id AND m.reach_zone IS NOT NULL OFFSET 0
    ) AS m
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, sign > 0 AND is_new, zone_id, members, fingerprint FROM changed WHERE is_few
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sum(members), sum(fingerprint) FROM changed GROUP BY zone_id;
  RETURN NULL;
END $$;
