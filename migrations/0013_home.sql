CREATE TABLE "homes" (
	"team_id" text NOT NULL,
	"user_id" text NOT NULL,
	"shows_board" boolean DEFAULT false NOT NULL,
	"digest" text,
	"turn_at" timestamp with time zone,
	"shown_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	"news_since" timestamp with time zone,
	CONSTRAINT "homes_team_id_user_id_pk" PRIMARY KEY("team_id","user_id")
);
