-- Who can't be reached by text: defined once, for the audience, the freeze and the triggers. A row for each phone.
-- A view and not a function of a phone, because PostgreSQL plans it together with the query that reads it.
CREATE OR REPLACE VIEW barred_phones AS
  SELECT phone, true AS opted_out,
    EXISTS (SELECT FROM unusable_phones u WHERE u.phone = o.phone) AS unusable
  FROM opt_outs o
  UNION ALL
  SELECT phone, false, true FROM unusable_phones u
  WHERE NOT EXISTS (SELECT FROM opt_outs o WHERE o.phone = u.phone);
