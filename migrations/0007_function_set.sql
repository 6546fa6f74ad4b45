CREATE TABLE "function_set" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "one_set" CHECK ("function_set"."id" = 1)
);
