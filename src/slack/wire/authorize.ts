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
const STALE_MS = 24 * 60 * 60_000;

export const ONLY_ADMINS = "Only admins can do this. Nothing was changed; this was recorded.";

export type Presser = SlackUser & {
  /** Every team that the request names; a stranger from a shared channel brings their own. */
  teams: readonly string[];
};

export type Verdict = { member: BoardMember } | { refusal: string };

export function createAuthorizer(db: Database, client: WebClient, workspace: () => Promise<Workspace>) {
  const rate = createRateLimit();
  const infos = new Map<string, { info: UserInfo; at: number }>();

  async function userInfo(userId: string): Promise<UserInfo> {
    const known = infos.get(userId);
    const age = known ? performance.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < FRESH_MS) return known.info;
    try {
      const info = UserInfo.parse(await client.users.info({ user: userId })).user;
      infos.set(userId, { info, at: performance.now() });
      return info;
    } catch (error) {
      // In an emergency a short failure at Slack should stop nobody who was let in today.
      if (known && age < STALE_MS) return known.info;
      throw error;
    }
  }

  /** Refusals are recorded. @param what the person tried, for the record */
  return async function authorize(presser: Presser, needed: Role, what: string): Promise<Verdict> {
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
    const info = await userInfo(user.userId);
    const isOutsider = info.is_restricted || info.is_ultra_restricted || info.is_stranger;
    if (info.deleted || info.is_bot || isOutsider || (info.team_id ?? teamId) !== teamId) {
      return refuse(
        "not a full member",
        "Guests, bots and closed accounts can't do this. Nothing was changed.",
      );
    }
    if (!mayActAs(member.role, needed)) {
      return refuse("not an admin", ONLY_ADMINS);
    }
    return { member };
  };
}
