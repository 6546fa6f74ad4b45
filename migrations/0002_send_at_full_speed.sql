CREATE TABLE "claims" (
	"alert_id" integer NOT NULL,
	"positions" integer[] NOT NULL,
	"lease_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "progress" (
	"alert_id" integer PRIMARY KEY NOT NULL,
	"claimed_up_to" integer DEFAULT 0 NOT NULL,
	"follow_at" timestamp with time zone DEFAULT now(),
	"follow_after" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reach_changes" (
	"zone_id" integer NOT NULL,
	"members" integer NOT NULL,
	"fingerprint" numeric NOT NULL
);
--> statement-breakpoint
DROP INDEX "deliveries_once_per_phone";--> statement-breakpoint
DROP INDEX "deliveries_pending";--> statement-breakpoint
DROP INDEX "deliveries_to_follow";--> statement-breakpoint
DROP INDEX "deliveries_failed";--> statement-breakpoint
DROP INDEX "deliveries_to_ask";--> statement-breakpoint
DROP INDEX "deliveries_by_phone";--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "again_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "ask_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "is_not_reached" boolean GENERATED ALWAYS AS (status in ('unknown', 'undelivered', 'failed', 'rejected')) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery_counts" ADD COLUMN "price" numeric(14, 5) DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "deliveries_again" ON "deliveries" USING btree ("alert_id","again_at") WHERE "deliveries"."again_at" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_not_reached" ON "deliveries" USING btree ("alert_id","position") WHERE "deliveries"."is_not_reached";--> statement-breakpoint
CREATE INDEX "deliveries_to_ask" ON "deliveries" USING btree ("ask_at") WHERE "deliveries"."ask_at" is not null;--> statement-breakpoint
CREATE INDEX "deliveries_by_phone" ON "deliveries" USING brin ("phone") WITH (autosummarize=true,pages_per_range=16);--> statement-breakpoint
UPDATE deliveries SET ask_at = due_at WHERE status IN ('sending', 'unknown');--> statement-breakpoint
INSERT INTO progress (alert_id) SELECT id FROM alerts WHERE frozen_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE "deliveries" DROP COLUMN "due_at";--> statement-breakpoint
-- Room on every page for the next version of a row: then an update writes to no index.
ALTER TABLE deliveries SET (fillfactor = 50);--> statement-breakpoint
UPDATE delivery_counts c SET price = d.price FROM (
  SELECT alert_id, status, sum(price) AS price FROM deliveries WHERE price IS NOT NULL GROUP BY 1, 2
) d WHERE d.alert_id = c.alert_id AND d.status = c.status;
--> statement-breakpoint
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
--> statement-breakpoint
-- Whom a text reaches: whoever has a phone that is neither opted out nor unusable.
INSERT INTO reach_changes (zone_id, members, fingerprint)
  SELECT zone_id, count(*), sum(hashtextextended(phone, 0)) FROM members m
  WHERE phone IS NOT NULL AND NOT EXISTS (SELECT FROM opt_outs o WHERE o.phone = m.phone)
    AND NOT EXISTS (SELECT FROM unusable_phones u WHERE u.phone = m.phone)
  GROUP BY zone_id;
--> statement-breakpoint
CREATE FUNCTION note_changed_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO reach_changes (zone_id, members, fingerprint)
      SELECT zone_id, count(*), sum(hashtextextended(phone, 0)) FROM added m
      WHERE phone IS NOT NULL AND NOT EXISTS (SELECT FROM opt_outs o WHERE o.phone = m.phone)
        AND NOT EXISTS (SELECT FROM unusable_phones u WHERE u.phone = m.phone)
      GROUP BY zone_id;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO reach_changes (zone_id, members, fingerprint)
      SELECT zone_id, -count(*), -sum(hashtextextended(phone, 0)) FROM gone m
      WHERE phone IS NOT NULL AND NOT EXISTS (SELECT FROM opt_outs o WHERE o.phone = m.phone)
        AND NOT EXISTS (SELECT FROM unusable_phones u WHERE u.phone = m.phone)
      GROUP BY zone_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER members_inserted AFTER INSERT ON members
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_changed_members();
--> statement-breakpoint
CREATE TRIGGER members_updated AFTER UPDATE ON members
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_changed_members();
--> statement-breakpoint
CREATE TRIGGER members_deleted AFTER DELETE ON members
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_changed_members();
--> statement-breakpoint
-- A phone was barred (a row came into opt_outs or unusable_phones) or freed again: that changes something
-- unless the other of the two tables bars it too.
CREATE FUNCTION note_barred_phones() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign int := CASE TG_OP WHEN 'INSERT' THEN -1 ELSE 1 END;
BEGIN
  INSERT INTO reach_changes (zone_id, members, fingerprint)
    SELECT zone_id, sign * count(*), sign * sum(hashtextextended(phone, 0))
    FROM members m JOIN phones USING (phone)
    WHERE (TG_TABLE_NAME = 'opt_outs' OR NOT EXISTS (SELECT FROM opt_outs o WHERE o.phone = m.phone))
      AND (TG_TABLE_NAME = 'unusable_phones' OR NOT EXISTS (SELECT FROM unusable_phones u WHERE u.phone = m.phone))
    GROUP BY zone_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER opt_outs_inserted AFTER INSERT ON opt_outs
  REFERENCING NEW TABLE AS phones FOR EACH STATEMENT EXECUTE FUNCTION note_barred_phones();
--> statement-breakpoint
CREATE TRIGGER opt_outs_deleted AFTER DELETE ON opt_outs
  REFERENCING OLD TABLE AS phones FOR EACH STATEMENT EXECUTE FUNCTION note_barred_phones();
--> statement-breakpoint
CREATE TRIGGER unusable_phones_inserted AFTER INSERT ON unusable_phones
  REFERENCING NEW TABLE AS phones FOR EACH STATEMENT EXECUTE FUNCTION note_barred_phones();
--> statement-breakpoint
CREATE TRIGGER unusable_phones_deleted AFTER DELETE ON unusable_phones
  REFERENCING OLD TABLE AS phones FOR EACH STATEMENT EXECUTE FUNCTION note_barred_phones();