// Who may act: somebody on the board allowlist, who is a full member of this workspace.
import { record } from "../../audit/audit.ts";
import {
  type BoardMember,
  findBoardMember,
  mayActAs,
  type Role,
  type SlackUser,
} from "../../board/allowlist.ts";
import type { Database } from "../../db/open.ts";
import { type People, whyNever } from "./people.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { Workspace } from "./workspace.ts";

export const ONLY_ADMINS = "Only admins can do this. Nothing was changed; this was recorded.";

export type Presser = SlackUser & {
  /** Every team that the request names; a stranger from a shared channel brings their own. */
  teams: readonly string[];
};

export type Verdict = { member: BoardMember } | { refusal: string };

export function createAuthorizer(db: Database, people: People, workspace: () => Promise<Workspace>) {
  const rate = createRateLimit();

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
    if (whyNever(await people.find(user.userId), teamId) !== undefined) {
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
