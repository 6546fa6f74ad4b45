-- As count_new_deliveries, and what the deliveries cost.
CREATE OR REPLACE FUNCTION count_changed_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_counts (sending_id, part, status, count, price)
    SELECT sending_id, part, status, sum(change), sum(change * price) FROM (
      SELECT sending_id, part, status, -1 AS change, coalesce(price, 0) AS price FROM before
      UNION ALL
      SELECT sending_id, part, status, 1, coalesce(price, 0) FROM changed
    ) AS change_by_row GROUP BY 1, 2, 3 HAVING sum(change) <> 0 OR sum(change * price) <> 0 ORDER BY 1, 2, 3
  ON CONFLICT (sending_id, part, status) DO UPDATE SET
    count = delivery_counts.count + excluded.count, price = delivery_counts.price + excluded.price;
  RETURN NULL;
END $$;
