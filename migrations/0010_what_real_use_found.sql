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
CREATE TABLE "file_refusals" (
	"account" text NOT NULL,
	"phone" text NOT NULL,
	"said_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "file_refusals_account_phone_pk" PRIMARY KEY("account","phone")
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
DROP TABLE "honoured_refusals" CASCADE;--> statement-breakpoint
ALTER TABLE "board_messages" ADD CONSTRAINT "board_messages_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "board_messages_key_index" ON "board_messages" USING btree ("key");--> statement-breakpoint
CREATE INDEX "board_messages_to_post" ON "board_messages" USING btree ("post_at") WHERE "board_messages"."posted_at" is null;--> statement-breakpoint
CREATE INDEX "number_faults_to_judge" ON "number_faults" USING btree ("found_at") WHERE "number_faults"."judged_at" is null;--> statement-breakpoint
CREATE INDEX "opt_out_changes_phone_index" ON "opt_out_changes" USING btree ("phone");--> statement-breakpoint
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
