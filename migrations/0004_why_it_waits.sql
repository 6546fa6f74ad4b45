ALTER TABLE "alerts" ADD COLUMN "delay_reason" text;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "delayed_until" timestamp with time zone;