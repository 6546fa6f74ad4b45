-- Which numbers each member had before, under the next version of the list, as keep_member_changes does it; and
-- whether they have any. Whoever takes a number away locks its members first: so nobody gives them another one
-- meanwhile that would be missed. Each table is asked row by row, as in note_changed_addresses.
CREATE OR REPLACE FUNCTION keep_address_changes() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  next int := (SELECT version + 1 FROM member_list FOR UPDATE);
  has_sent boolean := EXISTS (SELECT FROM sendings);
  theirs int[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO address_changes (member_id, channel, address, since, until)
      SELECT member_id, channel, address, since, next FROM numbers;
  ELSIF has_sent THEN
    UPDATE addresses SET since = next WHERE ctid = ANY (ARRAY(
      SELECT a.ctid FROM numbers n CROSS JOIN LATERAL (
        SELECT ctid FROM addresses a
        WHERE a.member_id = n.member_id AND a.channel = n.channel AND a.address = n.address OFFSET 0
      ) AS a WHERE n.since = 0));
  END IF;
  IF FOUND AND (has_sent OR TG_OP = 'DELETE') THEN
    UPDATE member_list SET version = next;
  END IF;

  -- Whoever has a flag that is another now.
  theirs := ARRAY(
    SELECT m.id FROM (SELECT DISTINCT member_id FROM numbers WHERE channel = 'text') AS n CROSS JOIN LATERAL (
      SELECT id, has_number FROM members m WHERE m.id = n.member_id OFFSET 0
    ) AS m
    WHERE TG_OP = 'DELETE' OR NOT m.has_number ORDER BY m.id);
  IF TG_OP = 'DELETE' THEN
    PERFORM FROM members WHERE id = ANY (theirs) ORDER BY id FOR UPDATE;
  END IF;
  UPDATE members m SET has_number = TG_OP = 'INSERT'
    WHERE id = ANY (theirs) AND (TG_OP = 'INSERT' OR NOT EXISTS (
      SELECT FROM addresses a WHERE a.member_id = m.id AND a.channel = 'text'));
  RETURN NULL;
END $$;
