-- Claims deliveries of the alert that goes first (emergencies, then the oldest) as far as the pace allows:
-- deliveries/claim.ts. In the database, because at full speed each round trip waits for a busy sender. Every
-- statement in here sees what was committed before it begins: so the locks come first, and then the opt-outs.
CREATE OR REPLACE FUNCTION claim_deliveries(
  claim_id uuid, gateway_name text, at_most int, segments_per_second float8, catch_up_seconds float8, lease interval
)
RETURNS json LANGUAGE plpgsql
-- What was planned while the table was small must not read all of it when it has grown.
SET enable_seqscan = off
AS $$
DECLARE
  available float8;
  alert record;
  affordable int;
  wanted int;
  up_to int;
  due int[];
  claimed json;
  count_claimed int;
BEGIN
  -- One token is one segment. The row's lock makes the claims of all instances take turns. What so many idle
  -- seconds would have carried may be caught up (one, where that is less), never more: it may leave together
  -- with what waited for its connections. And a clock that was set back by more than some seconds must not
  -- stop the sending until it is there again.
  UPDATE pace SET
    tokens = least(greatest(1, segments_per_second * catch_up_seconds),
      tokens + greatest(0, extract(epoch FROM now() - refilled_at)::float8) * segments_per_second),
    refilled_at = CASE WHEN refilled_at > now() + interval '10 seconds' THEN now()
      ELSE greatest(now(), refilled_at) END
  RETURNING tokens INTO STRICT available;

  -- An alert with something pending that is due; while it probes, with nothing else under way. What is
  -- behind the cursor was claimed once, and says by `again_at` when it waits again.
  SELECT a.id, a.text, a.segments, a.probing, a.resumed_at, a.phone_count, p.claimed_up_to,
    p.claimed_up_to < a.phone_count AS is_fresh,
    greatest(1, extract(epoch FROM a.deadline_at - now()))::int AS validity
  INTO alert
  FROM alerts a JOIN progress p ON p.alert_id = a.id
  WHERE a.status = 'sending' AND a.deadline_at > now()
    AND (p.claimed_up_to < a.phone_count
      OR EXISTS (SELECT FROM deliveries d WHERE d.alert_id = a.id AND d.again_at <= now()))
    AND NOT (a.probing AND EXISTS (
      SELECT FROM claims c JOIN deliveries d ON d.alert_id = c.alert_id AND d.position = ANY (c.positions)
      WHERE c.alert_id = a.id AND d.status = 'sending' AND d.lease_until > now()))
  ORDER BY a.kind = 'emergency' DESC, a.confirmed_at
  LIMIT 1
  FOR SHARE OF a;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;

  -- The last of them may overdraw the pace, and is paid back before the next claim.
  affordable := greatest(0, ceil(available / alert.segments));
  wanted := least(affordable, CASE WHEN alert.probing THEN 1 ELSE at_most END);
  -- Those never tried go first: after Resume the probe is not the very number that was refused.
  IF alert.is_fresh THEN
    up_to := least(alert.claimed_up_to + wanted, alert.phone_count);
    due := ARRAY(SELECT generate_series(alert.claimed_up_to + 1, up_to));
    UPDATE progress SET claimed_up_to = up_to WHERE alert_id = alert.id;
  ELSE
    due := ARRAY(SELECT position FROM deliveries
      WHERE alert_id = alert.id AND again_at <= now() ORDER BY again_at LIMIT wanted);
  END IF;
  -- Locked in the order that everybody locks in. Nobody else claims meanwhile, and a row that is locked is
  -- waited for: the cursor must not pass it by.
  due := ARRAY(
    SELECT d.position FROM (SELECT unnest(due) AS in_position ORDER BY 1) AS in_order
    CROSS JOIN LATERAL (
      SELECT * FROM deliveries WHERE alert_id = alert.id AND position = in_position FOR UPDATE
    ) AS d
    WHERE d.status = 'pending' AND (d.again_at IS NULL OR d.again_at <= now()));

  -- One statement judges and claims: no STOP can be committed between the two and be passed over.
  WITH opted_out AS MATERIALIZED (
    SELECT d.position FROM deliveries d JOIN opt_outs USING (phone)
    WHERE d.alert_id = alert.id AND d.position = ANY (due)
  ), skipped AS (
    UPDATE deliveries SET status = 'skipped', again_at = NULL, status_at = now()
    WHERE alert_id = alert.id AND position = ANY (ARRAY(SELECT position FROM opted_out))
  ), sending AS (
    -- This may have begun before the Resume that it waited for; what it claims is since then all the same.
    UPDATE deliveries SET status = 'sending', attempt = attempt + 1, again_at = NULL,
      claimed_at = greatest(now(), alert.resumed_at), lease_until = now() + lease, status_at = now(),
      gateway = gateway_name
    WHERE alert_id = alert.id AND position = ANY (due)
      AND position <> ALL (ARRAY(SELECT position FROM opted_out))
    RETURNING position, attempt, phone, coalesce(code, error_code::text) AS code
  ), leased AS (
    INSERT INTO claims (id, alert_id, positions, lease_until)
    SELECT claim_id, alert.id, array_agg(position), now() + lease FROM sending HAVING count(*) > 0
  )
  SELECT count(*), coalesce(json_agg(sending ORDER BY position), '[]')
  INTO count_claimed, claimed FROM sending;
  UPDATE pace SET tokens = tokens - count_claimed * alert.segments RETURNING tokens INTO available;

  RETURN json_build_object('alertId', alert.id, 'text', alert.text, 'validity', alert.validity,
    'isProbe', alert.probing, 'deliveries', claimed, 'tokensLeft', available,
    'isPaced', cardinality(due) = wanted AND wanted = affordable,
    'mayHaveMore', alert.is_fresh OR due <> '{}');
END $$;
