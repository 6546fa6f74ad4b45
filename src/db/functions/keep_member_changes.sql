-- How each member stood before a change, under the next version of the list: a row for each whose account, name or
-- zone is another one now, or who left or came back. Who comes in anew needs no row, only the version since when: the
-- import writes that itself, and for others it is filled in here. An account that begins with a line end is one on its
-- way to another (members/accounts/renumber.ts): nobody ever stood on the list by it. The table is asked row by row,
-- as in note_changed_addresses: joined, what was and what is would be compared each with each.
CREATE OR REPLACE FUNCTION keep_member_changes() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
DECLARE
  next int := (SELECT version + 1 FROM member_list FOR UPDATE);
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE members SET since = next
      WHERE id IN (SELECT id FROM added WHERE since = 0) AND EXISTS (SELECT FROM sendings);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO member_changes (member_id, since, until, account, name, zone, has_left)
      SELECT g.id, coalesce((SELECT max(c.until) FROM member_changes c WHERE c.member_id = g.id), g.since), next,
        coalesce(g.account, g.about), g.name, CASE WHEN g.in_all_zones THEN 'All zones' ELSE z.name END, g.left_at IS NOT NULL
      FROM gone g LEFT JOIN zones z ON z.id = g.zone_id;
  ELSE
    INSERT INTO member_changes (member_id, since, until, account, name, zone, has_left)
      SELECT g.id, coalesce((SELECT max(c.until) FROM member_changes c WHERE c.member_id = g.id), g.since), next,
        coalesce(g.account, g.about), g.name, CASE WHEN g.in_all_zones THEN 'All zones' ELSE z.name END, g.left_at IS NOT NULL
      FROM gone g CROSS JOIN LATERAL (SELECT * FROM members m WHERE m.id = g.id OFFSET 0) AS a
        LEFT JOIN zones z ON z.id = g.zone_id
      WHERE (coalesce(g.account, g.about), g.name, g.zone_id, g.in_all_zones, g.left_at IS NULL)
        IS DISTINCT FROM (coalesce(a.account, a.about), a.name, a.zone_id, a.in_all_zones, a.left_at IS NULL)
        AND NOT coalesce(starts_with(g.account, E'\n'), false);
  END IF;
  IF FOUND THEN
    UPDATE member_list SET version = next;
  END IF;
  RETURN NULL;
END $$;
