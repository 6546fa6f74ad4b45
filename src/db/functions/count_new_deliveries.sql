-- Counts by outcome change in the same statement as the deliveries, so they can't drift apart.
-- Sorted, so that two statements lock the rows in the same order.
CREATE OR REPLACE FUNCTION count_new_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_counts (sending_id, part, status, count)
    SELECT sending_id, part, status, count(*) FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (sending_id, part, status) DO UPDATE SET count = delivery_counts.count + excluded.count;
  RETURN NULL;
END $$;
