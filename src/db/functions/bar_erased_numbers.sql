-- A number comes to a member that opted out, and whose members were erased since: of the opt-out only a digest was
-- left (members/erase/digests.ts). From now on it counts again as it did, whoever brings the number.
CREATE OR REPLACE FUNCTION bar_erased_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erased_opt_outs) THEN
    RETURN NULL;
  END IF;
  WITH found AS (
    DELETE FROM erased_opt_outs e USING (
      SELECT address, phone_digest(address) AS digest FROM numbers WHERE channel = 'text' GROUP BY address
    ) AS n
    WHERE e.digest = n.digest RETURNING n.address, e.opted_out_at, e.source
  )
  INSERT INTO opt_outs (phone, opted_out_at, kept_at, source)
    SELECT address, opted_out_at, opted_out_at, source FROM found ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
