-- What the engine needs of an alert becomes sendings and parts; what the rules asked of the audit log, and
-- where an alert stands in Slack, get tables of their own. Alerts are few and are written anew; deliveries,
-- callbacks and entries are many and are not: their columns get other names, and new ones that are empty.
DROP FUNCTION "claim_deliveries"(uuid, int, float8, interval);--> statement-breakpoint
CREATE TYPE "public"."actor_kind" AS ENUM('board', 'member', 'command line', 'system');--> statement-breakpoint
CREATE TYPE "public"."sending_status" AS ENUM('sending', 'stopped', 'finished');--> statement-breakpoint
CREATE TABLE "sendings" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sendings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"about" text NOT NULL,
	"rank" integer NOT NULL,
	"status" "sending_status" DEFAULT 'sending' NOT NULL,
	"ready_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deadline_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"stopped_by" text,
	"follow_at" timestamp with time zone,
	"follow_after" integer DEFAULT 0 NOT NULL
);--> statement-breakpoint
CREATE TABLE "parts" (
	"sending_id" integer NOT NULL,
	"part" integer NOT NULL,
	"gateway" text NOT NULL,
	"text" text NOT NULL,
	"segments" integer NOT NULL,
	"first" integer NOT NULL,
	"last" integer NOT NULL,
	"claimed_up_to" integer NOT NULL,
	"halt_reason" text,
	"halts" integer DEFAULT 0 NOT NULL,
	"probing" boolean DEFAULT false NOT NULL,
	"resumed_at" timestamp with time zone,
	"delay_reason" text,
	"delayed_until" timestamp with time zone,
	CONSTRAINT "parts_sending_id_part_pk" PRIMARY KEY("sending_id","part")
);--> statement-breakpoint
CREATE TABLE "alert_messages" (
	"alert_id" integer NOT NULL,
	"place" text NOT NULL,
	"channel_id" text,
	"message_ts" text,
	"shown_digest" text,
	"shown_version" integer,
	"shown_at" timestamp with time zone,
	CONSTRAINT "alert_messages_alert_id_place_pk" PRIMARY KEY("alert_id","place")
);--> statement-breakpoint
CREATE TABLE "alert_texts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_texts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"alert_id" integer NOT NULL,
	"text" text NOT NULL
);--> statement-breakpoint
CREATE TABLE "tests" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"alert_id" integer NOT NULL,
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"press" text NOT NULL,
	"phone" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"message_sid" text
);--> statement-breakpoint
CREATE TABLE "honoured_refusals" (
	"phone" text PRIMARY KEY NOT NULL,
	"honoured_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "numbers" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "numbers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"phone" text
);--> statement-breakpoint
-- A sending of 0.1.0 has the id of its alert, so what its deliveries and callbacks name stays true.
INSERT INTO "sendings" ("id", "about", "rank", "status", "ready_at", "deadline_at", "ended_at", "stopped_by", "follow_at", "follow_after")
OVERRIDING SYSTEM VALUE
SELECT a.id, 'alert', CASE WHEN a.kind = 'emergency' THEN 0 ELSE 2 END,
  CASE WHEN a.status IN ('stopped', 'finished') THEN a.status::text ELSE 'sending' END::sending_status,
  a.confirmed_at, coalesce(a.deadline_at, a.confirmed_at), a.ended_at,
  CASE WHEN a.status = 'stopped' THEN a.ended_by END, p.follow_at, coalesce(p.follow_after, 0)
FROM alerts a LEFT JOIN progress p ON p.alert_id = a.id
WHERE a.status NOT IN ('draft', 'discarded') ORDER BY a.id;--> statement-breakpoint
SELECT setval('sendings_id_seq', coalesce(max(id), 0) + 1, false) FROM alerts;--> statement-breakpoint
-- A Resume button of 0.1.0 names the alert's version: it is the number of the halt.
INSERT INTO "parts" ("sending_id", "part", "gateway", "text", "segments", "first", "last", "claimed_up_to",
  "halt_reason", "halts", "probing", "resumed_at", "delay_reason", "delayed_until")
SELECT a.id, 1, 'twilio', a.text, a.segments, 1, a.phone_count, coalesce(p.claimed_up_to, 0),
  CASE WHEN a.status IN ('halted', 'stopped') THEN a.halt_reason END, a.version, a.probing, a.resumed_at,
  a.delay_reason, a.delayed_until
FROM alerts a LEFT JOIN progress p ON p.alert_id = a.id
WHERE a.frozen_at IS NOT NULL ORDER BY a.id;--> statement-breakpoint
INSERT INTO "alert_messages" ("alert_id", "place", "channel_id", "message_ts", "shown_digest", "shown_version", "shown_at")
SELECT id, 'board', channel_id, message_ts, shown_digest, version, shown_at FROM alerts
WHERE message_ts IS NOT NULL OR shown_at IS NOT NULL ORDER BY id;--> statement-breakpoint
-- Each test that was asked for, with what the provider called it if it was taken: the first asked for with the
-- first taken, and so on.
WITH asked AS (
  SELECT *, row_number() OVER (PARTITION BY alert_id, actor, detail ->> 'phone' ORDER BY id) AS n
  FROM audit_entries WHERE action = 'test requested' AND alert_id IS NOT NULL
), taken AS (
  SELECT *, row_number() OVER (PARTITION BY alert_id, actor, detail ->> 'phone' ORDER BY id) AS n
  FROM audit_entries WHERE action = 'test sent' AND alert_id IS NOT NULL
)
INSERT INTO "tests" ("alert_id", "team_id", "user_id", "press", "phone", "requested_at", "message_sid")
SELECT asked.alert_id, asked.team_id, asked.actor, coalesce(asked.detail ->> 'press', ''),
  asked.detail ->> 'phone', asked.at, taken.detail ->> 'messageSid'
FROM asked LEFT JOIN taken ON taken.alert_id = asked.alert_id AND taken.actor = asked.actor
  AND taken.detail ->> 'phone' = asked.detail ->> 'phone' AND taken.n = asked.n
ORDER BY asked.id;--> statement-breakpoint
INSERT INTO "honoured_refusals" ("phone", "honoured_at")
SELECT detail ->> 'phone', min(at) FROM audit_entries
WHERE action = 'opted out' AND detail ->> 'source' = 'import' GROUP BY 1 ORDER BY 1;--> statement-breakpoint
DROP INDEX "alerts_open";--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "sending_id" integer;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "discarded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "discarded_by" text;--> statement-breakpoint
UPDATE "alerts" SET "sending_id" = "id" WHERE "status" NOT IN ('draft', 'discarded');--> statement-breakpoint
UPDATE "alerts" SET "discarded_at" = "ended_at", "discarded_by" = "ended_by" WHERE "status" = 'discarded';--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "status" DROP DEFAULT;--> statement-breakpoint
ALTER TYPE "public"."alert_status" RENAME TO "alert_status_before";--> statement-breakpoint
CREATE TYPE "public"."alert_status" AS ENUM('draft', 'discarded', 'confirmed');--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "status" SET DATA TYPE "alert_status"
  USING (CASE WHEN "status"::text IN ('draft', 'discarded') THEN "status"::text ELSE 'confirmed' END)::"alert_status";--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "status" SET DEFAULT 'draft';--> statement-breakpoint
DROP TYPE "public"."alert_status_before";--> statement-breakpoint
ALTER TABLE "alerts" DROP COLUMN "frozen_at", DROP COLUMN "deadline_at", DROP COLUMN "halt_reason",
  DROP COLUMN "delay_reason", DROP COLUMN "delayed_until", DROP COLUMN "probing", DROP COLUMN "resumed_at",
  DROP COLUMN "ended_at", DROP COLUMN "ended_by", DROP COLUMN "channel_id", DROP COLUMN "message_ts",
  DROP COLUMN "shown_digest", DROP COLUMN "shown_at";--> statement-breakpoint
DROP TABLE "progress";--> statement-breakpoint
ALTER TABLE "deliveries" RENAME COLUMN "alert_id" TO "sending_id";--> statement-breakpoint
ALTER TABLE "deliveries" RENAME COLUMN "phone" TO "address";--> statement-breakpoint
ALTER TABLE "deliveries" RENAME CONSTRAINT "deliveries_alert_id_position_pk" TO "deliveries_sending_id_position_pk";--> statement-breakpoint
ALTER INDEX "deliveries_by_phone" RENAME TO "deliveries_by_address";--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "part" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "claims" RENAME COLUMN "alert_id" TO "sending_id";--> statement-breakpoint
ALTER TABLE "status_callbacks" RENAME COLUMN "alert_id" TO "sending_id";--> statement-breakpoint
ALTER INDEX "status_callbacks_alert_id_position_index" RENAME TO "status_callbacks_sending_id_position_index";--> statement-breakpoint
ALTER TABLE "delivery_counts" RENAME COLUMN "alert_id" TO "sending_id";--> statement-breakpoint
ALTER TABLE "delivery_counts" ADD COLUMN "part" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery_counts" ALTER COLUMN "part" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "delivery_counts" DROP CONSTRAINT "delivery_counts_alert_id_status_pk";--> statement-breakpoint
ALTER TABLE "delivery_counts" ADD CONSTRAINT "delivery_counts_sending_id_part_status_pk" PRIMARY KEY("sending_id","part","status");--> statement-breakpoint
ALTER TABLE "pace" DROP CONSTRAINT "one_row", DROP COLUMN "id", ADD COLUMN "gateway" text PRIMARY KEY DEFAULT 'twilio';--> statement-breakpoint
ALTER TABLE "pace" ALTER COLUMN "gateway" DROP DEFAULT;--> statement-breakpoint
DROP INDEX "audit_tests";--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "actor_kind" "actor_kind";--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "number_id" integer;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "text_id" integer;--> statement-breakpoint
ALTER TABLE "alert_messages" ADD CONSTRAINT "alert_messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_texts" ADD CONSTRAINT "alert_texts_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_sending_id_sendings_id_fk" FOREIGN KEY ("sending_id") REFERENCES "public"."sendings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "public"."numbers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_text_id_alert_texts_id_fk" FOREIGN KEY ("text_id") REFERENCES "public"."alert_texts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "parts" ADD CONSTRAINT "parts_sending_id_sendings_id_fk" FOREIGN KEY ("sending_id") REFERENCES "public"."sendings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tests" ADD CONSTRAINT "tests_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alert_messages_channel_id_message_ts_index" ON "alert_messages" USING btree ("channel_id","message_ts");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_sending_id_index" ON "alerts" USING btree ("sending_id");--> statement-breakpoint
CREATE UNIQUE INDEX "numbers_phone_index" ON "numbers" USING btree ("phone");--> statement-breakpoint
CREATE INDEX "sendings_open" ON "sendings" USING btree ("status") WHERE "sendings"."status" = 'sending';--> statement-breakpoint
CREATE INDEX "sendings_to_follow" ON "sendings" USING btree ("follow_at") WHERE "sendings"."follow_at" is not null;--> statement-breakpoint
CREATE INDEX "tests_alert_id_user_id_index" ON "tests" USING btree ("alert_id","user_id");--> statement-breakpoint
CREATE INDEX "tests_phone_index" ON "tests" USING btree ("phone");
