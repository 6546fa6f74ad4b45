// Who may act: somebody on the board allowlist, who is a full member of this workspace.
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { record } from "../../audit/audit.ts";
import {
  type BoardMember,
  findBoardMember,
  mayActAs,
  type Role,
  type SlackUser,
} from "../../board/allowlist.ts";
import type { Database } from "../../db/open.ts";
import type { Log } from "../../log.ts";
import { slackErrorOf } from "./errors.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { Workspace } from "./workspace.ts";

const UserInfo = z.object({
  user: z.object({
    team_id: z.string().optional(),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
  }),
});
type UserInfo = z.infer<typeof UserInfo>["user"];

/** An answer of users.info is believed for this long. After it, only while Slack gives no other. */
const FRESH_MS = 60_000;
/** A short failure at Slack stops nobody; in a longer one, those who were let in within a day may still stop. */
const SHORT_FAILURE_MS = 60 * 60_000;
const STALE_MS = 24 * 60 * 60_000;

/** What users.info says of the user, as definite as a closed account. */
const NO_SUCH_USER = new Set(["user_not_found", "users_not_found", "user_not_visible"]);
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

export const ONLY_ADMINS = "Only admins can do this. Nothing was changed; this was recorded.";

const UNSURE =
  "Slack does not tell Headgate just now whether you still belong to the workspace, so nothing was done. " +
  "Please try again in a minute. Whoever used Headgate here within the last day can still stop an alert.";

export type Presser = SlackUser & {
  /** Every team that the request names; a stranger from a shared channel brings their own. */
  teams: readonly string[];
};

export type Verdict = { member: BoardMember } | { refusal: string };

/** Who may use a listener. */
export type Needs = {
  role: Role;
  /** Also whoever Slack showed to be a full member within the last day, while it does not tell who they are now. */
  evenIfUnsure?: boolean | undefined;
};

type Standing = "full member" | "outsider" | "unsure";

export type AuthorizerOptions = {
  db: Database;
  client: WebClient;
  workspace: () => Promise<Workspace>;
  log: Log;
  monotonic?: () => number;
};

export function createAuthorizer(options: AuthorizerOptions) {
  const { db, client, workspace, log, monotonic = () => performance.now() } = options;
  const rate = createRateLimit();
  const infos = new Map<string, { info: UserInfo; at: number }>();

  async function standingOf(userId: string, teamId: string, needs: Needs): Promise<Standing> {
    const known = infos.get(userId);
    const age = known ? monotonic() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < FRESH_MS) return judge(known.info, teamId);
    try {
      const info = UserInfo.parse(await client.users.info({ user: userId })).user;
      infos.set(userId, { info, at: monotonic() });
      return judge(info, teamId);
    } catch (error) {
      const word = slackErrorOf(error);
      if (word !== undefined && NO_SUCH_USER.has(word)) {
        infos.delete(userId);
        return "outsider";
      }
      log.warn({ err: error, userId }, "Slack did not tell who somebody is");
      const isBelieved = needs.evenIfUnsure ? age < STALE_MS : NO_ANSWER.has(word) && age < SHORT_FAILURE_MS;
      return known && isBelieved ? judge(known.info, teamId) : "unsure";
    }
  }

  /** Refusals are recorded. @param what the person tried, for the record */
  return async function authorize(presser: Presser, needs: Needs, what: string): Promise<Verdict> {
    const user = { teamId: presser.teamId, userId: presser.userId };
    const refuse = async (why: string, words: string): Promise<Verdict> => {
      await db.transaction((tx) => record(tx, { actor: user, action: "refused", detail: { what, why } }));
      return { refusal: words };
    };

    const pace = rate(user.userId);
    const tooFast = "That was very many requests in one minute, so nothing was done. Wait a minute.";
    if (pace === "too fast") return refuse(pace, tooFast);
    // Recorded once a minute, so that nobody can flood the record.
    if (pace === "still too fast") return { refusal: tooFast };

    const { teamId } = await workspace();
    if (presser.teams.length === 0 || presser.teams.some((team) => team !== teamId)) {
      return refuse(
        "another team",
        "Only members of the board's own workspace can do this. Nothing was changed.",
      );
    }
    const member = await findBoardMember(db, user);
    if (!member) {
      return refuse(
        "not on the allowlist",
        "You are not on the board's list of people who may send alerts, so nothing was done. An admin can add you.",
      );
    }
    const standing = await standingOf(user.userId, teamId, needs);
    if (standing === "outsider") {
      return refuse(
        "not a full member",
        "Guests, bots and closed accounts can't do this. Nothing was changed.",
      );
    }
    if (standing === "unsure") return refuse("Slack does not tell who they are", UNSURE);
    if (!mayActAs(member.role, needs.role)) {
      return refuse("not an admin", ONLY_ADMINS);
    }
    return { member };
  };
}

function judge(info: UserInfo, teamId: string): Standing {
  const isGuest = info.is_restricted || info.is_ultra_restricted || info.is_stranger;
  const isOutsider = info.deleted || info.is_bot || isGuest || (info.team_id ?? teamId) !== teamId;
  return isOutsider ? "outsider" : "full member";
}
