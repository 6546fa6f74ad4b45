-- The audit log is append-only, for whoever is connected.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Counts by outcome change in the same statement as the deliveries, so they can't drift apart.
-- Sorted, so that two statements lock the rows in the same order.
CREATE FUNCTION count_new_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_counts (alert_id, status, count)
    SELECT alert_id, status, count(*) FROM added GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (alert_id, status) DO UPDATE SET count = delivery_counts.count + excluded.count;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER deliveries_count_new AFTER INSERT ON deliveries
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_new_deliveries();
--> statement-breakpoint
CREATE FUNCTION count_changed_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delivery_counts (alert_id, status, count)
    SELECT alert_id, status, sum(change) FROM (
      SELECT alert_id, status, -1 AS change FROM before
      UNION ALL
      SELECT alert_id, status, 1 FROM changed
    ) AS change_by_row GROUP BY 1, 2 HAVING sum(change) <> 0 ORDER BY 1, 2
  ON CONFLICT (alert_id, status) DO UPDATE SET count = delivery_counts.count + excluded.count;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER deliveries_count_changed AFTER UPDATE ON deliveries
  REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_changed_deliveries();
--> statement-breakpoint
INSERT INTO pace (tokens) VALUES (0);
