-- Who stood on the member list in which of its versions: as they are now, and as they were before each change.
CREATE OR REPLACE VIEW listed_members AS
  SELECT m.id AS member, m.account, m.name, m.phone, z.name AS zone,
    coalesce((SELECT max(c.until) FROM member_changes c WHERE c.member_id = m.id), m.since) AS since,
    NULL::int AS until
  FROM members m LEFT JOIN zones z ON z.id = m.zone_id
  UNION ALL
  SELECT member_id, account, name, phone, zone, since, until FROM member_changes;
