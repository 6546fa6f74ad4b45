CREATE TYPE "public"."answer_meaning" AS ENUM('texts', 'no texts', 'ignore');--> statement-breakpoint
CREATE TABLE "direct_messages" (
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"written_at" timestamp with time zone NOT NULL,
	CONSTRAINT "direct_messages_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "list_answers" (
	"key" text PRIMARY KEY NOT NULL,
	"column" text NOT NULL,
	"value" text,
	"meaning" "answer_meaning" NOT NULL,
	"answered_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "member_changes" (
	"member_id" integer NOT NULL,
	"since" integer NOT NULL,
	"until" integer NOT NULL,
	"account" text,
	"name" text,
	"phone" text,
	"zone" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "member_changes_member_id_until_pk" PRIMARY KEY("member_id","until")
);
--> statement-breakpoint
CREATE TABLE "member_list" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "one_list" CHECK ("member_list"."id" = 1)
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
ALTER TABLE "board_members" ADD COLUMN "confirmed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "delivery_counts" ADD COLUMN "priced" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "list_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "since" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sendings" ADD COLUMN "list_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "member_changes_phone_index" ON "member_changes" USING btree ("phone");--> statement-breakpoint
CREATE INDEX "reach_news_at_index" ON "reach_news" USING btree ("at");--> statement-breakpoint
CREATE INDEX "status_callbacks_by_time" ON "status_callbacks" USING brin ("received_at") WITH (autosummarize=true);--> statement-breakpoint
-- by hand: how many prices are known of what was sent before.
UPDATE "delivery_counts" c SET "priced" = known.count FROM (
  SELECT "sending_id", "part", "status", count(*) FROM "deliveries" WHERE "price" IS NOT NULL GROUP BY 1, 2, 3
) AS known
WHERE c."sending_id" = known."sending_id" AND c."part" = known."part" AND c."status" = known."status";--> statement-breakpoint
-- by hand: who had a number
-- Whoever is on the list now counts as there from the beginning: what it said before is not known.
INSERT INTO member_list DEFAULT VALUES;--> statement-breakpoint
-- What it does stands in db/functions, and comes in right after the migrations.
CREATE FUNCTION keep_member_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;--> statement-breakpoint
CREATE TRIGGER members_inserted_kept AFTER INSERT ON members
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_member_changes();--> statement-breakpoint
CREATE TRIGGER members_updated_kept AFTER UPDATE ON members
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_member_changes();--> statement-breakpoint
CREATE TRIGGER members_deleted_kept AFTER DELETE ON members
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_member_changes();--> statement-breakpoint
-- by hand: the board
-- Whoever was let in before could act: Slack was asked each time.
UPDATE board_members b SET confirmed_at = (
  SELECT max(e.at) FROM audit_entries e
  WHERE e.team_id = b.team_id AND e.actor = b.user_id AND e.action <> 'refused');
