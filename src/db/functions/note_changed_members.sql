-- How a change of the member list changes the number and the phones that a text reaches, zone by zone. Only the
-- change is written, and the sum of all changes is how it stands: so no writer waits for another.
CREATE OR REPLACE FUNCTION note_changed_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO reach_changes (zone_id, members, fingerprint)
      SELECT zone_id, count(*), sum(hashtextextended(phone, 0))
      FROM added LEFT JOIN barred_phones barred USING (phone)
      WHERE phone IS NOT NULL AND barred.opted_out IS NULL
      GROUP BY zone_id;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO reach_changes (zone_id, members, fingerprint)
      SELECT zone_id, -count(*), -sum(hashtextextended(phone, 0))
      FROM gone LEFT JOIN barred_phones barred USING (phone)
      WHERE phone IS NOT NULL AND barred.opted_out IS NULL
      GROUP BY zone_id;
  END IF;
  RETURN NULL;
END $$;
