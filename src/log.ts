// The log, and what may be written into it.
import { type Logger, pino } from "pino";

export type Log = Logger;

/** Seven and more digits in a row, however grouped, are a phone number, or are treated as one. */
const PHONE = /\+?\d(?:[\s().-]{0,3}\d){6,}/g;
const TOKEN = /\b(?:xox[a-z]-|xapp-)[\w-]+/g;

/** An error may be its own cause. */
const MAX_CAUSES = 4;

/** What may be written about an error: its kind and message, without phone numbers or tokens. */
export function describeError(error: unknown, causes = MAX_CAUSES): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: scrub(String(error)) };
  const { name, cause } = error;
  // Twilio's client takes the message from the answer, where it may be missing.
  const message = String(error.message);
  const code = "code" in error ? { code: error.code } : {};
  // A failed query carries its parameters in the message: phones and texts. Its cause says why it failed.
  const safe =
    name === "DrizzleQueryError" || message.startsWith("Failed query") ? "a query failed" : scrub(message);
  const why = cause === undefined || causes === 0 ? {} : { cause: describeError(cause, causes - 1) };
  return { name, ...code, message: safe, ...why };
}

/** The text without phone numbers and tokens. */
export function scrub(text: string): string {
  return text.replace(TOKEN, "[token]").replace(PHONE, "[phone]");
}

/**
 * The process's log: lines of JSON on standard output. No phone number, text or token is ever in it:
 * errors are described, never dumped.
 */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: (error) => describeError(error) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination ?? pino.destination(1),
  );
}
