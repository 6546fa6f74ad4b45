CREATE TYPE "public"."alert_kind" AS ENUM('emergency', 'service', 'meeting', 'other');--> statement-breakpoint
CREATE TYPE "public"."alert_status" AS ENUM('draft', 'discarded', 'sending', 'halted', 'stopped', 'finished');--> statement-breakpoint
CREATE TYPE "public"."board_role" AS ENUM('operator', 'admin');--> statement-breakpoint
CREATE TYPE "public"."delivery_status" AS ENUM('pending', 'skipped', 'expired', 'canceled', 'rejected', 'sending', 'unknown', 'accepted', 'sent', 'delivered', 'undelivered', 'failed');--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alerts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"status" "alert_status" DEFAULT 'draft' NOT NULL,
	"team_id" text NOT NULL,
	"author_id" text NOT NULL,
	"kind" "alert_kind" NOT NULL,
	"zone_ids" integer[] NOT NULL,
	"zone_names" text[] NOT NULL,
	"all_zones" boolean NOT NULL,
	"text" text NOT NULL,
	"segments" integer NOT NULL,
	"phone_count" integer NOT NULL,
	"member_count" integer NOT NULL,
	"audience_fingerprint" text NOT NULL,
	"reviewed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"view_id" text,
	"edited" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"confirmed_at" timestamp with time zone,
	"frozen_at" timestamp with time zone,
	"deadline_at" timestamp with time zone,
	"halt_reason" text,
	"probing" boolean DEFAULT false NOT NULL,
	"resumed_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"ended_by" text,
	"channel_id" text,
	"message_ts" text,
	"shown_digest" text,
	"shown_at" timestamp with time zone,
	CONSTRAINT "zones_named" CHECK (cardinality("alerts"."zone_ids") > 0)
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"team_id" text,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"alert_id" integer,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "board_members" (
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" "board_role" NOT NULL,
	"phone" text,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "board_members_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"alert_id" integer NOT NULL,
	"position" integer NOT NULL,
	"phone" text NOT NULL,
	"status" "delivery_status" DEFAULT 'pending' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone,
	"claimed_at" timestamp with time zone,
	"message_sid" text,
	"error_code" integer,
	"accepted_at" timestamp with time zone,
	"status_at" timestamp with time zone DEFAULT now() NOT NULL,
	"price" numeric(10, 5),
	"failure_named_at" timestamp with time zone,
	CONSTRAINT "deliveries_alert_id_position_pk" PRIMARY KEY("alert_id","position")
);
--> statement-breakpoint
CREATE TABLE "delivery_counts" (
	"alert_id" integer NOT NULL,
	"status" "delivery_status" NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "delivery_counts_alert_id_status_pk" PRIMARY KEY("alert_id","status")
);
--> statement-breakpoint
CREATE TABLE "inbound_texts" (
	"message_sid" text PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"phone" text NOT NULL,
	"body" text NOT NULL,
	"keyword" text,
	"alert_id" integer,
	"show_at" timestamp with time zone DEFAULT now() NOT NULL,
	"shown_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "members" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "members_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"account" text NOT NULL,
	"name" text NOT NULL,
	"phone" text,
	"zone_id" integer NOT NULL,
	"language" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "opt_outs" (
	"phone" text PRIMARY KEY NOT NULL,
	"opted_out_at" timestamp with time zone DEFAULT now() NOT NULL,
	"source" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pace" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"tokens" double precision NOT NULL,
	"refilled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "one_row" CHECK ("pace"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "status_callbacks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "status_callbacks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"alert_id" integer NOT NULL,
	"position" integer NOT NULL,
	"attempt" integer NOT NULL,
	"message_sid" text NOT NULL,
	"status" text NOT NULL,
	"error_code" integer
);
--> statement-breakpoint
CREATE TABLE "unusable_phones" (
	"phone" text PRIMARY KEY NOT NULL,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	"error_code" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "zones" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "zones_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD CONSTRAINT "inbound_texts_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_zone_id_zones_id_fk" FOREIGN KEY ("zone_id") REFERENCES "public"."zones"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_confirmed_at_index" ON "alerts" USING btree ("confirmed_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "alerts_open" ON "alerts" USING btree ("status") WHERE "alerts"."status" in ('sending', 'halted');--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_channel_id_message_ts_index" ON "alerts" USING btree ("channel_id","message_ts");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_view_id_index" ON "alerts" USING btree ("view_id");--> statement-breakpoint
CREATE INDEX "audit_entries_alert_id_id_index" ON "audit_entries" USING btree ("alert_id","id");--> statement-breakpoint
CREATE INDEX "audit_tests" ON "audit_entries" USING btree ("at") WHERE "audit_entries"."action" in ('test requested', 'test sent');--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once_per_phone" ON "deliveries" USING btree ("alert_id","phone");--> statement-breakpoint
CREATE INDEX "deliveries_pending" ON "deliveries" USING btree ("alert_id","attempt","position") WHERE "deliveries"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "deliveries_to_ask" ON "deliveries" USING btree ("due_at") WHERE "deliveries"."status" in ('sending', 'unknown');--> statement-breakpoint
CREATE INDEX "deliveries_to_follow" ON "deliveries" USING btree ("due_at") WHERE "deliveries"."message_sid" is not null and "deliveries"."due_at" < 'infinity';--> statement-breakpoint
CREATE INDEX "deliveries_failed" ON "deliveries" USING btree ("alert_id","position") WHERE "deliveries"."status" in ('unknown', 'undelivered', 'failed', 'rejected');--> statement-breakpoint
CREATE INDEX "deliveries_by_phone" ON "deliveries" USING btree ("phone","claimed_at" DESC NULLS LAST) WHERE "deliveries"."claimed_at" is not null;--> statement-breakpoint
CREATE INDEX "inbound_texts_to_show" ON "inbound_texts" USING btree ("show_at") WHERE "inbound_texts"."shown_at" is null and "inbound_texts"."alert_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "members_account_index" ON "members" USING btree ("account");--> statement-breakpoint
CREATE INDEX "members_zone_id_index" ON "members" USING btree ("zone_id");--> statement-breakpoint
CREATE INDEX "members_phone_index" ON "members" USING btree ("phone");--> statement-breakpoint
CREATE INDEX "status_callbacks_alert_id_position_index" ON "status_callbacks" USING btree ("alert_id","position");--> statement-breakpoint
CREATE UNIQUE INDEX "zones_key_index" ON "zones" USING btree ("key");