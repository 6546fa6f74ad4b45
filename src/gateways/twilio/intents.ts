// What Twilio is told that a text is for. Without it the account's Compliance Toolkit guesses, and may hold a text
// back until the morning: https://www.twilio.com/docs/messaging/features/compliance-toolkit
import type { AlertKind } from "../../db/schema.ts";

/** The parameter `messageIntent`. Events are not essential, so a meeting waits there for the morning; the law asks for that. */
export const INTENTS: Record<AlertKind, "notifications" | "announcements" | "events"> = {
  emergency: "notifications",
  service: "notifications",
  meeting: "events",
  other: "announcements",
};
