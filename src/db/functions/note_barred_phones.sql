-- A phone was barred (a row came into opt_outs or unusable_phones) or freed again. That changes whom a text
-- reaches, unless the other of the two tables bars the phone too. Noted as in note_changed_members.
CREATE OR REPLACE FUNCTION note_barred_phones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN -1 ELSE 1 END;
  many CONSTANT int := 200;
  is_few boolean := (SELECT count(*) FROM (SELECT FROM phones LIMIT many + 1) AS few) <= many;
BEGIN
  WITH theirs AS (
    SELECT m.id, zone_id, hashtextextended(phone, 0)::numeric AS fingerprint
    FROM members m JOIN phones USING (phone)
    -- Asked phone by phone, not joined: nearly always it is one, and a join would read all barred phones.
    WHERE CASE TG_OP
      WHEN 'INSERT' THEN NOT EXISTS (
        SELECT FROM barred_phones b WHERE b.phone = m.phone AND b.opted_out AND b.unusable)
      ELSE NOT EXISTS (SELECT FROM barred_phones b WHERE b.phone = m.phone) END
  ), news AS (
    INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
      SELECT id, false, zone_id, sign, sign * fingerprint FROM theirs WHERE is_few
  )
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sign * count(*), sign * sum(fingerprint) FROM theirs GROUP BY zone_id;
  RETURN NULL;
END $$;
