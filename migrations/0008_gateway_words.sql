-- In the order in which a claim of 0.1.0 locks them, so that one which still runs is waited for.
LOCK TABLE "pace", "alerts", "progress", "claims", "deliveries", "delivery_counts" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
-- A gateway's code is text, beside the number of 0.1.0: no large table is written anew.
ALTER TABLE "deliveries" ADD COLUMN "gateway" text;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "code" text;--> statement-breakpoint
ALTER TABLE "status_callbacks" ADD COLUMN "meaning" "delivery_status";--> statement-breakpoint
ALTER TABLE "status_callbacks" ADD COLUMN "code" text;--> statement-breakpoint
ALTER TABLE "unusable_phones" ADD COLUMN "gateway" text NOT NULL DEFAULT 'twilio';--> statement-breakpoint
ALTER TABLE "unusable_phones" ALTER COLUMN "gateway" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "unusable_phones" RENAME COLUMN "error_code" TO "code";--> statement-breakpoint
ALTER TABLE "unusable_phones" ALTER COLUMN "code" SET DATA TYPE text;--> statement-breakpoint
DROP INDEX "deliveries_not_reached";--> statement-breakpoint
CREATE INDEX "deliveries_not_reached" ON "deliveries" USING btree ("alert_id","position","failure_named_at","code","error_code") WHERE "deliveries"."is_not_reached";
