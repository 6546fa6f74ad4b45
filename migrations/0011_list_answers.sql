-- What was answered about the columns of a list.
CREATE TYPE "public"."answer_meaning" AS ENUM('texts', 'no texts', 'ignore');--> statement-breakpoint
CREATE TABLE "list_answers" (
	"key" text PRIMARY KEY NOT NULL,
	"column" text NOT NULL,
	"value" text,
	"meaning" "answer_meaning" NOT NULL,
	"answered_at" timestamp with time zone DEFAULT now() NOT NULL
);
