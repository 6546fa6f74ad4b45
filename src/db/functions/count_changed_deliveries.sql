-- As count_new_deliveries, and what the deliveries cost, as far as that is known.
CREATE OR REPLACE FUNCTION count_changed_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_counts (sending_id, part, status, count, price, priced)
    SELECT sending_id, part, status, sum(change), sum(change * coalesce(price, 0)),
      sum(change * (price IS NOT NULL)::int) FROM (
      SELECT sending_id, part, status, -1 AS change, price FROM before
      UNION ALL
      SELECT sending_id, part, status, 1, price FROM changed
    ) AS change_by_row GROUP BY 1, 2, 3
    HAVING sum(change) <> 0 OR sum(change * coalesce(price, 0)) <> 0
      OR sum(change * (price IS NOT NULL)::int) <> 0
    ORDER BY 1, 2, 3
  ON CONFLICT (sending_id, part, status) DO UPDATE SET
    count = delivery_counts.count + excluded.count, price = delivery_counts.price + excluded.price,
    priced = delivery_counts.priced + excluded.priced;
  RETURN NULL;
END $$;
