-- Claims deliveries that go out by one gateway, as far as its pace allows, of the part that goes first:
-- emergencies, then the oldest. Called by deliveries/claim.ts. It is in the database, because at full speed each
-- round trip waits for a busy sender. Each statement in here sees what was committed before that statement
-- begins: so the locks come first, and then the opt-outs. Locks are taken in this order: pace, sending, part,
-- deliveries by position, counts.
CREATE OR REPLACE FUNCTION claim_deliveries(
  claim_id uuid, gateway_name text, at_most int, segments_per_second float8, catch_up_seconds float8, lease interval
)
RETURNS json LANGUAGE plpgsql
-- A plan from when the table was small must not read all of it once it has grown.
SET enable_seqscan = off
AS $$
DECLARE
  available float8;
  chosen record;
  affordable int;
  wanted int;
  up_to int;
  due int[];
  claimed json;
  count_claimed int;
BEGIN
  -- One token is one segment. The row's lock makes the claims of all instances take turns. At most what
  -- `catch_up_seconds` of idle time would have carried may be caught up (or one token, where that is less),
  -- because it may leave together with what waited for its connections. And when a clock is set back by more
  -- than 10 seconds, the sending must not stop until the clock is there again.
  UPDATE pace SET
    tokens = least(greatest(1, segments_per_second * catch_up_seconds),
      tokens + greatest(0, extract(epoch FROM now() - refilled_at)::float8) * segments_per_second),
    refilled_at = CASE WHEN refilled_at > now() + interval '10 seconds' THEN now()
      ELSE greatest(now(), refilled_at) END
  WHERE gateway = gateway_name
  RETURNING tokens INTO available;
  IF NOT FOUND THEN
    -- The gateway's very first claim.
    INSERT INTO pace (gateway, tokens) VALUES (gateway_name, 0) ON CONFLICT DO NOTHING;
    available := 0;
  END IF;

  -- A part with something pending that is due; while it probes, with nothing else under way. Deliveries behind
  -- the cursor were claimed before; those that wait again have `again_at`.
  SELECT p.*, p.claimed_up_to < p.last AS is_fresh,
    greatest(1, extract(epoch FROM s.deadline_at - now()))::int AS validity
  INTO chosen
  FROM sendings s JOIN parts p ON p.sending_id = s.id
  WHERE s.status = 'sending' AND s.deadline_at > now()
    AND p.gateway = gateway_name AND p.halt_reason IS NULL
    AND (p.claimed_up_to < p.last OR EXISTS (
      SELECT FROM deliveries d
      WHERE d.sending_id = p.sending_id AND d.again_at <= now() AND d.position BETWEEN p.first AND p.last))
    AND NOT (p.probing AND EXISTS (
      SELECT FROM claims c JOIN deliveries d ON d.sending_id = c.sending_id AND d.position = ANY (c.positions)
      WHERE c.sending_id = p.sending_id AND d.part = p.part AND d.status = 'sending' AND d.lease_until > now()))
  ORDER BY s.rank, s.ready_at, p.part
  LIMIT 1
  FOR SHARE OF s FOR NO KEY UPDATE OF p;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;

  -- The last of them may overdraw the pace; that is paid back before the next claim.
  affordable := greatest(0, ceil(available / chosen.segments));
  wanted := least(affordable, CASE WHEN chosen.probing THEN 1 ELSE at_most END);
  -- Those that were never tried go first, so that after Resume the probe is not the number that was refused.
  IF chosen.is_fresh THEN
    up_to := least(chosen.claimed_up_to + wanted, chosen.last);
    due := ARRAY(SELECT generate_series(chosen.claimed_up_to + 1, up_to));
    UPDATE parts p SET claimed_up_to = up_to WHERE p.sending_id = chosen.sending_id AND p.part = chosen.part;
  ELSE
    due := ARRAY(SELECT position FROM deliveries
      WHERE sending_id = chosen.sending_id AND again_at <= now() AND position BETWEEN chosen.first AND chosen.last
      ORDER BY again_at LIMIT wanted);
  END IF;
  -- Locked in the same order as everywhere. Nobody else claims at the same time. A row that somebody has locked
  -- is waited for, because the cursor must not pass it by.
  due := ARRAY(
    SELECT d.position FROM (SELECT unnest(due) AS in_position ORDER BY 1) AS in_order
    CROSS JOIN LATERAL (
      SELECT * FROM deliveries WHERE sending_id = chosen.sending_id AND position = in_position FOR UPDATE
    ) AS d
    WHERE d.status = 'pending' AND (d.again_at IS NULL OR d.again_at <= now()));

  -- One statement reads the opt-outs and claims, so no STOP can be committed between the two and be missed.
  WITH opted_out AS MATERIALIZED (
    SELECT d.position FROM deliveries d JOIN opt_outs o ON o.phone = d.address
    WHERE d.sending_id = chosen.sending_id AND d.position = ANY (due)
  ), skipped AS (
    UPDATE deliveries SET status = 'skipped', again_at = NULL, status_at = now()
    WHERE sending_id = chosen.sending_id AND position = ANY (ARRAY(SELECT position FROM opted_out))
  ), sending AS (
    -- This claim may have begun before the Resume that it waited for. What it claims still counts as claimed after.
    UPDATE deliveries SET status = 'sending', attempt = attempt + 1, again_at = NULL,
      claimed_at = greatest(now(), chosen.resumed_at), lease_until = now() + lease, status_at = now(),
      gateway = gateway_name
    WHERE sending_id = chosen.sending_id AND position = ANY (due)
      AND position <> ALL (ARRAY(SELECT position FROM opted_out))
    RETURNING position, attempt, address, coalesce(code, error_code::text) AS code
  ), leased AS (
    INSERT INTO claims (id, sending_id, positions, lease_until)
    SELECT claim_id, chosen.sending_id, array_agg(position), now() + lease FROM sending HAVING count(*) > 0
  )
  SELECT count(*), coalesce(json_agg(sending ORDER BY position), '[]')
  INTO count_claimed, claimed FROM sending;
  UPDATE pace SET tokens = tokens - count_claimed * chosen.segments WHERE gateway = gateway_name
    RETURNING tokens INTO available;

  RETURN json_build_object('sendingId', chosen.sending_id, 'text', chosen.text, 'validity', chosen.validity,
    'kind', coalesce((SELECT kind::text FROM alerts WHERE sending_id = chosen.sending_id), 'other'),
    'isProbe', chosen.probing, 'deliveries', claimed, 'tokensLeft', available,
    'isPaced', cardinality(due) = wanted AND wanted = affordable,
    'mayHaveMore', chosen.is_fresh OR due <> '{}');
END $$;
