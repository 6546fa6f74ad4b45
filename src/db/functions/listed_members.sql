-- Who stood on the member list in which of its versions: as they are now, and as they were before each change.
-- Whoever has left does not stand on it. Who has no account is known by what they are.
CREATE OR REPLACE VIEW listed_members AS
  SELECT m.id AS member, coalesce(m.account, m.about) AS account, m.name, CASE WHEN m.in_all_zones THEN 'All zones' ELSE z.name END AS zone,
    coalesce((SELECT max(c.until) FROM member_changes c WHERE c.member_id = m.id), m.since) AS since,
    NULL::int AS until
  FROM members m LEFT JOIN zones z ON z.id = m.zone_id
  WHERE m.left_at IS NULL
  UNION ALL
  SELECT member_id, account, name, zone, since, until FROM member_changes WHERE NOT has_left;
