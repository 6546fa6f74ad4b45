-- Which number was whose in which versions of the member list: as it is now, and as it was before each change.
CREATE OR REPLACE VIEW listed_numbers AS
  SELECT member_id AS member, address AS phone, since, NULL::int AS until FROM addresses WHERE channel = 'text'
  UNION ALL
  SELECT member_id, address, since, until FROM address_changes WHERE channel = 'text';
