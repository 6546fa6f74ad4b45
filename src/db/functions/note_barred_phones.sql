-- A phone was barred (a row came into opt_outs or unusable_phones) or freed again. That changes whom a text
-- reaches, unless the other of the two tables bars the phone too.
CREATE OR REPLACE FUNCTION note_barred_phones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN -1 ELSE 1 END;
BEGIN
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sign * count(*), sign * sum(hashtextextended(phone, 0))
    FROM members m JOIN phones USING (phone)
    -- Asked phone by phone, not joined: nearly always it is one, and a join would read all barred phones.
    WHERE CASE TG_OP
      WHEN 'INSERT' THEN NOT EXISTS (
        SELECT FROM barred_phones b WHERE b.phone = m.phone AND b.opted_out AND b.unusable)
      ELSE NOT EXISTS (SELECT FROM barred_phones b WHERE b.phone = m.phone) END
    GROUP BY zone_id;
  RETURN NULL;
END $$;
