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
ALTER TABLE "board_messages" ADD CONSTRAINT "board_messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_messages_key_index" ON "board_messages" USING btree ("key");--> statement-breakpoint
CREATE INDEX "board_messages_to_post" ON "board_messages" USING btree ("post_at") WHERE "board_messages"."posted_at" is null;