CREATE TYPE "public"."import_state" AS ENUM('to fetch', 'to read', 'shown', 'to apply', 'over');--> statement-breakpoint
ALTER TYPE "public"."board_role" ADD VALUE 'viewer';--> statement-breakpoint
CREATE TABLE "alert_reach" (
	"zone_id" integer NOT NULL,
	"alert_id" integer NOT NULL,
	"members" integer NOT NULL,
	CONSTRAINT "alert_reach_zone_id_alert_id_pk" PRIMARY KEY("zone_id","alert_id")
);
--> statement-breakpoint
CREATE TABLE "board_requests" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "board_requests_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" text,
	"role" "board_role"
);
--> statement-breakpoint
CREATE TABLE "homes" (
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"shows_board" boolean DEFAULT false NOT NULL,
	"digest" text,
	"turn_at" timestamp with time zone,
	"shown_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	"news_since" timestamp with time zone,
	CONSTRAINT "homes_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "imports_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" "import_state" DEFAULT 'to fetch' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"file_id" text NOT NULL,
	"file_name" text NOT NULL,
	"file_link" text,
	"view_id" text NOT NULL,
	"bytes" "bytea",
	"choices" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"code" text,
	"preview" jsonb,
	"details" text,
	"words" text,
	"work_at" timestamp with time zone DEFAULT now() NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"tell_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "phone_codes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"phone" text NOT NULL,
	"digest" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"misses" integer DEFAULT 0 NOT NULL,
	"proven_at" timestamp with time zone,
	"message_sid" text
);
--> statement-breakpoint
CREATE TABLE "refusals" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "refusals_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"value" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor" text NOT NULL,
	CONSTRAINT "settings_name_version_pk" PRIMARY KEY("name","version")
);
--> statement-breakpoint
ALTER TABLE "board_members" ADD COLUMN "alarm_phone" text;--> statement-breakpoint
ALTER TABLE "zones" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "alert_reach" ADD CONSTRAINT "alert_reach_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_requests_open" ON "board_requests" USING btree ("team_id","user_id") WHERE "board_requests"."decided_at" is null;--> statement-breakpoint
CREATE INDEX "board_requests_team_id_user_id_asked_at_index" ON "board_requests" USING btree ("team_id","user_id","asked_at");--> statement-breakpoint
CREATE INDEX "imports_at_index" ON "imports" USING btree ("at");--> statement-breakpoint
CREATE INDEX "phone_codes_team_id_user_id_asked_at_index" ON "phone_codes" USING btree ("team_id","user_id","asked_at");--> statement-breakpoint
CREATE INDEX "phone_codes_phone_asked_at_index" ON "phone_codes" USING btree ("phone","asked_at");--> statement-breakpoint
CREATE INDEX "refusals_at_index" ON "refusals" USING btree ("at");--> statement-breakpoint
CREATE INDEX "audit_entries_refused" ON "audit_entries" USING btree ("at") WHERE "audit_entries"."action" = 'refused';--> statement-breakpoint
CREATE INDEX "inbound_texts_for_board" ON "inbound_texts" USING btree ("received_at") WHERE "inbound_texts"."shown_as" is not null;