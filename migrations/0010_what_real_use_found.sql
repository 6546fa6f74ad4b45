CREATE TYPE "public"."left_out_reason" AS ENUM('opted out', 'no mobile', 'unusable');--> statement-breakpoint
CREATE TYPE "public"."shown_as" AS ENUM('words', 'wish', 'off the list');--> statement-breakpoint
CREATE TABLE "alarms" (
	"message_id" integer NOT NULL,
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alarms_message_id_team_id_user_id_pk" PRIMARY KEY("message_id","team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"sending_id" integer NOT NULL,
	"position" integer NOT NULL,
	"attempt" integer NOT NULL,
	"gateway" text,
	"message_sid" text,
	"status" "delivery_status" NOT NULL,
	"code" text,
	"price" numeric(10, 5),
	"claimed_at" timestamp with time zone,
	"accepted_at" timestamp with time zone,
	"status_at" timestamp with time zone NOT NULL,
	CONSTRAINT "attempts_sending_id_position_attempt_pk" PRIMARY KEY("sending_id","position","attempt")
);
--> statement-breakpoint
CREATE TABLE "barred_at_confirm" (
	"sending_id" integer NOT NULL,
	"phone" text NOT NULL,
	CONSTRAINT "barred_at_confirm_sending_id_phone_pk" PRIMARY KEY("sending_id","phone")
);
--> statement-breakpoint
CREATE TABLE "board_messages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "board_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"text" text NOT NULL,
	"alert_id" integer,
	"alarm" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"post_at" timestamp with time zone DEFAULT now() NOT NULL,
	"posted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "file_refusals" (
	"account" text NOT NULL,
	"phone" text NOT NULL,
	"said_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "file_refusals_account_phone_pk" PRIMARY KEY("account","phone")
);
--> statement-breakpoint
CREATE TABLE "inbound_marks" (
	"gateway" text PRIMARY KEY NOT NULL,
	"looked_up_to" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "last_check" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "one_check" CHECK ("last_check"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "left_out" (
	"sending_id" integer NOT NULL,
	"member_id" integer NOT NULL,
	"reason" "left_out_reason" NOT NULL,
	CONSTRAINT "left_out_sending_id_member_id_pk" PRIMARY KEY("sending_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "number_faults" (
	"phone" text NOT NULL,
	"sending_id" integer NOT NULL,
	"gateway" text NOT NULL,
	"code" text NOT NULL,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	"judged_at" timestamp with time zone,
	CONSTRAINT "number_faults_phone_sending_id_code_pk" PRIMARY KEY("phone","sending_id","code")
);
--> statement-breakpoint
CREATE TABLE "opt_out_changes" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "opt_out_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"phone" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"opted_out" boolean NOT NULL,
	"source" text NOT NULL,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "review_warnings" (
	"alert_id" integer NOT NULL,
	"key" text NOT NULL,
	"words" text NOT NULL,
	"version" integer NOT NULL,
	"place" integer NOT NULL,
	CONSTRAINT "review_warnings_alert_id_key_pk" PRIMARY KEY("alert_id","key")
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"what" text PRIMARY KEY NOT NULL,
	"taken_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "honoured_refusals" DISABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP TABLE "honoured_refusals" CASCADE;--> statement-breakpoint
DROP INDEX "inbound_texts_to_show";--> statement-breakpoint
ALTER TABLE "alert_messages" ADD COLUMN "trouble" text;--> statement-breakpoint
ALTER TABLE "alert_messages" ADD COLUMN "not_sent_named" integer;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "text_changes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "opted_out_since" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "id" integer NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "inbound_texts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "written_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "is_providers" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "shown_as" "shown_as";--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "is_gathered" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "tries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "channel_id" text;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "message_ts" text;--> statement-breakpoint
ALTER TABLE "opt_outs" ADD COLUMN "kept_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "alarms" ADD CONSTRAINT "alarms_message_id_board_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."board_messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "board_messages" ADD CONSTRAINT "board_messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_warnings" ADD CONSTRAINT "review_warnings_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_messages_key_index" ON "board_messages" USING btree ("key");--> statement-breakpoint
CREATE INDEX "board_messages_to_post" ON "board_messages" USING btree ("post_at") WHERE "board_messages"."posted_at" is null;--> statement-breakpoint
CREATE INDEX "number_faults_to_judge" ON "number_faults" USING btree ("found_at") WHERE "number_faults"."judged_at" is null;--> statement-breakpoint
CREATE INDEX "opt_out_changes_phone_index" ON "opt_out_changes" USING btree ("phone");--> statement-breakpoint
CREATE INDEX "alerts_drafts" ON "alerts" USING btree ("reviewed_at") WHERE "alerts"."status" = 'draft';--> statement-breakpoint
CREATE INDEX "inbound_texts_gathered" ON "inbound_texts" USING btree ("shown_at") WHERE "inbound_texts"."is_gathered";--> statement-breakpoint
CREATE INDEX "inbound_texts_of_phone" ON "inbound_texts" USING btree ("phone","written_at");--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_texts_id_index" ON "inbound_texts" USING btree ("id");--> statement-breakpoint
CREATE INDEX "members_without_phone" ON "members" USING btree ("zone_id") WHERE "members"."phone" is null;--> statement-breakpoint
CREATE INDEX "inbound_texts_to_show" ON "inbound_texts" USING btree ("show_at") WHERE "inbound_texts"."shown_at" is null and "inbound_texts"."shown_as" is not null;--> statement-breakpoint
-- by hand: confirm
-- What has counted until now was kept when it was said.
UPDATE opt_outs SET kept_at = opted_out_at;
--> statement-breakpoint
INSERT INTO turns (what) VALUES ('confirm'), ('members');
--> statement-breakpoint
-- by hand: refusals
-- What the audit log knows of opt-outs. From it, too, whose No an import has counted: that stays with the accounts
-- that had the number then.
INSERT INTO "opt_out_changes" ("phone", "at", "opted_out", "source")
SELECT coalesce(n.phone, e.detail ->> 'phone'), e.at, e.action = 'opted out', coalesce(e.detail ->> 'source', 'unknown')
FROM audit_entries e LEFT JOIN numbers n ON n.id = e.number_id
WHERE e.action IN ('opted out', 'opted in') AND coalesce(n.phone, e.detail ->> 'phone') IS NOT NULL
ORDER BY e.id;--> statement-breakpoint
INSERT INTO "file_refusals" ("account", "phone", "said_at")
SELECT m.account, c.phone, min(c.at) FROM "opt_out_changes" c JOIN members m ON m.phone = c.phone
WHERE c.opted_out AND c.source = 'import' AND m.created_at <= c.at GROUP BY 1, 2;
--> statement-breakpoint
-- by hand: members
UPDATE "inbound_texts" SET "written_at" = "received_at",
  "shown_as" = CASE WHEN "keyword" IS NULL AND "alert_id" IS NOT NULL THEN 'words'::shown_as END;

--> statement-breakpoint
-- by hand: what is confirmed and not frozen yet goes to nobody who is barred just now.
INSERT INTO "barred_at_confirm" ("sending_id", "phone")
SELECT s.id, b.phone FROM sendings s CROSS JOIN (
  SELECT phone FROM opt_outs UNION SELECT phone FROM unusable_phones) b
WHERE s.status = 'sending' AND NOT EXISTS (SELECT FROM parts p WHERE p.sending_id = s.id);
