// What Slack's Web API refuses, by its own words.
import { z } from "zod";

// Of an answer that is no JSON, such as half of one, Slack's package makes an error that is its whole text.
const SlackError = z.object({ data: z.object({ error: z.string().regex(/^[a-z][a-z0-9_]*$/) }) });
const RateLimited = z.object({ code: z.literal("slack_webapi_rate_limited_error") });

/** `not_in_channel` and the like; undefined where Slack gave no such answer. */
export function slackErrorOf(error: unknown): string | undefined {
  const parsed = SlackError.safeParse(error);
  return parsed.success ? parsed.data.data.error : undefined;
}

/** Slack said no, so it is certain that nothing was done. */
export const isAnswer = (error: unknown): boolean =>
  slackErrorOf(error) !== undefined || RateLimited.safeParse(error).success;

/** What follows an answer has failed, and this is how the person is told. */
export class PlainFailure extends Error {
  override readonly name = "PlainFailure";
}
