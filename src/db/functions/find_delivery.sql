-- Where the text to this address stands in a sending: within each part positions follow the order of the addresses, so
-- it is looked for by halves. That takes no index, which each freeze would have to write. An address that was erased
-- is passed by.
CREATE OR REPLACE FUNCTION find_delivery(in_sending int, wanted text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
  part record;
  low int;
  high int;
  middle int;
  found record;
BEGIN
  FOR part IN SELECT p.first, p.last FROM parts p WHERE p.sending_id = in_sending LOOP
    low := part.first;
    high := part.last;
    WHILE low <= high LOOP
      middle := (low + high) / 2;
      SELECT d.position, d.address INTO found FROM deliveries d
        WHERE d.sending_id = in_sending AND d.position BETWEEN middle AND high AND d.address <> ''
        ORDER BY d.position LIMIT 1;
      IF found.position IS NULL OR found.address > wanted THEN
        high := middle - 1;
      ELSIF found.address = wanted THEN
        RETURN found.position;
      ELSE
        low := found.position + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN NULL;
END $$;
