CREATE TYPE "public"."answer_meaning" AS ENUM('texts', 'no texts', 'ignore');--> statement-breakpoint
CREATE TABLE "list_answers" (
	"key" text PRIMARY KEY NOT NULL,
	"column" text NOT NULL,
	"value" text,
	"meaning" "answer_meaning" NOT NULL,
	"answered_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reach_news" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reach_news_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"member_id" integer NOT NULL,
	"is_new" boolean NOT NULL,
	"zone_id" integer NOT NULL,
	"members" integer NOT NULL,
	"fingerprint" numeric NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "news_seen" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery_counts" ADD COLUMN "priced" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "reach_news_at_index" ON "reach_news" USING btree ("at");--> statement-breakpoint
CREATE INDEX "status_callbacks_by_time" ON "status_callbacks" USING brin ("received_at") WITH (autosummarize=true);--> statement-breakpoint
-- How many prices are known of what was sent before.
UPDATE "delivery_counts" c SET "priced" = known.count FROM (
  SELECT "sending_id", "part", "status", count(*) FROM "deliveries" WHERE "price" IS NOT NULL GROUP BY 1, 2, 3
) AS known
WHERE c."sending_id" = known."sending_id" AND c."part" = known."part" AND c."status" = known."status";
