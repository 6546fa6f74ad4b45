// Who somebody is in Slack, as Slack says it: asked for once, and believed for a while.
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { slackErrorOf } from "./errors.ts";

const Answer = z.object({
  user: z.object({
    team_id: z.string().optional(),
    real_name: z.string().optional(),
    name: z.string().optional(),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
  }),
});
export type SlackAccount = z.infer<typeof Answer>["user"];

/** An answer of users.info is believed for this long. After it, only while Slack gives no other. */
const FRESH_MS = 60_000;
/** A short failure at Slack stops nobody; in a longer one, those who were let in within a day may still stop. */
const SHORT_FAILURE_MS = 60 * 60_000;
const STALE_MS = 24 * 60 * 60_000;

/** What users.info says of the user, as definite as a closed account. */
const NO_SUCH_USER = new Set(["user_not_found", "users_not_found", "user_not_visible"]);
const isNobody = (word: string | undefined): boolean => word !== undefined && NO_SUCH_USER.has(word);
/** Slack was not able to answer. Any other word is about our token or our request, and says nothing of the user. */
const NO_ANSWER = new Set([
  undefined,
  "fatal_error",
  "internal_error",
  "ratelimited",
  "request_timeout",
  "service_unavailable",
  "team_added_to_org",
]);

export type People = ReturnType<typeof createPeople>;

export function createPeople(client: WebClient, monotonic = () => performance.now()) {
  const known = new Map<string, { account: SlackAccount; at: number }>();

  /** Whoever presses ten times at once is asked about once. */
  const asking = new Map<string, Promise<SlackAccount>>();
  function askOnce(userId: string): Promise<SlackAccount> {
    const underWay = asking.get(userId);
    if (underWay) return underWay;
    const asked = client.users
      .info({ user: userId })
      .then((answer) => {
        const account = Answer.parse(answer).user;
        known.set(userId, { account, at: monotonic() });
        return account;
      })
      .finally(() => asking.delete(userId));
    asking.set(userId, asked);
    return asked;
  }

  /**
   * @param evenIfUnsure whether what Slack said within the last day still counts while it says nothing
   * @returns undefined where Slack knows nobody with this id
   * @throws Error while Slack does not tell
   */
  async function find(userId: string, evenIfUnsure = false): Promise<SlackAccount | undefined> {
    const before = known.get(userId);
    const age = before ? monotonic() - before.at : Number.POSITIVE_INFINITY;
    if (before && age < FRESH_MS) return before.account;
    try {
      return await askOnce(userId);
    } catch (error) {
      const word = slackErrorOf(error);
      if (isNobody(word)) {
        known.delete(userId);
        return undefined;
      }
      const isBelieved = evenIfUnsure ? age < STALE_MS : NO_ANSWER.has(word) && age < SHORT_FAILURE_MS;
      if (before && isBelieved) return before.account;
      throw error;
    }
  }

  return {
    find,
    /** As people call them; their id where Slack does not say. */
    nameOf: async (userId: string): Promise<string> => {
      const account = await find(userId).catch(() => undefined);
      return nameIn(account) ?? userId;
    },
    /** For a modal or below a field, where Slack shows no mentions: with the names of those whom it has told us of. */
    withNames: (text: string): string =>
      text.replace(/<@(\w+)>/g, (_, userId: string) => nameIn(known.get(userId)?.account) ?? userId),
    /** @returns why this person could never act; undefined where they can @throws Error while Slack can't be asked */
    whyNever: async (userId: string, teamId: string): Promise<string | undefined> =>
      whyNever(await find(userId), teamId),
    /** The same where nothing that Slack said before may count: something may just have changed. */
    whyNeverNow: async (userId: string, teamId: string): Promise<string | undefined> => {
      const account = await client.users.info({ user: userId }).then(
        (answer) => Answer.parse(answer).user,
        (error) => {
          if (isNobody(slackErrorOf(error))) return undefined;
          throw error;
        },
      );
      const why = whyNever(account, teamId);
      if (why !== undefined) known.delete(userId);
      return why;
    },
  };
}

const nameIn = (account: SlackAccount | undefined): string | undefined =>
  account?.real_name || account?.name || undefined;

/** Only full members of the board's own workspace may act. */
export function whyNever(account: SlackAccount | undefined, teamId: string): string | undefined {
  if (!account) return "Slack knows nobody with this ID in the board's workspace";
  if (account.is_bot) return "this is an app and not a person";
  if (account.deleted) return "their Slack account is closed";
  if ((account.team_id ?? teamId) !== teamId || account.is_stranger)
    return "they belong to another workspace, and are only in a shared channel";
  if (account.is_restricted || account.is_ultra_restricted)
    return "they are a guest, and guests can't send alerts: make them a full member in Slack first";
  return undefined;
}
