// Who may act: somebody on the board allowlist, who is a full member of this workspace.
import { record } from "../../audit/audit.ts";
import {
  type BoardMember,
  findBoardMember,
  listAdmins,
  mayActAs,
  noteConfirmed,
  type Role,
  type SlackUser,
} from "../../board/allowlist.ts";
import type { Database } from "../../db/open.ts";
import { howToBeAdded, onlyAdmins } from "../words/admins.ts";
import { type People, whyNever } from "./people.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { Workspace } from "./workspace.ts";

/** That somebody may act is written down once a day at most: they wait for their window. */
const CONFIRM_AGAIN_MS = 24 * 60 * 60_000;

export type Presser = SlackUser & {
  /** Every team that the request names; a stranger from a shared channel brings their own. */
  teams: readonly string[];
};

export type Verdict = { member: BoardMember } | { refusal: string };

export function createAuthorizer(db: Database, people: People, workspace: () => Promise<Workspace>) {
  const rate = createRateLimit();

  /** Their names are asked for too, for where Slack shows no mention. */
  async function admins(teamId: string): Promise<string[]> {
    const found = await listAdmins(db, teamId);
    await Promise.all(found.map(people.nameOf));
    return found;
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
    // Somebody who is not on the list is told so, also while Slack does not say who they are.
    const account = await people.find(user.userId).catch((error) => {
      if (member) throw error;
    });
    if (account && whyNever(account, teamId) !== undefined) {
      if (member?.confirmedAt) await noteConfirmed(db, user, false);
      return refuse(
        member ? "not a full member" : "not on the allowlist",
        "Guests, bots and closed accounts can't do this. Nothing was changed.",
      );
    }
    if (!member) {
      const cure = howToBeAdded(user.userId, await admins(teamId));
      const words = `You are not on the board's list of people who may send alerts, so nothing was done. ${cure}`;
      return refuse("not on the allowlist", words);
    }
    const age = Date.now() - (member.confirmedAt?.getTime() ?? 0);
    if (account && age > CONFIRM_AGAIN_MS) await noteConfirmed(db, user, true);
    if (!mayActAs(member.role, needed)) {
      return refuse("not an admin", onlyAdmins(await admins(teamId)));
    }
    return { member };
  };
}
