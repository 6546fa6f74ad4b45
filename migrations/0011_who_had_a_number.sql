CREATE TABLE "direct_messages" (
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"written_at" timestamp with time zone NOT NULL,
	CONSTRAINT "direct_messages_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
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
ALTER TABLE "board_members" ADD COLUMN "confirmed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "inbound_texts" ADD COLUMN "list_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "members" ADD COLUMN "since" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "sendings" ADD COLUMN "list_version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "member_changes_phone_index" ON "member_changes" USING btree ("phone");--> statement-breakpoint
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
