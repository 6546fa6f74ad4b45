-- Which numbers each member had before, under the next version of the list, as keep_member_changes does it; and
-- whether they have any. Whoever takes a number away locks its members first: so nobody gives them another one
-- meanwhile that would be missed.
CREATE OR REPLACE FUNCTION keep_address_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  next int := (SELECT version + 1 FROM member_list FOR UPDATE);
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE addresses SET since = next
      WHERE (member_id, channel, address) IN (SELECT member_id, channel, address FROM numbers WHERE since = 0)
        AND EXISTS (SELECT FROM sendings);
  ELSE
    INSERT INTO address_changes (member_id, channel, address, since, until)
      SELECT member_id, channel, address, since, next FROM numbers;
  END IF;
  IF FOUND THEN
    UPDATE member_list SET version = next;
  END IF;
  IF TG_OP = 'INSERT' THEN
    UPDATE members SET has_number = true
      WHERE NOT has_number AND id IN (SELECT member_id FROM numbers WHERE channel = 'text');
  ELSE
    PERFORM FROM members WHERE id IN (SELECT member_id FROM numbers) ORDER BY id FOR UPDATE;
    UPDATE members m SET has_number = false
      WHERE has_number AND id IN (SELECT member_id FROM numbers)
        AND NOT EXISTS (SELECT FROM addresses a WHERE a.member_id = m.id AND a.channel = 'text');
  END IF;
  RETURN NULL;
END $$;
