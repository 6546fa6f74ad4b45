// Every listener goes through here: who is it, may they, an answer in time, plain words when it fails, and what
// came of it when the answer comes late.
import type { BoardMember, Needed, SlackUser } from "../../board/allowlist.ts";
import { type Change, CommitInDoubt, Refusal } from "../../board/change.ts";
import type { Asked } from "../../board/requests.ts";
import { isDatabaseAway } from "../../db/open.ts";
import type { Log } from "../../log.ts";
import { onlyFor } from "../words/admins.ts";
import type { Authorizer, Needs, Presser } from "./authorize.ts";
import { PlainFailure, slackErrorOf } from "./errors.ts";
import type { Answer, Press, Visit } from "./listener.ts";

/** What it does, and for whom: whoever need not be on the board gets less to do it with. */
export type Task =
  | (Needs & { run: (press: Press) => Promise<Answer> })
  | { role: "anyone"; run: (visit: Visit) => Promise<Answer> };

/** One call of a listener. */
export type Request = {
  /** The listener's name. */
  what: string;
  presser: Presser;
  task: Task;
  /** What is replied when the answer takes too long for Slack. */
  late: string;
  reply: (answer: Answer) => Promise<unknown>;
  /** Says what came of it, when the time for a reply is over. */
  replyLate: (answer: Answer) => Promise<unknown>;
};

export type GuardOptions = {
  log: Log;
  authorizer: Authorizer;
  /** What this person may do with it. */
  pressOf: (member: BoardMember, needed: Needed, what: string) => Press;
  /** What somebody may do who need not be on the board. */
  askToBeAdded: (visitor: SlackUser) => Promise<Asked>;
};

/** Slack waits 3 s. */
const ANSWER_WITHIN_MS = 2_600;

const FAILED =
  "Something went wrong here, so nothing was changed, and nothing was sent by this. Please try again in a minute. " +
  "If it happens again, tell whoever looks after Headgate.";
const FAILED_AFTER_CHANGE =
  "This went through, but something went wrong after it. Don't press again: look at the alert's message, or at /alert.";
const NOT_SHOWN =
  "This went through, but Slack does not show it yet. Don't press again: Headgate keeps trying to show it.";
const STATE_NOT_SHOWN =
  "Slack does not show yet how this stands. Nothing came of your press; Headgate keeps trying to show it.";
const WINDOW_EXPIRED =
  "That took too long for Slack to open the window. Nothing was changed by this. Please try it again.";
const DATABASE_AWAY =
  "Headgate can't reach its database just now, so nothing was done, and nothing was sent by this. " +
  "Please try again in a minute.";
const NEVER_KNOWN =
  "Headgate is being restarted, and could not find out whether this went through. " +
  "Look at the alert's message, or at /alert, before you press again.";
/** For a person that the guard let in a moment before. */
const REFUSALS: Record<Refusal["why"], string> = {
  "not on the allowlist":
    "Nothing was done: you are not on the board's list of people who may send alerts any more.",
  "not an admin": onlyFor("admin", []),
  "not an operator": onlyFor("operator", []),
  "not a viewer": onlyFor("viewer", []),
};

export type Guard = ReturnType<typeof createGuard>;

export function createGuard({ log, authorizer, pressOf, askToBeAdded }: GuardOptions) {
  const running = new Set<Promise<void>>();

  async function answerAndFollow(request: Request): Promise<void> {
    const { what, presser, task, late, reply, replyLate } = request;
    let hasChanged = false;
    const decide = async (): Promise<Answer> => {
      if (task.role === "anyone") {
        const verdict = await authorizer.ofWorkspace(presser, what);
        if ("refusal" in verdict) return { failed: verdict.refusal };
        const { visitor } = verdict;
        const ask = async () => {
          const asked = await askToBeAdded(visitor);
          hasChanged ||= asked === "asked";
          return asked;
        };
        return task.run({ visitor, askToBeAdded: ask });
      }
      const verdict = await authorizer.ofBoard(presser, task, what);
      if ("refusal" in verdict) return { failed: verdict.refusal };
      const press = pressOf(verdict.member, task.role, what);
      const change: Change = async (work, options) => {
        const done = await press.change(work, options);
        hasChanged = true;
        return done;
      };
      return task.run({ ...press, change });
    };
    const answer = decide().catch((error): Answer => {
      if (error instanceof Refusal) return { failed: REFUSALS[error.why] };
      log.error({ err: error, what, hasChanged }, "a listener failed");
      return { failed: explain(error, hasChanged) };
    });

    const inTime = await Promise.race([answer, patience()]);
    await reply(inTime ?? { failed: late }).catch((error) =>
      log.warn({ err: error, what }, "an answer did not reach Slack"),
    );
    const tellLate = (told: Answer) =>
      replyLate(told).catch((error) => log.warn({ err: error, what }, "what came of it was not told"));
    const final = await answer;
    // An answer without words is done when what follows it is.
    const isSaid = Object.keys(final).some((key) => key !== "after");
    if (!inTime && isSaid) await tellLate(final);
    try {
      await final.after?.();
      if (!inTime && !isSaid && hasChanged) await tellLate(final);
    } catch (error) {
      log.error({ err: error, what, hasChanged }, "what follows an answer failed");
      await tellLate(afterFailed(error, hasChanged, final));
    }
  }

  return {
    serve(request: Request): Promise<void> {
      const served = answerAndFollow(request).finally(() => running.delete(served));
      running.add(served);
      return served;
    },
    /** Bolt's own stop returns while listeners still run. */
    drain: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

function afterFailed(error: unknown, hasChanged: boolean, { failed }: Answer): Answer {
  if (error instanceof PlainFailure) return { failed: error.message };
  if (failed !== undefined) return { failed: STATE_NOT_SHOWN };
  if (hasChanged) return { tell: NOT_SHOWN };
  return { failed: slackErrorOf(error) === "expired_trigger_id" ? WINDOW_EXPIRED : FAILED };
}

function explain(error: unknown, hasChanged: boolean): string {
  if (error instanceof CommitInDoubt) return NEVER_KNOWN;
  if (hasChanged) return FAILED_AFTER_CHANGE;
  return isDatabaseAway(error) ? DATABASE_AWAY : FAILED;
}

/** @returns nothing, when it is time to answer Slack */
function patience(): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  setTimeout(() => resolve(undefined), ANSWER_WITHIN_MS).unref();
  return promise;
}
