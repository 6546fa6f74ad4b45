-- As count_new_deliveries, and what the deliveries cost.
CREATE OR REPLACE FUNCTION count_changed_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_counts (alert_id, status, count, price)
    SELECT alert_id, status, sum(change), sum(change * price) FROM (
      SELECT alert_id, status, -1 AS change, coalesce(price, 0) AS price FROM before
      UNION ALL
      SELECT alert_id, status, 1, coalesce(price, 0) FROM changed
    ) AS change_by_row GROUP BY 1, 2 HAVING sum(change) <> 0 OR sum(change * price) <> 0 ORDER BY 1, 2
  ON CONFLICT (alert_id, status) DO UPDATE SET
    count = delivery_counts.count + excluded.count, price = delivery_counts.price + excluded.price;
  RETURN NULL;
END $$;
