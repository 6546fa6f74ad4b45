// Who may act: somebody on the board allowlist, who is a full member of this workspace. A few things are for any full
// member of it.
import {
  type BoardMember,
  findBoardMember,
  lacking,
  listAdmins,
  mayActAs,
  type Needed,
  noteConfirmed,
  type SlackUser,
} from "../../board/allowlist.ts";
import { recordRefusal } from "../../board/refusals.ts";
import type { Database } from "../../db/open.ts";
import type { Log } from "../../log.ts";
import { howToBeAdded, onlyFor } from "../words/admins.ts";
import { type People, whyNever } from "./people.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { Workspace } from "./workspace.ts";

/** That somebody may act is written down once a day at most: they wait for their window. */
const CONFIRM_AGAIN_MS = 24 * 60 * 60_000;

/** In a minute. It is counted apart: whoever has searched for somebody can still press Stop. */
const TYPED = 300;

const UNSURE =
  "Slack does not tell Headgate just now whether you still belong to the workspace, so nothing was done. " +
  "Please try again in a minute. Whoever used Headgate here within the last day can still stop an alert.";

const NO_FULL_MEMBER = "Guests, bots and closed accounts can't do this. Nothing was changed.";

export type Presser = SlackUser & {
  /** Every team that the request names; a stranger from a shared channel brings their own. */
  teams: readonly string[];
  /** Slack asks for them while they type, which is no press of theirs. */
  isTyping?: boolean;
};

type Refused = { refusal: string };
export type Verdict = { member: BoardMember } | Refused;
/** They need not be on the board. */
export type VisitorVerdict = { visitor: SlackUser } | Refused;

/** Who of the board may use a listener. */
export type Needs = {
  role: Needed;
  /** Also whoever Slack showed to be a full member within the last day, while it does not tell who they are now. */
  evenIfUnsure?: boolean | undefined;
};

export type AuthorizerOptions = {
  db: Database;
  people: People;
  workspace: () => Promise<Workspace>;
  log: Log;
};

export type Authorizer = ReturnType<typeof createAuthorizer>;

export function createAuthorizer({ db, people, workspace, log }: AuthorizerOptions) {
  const rates = { press: createRateLimit(), typing: createRateLimit(TYPED) };

  /** Their names are asked for too, for where Slack shows no mention. */
  async function admins(teamId: string): Promise<string[]> {
    const found = await listAdmins(db, teamId);
    await Promise.all(found.map(people.nameOf));
    return found;
  }

  const refusing =
    (user: SlackUser, what: string) =>
    async (why: string, words: string): Promise<Refused> => {
      await db.transaction((tx) => recordRefusal(tx, { user, what, why }));
      return { refusal: words };
    };

  /** Of the workspace, and not too fast. @returns why not, or the workspace's id */
  async function admit(
    { teams, isTyping = false, ...user }: Presser,
    what: string,
  ): Promise<{ teamId: string } | Refused> {
    const refuse = refusing({ teamId: user.teamId, userId: user.userId }, what);
    const pace = rates[isTyping ? "typing" : "press"](user.userId);
    const tooFast = "That was very many requests in one minute, so nothing was done. Wait a minute.";
    if (pace === "too fast") return refuse(pace, tooFast);
    // Recorded once a minute, so that nobody can flood the record.
    if (pace === "still too fast") return { refusal: tooFast };

    const { teamId } = await workspace();
    if (teams.length === 0 || teams.some((team) => team !== teamId)) {
      return refuse(
        "another team",
        "Only members of the board's own workspace can do this. Nothing was changed.",
      );
    }
    return { teamId };
  }

  /** Who Slack says this is; `never` is why they could never act. */
  async function ask(userId: string, teamId: string, evenIfUnsure: boolean | undefined) {
    try {
      return { never: whyNever(await people.find(userId, evenIfUnsure), teamId) };
    } catch (err) {
      log.warn({ err, userId }, "Slack did not tell who somebody is");
      return "unsure" as const;
    }
  }

  /** Refusals are recorded. @param what the person tried, for the record */
  async function ofBoard(presser: Presser, needs: Needs, what: string): Promise<Verdict> {
    const user = { teamId: presser.teamId, userId: presser.userId };
    const refuse = refusing(user, what);
    const admitted = await admit(presser, what);
    if ("refusal" in admitted) return admitted;
    const { teamId } = admitted;
    const member = await findBoardMember(db, user);
    const answer = await ask(user.userId, teamId, needs.evenIfUnsure);
    if (answer !== "unsure" && answer.never !== undefined) {
      if (member?.confirmedAt) await noteConfirmed(db, user, false);
      return refuse(member ? "not a full member" : "not on the allowlist", NO_FULL_MEMBER);
    }
    if (!member) {
      const cure = howToBeAdded(await admins(teamId));
      const words = `You are not on the board's list of people who may send alerts, so nothing was done. ${cure}`;
      return refuse("not on the allowlist", words);
    }
    // Somebody who is not on the list was told so, also while Slack does not say who they are.
    if (answer === "unsure") return refuse("Slack does not tell who they are", UNSURE);
    const age = Date.now() - (member.confirmedAt?.getTime() ?? 0);
    if (age > CONFIRM_AGAIN_MS) await noteConfirmed(db, user, true);
    if (!mayActAs(member.role, needs.role)) {
      return refuse(lacking[needs.role], onlyFor(needs.role, await admins(teamId)));
    }
    return { member };
  }

  /** The same for what any full member of the workspace may, whether they are on the board or not. */
  async function ofWorkspace(presser: Presser, what: string): Promise<VisitorVerdict> {
    const user = { teamId: presser.teamId, userId: presser.userId };
    const refuse = refusing(user, what);
    const admitted = await admit(presser, what);
    if ("refusal" in admitted) return admitted;
    const answer = await ask(user.userId, admitted.teamId, false);
    if (answer === "unsure") return refuse("Slack does not tell who they are", UNSURE);
    if (answer.never !== undefined) return refuse("not a full member", NO_FULL_MEMBER);
    return { visitor: user };
  }

  return { ofBoard, ofWorkspace };
}
