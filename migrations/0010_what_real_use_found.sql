CREATE TYPE "public"."left_out_reason" AS ENUM('opted out', 'no mobile', 'unusable');--> statement-breakpoint
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
CREATE TABLE "left_out" (
	"sending_id" integer NOT NULL,
	"member_id" integer NOT NULL,
	"reason" "left_out_reason" NOT NULL,
	CONSTRAINT "left_out_sending_id_member_id_pk" PRIMARY KEY("sending_id","member_id")
);
--> statement-breakpoint
ALTER TABLE "alert_messages" ADD COLUMN "not_sent_named" integer;--> statement-breakpoint
ALTER TABLE "board_messages" ADD CONSTRAINT "board_messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_messages_key_index" ON "board_messages" USING btree ("key");--> statement-breakpoint
CREATE INDEX "board_messages_to_post" ON "board_messages" USING btree ("post_at") WHERE "board_messages"."posted_at" is null;