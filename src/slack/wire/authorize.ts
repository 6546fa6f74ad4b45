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
import type { Log } from "../../log.ts";
import { howToBeAdded, onlyAdmins } from "../words/admins.ts";
import { type People, whyNever } from "./people.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { Workspace } from "./workspace.ts";

/** That somebody may act is written down once a day at most: they wait for their window. */
const CONFIRM_AGAIN_MS = 24 * 60 * 60_000;

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

export type AuthorizerOptions = {
  db: Database;
  people: People;
  workspace: () => Promise<Workspace>;
  log: Log;
};

export function createAuthorizer({ db, people, workspace, log }: AuthorizerOptions) {
  const rate = createRateLimit();

  /** Their names are asked for too, for where Slack shows no mention. */
  async function admins(teamId: string): Promise<string[]> {
    const found = await listAdmins(db, teamId);
    await Promise.all(found.map(people.nameOf));
    return found;
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
    const account = await people.find(user.userId, needs.evenIfUnsure).catch((err: unknown) => {
      log.warn({ err, userId: user.userId }, "Slack did not tell who somebody is");
      return "unsure" as const;
    });
    if (account !== "unsure" && whyNever(account, teamId) !== undefined) {
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
    // Somebody who is not on the list was told so, also while Slack does not say who they are.
    if (account === "unsure") return refuse("Slack does not tell who they are", UNSURE);
    const age = Date.now() - (member.confirmedAt?.getTime() ?? 0);
    if (age > CONFIRM_AGAIN_MS) await noteConfirmed(db, user, true);
    if (!mayActAs(member.role, needs.role)) {
      return refuse("not an admin", onlyAdmins(await admins(teamId)));
    }
    return { member };
  };
}
