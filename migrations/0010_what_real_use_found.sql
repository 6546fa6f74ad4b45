CREATE TYPE "public"."shown_as" AS ENUM('words', 'wish', 'off the list');--> statement-breakpoint
CREATE TABLE "board_messages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "board_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" text NOT NULL,
	"text" text NOT NULL,
	"alert_id" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"post_at" timestamp with time zone DEFAULT now() NOT NULL,
	"posted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "inbound_marks" (
	"gateway" text PRIMARY KEY NOT NULL,
	"looked_up_to" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "inbound_texts_to_show";--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "id" integer NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "inbound_texts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "written_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "shown_as" "shown_as";--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "is_gathered" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "tries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "channel_id" text;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "message_ts" text;--> statement-breakpoint
ALTER TABLE "board_messages" ADD CONSTRAINT "board_messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_messages_key_index" ON "board_messages" USING btree ("key");--> statement-breakpoint
CREATE INDEX "board_messages_to_post" ON "board_messages" USING btree ("post_at") WHERE "board_messages"."posted_at" is null;--> statement-breakpoint
CREATE INDEX "inbound_texts_gathered" ON "inbound_texts" USING btree ("shown_at") WHERE "inbound_texts"."is_gathered";--> statement-breakpoint
CREATE INDEX "inbound_texts_of_phone" ON "inbound_texts" USING btree ("phone","written_at");--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_texts_id_index" ON "inbound_texts" USING btree ("id");--> statement-breakpoint
CREATE INDEX "inbound_texts_to_show" ON "inbound_texts" USING btree ("show_at") WHERE "inbound_texts"."shown_at" is null and "inbound_texts"."shown_as" is not null;--> statement-breakpoint
-- by hand: members
UPDATE "inbound_texts" SET "written_at" = "received_at",
  "shown_as" = CASE WHEN "keyword" IS NULL AND "alert_id" IS NOT NULL THEN 'words'::shown_as END;
