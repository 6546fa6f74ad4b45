-- A phone was barred (a row came into opt_outs or unusable_phones) or freed again. That changes whom a text
-- reaches, unless the other of the two tables bars the phone too. A member who has another number is still reached.
-- Noted, and asked row by row, as in note_changed_addresses.
CREATE OR REPLACE FUNCTION note_barred_phones() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN -1 ELSE 1 END;
  many CONSTANT int := 200;
  is_few boolean := (SELECT count(*) FROM (SELECT FROM phones LIMIT many + 1) AS few) <= many;
BEGIN
  WITH theirs AS (
    SELECT a.member_id AS id, count(*) AS numbers, sum(hashtextextended(a.address, 0)) AS fingerprint
    FROM phones p CROSS JOIN LATERAL (
      SELECT a.member_id, a.address FROM addresses a WHERE a.address = p.phone AND a.channel = 'text' OFFSET 0
    ) AS a
    WHERE (
      SELECT count(*) FROM barred_phones b WHERE b.phone = p.phone AND (TG_OP = 'DELETE' OR b.opted_out AND b.unusable)
    ) = 0
    GROUP BY a.member_id
  ), changed AS MATERIALIZED (
    SELECT t.id, m.zone_id, sign * t.fingerprint AS fingerprint,
      CASE WHEN m.standing = CASE TG_OP WHEN 'INSERT' THEN 0 ELSE t.numbers END THEN sign ELSE 0 END AS members
    FROM theirs t CROSS JOIN LATERAL (
      SELECT m.reach_zone AS zone_id, (
        SELECT count(*) FROM addresses a
        WHERE a.member_id = m.id AND a.channel = 'text'
          AND (SELECT count(*) FROM barred_phones b WHERE b.phone = a.address) = 0
      ) AS standing
      FROM members m WHERE m.id = t.id AND m.reach_zone IS NOT NULL OFFSET 0
    ) AS m
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, false, zone_id, members, fingerprint FROM changed WHERE is_few
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sum(members), sum(fingerprint) FROM changed GROUP BY zone_id;
  RETURN NULL;
END $$;
