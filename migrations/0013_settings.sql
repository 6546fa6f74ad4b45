CREATE TABLE "settings" (
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"value" text,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor_kind" "actor_kind" NOT NULL,
	"actor" text NOT NULL,
	CONSTRAINT "settings_name_version_pk" PRIMARY KEY("name","version")
);
