CREATE TYPE "public"."import_state" AS ENUM('to fetch', 'to read', 'shown', 'to apply', 'over');--> statement-breakpoint
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
CREATE INDEX "imports_at_index" ON "imports" USING btree ("at");