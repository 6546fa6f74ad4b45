import { z } from "zod";

/** https://www.twilio.com/docs/glossary/what-is-a-sid */
export const MessageSid = z.string().regex(/^(SM|MM)[0-9a-fA-F]{32}$/);
