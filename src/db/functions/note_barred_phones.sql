-- A phone was barred (a row came into opt_outs or unusable_phones) or freed again. That changes whom a text
-- reaches, unless the other of the two tables bars the phone too. A member who has another number is still reached.
-- Noted as in note_changed_addresses.
CREATE OR REPLACE FUNCTION note_barred_phones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN -1 ELSE 1 END;
  many CONSTANT int := 200;
  is_few boolean := (SELECT count(*) FROM (SELECT FROM phones LIMIT many + 1) AS few) <= many;
BEGIN
  WITH theirs AS (
    SELECT m.id, m.reach_zone AS zone_id, count(*) AS numbers, sum(hashtextextended(a.address, 0)) AS fingerprint
    FROM phones p JOIN addresses a ON a.address = p.phone AND a.channel = 'text' JOIN members m ON m.id = a.member_id
    WHERE m.reach_zone IS NOT NULL
    -- Asked phone by phone, not joined: nearly always it is one, and a join would read all barred phones.
    AND CASE TG_OP
      WHEN 'INSERT' THEN NOT EXISTS (
        SELECT FROM barred_phones b WHERE b.phone = p.phone AND b.opted_out AND b.unusable)
      ELSE NOT EXISTS (SELECT FROM barred_phones b WHERE b.phone = p.phone) END
    GROUP BY m.id
  ), changed AS MATERIALIZED (
    SELECT t.id, t.zone_id, sign * t.fingerprint AS fingerprint,
      CASE WHEN (
        SELECT count(*) FROM addresses a
        WHERE a.member_id = t.id AND a.channel = 'text'
          AND NOT EXISTS (SELECT FROM barred_phones b WHERE b.phone = a.address)
      ) = CASE TG_OP WHEN 'INSERT' THEN 0 ELSE t.numbers END THEN sign ELSE 0 END AS members
    FROM theirs t
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, false, zone_id, members, fingerprint FROM changed WHERE is_few
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sum(members), sum(fingerprint) FROM changed GROUP BY zone_id;
  RETURN NULL;
END $$;
