-- How a change of the member list changes the number and the phones that a text reaches, zone by zone. Only the
-- change is written, and the sum of all changes is how it stands: so no writer waits for another. Where not too
-- many change at once, it is also written for whom: an author may have to be told what changed since their review.
CREATE OR REPLACE FUNCTION note_changed_members() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  many CONSTANT int := 200;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO reach_changes (zone_id, members, fingerprint)
      SELECT zone_id, count(*), sum(hashtextextended(phone, 0))
      FROM added LEFT JOIN barred_phones barred USING (phone)
      WHERE phone IS NOT NULL AND barred.opted_out IS NULL
      GROUP BY zone_id;
    IF (SELECT count(*) FROM (SELECT FROM added LIMIT many + 1) AS few) <= many THEN
      INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
        SELECT id, TG_OP = 'INSERT', zone_id, 1, hashtextextended(phone, 0)
        FROM added LEFT JOIN barred_phones barred USING (phone)
        WHERE phone IS NOT NULL AND barred.opted_out IS NULL;
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO reach_changes (zone_id, members, fingerprint)
      SELECT zone_id, -count(*), -sum(hashtextextended(phone, 0))
      FROM gone LEFT JOIN barred_phones barred USING (phone)
      WHERE phone IS NOT NULL AND barred.opted_out IS NULL
      GROUP BY zone_id;
    IF (SELECT count(*) FROM (SELECT FROM gone LIMIT many + 1) AS few) <= many THEN
      INSERT INTO reach_news (member_id, is_new, zone_id, members, fingerprint)
        SELECT id, false, zone_id, -1, -hashtextextended(phone, 0)::numeric
        FROM gone LEFT JOIN barred_phones barred USING (phone)
        WHERE phone IS NOT NULL AND barred.opted_out IS NULL;
    END IF;
  END IF;
  RETURN NULL;
END $$;
